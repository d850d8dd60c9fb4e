"""What stands beside a price is not taken for it."""

from __future__ import annotations

import pytest

from shared.competitors.menus.reading import parse_menu
from tests.unit.competitors.menus.shop_pages import PRODUCTS
from tests.unit.competitors.menus.trap_pages import TRAPS


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_seen(trap: str) -> None:
    assert [(product.name, str(product.price)) for product in parse_menu(TRAPS[trap]).products] == list(PRODUCTS)
