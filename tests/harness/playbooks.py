"""The org and the playbooks that the chaos test and the benchmarks run."""

from __future__ import annotations

from typing import Any

from shared.gcp import clients

ORG_ID = "org_harness"
PLAYBOOK_ID = "pb_harness"
ORDER_EVENT = "harness.order_placed"

_ORDER = {"id": "order", "action": "set", "params": {"values": {"number": "{{ event.number }}"}}}
_INBOX = {
    "id": "inbox",
    "action": "create_inbox_notification",
    "params": {"title": "Order {{ steps.order.number }}", "body": "It is on its way."},
}
_MAIL = {
    "id": "mail",
    "action": "send_email",
    "params": {
        "to": "customer@example.com",
        "subject": "Order {{ steps.order.number }}",
        "text": "It is on its way.",
    },
}
_RECEIPT = {
    "id": "receipt",
    "action": "set",
    "params": {"values": {"number": "{{ steps.order.number }}", "messageId": "{{ steps.mail.messageId }}"}},
}

THREE_STEPS = [_ORDER, _INBOX, _MAIL]
"""One step of each effect: none, idempotent, once."""
FOUR_STEPS = [*THREE_STEPS, _RECEIPT]
"""The last one needs what the email's receipt says."""


def playbook(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """An active playbook that runs by hand, on a schedule, or for an `ORDER_EVENT`."""
    return {
        "name": "Confirm the order",
        "status": "active",
        "orgId": ORG_ID,
        "ownerId": "owner",
        "version": 1,
        "triggers": [
            {"id": "by_hand", "type": "manual"},
            {"id": "nightly", "type": "schedule", "cron": "0 3 * * *", "timezone": "America/New_York"},
            {"id": "placed", "type": "event", "eventName": ORDER_EVENT},
        ],
        "steps": steps,
    }


def write_org_and_playbook(steps: list[dict[str, Any]]) -> None:
    """Write both where the clients of this process point."""
    tenant = clients.firestore().collection("tenants").document(ORG_ID)
    tenant.set(
        {
            "name": "Harness",
            "tierId": "pro",
            "timezone": "America/New_York",
            "status": "active",
            "ownerEmail": "owner@example.com",
            "staffPhones": [],
        }
    )
    tenant.collection("playbooks").document(PLAYBOOK_ID).set(playbook(steps))
