"""The two playbook documents that the story's agent writes, as Firestore holds them."""

from __future__ import annotations

from typing import Any

PRICE_ALERT_ID = "competitor-price-alert"
LOW_STOCK_ID = "low-stock-alert"

_DEEPEST = "money_mike.undercut[0]"

PRICE_ALERT: dict[str, Any] = {
    "name": "Competitor Price Alert",
    "agent": "money_mike",
    "category": "competitive",
    "status": "active",
    "triggers": [{"type": "schedule", "cron": "0 9 * * *", "timezone": "America/New_York"}],
    "steps": [
        {"action": "scan_competitors", "agent": "ezal", "params": {}},
        {"action": "analyze_pricing", "agent": "money_mike", "params": {}},
        {
            "action": "notify",
            "condition": "{{money_mike.price_gap}} > 10",
            "params": {
                "to": "{{user.email}}",
                "subject": "🚨 A competitor is {{money_mike.price_gap}}% below us",
                "body": (
                    f"{{{{{_DEEPEST}.competitor}}}} sells {{{{{_DEEPEST}.product}}}} for "
                    f"{{{{{_DEEPEST}.theirPrice | money}}}}; our price is {{{{{_DEEPEST}.ourPrice | money}}}}."
                ),
            },
        },
    ],
}

LOW_STOCK: dict[str, Any] = {
    "name": "Low Stock Alert",
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
