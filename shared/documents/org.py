"""An org's document, and names of the collections that several rooms use, below it and at the top of the database.

A collection that only one room uses has its name in that room (`COLLECTION`); `org_path` makes its paths as well.
"""

from __future__ import annotations

TENANTS = "tenants"

CAMPAIGNS = "campaigns"
CAMPAIGN_DRAFTS = "campaign_drafts"
COMPETITIVE_ACTIONS = "competitive_actions"
COMPETITOR_SNAPSHOTS = "competitor_snapshots"
COMPETITORS = "competitors"
CONTENT = "content"
CUSTOMERS = "customers"
EVENTS = "events"
INVENTORY = "inventory"
INVENTORY_RECOMMENDATIONS = "inventory_recommendations"
LOCATIONS = "locations"
MARGIN_OPTIMIZATIONS = "margin_optimizations"
ORDERS = "orders"
PLAYBOOKS = "playbooks"
PRICING_SUGGESTIONS = "pricing_suggestions"
MEMBERS = "members"
"""Written by `api`; chat reads an org's names and addresses."""
PLAYBOOK_ASSIGNMENTS = "playbook_assignments"
"""Written by `catalog`; billing counts their runs."""


def org_path(org_id: str, *names: str) -> str:
    """The path of the org's document, or of a collection (one name) or document (two names) below it."""
    return "/".join((TENANTS, org_id, *names))
