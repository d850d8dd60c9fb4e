"""A shop whose tills write orders and customers, and whose events are told late, twice and in any order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from shared.gcp.clients import firestore
from shared.retail.packs import customer_shards, order_days
from tests.unit.steps.fakes import NOW

ORG = "org_1"
ORDERS, CUSTOMERS, ITEMS = 6, 5, 4
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """A write of a document, as it is told."""

    collection: str
    id: str
    days: tuple[str, ...] = ()

    def tell(self, now: datetime = NOW) -> None:
        """Have it handled."""
        if self.collection == "orders":
            order_days.keep_up(ORG, self.id, self.days, now)
        else:
            customer_shards.keep_up(ORG, self.id, now)


@dataclass
class Shop:
    """What was written and not told yet is in `untold`."""

    untold: list[Event] = field(default_factory=list)

    def write(self, collection: str, document_id: str, fields: Fields | None) -> None:
        """Write or delete a document."""
        reference = firestore().document(f"tenants/{ORG}/{collection}/{document_id}")
        before = reference.get().to_dict() or {}
        if fields is None:
            reference.delete()
        else:
            reference.set(dict(fields))
        placed = [state.get("placedAt") for state in (before, fields or {})]
        days = tuple(order_days.day_name(one) for one in placed if isinstance(one, datetime))
        self.untold.append(Event(collection, document_id, days))


_INSTANTS = st.one_of(
    st.integers(0, 3 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    st.integers(-2, 100 * 24).map(lambda hours: NOW - timedelta(hours=hours)),
)
_AMOUNTS = st.one_of(
    st.integers(0, 50_000).map(lambda cents: cents / 100),
    st.sampled_from(("$12.50", "1,299.00", 7, 0, -4.5, "lots", None, [3])),
)
_UNITS = st.sampled_from((1, 2, 3.5, 0.1, 0.2, -1, "2", None, "many"))
_CUSTOMER_IDS = st.sampled_from(("c0", "c1", "c2", "c3", "c4", "gone", 420, None))
_LINES = st.fixed_dictionaries(
    {
        "itemId": st.sampled_from(("i0", "i1", "i2", "i3", "unknown", None)),
        "name": st.sampled_from(("Item 0", "item  1", "Item 2", "Something", "420")),
        "quantity": _UNITS,
        "price": _AMOUNTS,
    },
    optional={"category": st.sampled_from(("Flower", "flower", "Vapes", "", None)), "~t": st.just("x")},
)
_ORDER = st.fixed_dictionaries(
    {"placedAt": _INSTANTS, "total": _AMOUNTS},
    optional={
        "status": st.sampled_from(("completed", "completed", "pending", "cancelled", "refunded", "paid", None)),
        "customerId": _CUSTOMER_IDS,
        "locationId": st.sampled_from(("downtown", "westcott", None)),
        "campaignId": st.sampled_from(("spring", "nobody knows")),
        "items": st.lists(_LINES, max_size=3),
        "note": st.just("what the product does not know"),
    },
)
_CUSTOMER = st.fixed_dictionaries(
    {"name": st.sampled_from(("Ann", "Bob", None, 7, ["no"]))},
    optional={
        "email": st.sampled_from(("ann@mail.example", "bob@mail.example", b"bytes@mail.example")),
        "phone": st.just("+13155550123"),
        "birthday": st.sampled_from(("11-23", "1990-11-25", "02-29", "soon", NOW)),
        "createdAt": _INSTANTS,
        "lastOrderAt": st.one_of(_INSTANTS, st.just("2026-11-01")),
        "orderCount": st.sampled_from((0, 1, 6, "3", "many")),
        "totalSpent": _AMOUNTS,
        "loyaltyPoints": st.sampled_from((0, 10, 2.5)),
        "loyaltyTier": st.sampled_from(("Gold", "", None)),
        "emailOptOut": st.sampled_from((True, False, "who knows")),
    },
)

WRITES = st.one_of(
    st.tuples(
        st.just("orders"), st.integers(0, ORDERS - 1).map(lambda number: f"o{number}"), st.one_of(_ORDER, st.none())
    ),
    st.tuples(
        st.just("customers"),
        st.integers(0, CUSTOMERS - 1).map(lambda number: f"c{number}"),
        st.one_of(_CUSTOMER, st.none()),
    ),
)
"""Collection, id and fields; None for what is deleted."""


def fixed_documents() -> dict[str, dict[str, Any]]:
    """What is the same in every shop."""
    org = f"tenants/{ORG}"
    items = {
        f"{org}/inventory/i{number}": {
            "name": f"Item {number}",
            "category": ("Flower", "Vapes")[number % 2],
            "price": 10 + number,
            "cost": 4.5,
            "quantity": 3 * number,
            "reorderPoint": 4,
            "supplier": ("Grower", "")[number % 2],
            "createdAt": NOW - timedelta(days=20 * number + 1),
        }
        for number in range(ITEMS)
    }
    return {
        org: {"name": "Thrive", "status": "active"},
        **items,
        f"{org}/locations/downtown": {"name": "Downtown"},
        f"{org}/campaigns/spring": {"name": "Spring", "cost": 50, "startsAt": NOW - timedelta(days=40)},
    }
