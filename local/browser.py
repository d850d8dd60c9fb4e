"""Chromium under Playwright, for dashboard tests, the demo's picture and the README's pictures."""

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
    """Its size in CSS pixels."""

    width: int
    height: int


DESKTOP = Window(width=1280, height=800)
PHONE = Window(width=360, height=740)


@contextmanager
def running_browser(program: Path) -> Iterator[Browser]:
    """Runs a browser; meanwhile this thread can't start an event loop of its own."""
    with sync_playwright() as playwright:
        # No sandbox: it needs privileges that containers lack, and we only open our own pages.
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
    """A user in New York with American English, without animations, so that pictures are reproducible."""
    return browser.new_context(
        base_url=base_url,
        viewport={"width": window["width"], "height": window["height"]},
        color_scheme=colors,
        device_scale_factor=scale,
        locale="en-US",
        timezone_id="America/New_York",
        reduced_motion="reduce",
    )
