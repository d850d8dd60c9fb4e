"""A shop of a test's own, as its people see it: in a browser, and through the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, expect

from local.browser import DESKTOP, ColorScheme, Window, new_context
from local.stack.accounts import Account, sign_in_link, sign_up
from local.stack.running import Stack
from shared.api.principal import Role
from shared.gcp import clients
from tests.browser.guard import Guard
from tests.e2e.conftest import eventually
from tests.e2e.org import Org
from tests.harness.eventually import PATIENCE_SECONDS
from tests.harness.locks import WAIT_FOR_LOCK

PATIENCE_MILLISECONDS = PATIENCE_SECONDS * 1000
"""How long a page may take; the machine may be busy."""


@dataclass(slots=True)
class Shop:
    """`org` has what a test does behind the page's back: playbooks, runs, the clock (`org.console`)."""

    org: Org
    stack: Stack
    browser: Browser
    guard: Guard
    _accounts: dict[Role, Account] = field(default_factory=dict)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _clients: list[httpx.Client] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The org's."""
        return self.org.id

    def account(self, role: Role = "owner") -> Account:
        """The shop's account of that role, made when it is first asked for."""
        if role not in self._accounts:
            self._accounts[role] = sign_up(self.stack, orgId=self.id, role=role)
        return self._accounts[role]

    def sign_in(
        self, role: Role = "owner", path: str = "/", *, window: Window = DESKTOP, colors: ColorScheme = "light"
    ) -> Page:
        """The page at `path` as somebody of that role sees it, in a browser profile of its own."""
        return self._open(self.account(role), path, window, colors)

    def stranger(self, path: str = "/") -> Page:
        """The page at `path` as the owner of another org sees it."""
        return self._open(sign_up(self.stack, orgId=f"{self.id}_other", role="owner"), path, DESKTOP, "light")

    def new_page(self, *, window: Window = DESKTOP, colors: ColorScheme = "light") -> Page:
        """An empty page of somebody who is not signed in."""
        context = new_context(self.browser, self.stack.public_url, window=window, colors=colors)
        self._contexts.append(context)
        self.guard.watch(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.set_default_navigation_timeout(PATIENCE_MILLISECONDS)
        return page

    def api(self, role: Role = "owner") -> httpx.Client:
        """The public API (`/api/...`) as somebody of that role calls it."""
        headers = {"Authorization": f"Bearer {self.account(role).id_token}"}
        client = httpx.Client(base_url=self.stack.public_url, headers=headers, timeout=PATIENCE_SECONDS)
        self._clients.append(client)
        return client

    def write(self, path: str, document: Mapping[str, Any]) -> None:
        """Set the document at the whole `path` (`inbox_notifications/x`) as the server does, past the rules."""
        clients.firestore().document(path).set(dict(document), retry=WAIT_FOR_LOCK)

    def update(self, path: str, **fields: Any) -> None:
        """Change the fields of the document at `path` as the server does, past the rules."""
        clients.firestore().document(path).update(fields, retry=WAIT_FOR_LOCK)

    def delete(self, path: str) -> None:
        """Delete the document at `path` as the server does, past the rules."""
        clients.firestore().document(path).delete(retry=WAIT_FOR_LOCK)

    def read(self, path: str) -> dict[str, Any]:
        """The document's fields; empty where there is none."""
        return clients.firestore().document(path).get().to_dict() or {}

    def until_listed(self, playbook_id: str) -> None:
        """Wait until the playbook is among those that the API lists; a function writes its summary."""
        summary = f"playbook_summaries/{self.id}_{playbook_id}"
        eventually(lambda: self.read(summary), what=f"{summary} is written")

    def path(self, below: str) -> str:
        """The whole path of what lies below the org, like `competitors/x`."""
        return f"tenants/{self.id}/{below}"

    def take_pictures(self, stem: Path) -> None:
        """Of every page that is open."""
        stem.parent.mkdir(parents=True, exist_ok=True)
        pages = [page for context in self._contexts for page in context.pages if not page.is_closed()]
        for number, page in enumerate(pages, start=1):
            page.screenshot(path=f"{stem}.{number}.png", full_page=True)

    def close(self) -> None:
        """Every page and client."""
        for context in self._contexts:
            context.close()
        for client in self._clients:
            client.close()

    def _open(self, account: Account, path: str, window: Window, colors: ColorScheme) -> Page:
        page = self.new_page(window=window, colors=colors)
        link = sign_in_link(self.stack.public_url, account.uid)
        page.goto(link.replace("/signin#", f"/signin?next={quote(path, safe='')}#"))
        expect(page.get_by_role("navigation", name="Main", include_hidden=True)).to_be_attached()
        page.wait_for_url(lambda url: "/signin" not in url)
        return page
