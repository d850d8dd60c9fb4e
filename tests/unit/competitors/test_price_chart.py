"""The chart of an undercut product: what each competitor asked for it, our price, and the same in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from shared.competitors.comparing.price_chart import price_chart
from shared.competitors.models import Undercut
from shared.competitors.snapshots.snapshot import Snapshot
from tests.unit.competitors.price_history import NOW, snapshot

ZONE = "America/New_York"
MENUS = {
    "Higher Level": [
        snapshot(0, ("Blue Dream 3.5g", "34")),
        snapshot(9, ("Blue Dream 3.5g", "36"), until=1),
        snapshot(20, ("Blue Dream 3.5g", "40"), until=10),
    ],
    "Green Leaf": [snapshot(12, ("Blue Dream 1/8 oz", "38.50"), ("Blue Dream 1g", "12"), until=0)],
    "New Shop": [snapshot(0, ("Blue Dream 3.5g", "30"))],
}


def undercut(competitor: str, price: str, **fields: Any) -> Undercut:
    values = {
        "product": "Blue Dream 3.5g",
        "size": "3.5g",
        "our_price": Decimal(40),
        "percent": Decimal(15),
        **fields,
    }
    return Undercut(competitor=competitor, their_price=Decimal(price), **values)


def walk_back(competitor: str) -> Iterator[Snapshot | None]:
    return iter([None, *MENUS.get(competitor, [])])


def test_ours_and_theirs_are_lines_and_the_moves_are_reported() -> None:
    found = price_chart([undercut("Higher Level", "34")], walk_back, NOW, ZONE)
    assert found is not None
    assert found.product == "Blue Dream 3.5g"
    ours, theirs = found.chart.series
    assert (ours.name, {point.amount for point in ours.points}) == ("Your price now", {40.0})
    assert theirs.name == "Higher Level"
    assert [(f"{point.day:%b %d}", point.amount) for point in theirs.points] == [
        ("Nov 08", 40.0), ("Nov 18", 40.0), ("Nov 19", 36.0), ("Nov 27", 36.0), ("Nov 28", 34.0),
    ]  # fmt: skip
    assert found.chart.words == (
        "Blue Dream 3.5g at Higher Level: $40 on Nov 8, $36 on Nov 19, $34 now; yours $40 now."
    )


def test_each_competitor_below_us_in_our_size_has_a_line() -> None:
    theirs = {"their_product": "Blue Dream 1/8 oz"}
    cuts = [undercut("Higher Level", "34"), undercut("Green Leaf", "38.50", **theirs), undercut("Gone", "1")]
    found = price_chart([*cuts, undercut("Higher Level", "34", product="OG Kush 3.5g")], walk_back, NOW, ZONE)
    assert found is not None
    assert [one.name for one in found.chart.series] == ["Your price now", "Higher Level", "Green Leaf"]
    assert "at Green Leaf: $38.50 since Nov 16" in found.chart.words


def test_a_flat_history_makes_no_chart() -> None:
    by_the_gram = undercut("Higher Level", "34", unit="g")
    for cuts in ([], [by_the_gram], [undercut("New Shop", "30")], [undercut("Gone", "30")]):
        assert price_chart(cuts, walk_back, NOW, ZONE) is None
    assert price_chart([undercut("Higher Level", "33")], walk_back, NOW, ZONE) is None, "of another size"
