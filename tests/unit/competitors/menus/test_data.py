"""Menus in a page's data: JSON-LD, microdata, RDFa, Open Graph, embedded states."""

from __future__ import annotations

import pytest

from shared.competitors.menus.reading import parse_menu
from tests.unit.competitors.menus.data_cases import DATA_CASES
from tests.unit.competitors.menus.data_pages import Right


@pytest.mark.parametrize(("html", "right"), [case[1:] for case in DATA_CASES], ids=[case[0] for case in DATA_CASES])
def test_a_pages_data_is_read(html: str, right: Right) -> None:
    found = parse_menu(html).products
    assert [(one.name, None if one.price is None else str(one.price)) for one in found] == list(right)
