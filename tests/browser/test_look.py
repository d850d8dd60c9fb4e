"""Each page in light, dark and on a phone: it shows something, fits, and axe finds nothing wrong with it.

The pictures are in `.cache/look/`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, expect

from local.browser import DESKTOP, PHONE, ColorScheme, Window, new_context
from local.setup.paths import CACHE
from local.stack.accounts import sign_in_link, sign_up
from local.stack.running import Stack
from shared.api.principal import Role
from tests.browser.axe import violations
from tests.browser.guard import Guard
from tests.browser.pages import PAGES, LookedAt
from tests.harness.lived_in import LivedIn, live_in

PICTURES = CACHE / "look"
VIEWS: dict[str, tuple[Window, ColorScheme]] = {
    "light": (DESKTOP, "light"),
    "dark": (DESKTOP, "dark"),
    "phone": (PHONE, "light"),
}


@dataclass(slots=True)
class Visitors:
    """Who looks at the shop, one page for each role, for all the tests of this module."""

    shop: LivedIn
    pages: dict[Role, Page] = field(default_factory=dict)

    def page(self, browser: Browser, stack: Stack, role: Role) -> Page:
        if role not in self.pages:
            page = new_context(browser, stack.public_url).new_page()
            account = sign_up(stack, orgId=self.shop.org_id, role=role)
            page.goto(sign_in_link(stack.public_url, account.uid))
            expect(page.get_by_role("navigation", name="Main")).to_be_visible()
            self.pages[role] = page
        return self.pages[role]


@pytest.fixture(scope="module")
def kept() -> Iterator[dict[str, Visitors]]:
    """The visitors, once the first test has made them; the shop takes some seconds to be lived in."""
    found: dict[str, Visitors] = {}
    yield found
    for visitors in found.values():
        for page in visitors.pages.values():
            page.context.close()


@pytest.fixture
def visitors(on_stack: Stack, browser: Browser, kept: dict[str, Visitors]) -> Visitors:
    if "shop" not in kept:
        kept["shop"] = Visitors(live_in(on_stack, f"org_look_{secrets.token_hex(4)}"))
    return kept["shop"]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("looked_at", PAGES, ids=lambda one: one.name)
def test_a_page(
    visitors: Visitors, browser: Browser, on_stack: Stack, guard: Guard, looked_at: LookedAt, view: str
) -> None:
    window, colors = VIEWS[view]
    page = visitors.page(browser, on_stack, looked_at.role)
    guard.watch(page.context)
    page.set_viewport_size({"width": window["width"], "height": window["height"]})
    page.emulate_media(color_scheme=colors)
    page.goto(looked_at.path(visitors.shop))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{looked_at.name}-{view}.png", full_page=True)
    guard.collect()
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= window["width"], f"{width} px of content in a window of {window['width']}"
    assert violations(page) == []
