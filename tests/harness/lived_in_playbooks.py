"""Playbooks of the demo shop with a few weeks of use."""

from __future__ import annotations

from typing import Any

PRICE_WATCH = "competitor-price-watch"
WITH_APPROVAL = "weekend-markdown"
WITH_FAULT = "supplier-order"
WIN_BACK = "win-back"
THROTTLED = "review-requests"
REVIEWED = "review.requested"
"""The event that it listens to."""
_EASTERN = "America/New_York"


def _every(cron: str) -> dict[str, str]:
    return {"type": "schedule", "id": "schedule", "cron": cron, "timezone": _EASTERN}


def playbooks(console_url: str) -> dict[str, dict[str, Any]]:
    """By id. The last one can't run because its cron has minute 61; the wholesaler's page doesn't exist."""
    return {
        PRICE_WATCH: {
            "name": "Competitor price watch",
            "description": "Reads the competitors' menus every morning and tells you when one is 10% cheaper.",
            "agent": "ezal",
            "category": "Intelligence",
            "status": "active",
            "triggers": [_every("0 9 * * *"), {"type": "manual", "id": "manual"}],
            "steps": [
                {"id": "scan", "action": "scan_competitors", "agent": "ezal", "params": {}},
                {"id": "compare", "action": "analyze_pricing", "agent": "money_mike", "params": {}},
                {"id": "findings", "action": "analyze_competitive_intelligence", "agent": "ezal", "params": {}},
                {"id": "suggest", "action": "consume_competitive_actions", "params": {}},
                {
                    "id": "tell",
                    "action": "notify",
                    "condition": "{{money_mike.price_gap}} > 10",
                    "params": {
                        "channels": ["email", "dashboard"],
                        "subject": "{{money_mike.undercut[0].competitor}} is {{money_mike.price_gap}}% cheaper",
                        "body": "{{money_mike.undercut[0].product}}: {{money_mike.undercut[0].theirPriceText}} "
                        "there, {{money_mike.undercut[0].ourPriceText}} with us.",
                    },
                },
            ],
        },
        WITH_APPROVAL: {
            "name": "Weekend markdown",
            "description": "Finds slow sellers on Fridays and asks before marking anything down.",
            "agent": "money_mike",
            "category": "Pricing",
            "status": "active",
            "triggers": [_every("0 15 * * 5")],
            "steps": [
                {"id": "slow", "action": "slow_movers", "params": {}},
                {
                    "id": "ask",
                    "action": "wait_for_approval",
                    "params": {
                        "title": "Mark down the slowest sellers by 15% this weekend?",
                        "details": "They would be back at their usual prices on Monday.",
                    },
                },
                {
                    "id": "tell",
                    "action": "create_inbox_notification",
                    "params": {"title": "The weekend markdown is on", "body": "Prices go back on Monday."},
                },
            ],
        },
        WITH_FAULT: {
            "name": "Supplier order",
            "description": "Sends the list of low items to the wholesaler's order page on Mondays.",
            "agent": "pops",
            "category": "Inventory",
            "status": "active",
            "triggers": [_every("30 8 * * 1")],
            "steps": [
                {"id": "low", "action": "low_stock_report", "params": {}},
                {
                    "id": "order",
                    "action": "http_request",
                    "params": {"url": f"{console_url}/stores/upstate-wholesale/orders", "method": "POST"},
                },
            ],
        },
        WIN_BACK: {
            "name": "Quiet customers",
            "description": "Finds good customers who haven't visited lately, once a month.",
            "agent": "craig",
            "category": "Customers",
            "status": "active",
            "triggers": [_every("0 10 1 * *")],
            "steps": [
                {"id": "quiet", "action": "inactive_customers", "params": {}},
                {
                    "id": "tell",
                    "action": "create_inbox_notification",
                    "params": {
                        "title": "Good customers who haven't visited lately",
                        "body": "The list is in the run.",
                        "severity": "info",
                    },
                },
            ],
        },
        THROTTLED: {
            "name": "Review requests",
            "description": "Suggests customers to ask for a review, at most one an hour.",
            "category": "Customers",
            "status": "active",
            "triggers": [
                {"type": "event", "id": "asked", "eventName": REVIEWED, "throttle": {"runs": 1, "per": "hour"}}
            ],
            "steps": [
                {
                    "id": "note",
                    "action": "create_inbox_notification",
                    "params": {"title": "Ask {{event.customer}} for a review", "body": "They were here yesterday."},
                }
            ],
        },
        "restock-alert": {
            "name": "Restock alert",
            "description": "Texts the floor when something falls below its reorder point.",
            "agent": "pops",
            "category": "Inventory",
            "status": "paused",
            "triggers": [{"type": "event", "id": "event", "eventName": "inventory.low_stock"}],
            "steps": [
                {
                    "id": "tell",
                    "action": "create_inbox_notification",
                    "params": {
                        "title": "{{event.name}} is low",
                        "body": "{{event.quantity}} left.",
                        "severity": "warning",
                    },
                }
            ],
        },
        "birthday-treats": {
            "name": "Birthday treats",
            "description": "Wishes customers a happy birthday.",
            "agent": "craig",
            "category": "Customers",
            "status": "active",
            "triggers": [_every("61 9 * * *")],
            "steps": [{"id": "today", "action": "birthday_cohort", "params": {}}],
        },
    }
