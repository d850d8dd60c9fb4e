"""What a page must not leave behind: errors and warnings in the console, refusals of its policy, requests off the
machine."""

from __future__ import annotations

import contextlib
import re

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Request, WebError

_HERE = ("http://127.0.0.1:", "data:", "blob:", "about:")
_LOUD = frozenset({"error", "warning"})


class Guard:
    """Of one test."""

    def __init__(self) -> None:
        self._contexts: list[BrowserContext] = []
        self._seen: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def watch(self, context: BrowserContext) -> None:
        """From now on, everything that its pages say and ask for."""
        self._contexts.append(context)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)

    def allow(self, pattern: str) -> None:
        """Expect messages that the pattern is found in, like `"status of 409"`."""
        self._allowed.append(re.compile(pattern))

    def collect(self) -> bool:
        """Take in what the browser has told and Playwright has not passed on; whether there was anything."""
        for page in (page for context in self._contexts for page in context.pages):
            with contextlib.suppress(Error):  # the test has closed it
                page.evaluate("() => new Promise(requestAnimationFrame)")
        return bool(self._seen)

    def check(self) -> None:
        """Fails the test where something is left that nobody expected."""
        left = [line for line in self._seen if not any(pattern.search(line) for pattern in self._allowed)]
        if left:
            pytest.fail("the page left in the browser's console:\n" + "\n".join(dict.fromkeys(left)), pytrace=False)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in _LOUD:
            self._seen.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self._seen.append(f"uncaught: {error.error}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(_HERE):
            self._seen.append(f"request off the machine: {request.method} {request.url}")
