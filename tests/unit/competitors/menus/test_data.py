"""Menus in a page's data: JSON-LD, microdata, RDFa, Open Graph, embedded states."""

from __future__ import annotations

import pytest

from shared.competitors.menus.reading import parse_menu
from tests.unit.competitors.menus.data_pages import DATA


@pytest.mark.parametrize("case", DATA)
def test_a_pages_data_is_read(case: str) -> None:
    html, right = DATA[case]
    found = parse_menu(html).products
    assert [(one.name, None if one.price is None else str(one.price)) for one in found] == list(right)
