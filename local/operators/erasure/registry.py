"""Every Firestore collection and its personal data; erasure relies only on this list.

A test collects the collections from the source, rules and indexes, and fails if one is missing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Org(Enum):
    """How a document identifies its org."""

    BELOW = auto()
    """Below `tenants/{orgId}`."""
    FIELD = auto()
    """Its field `orgId`."""
    ID = auto()
    """Its id is the org's id."""
    NONE = auto()
    """Not tied to an org."""


class Customer(Enum):
    """A document's customer data, and what happens to it when the customer is erased."""

    NOTHING = auto()
    """None, only figures, settings or goods: kept."""
    RECORD = auto()
    """The customer's own document: deleted, last of all."""
    SALE = auto()
    """A sale, which tax law requires: kept, without the customer."""
    COPY = auto()
    """Copies of other documents: updated."""
    CONTACT = auto()
    """When the customer was last contacted, under a hash of the address: deleted."""
    MENTIONS = auto()
    """May mention customers: every name, address, number and id of the customer is removed."""
    PROOF = auto()
    """Hashes of opt-outs: kept, because the law requires opt-outs to outlast the rest."""


@dataclass(frozen=True, slots=True)
class Collection:
    """`path`: with `*` for the org and intermediate documents."""

    path: str
    org: Org
    customer: Customer
    staff: bool = False
    """Whether it contains staff data, deleted with the org or when they are removed as members."""


def _of_org(name: str, customer: Customer = Customer.NOTHING, *, staff: bool = False) -> Collection:
    return Collection(f"tenants/*/{name}", Org.BELOW, customer, staff)


def _by_field(name: str, customer: Customer = Customer.NOTHING, *, staff: bool = False) -> Collection:
    return Collection(name, Org.FIELD, customer, staff)


def _by_id(name: str, *, staff: bool = False) -> Collection:
    return Collection(name, Org.ID, Customer.NOTHING, staff)


def _of_nobody(name: str, customer: Customer = Customer.NOTHING) -> Collection:
    return Collection(name, Org.NONE, customer)


COLLECTIONS: tuple[Collection, ...] = (
    Collection("tenants", Org.ID, Customer.NOTHING, staff=True),
    # Written by the shop and its other systems.
    _of_org("customers", Customer.RECORD),
    _of_org("orders", Customer.SALE),
    _of_org("inventory"),
    _of_org("competitors"),
    _of_org("locations"),
    _of_org("secrets", staff=True),
    _of_org("webhook_subscriptions", staff=True),
    _of_org("campaigns", Customer.MENTIONS),
    _of_org("content", Customer.MENTIONS),
    _of_org("events", Customer.MENTIONS),
    _of_org("playbooks", Customer.MENTIONS, staff=True),
    _of_org("playbooks/*/versions", Customer.MENTIONS, staff=True),
    # Written by playbooks for the shop's people.
    _of_org("tasks", Customer.MENTIONS, staff=True),
    _of_org("files", Customer.MENTIONS),
    _of_org("campaign_drafts", Customer.MENTIONS),
    _of_org("pricing_suggestions"),
    _of_org("inventory_recommendations"),
    _of_org("margin_optimizations"),
    _of_org("competitive_actions"),
    _of_org("competitor_snapshots"),
    _of_org("suspect_snapshots"),
    # Kept by the product alongside these.
    _of_org("customer_shards", Customer.COPY),
    _of_org("order_days", Customer.COPY),
    _of_org("order_weeks", Customer.COPY),
    _of_org("sold_lines"),
    _of_org("shelf"),
    _of_org("shelf_changes"),
    _of_org("past_events", Customer.MENTIONS),
    _of_org("told_findings", Customer.MENTIONS),
    _of_org("applied_effects"),
    # Triggers.
    _by_field("playbook_schedules"),
    _by_field("playbook_summaries"),
    _by_field("playbook_event_listeners"),
    _by_field("playbook_hooks"),
    _by_field("playbook_event_waits", Customer.MENTIONS),
    _by_field("playbook_assignments"),
    _by_field("trigger_counts"),
    _by_field("debounced_events", Customer.MENTIONS),
    _by_id("run_gates"),
    # Runs and their results.
    _by_field("execution_summaries", Customer.MENTIONS),
    _by_field("bulk_jobs"),
    _by_field("approvals", Customer.MENTIONS, staff=True),
    _by_field("dead_letters", Customer.MENTIONS),
    _by_field("quarantine", Customer.MENTIONS),
    _by_field("cause_budgets"),
    # Notices and outgoing webhooks.
    _by_field("webhook_messages"),
    _by_field("webhook_deliveries"),
    _by_field("inbox_notifications", Customer.MENTIONS),
    _by_field("alert_deliveries", Customer.MENTIONS, staff=True),
    _by_field("alert_digests", Customer.MENTIONS),
    _by_field("digest_entries", Customer.MENTIONS),
    _by_field("chat_sessions", Customer.MENTIONS, staff=True),
    _by_id("notification_preferences", staff=True),
    _by_id("heartbeat_state"),
    _by_id("sms_rates"),
    # Messages to customers.
    _by_field("campaign_runs", Customer.MENTIONS),
    _by_field("campaign_pages", Customer.MENTIONS),
    _by_field("campaign_events"),
    _by_field("campaign_stats"),
    _by_field("customer_contacts", Customer.CONTACT),
    _by_field("customer_opt_outs", Customer.PROOF),
    _of_nobody("email_suppressions", Customer.PROOF),
    _of_nobody("sms_opt_outs", Customer.PROOF),
    _of_nobody("sms_replies", Customer.PROOF),
    # The org itself, and its members and agents.
    _by_field("members", staff=True),
    _by_field("agent_keys", staff=True),
    _by_field("drive_folders"),
    _by_field("daily_limits"),
    _by_field("usage"),
    _by_field("usage_shards"),
    _by_field("usage_roll_ups"),
    _by_id("pack_repairs"),
    # The product's own.
    _of_nobody("platform"),
    _of_nobody("provider_pauses"),
    _of_nobody("site_access"),
    _of_nobody("erasures", Customer.PROOF),
    # Last, because the runs' objects in Cloud Storage are found through these.
    _by_field("playbook_executions", Customer.MENTIONS, staff=True),
)


def known_names() -> frozenset[str]:
    """The last names of all paths."""
    return frozenset(one.path.rpartition("/")[2] for one in COLLECTIONS)


def of_org(org: Org) -> tuple[Collection, ...]:
    """Collections that identify their org this way."""
    return tuple(one for one in COLLECTIONS if one.org is org)
