"""What runs low and what expires, at the edges."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from shared.heartbeat.checks.stock import expiring_batches, low_stock
from tests.unit.heartbeat.facts import NOW, ago, ahead, facts, item


@pytest.mark.parametrize(
    ("quantity", "reorder_point", "level"),
    [(10, 10, None), (9.5, 10, 1), (0.5, 10, 1), (0, 10, 2), (-3, 10, 2), (0, 0, None), (50, 10, None)],
)
def test_an_item_is_low_below_its_reorder_point_and_worse_when_out(
    quantity: float, reorder_point: float, level: int | None
) -> None:
    found = low_stock(facts(items=[item(quantity=quantity, reorder_point=reorder_point)]))
    assert [one.level for one in found] == ([] if level is None else [level])


def test_what_is_said_of_a_low_item() -> None:
    (low,) = low_stock(facts(items=[item(quantity=4)]))
    (out,) = low_stock(facts(items=[item(quantity=0)]))
    assert (low.title, low.body, low.severity) == ("Blue Dream 3.5g: 4 left", "Reorder point: 10.", "info")
    assert (out.title, out.severity) == ("Blue Dream 3.5g is out of stock", "warning")
    assert low.key == out.key


@pytest.mark.parametrize(
    ("expires_at", "expected"),
    [
        (ahead(days=14), (1, "info", "expires in 14 days")),
        (ahead(days=14, seconds=1), None),
        (ahead(days=4), (1, "info", "expires in 4 days")),
        (ahead(days=3), (2, "warning", "expires in 3 days")),
        (ahead(hours=3), (2, "warning", "expires today")),
        (NOW, (3, "critical", "has expired")),
        (ago(days=40), (3, "critical", "has expired")),
    ],
)
def test_a_batch_within_fourteen_days_of_its_end(expires_at: datetime, expected: tuple[Any, ...] | None) -> None:
    found = expiring_batches(facts(items=[item(expires_at=expires_at)]))
    assert [(one.level, one.severity, one.title) for one in found] == (
        [] if expected is None else [(expected[0], expected[1], f"Blue Dream 3.5g {expected[2]}")]
    )


def test_a_batch_that_is_sold_does_not_expire() -> None:
    assert expiring_batches(facts(items=[item(expires_at=ago(days=1), quantity=0)])) == []


def test_the_next_batch_of_an_item_is_another_finding() -> None:
    first, second = (
        expiring_batches(facts(items=[item(expires_at=when)]))[0].key for when in (ahead(days=3), ahead(days=9))
    )
    assert first != second
