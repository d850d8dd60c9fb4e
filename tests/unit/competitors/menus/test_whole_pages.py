"""Whole pages, with what stands above and below their menus, are read as a person reads them."""

from __future__ import annotations

import pytest

from shared.competitors.menus.reading import parse_menu
from tests.unit.competitors.menus.every_whole_page import WHOLE_PAGES, read, right
from tests.unit.competitors.menus.whole_pages import THREE, each


@pytest.mark.parametrize("page", WHOLE_PAGES)
def test_a_whole_page_is_read(page: str) -> None:
    assert read(WHOLE_PAGES[page][0]) in right(page)


def test_a_name_over_several_rows_has_their_sizes() -> None:
    first, *_ = parse_menu(WHOLE_PAGES["table, product rowspan over weights"][0]).products
    assert [(one.size, str(one.price)) for one in first.sizes] == [("3.5g", "34.00"), ("7g", "65.00")]


@pytest.mark.parametrize(
    ("page", "size"),
    [
        ("dispense cards", "3.5g"),
        ("line with per", "eighth"),
        ("jane product cards", "eighth"),
        ("dropdown price list with sku", "3.5g"),
        ("leafly menu cards", "1/8 ounce"),
    ],
)
def test_a_size_is_read_without_its_surroundings(page: str, size: str) -> None:
    assert {product.size for product in parse_menu(WHOLE_PAGES[page][0]).products} == {size}


@pytest.mark.parametrize(
    "page",
    [
        "dawn, one on sale, one sold out",
        "storefront with price widget and sale badge",
        "age gate overlay before the menu",
        "cart drawer and minimum",
        "mix and match header",
    ],
)
def test_anything_other_than_a_section_is_not_a_category(page: str) -> None:
    assert {product.category for product in parse_menu(WHOLE_PAGES[page][0]).products} == {None}


_CARD = "<div class='card'><h3>{name}</h3><p>${price}</p></div>"
_BRANDED = "<div><div>Cresco</div><div>{name}</div><div>${price}</div></div>"
_LISTED = "<dt>{name}</dt><dd>${price}</dd>"


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (each(_CARD, *THREE[:1]), 1),
        (each(_BRANDED, *THREE[:2]), 2),
        (f"<dl>{each(_LISTED, *THREE[:2])}</dl>", 2),
    ],
    ids=["one card", "two cards of one brand", "a list of two"],
)
def test_a_menu_may_be_short(body: str, count: int) -> None:
    assert read(f"<main><h2>Flower</h2>{body}</main>") == list(THREE[:count])
