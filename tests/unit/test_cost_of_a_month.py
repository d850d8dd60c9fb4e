"""The arithmetic of docs/costs.md."""

from __future__ import annotations

import pytest

from tests.bench import costs_page
from tests.bench.costs import BUSY, Cost, billed_seconds, day_of, prices

PIECES = (
    *("heartbeat.first_of_day", "heartbeat.quantity_changed", "heartbeat.nothing_changed"),
    *("daily", "event", "order", "customer", "item", "night"),
)


def test_a_month_is_priced_by_the_operation() -> None:
    day = Cost(reads=1_000, writes=100, tasks=10, calls=20, deletes=10, stored=1_000_000)
    month = prices({"dailies": day.times(0.25), "events": day.times(0.75)}, 100)
    assert month["Firestore reads"] == pytest.approx(0.90)
    assert month["Firestore writes"] == pytest.approx(0.27)
    assert month["Firestore deletes"] == pytest.approx(0.003)
    assert month["Firestore storage"] == pytest.approx(9e9 / 2**30 * 0.15)
    assert month["Cloud Tasks"] == pytest.approx(0.024)
    assert month["Functions: calls"] == pytest.approx(0.024)
    assert month["Functions: processor and memory"] == 0


def test_few_calls_are_billed_for_as_long_as_they_take_and_many_by_their_processor_time() -> None:
    day = Cost(processor=0.1, under_way=0.3)
    assert billed_seconds(day, 40_000, 1) == pytest.approx(0.3, rel=0.001)
    assert billed_seconds(day, 40_000, 10_000_000) == pytest.approx(1_000_000 / BUSY)
    together = prices({"events": day}, 10_000_000)["Functions: processor and memory"]
    assert together == pytest.approx(30 * 1_000_000 / BUSY * (0.000024 + 0.5 * 0.0000025))


def test_a_day_has_every_piece_as_often_as_it_happens() -> None:
    day = day_of(dict.fromkeys(PIECES, Cost(reads=1)))
    reads = {name: cost.reads for name, cost in day.items()}
    assert reads["heartbeat"] == 24
    assert (reads["dailies"], reads["events"], reads["night"]) == (12, 50, 1)
    assert reads["inventory"] == 2 * reads["orders"] == 2 * reads["customers"]
    assert reads["orders"] == pytest.approx(27.4, abs=0.1)


def test_the_page_has_what_the_kept_counts_and_the_prices_make() -> None:
    text = costs_page.PAGE.read_text()
    assert costs_page.page(text, costs_page.kept()) == text
