"""Prices over time: where each was first and last seen, and how much of it one answer holds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.competitors.models import Product, SizePrice
from shared.competitors.snapshots import price_history
from shared.competitors.snapshots.price_history import PriceHistories, price_histories
from tests.unit.competitors.price_history import DAY, NOW, snapshot


def points(found: PriceHistories) -> dict[str, list[tuple[float, float]]]:
    """Days ago and price, by product."""
    return {
        item.product: [((NOW - point.at) / DAY, float(point.price)) for point in item.points]
        for item in found.items
    }


def test_two_scans_at_different_prices_are_two_points_oldest_first() -> None:
    found = price_histories([snapshot(1, ("OG 3.5g", "35")), snapshot(2, ("OG 3.5g", "40"))], NOW)
    assert points(found) == {"OG 3.5g": [(2, 40), (1, 35)]}
    assert found.model_dump(by_alias=True, exclude_none=True)["items"][0]["size"] == "3.5g"


def test_a_price_that_stays_has_the_point_where_it_was_first_and_last_seen() -> None:
    newest_first = [
        snapshot(1, ("OG", "35")),
        snapshot(3, ("OG", "40"), ("New", "10"), until=2),
        snapshot(9, ("OG", "40"), until=4),
    ]
    assert points(price_histories(newest_first, NOW)) == {
        "New": [(3, 10), (2, 10)],
        "OG": [(9, 40), (2, 40), (1, 35)],
    }


def test_products_last_seen_over_thirty_days_ago_are_left_out() -> None:
    newest_first = [snapshot(40, ("OG", "40"), until=1), snapshot(60, ("OG", "50"), until=41)]
    assert points(price_histories(newest_first, NOW)) == {"OG": [(40, 40), (1, 40)]}


def test_a_menu_that_has_a_product_twice_counts_with_the_lowest_price() -> None:
    assert points(price_histories([snapshot(1, ("OG", "60"), ("og", "35"), ("OG", None))], NOW)) == {
        "og": [(1, 35)]
    }


def test_each_size_has_its_own_prices() -> None:
    def menu(eighth: int) -> tuple[Product, ...]:
        sizes = tuple(
            SizePrice(size=size, price=Decimal(price)) for size, price in (("gram", 12), ("1/8 oz", eighth))
        )
        return (Product(name="Blue Dream", category="Flower", price=Decimal(12), sizes=sizes),)

    newest_first = [
        snapshot(days_ago).model_copy(update={"products": menu(30 + 10 * days_ago)}) for days_ago in (1, 2)
    ]
    found = price_histories(newest_first, NOW, "blue dream")
    assert [(item.product, item.size, [int(point.price) for point in item.points]) for item in found.items] == [
        ("Blue Dream", "1g", [12, 12]),
        ("Blue Dream", "3.5g", [50, 40]),
    ]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("blue  DREAM", ["Blue Dream"]),
        ("dream 3.5g", ["Blue Dream Live 3.5g"]),
        ("dream", ["Blue Dream", "Blue Dream Live 3.5g"]),
        ("nothing", []),
    ],
)
def test_a_product_is_asked_for_by_its_name_or_by_words_of_it(asked: str, names: list[str]) -> None:
    menu = snapshot(1, ("Blue Dream", "30"), ("Blue Dream Live 3.5g", "40"), ("OG Kush", "50"))
    assert list(points(price_histories([menu], NOW, asked))) == names


def test_reading_stops_at_the_size_limit_and_the_answer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [snapshot(number, ("OG", str(number + 1))) for number in range(5)]
    assert price_histories(every, NOW).truncated is None
    monkeypatch.setattr(price_history, "MAX_SNAPSHOTS", 3)
    taken = iter(every)
    found = price_histories(taken, NOW)
    assert (found.truncated, len(found.items[0].points)) == (True, 3)
    assert len(list(taken)) == 1, "one more is looked at, to know that there is more"
    monkeypatch.setattr(price_history, "MAX_POINTS", 2)
    assert len(price_histories(every, NOW).items[0].points) == 2


def test_snapshots_that_cannot_be_read_are_counted() -> None:
    found = price_histories([None, snapshot(1, ("OG", "35")), None], NOW)
    assert (found.passed_over, len(found.items)) == (2, 1)
