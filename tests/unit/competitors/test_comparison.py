"""Their menu beside ours."""

from __future__ import annotations

from decimal import Decimal

from shared.competitors.comparing.side_by_side import side_by_side, summarized
from shared.competitors.models import Product, SizePrice


def product(name: str, price: str | None, category: str = "Flower") -> Product:
    return Product(name=name, category=category, price=None if price is None else Decimal(price))


OURS = [product("Blue Dream 3.5g", "40"), product("OG Kush 3.5g", "50"), product("Runtz 3.5g", "60")]


def test_the_largest_undercut_comes_first_and_unmatched_products_last() -> None:
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
        "size": "3.5g",
        "theirSize": None,
        "ourPrice": 40.0,
        "theirPrice": 30.0,
        "unit": None,
        "ourUnitPrice": None,
        "theirUnitPrice": None,
        "percent": 25.0,
    }


def test_the_same_item_on_a_specials_shelf_is_one_row_at_the_price_anybody_pays() -> None:
    theirs = [product("Blue Dream 3.5g", "38"), product("Blue Dream 3.5g", "30", "Weekly Specials")]
    (row,) = side_by_side(OURS, theirs)
    assert (row.their_price, row.category, row.percent) == (Decimal(30), "Flower", Decimal("25.00"))


def test_each_size_of_a_product_is_a_row_of_its_own() -> None:
    sizes = (SizePrice(size="1g", price=Decimal(12)), SizePrice(size="1/8 oz", price=Decimal(34)))
    rows = side_by_side(OURS, [Product(name="Blue Dream", category="Flower", price=Decimal(12), sizes=sizes)])
    assert [(row.size, row.their_price, row.our_price, row.percent) for row in rows] == [
        ("3.5g", Decimal(34), Decimal(40), Decimal(15)),
        ("1g", Decimal(12), None, None),
    ]


def test_a_row_with_different_sizes_names_the_unit_of_comparison() -> None:
    (row,) = side_by_side(OURS, [product("Blue Dream 7g", "60")])
    assert (row.size, row.our_size, row.unit) == ("7g", "3.5g", "g")
    assert (row.their_unit_price, row.our_unit_price, row.percent) == (
        Decimal("8.57"),
        Decimal("11.43"),
        Decimal(25),
    )
    biggest = summarized([row]).biggest
    assert biggest is not None
    assert (biggest.size, biggest.their_size, biggest.unit) == ("3.5g", "7g", "g")


def test_sold_out_products_are_shown_and_not_compared() -> None:
    (row,) = side_by_side(OURS, [product("Blue Dream 3.5g", "1").model_copy(update={"available": False})])
    assert (row.available, row.percent) == (False, None)


def test_without_a_cheaper_product_there_is_no_biggest_undercut() -> None:
    found = summarized(side_by_side(OURS, [product("Runtz 3.5g", "60"), product("Other", "1")]))
    assert (found.matched, found.undercuts, found.biggest) == (1, 0, None)
