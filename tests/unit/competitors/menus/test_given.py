"""The given pages, each with what a person reads there."""

from __future__ import annotations

from typing import Any

import pytest

from shared.competitors.menus.charset import decode_page
from shared.competitors.menus.reading import parse_menu
from tests.unit.competitors.menus.given import CASES, GIVEN


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_given_page_is_read(case: dict[str, Any]) -> None:
    products = parse_menu(decode_page((GIVEN / case["file"]).read_bytes())).products
    found = [[one.name, None if one.price is None else str(one.price)] for one in products]
    assert found in (case["right"], *case["alternatives"])


def test_every_given_page_is_tried() -> None:
    assert {case["file"] for case in CASES} == {path.name for path in GIVEN.glob("*.html")}
