"""Every collection of the product, with one document in each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.rules.rest import RestClient

ORG = "org_rules_a"
OTHER_ORG = "org_rules_b"
CREATED = datetime(2026, 1, 5, 12, tzinfo=UTC)

PLAYBOOK: dict[str, Any] = {
    "name": "Price alert",
    "agent": "money_mike",
    "category": "pricing",
    "status": "draft",
    "triggers": [{"type": "manual"}],
    "steps": [{"action": "scan_competitors", "params": {}}],
    "orgId": ORG,
}
ITEM = {"name": "Blue Dream", "category": "flower", "price": 35.5, "quantity": 10, "reorderPoint": 3}
EVENT = {"name": "order.completed", "data": {"total": 12}}
COMPETITOR = {"name": "Green Leaf", "menuUrl": "https://green.example/menu"}

# Below tenants/{orgId}/.
ORG_COLLECTIONS: dict[str, dict[str, Any]] = {
    "playbooks": {
        **PLAYBOOK,
        "ownerId": "somebody",
        "version": 3,
        "createdAt": CREATED,
    },
    "inventory": ITEM,
    "events": EVENT,
    "competitors": COMPETITOR,
    "competitor_snapshots": {"competitorId": "c1"},
    "competitive_actions": {"type": "price_adjustment"},
    "pricing_suggestions": {"status": "open"},
    "campaign_drafts": {"status": "open"},
    "inventory_recommendations": {"status": "open"},
    "margin_optimizations": {"status": "open"},
    "campaigns": {"name": "Sale"},
    "content": {"title": "Strain guide", "status": "draft"},
    "customers": {"name": "Ann"},
    "files": {"name": "report.html"},
    "locations": {"name": "Main Street"},
    "notes": {"title": "Counted"},
    "orders": {"total": 12.5},
    "products": {"name": "Blue Dream"},
    "tasks": {"title": "Count", "status": "open"},
}
PERSONAL = frozenset({"customers", "events", "orders", "playbooks"})
"""Of the shop's customers, or with other systems' keys: nothing for viewers."""
PERSONAL_RUNS = frozenset(
    {"playbook_executions", "playbook_event_listeners", "dead_letters", "approvals", "bulk_jobs"}
)
"""The same at the top."""
AUTHORED = frozenset({"playbooks", "inventory", "events", "competitors"})

# At the top, told apart by their field orgId.
TOP_COLLECTIONS: dict[str, str] = {
    "playbook_executions": "run-1",
    "execution_summaries": "run-1",
    "bulk_jobs": "job-1",
    "campaign_stats": f"{ORG}_welcome",
    "playbook_summaries": f"{ORG}_pb",
    "playbook_schedules": f"{ORG}_pb",
    "playbook_event_listeners": "listener-1",
    "playbook_assignments": f"{ORG}_daily-intel",
    "dead_letters": "run-1",
    "approvals": "approval-1",
    "inbox_notifications": "note-1",
    "usage": f"{ORG}-2026-11",
}
PREFERENCES = f"notification_preferences/{ORG}"
AGENT_KEY = "agent_keys/0123456789abcdef"
UNNAMED = "something_else/1"
DOCUMENT_ID = "doc-1"


def org_path(collection: str, document_id: str = DOCUMENT_ID, org_id: str = ORG) -> str:
    """A document below an org."""
    return f"tenants/{org_id}/{collection}/{document_id}"


def member_documents() -> list[str]:
    """Every document that a member of any role may read."""
    return [
        f"tenants/{ORG}",
        *(org_path(name) for name in ORG_COLLECTIONS if name not in PERSONAL),
        *(f"{name}/{document_id}" for name, document_id in TOP_COLLECTIONS.items() if name not in PERSONAL_RUNS),
        PREFERENCES,
    ]


def seed(server: RestClient) -> None:
    """Write all of it anew."""
    server.put(
        {
            f"tenants/{ORG}": {"name": "A", "staffPhones": ["+13155550100"]},
            **{org_path(name): data for name, data in ORG_COLLECTIONS.items()},
            **{f"{name}/{document_id}": {"orgId": ORG} for name, document_id in TOP_COLLECTIONS.items()},
            PREFERENCES: {"usage_alert": {"email": True}},
            AGENT_KEY: {"orgId": ORG, "hash": "x"},
            UNNAMED: {"orgId": ORG},
            org_path("secrets"): {"orgId": ORG},
        }
    )
