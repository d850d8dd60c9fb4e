"""Whole pages, with what stands above and below their menus, are read as a person reads them."""

from __future__ import annotations

import pytest

from tests.unit.competitors.menus.every_whole_page import WHOLE_PAGES, read, right


@pytest.mark.parametrize("page", WHOLE_PAGES)
def test_a_whole_page_is_read(page: str) -> None:
    assert read(WHOLE_PAGES[page][0]) in right(page)
