"""A shop that the tests talk about."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.chat.language.names import Names
from shared.chat.topics.resolving import Org
from shared.tenants.tenant import parse_tenant

ZONE = "America/New_York"
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
"""A Wednesday, 10 in the morning in the shop."""
COMPETITORS = ("Green Leaf", "High Street", "Bud Barn East", "Bud Barn West", "The Herbal Room")
PLAYBOOKS = ("Price Alert", "Stock Alert", "Weekly Report", "Daily Intel", "Friday Safe Reminder")
NAMES = Names(competitors=COMPETITORS, products=("Blue Dream", "Gummies", "Edibles"), playbooks=PLAYBOOKS)
ORG = Org(
    tenant=parse_tenant(
        "org_1",
        {"name": "Shop", "ownerEmail": "owner@shop.example", "staffPhones": ["+13155550123"], "timezone": ZONE},
    ),
    now=NOW,
    names=NAMES,
    competitors={name.lower().replace(" ", "-"): name for name in COMPETITORS},
    my_email="me@shop.example",
)
