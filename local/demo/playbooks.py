"""The playbook document that the story's agent writes, as Firestore holds it."""

from __future__ import annotations

from typing import Any

LOW_STOCK_ID = "shelf-watch"

LOW_STOCK: dict[str, Any] = {
    "name": "Shelf Watch",
    "agent": "pops",
    "category": "inventory",
    "status": "active",
    "triggers": [{"type": "event", "eventName": "inventory.low_stock"}],
    "steps": [
        {
            "action": "notify",
            "agent": "pops",
            "params": {
                "channels": ["dashboard", "sms"],
                "subject": "Low stock: {{event.name}}",
                "body": "{{event.quantity}} left; we reorder below {{event.reorderPoint}}.",
            },
        },
    ],
}
