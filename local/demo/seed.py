"""Puts the demo org into a running stack: its tenant, inventory and competitors, and the competitors' stores."""

from __future__ import annotations

from typing import Any

import httpx

from local.demo.menus import PRODUCTS, STORES, menu_of
from local.stack.ports import Ports, offset_from_environment
from shared.gcp.clients import firestore

DEMO_ORG_ID = "org_thrive_syracuse"
DEMO_TENANT: dict[str, Any] = {
    "name": "Thrive Syracuse",
    "tierId": "pro",
    "timezone": "America/New_York",
    "status": "active",
    "ownerEmail": "owner@thrivesyracuse.example",
    "staffPhones": ["+13155550123"],
}
_CONSOLE_SECONDS = 10


def seed_demo_org() -> str:
    """Make the demo org as it is at the story's start, and return its id; safe to call again.

    Firestore is the one of `FIRESTORE_EMULATOR_HOST`, the console the one of `PORT_OFFSET`.

    Raises:
        httpx.HTTPError: the console cannot be reached or refuses a menu.
    """
    console = Ports(offset_from_environment()).url("console")
    open_demo_stores(console)
    client = firestore()
    batch = client.batch()
    for path, fields in demo_documents(console).items():
        batch.set(client.document(path), fields)
    batch.commit()
    return DEMO_ORG_ID


def open_demo_stores(console_url: str) -> None:
    """Give every demo store its menu of the story's start.

    Raises:
        httpx.HTTPError: the console cannot be reached or refuses a menu.
    """
    with httpx.Client(base_url=console_url, timeout=_CONSOLE_SECONDS, trust_env=False) as console:
        for store in STORES:
            console.put(f"/api/stores/{store.slug}", json=menu_of(store)).raise_for_status()


def demo_documents(console_url: str) -> dict[str, dict[str, Any]]:
    """Path and fields of each of the demo org's documents."""
    org = f"tenants/{DEMO_ORG_ID}"
    inventory = {
        f"{org}/inventory/{product.item_id}": {
            "name": product.name,
            "category": product.category,
            "price": float(product.price),
            "quantity": product.quantity,
            "reorderPoint": product.reorder_point,
        }
        for product in PRODUCTS
    }
    competitors = {
        f"{org}/competitors/{store.slug}": {"name": store.name, "menuUrl": f"{console_url}/stores/{store.slug}"}
        for store in STORES
    }
    return {org: DEMO_TENANT, **inventory, **competitors}
