"""Pictures of the dashboard for a signed-in user."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, expect

from local.browser import DESKTOP, ColorScheme, Window, new_context
from local.stack.accounts import sign_in_link

_PATIENCE_MILLISECONDS = 60_000


def take_picture(
    browser: Browser,
    public_url: str,
    uid: str,
    page_path: str,
    file: Path,
    *,
    window: Window = DESKTOP,
    colors: ColorScheme = "light",
) -> None:
    """Saves a PNG of the page at `page_path` once its content is shown.

    Raises:
        playwright.sync_api.Error, AssertionError: the page doesn't load within a minute.
    """
    context = new_context(browser, public_url, window=window, colors=colors)
    try:
        page = context.new_page()
        page.set_default_timeout(_PATIENCE_MILLISECONDS)
        page.goto(sign_in_link(public_url, uid).replace("/signin#", f"/signin?next={quote(page_path, safe='')}#"))
        expect(page.get_by_role("navigation", name="Main")).to_be_visible(timeout=_PATIENCE_MILLISECONDS)
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=_PATIENCE_MILLISECONDS)
        expect(page.locator(".mantine-Skeleton-root")).to_have_count(0, timeout=_PATIENCE_MILLISECONDS)
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file)
    finally:
        context.close()
