"""Every page whose data hold the menu: its name, its HTML, and the products with their prices that are right."""

from __future__ import annotations

from tests.unit.competitors.menus.data_pages import DATA
from tests.unit.competitors.menus.embedded_pages import EMBEDDED
from tests.unit.competitors.menus.json_ld_offer_pages import OFFERS
from tests.unit.competitors.menus.json_ld_pages import JSON_LD, Right
from tests.unit.competitors.menus.markup_pages import MARKUP
from tests.unit.competitors.menus.noise_pages import NOISE
from tests.unit.competitors.menus.script_pages import SCRIPTS
from tests.unit.competitors.menus.state_pages import STATE
from tests.unit.competitors.menus.structured_pages import STRUCTURED

DATA_CASES: list[tuple[str, str, Right]] = [
    (name, html, right)
    for pages in (DATA, JSON_LD, OFFERS, MARKUP, STRUCTURED, STATE, SCRIPTS, EMBEDDED, NOISE)
    for name, (html, right) in pages.items()
]
