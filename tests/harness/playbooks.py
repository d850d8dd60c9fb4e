"""The org and the playbooks that the chaos test and the benchmarks run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.gcp import clients

ORG_ID = "org_harness"
PLAYBOOK_ID = "pb_harness"
NESTED_ID = "pb_nested"
ORDER_EVENT = "harness.order_placed"

_ORDER = {"id": "order", "action": "set", "params": {"values": {"number": "{{ event.number }}"}}}
_INBOX = {
    "id": "inbox",
    "action": "create_inbox_notification",
    "params": {"title": "Order {{ steps.order.number }}", "body": "It is on its way."},
}


def _mail_to(address: str) -> dict[str, Any]:
    params = {"to": address, "subject": "Order {{ steps.order.number }}", "text": "It is on its way."}
    return {"id": "mail", "action": "send_email", "params": params}


_MAIL = _mail_to("customer@example.com")
_RECEIPT = {
    "id": "receipt",
    "action": "set",
    "params": {"values": {"number": "{{ steps.order.number }}", "messageId": "{{ steps.mail.messageId }}"}},
}

THREE_STEPS = [_ORDER, _INBOX, _MAIL]
"""One step of each effect: none, idempotent, once."""
FOUR_STEPS = [*THREE_STEPS, _RECEIPT]
"""The last one needs what the email's receipt says."""

_EACH = {
    "id": "each",
    "action": "for_each",
    "params": {"items": ["ann", "bob"], "concurrency": 2, "steps": [_mail_to("{{ item }}@example.com")]},
}
_BOTH = {
    "id": "both",
    "action": "parallel",
    "params": {
        "branches": [
            {"name": "later", "steps": [{"id": "wait", "action": "wait", "params": {"seconds": 2}}]},
            {"name": "now", "steps": [_mail_to("carl@example.com")]},
        ]
    },
}
_RECEIPTS = {
    "id": "receipt",
    "action": "set",
    "params": {
        "values": {
            "number": "{{ steps.order.number }}",
            "messageId": "{{ steps.both.branches.now.mail.messageId }}",
            "mails": "{{ steps.each.count }}",
        }
    },
}
NESTED_STEPS = [_ORDER, _INBOX, _EACH, _BOTH, _RECEIPTS]
"""Steps in steps, at once and in turn, with a wait among them; three mails."""
NESTED_MAILS = ("each/0/mail", "each/1/mail", "both/now/mail")


def playbook(steps: list[dict[str, Any]], order_filter: str | None = None) -> dict[str, Any]:
    """An active playbook that runs by hand, on a schedule, or for an `ORDER_EVENT` that fits the filter."""
    placed = {"id": "placed", "type": "event", "eventName": ORDER_EVENT}
    return {
        "name": "Confirm the order",
        "status": "active",
        "orgId": ORG_ID,
        "ownerId": "owner",
        "version": 1,
        "triggers": [
            {"id": "by_hand", "type": "manual"},
            {"id": "nightly", "type": "schedule", "cron": "0 3 * * *", "timezone": "America/New_York"},
            {**placed, "filter": order_filter} if order_filter else placed,
        ],
        "steps": steps,
    }


def write_org_and_playbook(steps: list[dict[str, Any]]) -> None:
    """Write both where the clients of this process point."""
    write_org({PLAYBOOK_ID: playbook(steps)})


def write_org(playbooks: Mapping[str, dict[str, Any]]) -> None:
    """Write the org and these playbooks, by id, where the clients of this process point."""
    tenant = clients.firestore().collection("tenants").document(ORG_ID)
    tenant.set(
        {
            "name": "Harness",
            "tierId": "pro",
            "timezone": "America/New_York",
            "status": "active",
            "ownerEmail": "owner@example.com",
            "staffPhones": [],
            # Storms and benchmarks put all their runs into this one org.
            "maxConcurrentRuns": 1_000,
            "maxRunsPerMinute": 100_000,
        }
    )
    for playbook_id, document in playbooks.items():
        tenant.collection("playbooks").document(playbook_id).set(document)
