"""All whole pages, and whether one is read right."""

from __future__ import annotations

from shared.competitors.menus.reading import parse_menu
from tests.unit.competitors.menus.builder_pages import BUILDERS
from tests.unit.competitors.menus.dispensary_pages import DISPENSARIES
from tests.unit.competitors.menus.fresh_pages import FRESH
from tests.unit.competitors.menus.further_pages import FURTHER
from tests.unit.competitors.menus.hand_made_pages import HAND_MADE
from tests.unit.competitors.menus.layout_pages import LAYOUTS
from tests.unit.competitors.menus.plain_pages import PLAIN
from tests.unit.competitors.menus.price_pages import PRICES
from tests.unit.competitors.menus.system_pages import SYSTEMS
from tests.unit.competitors.menus.theme_pages import THEMES

WHOLE_PAGES = {
    **SYSTEMS,
    **BUILDERS,
    **DISPENSARIES,
    **PRICES,
    **PLAIN,
    **THEMES,
    **LAYOUTS,
    **FRESH,
    **FURTHER,
    **HAND_MADE,
}


def read(html: str) -> list[tuple[str, str | None]]:
    """The names and prices that the reader finds."""
    return [(one.name, None if one.price is None else str(one.price)) for one in parse_menu(html).products]


def right(page: str) -> tuple[list[tuple[str, str | None]], ...]:
    """What may be found on the page: what has no price in USD need not be."""
    _, products = WHOLE_PAGES[page]
    return list(products), [(name, price) for name, price in products if price is not None]
