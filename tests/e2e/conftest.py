"""What end-to-end tests drive: the public API, the console, and an org of their own."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import pytest
from google.cloud.firestore import SERVER_TIMESTAMP

from clients.python.playbooks_client import Playbooks
from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.catalog.assignments import COLLECTION
from shared.catalog.files.load import catalog
from shared.gcp import clients
from tests.harness.eventually import PATIENCE_SECONDS

if TYPE_CHECKING:
    from tests.e2e.org import Org

ADVANCE_SECONDS = 5 * PATIENCE_SECONDS
"""Every job of every org that came due is run before the answer comes."""
_Value = TypeVar("_Value")
_POLL_SECONDS = 0.1


class Console:
    """The console's API (CONTRACT: outbox, clock, faults, demo stores)."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def outbox(self, channel: str | None = None) -> list[dict[str, Any]]:
        """What reached the stand-ins, oldest first."""
        answer = self._client.get("/api/outbox", params={"channel": channel} if channel else {})
        messages: list[dict[str, Any]] = answer.raise_for_status().json()
        return messages

    def advance(self, seconds: float) -> dict[str, Any]:
        """Move the clock of Cloud Tasks and Cloud Scheduler; `{now, fired}` when all of it was delivered."""
        answer = self._client.post("/api/clock/advance", json={"seconds": seconds}, timeout=ADVANCE_SECONDS)
        moved: dict[str, Any] = answer.raise_for_status().json()
        return moved

    def now(self) -> datetime:
        """What the clock of Cloud Tasks and Cloud Scheduler says."""
        return datetime.fromisoformat(self._client.get("/api/clock").raise_for_status().json()["now"])

    def fail(self, provider: str, *, status: int, times: int = 1, delay_seconds: float = 0) -> None:
        """Let the next `times` calls to a stand-in fail."""
        fault = {"provider": provider, "status": status, "times": times, "delaySeconds": delay_seconds}
        self._client.post("/api/faults", json=fault).raise_for_status()

    def faults(self) -> list[dict[str, Any]]:
        """The faults that no call has met yet."""
        pending: list[dict[str, Any]] = self._client.get("/api/faults").raise_for_status().json()["faults"]
        return pending

    def clear(self) -> None:
        """Empty the outbox and forget the faults."""
        self._client.delete("/api/outbox").raise_for_status()
        self._client.delete("/api/faults").raise_for_status()

    def set_store(self, slug: str, name: str, products: list[dict[str, Any]]) -> str:
        """Set a demo store's menu; returns the page's address."""
        self._client.put(f"/api/stores/{slug}", json={"name": name, "products": products}).raise_for_status()
        return f"{self._client.base_url}/stores/{slug}"


@pytest.fixture
def console(on_stack: Stack) -> Iterator[Console]:
    """The console, with an empty outbox and no faults."""
    with httpx.Client(base_url=on_stack.console_url, timeout=PATIENCE_SECONDS) as client:
        console = Console(client)
        console.clear()
        yield console
        console.clear()


@pytest.fixture
def api(on_stack: Stack) -> Iterator[httpx.Client]:
    """The public API through Hosting, with the cron credential."""
    headers = {"Authorization": f"Bearer {on_stack.cron_secret}"}
    with httpx.Client(base_url=on_stack.public_url, headers=headers, timeout=PATIENCE_SECONDS) as client:
        yield client


@pytest.fixture
def client(on_stack: Stack) -> Iterator[Playbooks]:
    """The Python client, with the cron credential."""
    with client_of(on_stack, on_stack.cron_secret) as client:
        yield client


def client_of(stack: Stack, token: str) -> Playbooks:
    """The Python client of whoever has the token."""
    return Playbooks(stack.public_url, token=token, timeout=PATIENCE_SECONDS)


@pytest.fixture
def org_id() -> str:
    """An org that no other test uses."""
    return f"org_{secrets.token_hex(6)}"


@pytest.fixture
def org(org_id: str, api: httpx.Client, client: Playbooks, console: Console) -> Iterator[Org]:
    """An org with an owner and a staff phone, which was welcomed before; its playbooks are deleted at the end."""
    from tests.e2e.org import OWNER_EMAIL, STAFF_PHONE, Org

    tenant = {"name": "Shop", "tierId": "pro", "timezone": "America/New_York", "status": "active"}
    contact = {"ownerEmail": OWNER_EMAIL, "staffPhones": [STAFF_PHONE]}
    reference = clients.firestore().document(f"tenants/{org_id}")
    # A new org's onboarding would write to its owner in the middle of the test.
    welcomed = {"name": "org.created", "data": {}, "onboardingStartedAt": SERVER_TIMESTAMP}
    reference.collection("events").document("org-created").set(welcomed)
    _decline_catalog(org_id)
    reference.set({**tenant, **contact})
    org = Org(org_id, api, client, console)
    yield org
    org.clear()


def _decline_catalog(org_id: str) -> None:
    """Let the org have deleted the playbooks of its plan, so that none is made for it.

    The Firestore emulator delivers one event at a time. Seven playbooks made and deleted for each test are ten
    seconds of events that the tests after it would wait behind, minutes of them at the end.
    """
    batch = clients.firestore().batch()
    for playbook_id in catalog():
        declined = {"orgId": org_id, "playbookId": playbook_id, "removed": True, "personPaused": True}
        batch.set(
            clients.firestore().document(assignment_path(org_id, playbook_id)), {**declined, "status": "paused"}
        )
    batch.commit()


def assignment_path(org_id: str, playbook_id: str) -> str:
    """Of the document that says whether the org has the playbook of its plan."""
    return f"{COLLECTION}/{org_id}_{playbook_id}"


@pytest.fixture
def agent(org: Org) -> dict[str, str]:
    """The header with an agent's key for the org."""
    return {"X-Api-Key": create_agent_key(org.id, "money_mike")}


def eventually(look: Callable[[], _Value | None], *, within: float = PATIENCE_SECONDS, what: str) -> _Value:
    """The first true value of `look()`; fails the test after `within` seconds, naming `what` was awaited."""
    deadline = time.monotonic() + within
    while True:
        value = look()
        if value:
            return value
        if time.monotonic() > deadline:
            pytest.fail(f"{what}: not within {within} s; last seen: {value!r}")
        time.sleep(_POLL_SECONDS)
