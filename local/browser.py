"""A Chromium under Playwright, for the tests of the dashboard, the demo's picture and those in the README."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypedDict

from playwright.sync_api import Browser, BrowserContext, sync_playwright

ColorScheme = Literal["light", "dark"]
_QUIET = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Window(TypedDict):
    """How large it is, in CSS pixels."""

    width: int
    height: int


DESKTOP = Window(width=1280, height=800)
PHONE = Window(width=360, height=740)


@contextmanager
def running_browser(program: Path) -> Iterator[Browser]:
    """The browser, until the end; while it runs, this thread can start no event loop of its own."""
    with sync_playwright() as playwright:
        # Without its sandbox, because that needs rights which containers do not give; it opens our own pages alone.
        browser = playwright.chromium.launch(
            executable_path=program, chromium_sandbox=False, args=list(_QUIET), headless=True
        )
        try:
            yield browser
        finally:
            browser.close()


def new_context(
    browser: Browser, base_url: str, *, window: Window = DESKTOP, colors: ColorScheme = "light", scale: float = 1
) -> BrowserContext:
    """Somebody in New York who reads American English; nothing moves by itself, so that pictures are the same."""
    return browser.new_context(
        base_url=base_url,
        viewport={"width": window["width"], "height": window["height"]},
        color_scheme=colors,
        device_scale_factor=scale,
        locale="en-US",
        timezone_id="America/New_York",
        reduced_motion="reduce",
    )
