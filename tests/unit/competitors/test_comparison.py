"""Their menu beside ours."""

from __future__ import annotations

from decimal import Decimal

from shared.competitors.comparing.side_by_side import side_by_side, summarized
from shared.competitors.models import Product


def product(name: str, price: str | None, category: str = "Flower") -> Product:
    return Product(name=name, category=category, price=None if price is None else Decimal(price))


OURS = [product("Blue Dream 3.5g", "40"), product("OG Kush 3.5g", "50"), product("Runtz 3.5g", "60")]


def test_the_largest_undercut_comes_first_and_what_is_not_ours_last() -> None:
    theirs = [
        product("Zkittlez 3.5g", "20"),
        product("Runtz 3.5g", "66"),
        product("OG Kush 1/8 oz", "45"),
        product("Blue Dream 3.5g", "30"),
        product("Ask us", None),
    ]
    rows = side_by_side(OURS, theirs)
    assert [(row.product, row.our_product, row.percent) for row in rows] == [
        ("Blue Dream 3.5g", "Blue Dream 3.5g", Decimal("25.00")),
        ("OG Kush 1/8 oz", "OG Kush 3.5g", Decimal("10.00")),
        ("Runtz 3.5g", "Runtz 3.5g", Decimal("-10.00")),
        ("Ask us", None, None),
        ("Zkittlez 3.5g", None, None),
    ]
    found = summarized(rows)
    assert (found.matched, found.undercuts) == (3, 2)
    assert found.biggest is not None
    assert found.biggest.model_dump(by_alias=True) == {
        "product": "Blue Dream 3.5g",
        "ourPrice": 40.0,
        "theirPrice": 30.0,
        "percent": 25.0,
    }


def test_of_two_that_are_equal_each_is_its_own_row() -> None:
    rows = side_by_side(OURS, [product("Blue Dream 3.5g", "30"), product("Blue Dream 3.5g", "30")])
    assert [row.percent for row in rows] == [Decimal("25.00"), None]


def test_where_nothing_is_cheaper_there_is_no_biggest_undercut() -> None:
    found = summarized(side_by_side(OURS, [product("Runtz 3.5g", "60"), product("Other", "1")]))
    assert (found.matched, found.undercuts, found.biggest) == (1, 0, None)
