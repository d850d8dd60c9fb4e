"""Pages of the common shop systems give their three products at today's prices."""

from __future__ import annotations

import pytest

from shared.competitors.menus.reading import parse_menu
from tests.unit.competitors.menus.shop_pages import PRODUCTS, SHOPS


@pytest.mark.parametrize("shop", SHOPS)
def test_a_shop_systems_page_is_read(shop: str) -> None:
    menu = parse_menu(SHOPS[shop])
    assert [(product.name, str(product.price)) for product in menu.products] == list(PRODUCTS)
    assert {product.category for product in menu.products} == {"Flower"}
