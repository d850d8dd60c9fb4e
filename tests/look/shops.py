"""Shops whose mails are looked at: one with nothing, one with one of everything, a large one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from local.demo.seed import DEMO_ORG_ID, demo_documents, open_demo_stores, write_documents
from tests.emulator.catalog_shop import open_empty, open_full
from tests.emulator.demo_runs import Demo

TIMES = 400
"""How much more a large shop sells than the demo's."""
MORE = 60
"""How many more customers and items, each like one of the demo's, with a name of its own."""
ONE_OF_EACH = (
    "customers/customer-01",
    "competitors/higher-level-syracuse",
    "locations/downtown",
    "content/about-us",
)


def open_small(demo: Demo) -> Demo:
    """Two items, of which one is low; one customer, one competitor, one order yesterday and one the week before."""
    open_empty(demo)
    open_demo_stores(demo.stack.console_url)
    tenant, now = f"tenants/{DEMO_ORG_ID}", datetime.now(UTC)
    whole = demo_documents(demo.stack.console_url)
    item = whole[f"{tenant}/inventory/blue-dream-3-5g"]
    line = {"itemId": "blue-dream-3-5g", "name": item["name"], "category": item["category"]}
    order = {"total": 40.0, "status": "completed", "customerId": "customer-01", "locationId": "downtown"}
    order |= {"items": [{**line, "quantity": 1, "price": 40.0}]}
    documents = {f"{tenant}/{path}": whole[f"{tenant}/{path}"] for path in ONE_OF_EACH}
    documents |= {
        f"{tenant}/inventory/blue-dream-3-5g": {**item, "quantity": 1},
        f"{tenant}/inventory/og-kush-3-5g": {**item, "name": "OG Kush 3.5g", "quantity": 40},
        f"{tenant}/orders/o1": {**order, "placedAt": now - timedelta(days=1)},
        f"{tenant}/orders/o2": {**order, "placedAt": now - timedelta(days=8)},
        f"{tenant}/campaign_drafts/d1": {"name": "Hello", "status": "pending", "body": "Hi", "createdAt": now},
        f"{tenant}/content/menu": {
            "title": "Menu",
            "status": "pending_review",
            "createdAt": now - timedelta(days=1),
        },
    }
    write_documents(documents)
    return demo


def open_large(demo: Demo) -> Demo:
    """Sells for millions, with long lists of everything and names as long as people make them."""
    open_full(demo)
    tenant = f"tenants/{DEMO_ORG_ID}"
    whole = demo_documents(demo.stack.console_url)
    changed: dict[str, dict[str, Any]] = {}
    for path, fields in whole.items():
        if path.startswith(f"{tenant}/orders/"):
            items = [{**one, "quantity": one["quantity"] * TIMES} for one in fields["items"]]
            changed[path] = {**fields, "total": fields["total"] * TIMES, "items": items}
    for name, change in (("customers", _richer), ("inventory", _low)):
        found = [(path, fields) for path, fields in whole.items() if path.startswith(f"{tenant}/{name}/")]
        for number in range(MORE):
            path, fields = found[number % len(found)]
            changed[f"{path}-{number}"] = change(fields, number)
    write_documents(changed)
    return demo


def _richer(fields: Mapping[str, Any], number: int) -> dict[str, Any]:
    name = f"{fields['name']} {'Featherstonehaugh-Cholmondeley ' * (number % 3 == 0)}the {number + 2}nd"
    return {**fields, "name": name, "totalSpent": fields["totalSpent"] * TIMES, "email": f"c{number}@shop.example"}


def _low(fields: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {
        **fields,
        "name": f"{fields['name']} {'Limited Harvest Reserve ' * (number % 4)}No. {number}",
        "quantity": 1,
    }


SHOPS: Mapping[str, Callable[[Demo], Demo]] = MappingProxyType(
    {"empty": open_empty, "small": open_small, "large": open_large}
)
