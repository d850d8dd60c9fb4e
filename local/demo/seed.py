"""Seeds a running stack with the demo org: tenant, shop, competitors and their stores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

import httpx

from local.demo.menus import STORES, menu_of
from local.demo.shop import shop_documents
from local.stack.ports import Ports, offset_from_environment
from shared.documents.org import org_path
from shared.gcp.clients import firestore

DEMO_ORG_ID = "org_thrive_syracuse"
DEMO_TENANT: dict[str, Any] = {
    "name": "Thrive Syracuse",
    "tierId": "pro",
    "timezone": "America/New_York",
    "status": "active",
    "ownerEmail": "owner@thrivesyracuse.example",
    "postalAddress": "412 Erie Boulevard West, Syracuse, NY 13204",
    "driveFolderIds": ["1a2B3c4D5e6F7g8H9i0J"],
    "staffPhones": ["+13155550123"],
}
_CONSOLE_SECONDS = 10
_WRITES_PER_COMMIT = 400

T = TypeVar("T")


def seed_demo_org() -> str:
    """Creates the demo org in its initial state and returns its id; safe to repeat.

    Uses the Firestore of `FIRESTORE_EMULATOR_HOST` and the console of `PORT_OFFSET`.

    Raises:
        httpx.HTTPError: the console cannot be reached or refuses a menu.
    """
    console = Ports(offset_from_environment()).url("console")
    open_demo_stores(console)
    write_documents(demo_documents(console))
    return DEMO_ORG_ID


def write_documents(documents: Mapping[str, Mapping[str, Any]]) -> None:
    """Writes documents in batches."""
    client = firestore()
    for some in _batches(documents.items(), _WRITES_PER_COMMIT):
        batch = client.batch()
        for path, fields in some:
            batch.set(client.document(path), dict(fields))
        batch.commit()


def _batches(everything: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(everything)
    while some := list(islice(rest, size)):
        yield some


def open_demo_stores(console_url: str) -> None:
    """Sets every demo store's initial menu.

    Raises:
        httpx.HTTPError: the console cannot be reached or refuses a menu.
    """
    with httpx.Client(base_url=console_url, timeout=_CONSOLE_SECONDS, trust_env=False) as console:
        for store in STORES:
            console.put(f"/api/stores/{store.slug}", json=menu_of(store)).raise_for_status()


def demo_documents(
    console_url: str, now: datetime | None = None, org_id: str = DEMO_ORG_ID
) -> dict[str, dict[str, Any]]:
    """Path and fields of the demo org's documents, including the shop's sixty days up to `now`."""
    org = org_path(org_id)
    competitors = {
        f"{org}/competitors/{store.slug}": {
            "name": store.name,
            "menuUrl": f"{console_url}/stores/{store.slug}",
            "priority": priority,
        }
        for priority, store in enumerate(STORES, start=1)
    }
    return {org: DEMO_TENANT, **competitors, **shop_documents(org, now or datetime.now(UTC))}
