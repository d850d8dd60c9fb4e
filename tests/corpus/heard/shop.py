"""The one shop that the corpus is about: what is known of it when somebody speaks.

Its names are chosen to be mistaken for words of time and amount: a competitor called Sunday Provisions, a product
called Weekend Haze. It is Wednesday, February 3, 2027, 10 in the morning.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.corpus.heard.when import NOW, ZONE

ORG = "org_northside"
ME = "sam@northside.example"
COMPETITORS = {
    "green-leaf": "Green Leaf",
    "harvest-house": "Harvest House",
    "cloud-nine": "Cloud Nine",
    "bay-street": "Bay Street Buds",
    "sunday-provisions": "Sunday Provisions",
}
_PRODUCTS = (
    # id, name, category, price, cost, quantity, reorder point
    ("blue-dream", "Blue Dream 3.5g", "Flower", 35, 18, 42, 12),
    ("sour-diesel", "Sour Diesel 3.5g", "Flower", 32, 17, 4, 10),
    ("weekend-haze", "Weekend Haze 3.5g", "Flower", 30, 16, 25, 8),
    ("mango-gummies", "Mango Gummies 100mg", "Edibles", 18, 9, 3, 15),
    ("peach-gummies", "Peach Gummies 100mg", "Edibles", 18, 9, 60, 15),
    ("dark-chocolate", "Dark Chocolate Bar", "Edibles", 22, 11, 30, 6),
    ("wedding-cake", "Wedding Cake Pre-Roll", "Pre-Rolls", 12, 5, 0, 10),
    ("og-cart", "OG Kush Cartridge", "Vapes", 40, 22, 18, 6),
    ("cbd-tincture", "Calm CBD Tincture", "Tinctures", 45, 20, 9, 4),
    ("glass-pipe", "Glass Pipe", "Accessories", 25, 8, 14, 3),
)
_YESTERDAY = (84.0, 120.0, 36.0)
"""What yesterday's orders came to: $240."""


def products() -> tuple[str, ...]:
    """Their names and categories."""
    return tuple(dict.fromkeys(part for one in _PRODUCTS for part in (one[1], one[2])))


def documents() -> dict[str, dict[str, Any]]:
    """Path and fields of everything but the playbooks that come with the tier."""
    org = f"tenants/{ORG}"
    tenant = {
        "name": "Northside Wellness",
        "tierId": "enterprise",
        "timezone": ZONE,
        "status": "active",
        "ownerEmail": ME,
        "staffPhones": ["+13155550142"],
        "postalAddress": "18 Bridge Street, Syracuse, NY 13204",
        "driveFolderIds": ["folder-1"],
        "profileCompletedAt": NOW - timedelta(days=90),
    }
    return {
        org: tenant,
        **{
            f"{org}/competitors/{one}": {"name": name, "menuUrl": f"https://{one}.example/menu", "priority": number}
            for number, (one, name) in enumerate(COMPETITORS.items(), start=1)
        },
        **{f"{org}/inventory/{one[0]}": _item(*one) for one in _PRODUCTS},
        **{f"{org}/orders/{one}": fields for one, fields in _orders().items()},
        **{f"{org}/customers/c{number}": fields for number, fields in enumerate(_customers(), start=1)},
        **{f"{org}/locations/{one.lower()}": {"name": one} for one in ("Downtown", "Eastwood")},
        **{f"{org}/playbooks/{one}": {**fields, "orgId": ORG} for one, fields in playbooks().items()},
        **{f"playbook_executions/{one}": fields for one, fields in _runs().items()},
        f"{org}/competitor_snapshots/green-leaf-1": _snapshot("green-leaf", 28.0),
        f"{org}/competitor_snapshots/harvest-house-1": _snapshot("harvest-house", 37.0),
        f"{org}/campaign_drafts/valentine": {
            "title": "Valentine's Gummies",
            "name": "Valentine's Gummies",
            "status": "draft",
            "message": "Two for one on Peach Gummies through Sunday.",
            "createdAt": NOW - timedelta(days=1),
        },
        "members/u1": {"orgId": ORG, "email": ME, "name": "Sam Rivera", "role": "owner"},
        "members/u2": {"orgId": ORG, "email": "dana@northside.example", "name": "Dana Cole", "role": "editor"},
        "members/u3": {"orgId": ORG, "email": "vic@northside.example", "name": "Vic Adler", "role": "viewer"},
        f"usage/{ORG}-2027-02": {"orgId": ORG, "costUsd": 12.4, "emailsUsed": 212, "smsInternalUsed": 9},
    }


def _item(
    _id: str, name: str, category: str, price: float, cost: float, quantity: int, reorder: int
) -> dict[str, Any]:
    about = {
        "name": name,
        "category": category,
        "price": price,
        "cost": cost,
        "createdAt": NOW - timedelta(days=80),
    }
    return {**about, "quantity": quantity, "reorderPoint": reorder, "supplier": "Upstate Wholesale"}


def _orders() -> dict[str, dict[str, Any]]:
    """Three yesterday, two on each of the thirty days before it."""
    found = {}
    for days in range(1, 32):
        for number, total in enumerate(_YESTERDAY if days == 1 else (75.0, 55.0)):
            item = _PRODUCTS[(days + number) % len(_PRODUCTS)]
            line = {"itemId": item[0], "name": item[1], "category": item[2], "quantity": 1, "price": total}
            found[f"o{days:02}{number}"] = {
                "placedAt": NOW - timedelta(days=days) + timedelta(hours=number),
                "total": total,
                "status": "completed",
                "customerId": f"c{1 + (days + number) % 4}",
                "locationId": "downtown",
                "items": [line],
            }
    return found


def _customers() -> list[dict[str, Any]]:
    shared = {"emailOptIn": True, "createdAt": NOW - timedelta(days=300)}
    return [
        {**shared, "name": "Ada Stone", "email": "ada@mail.example", "orderCount": 30, "totalSpent": 2400.0},
        {**shared, "name": "Ben Hall", "email": "ben@mail.example", "orderCount": 6, "totalSpent": 320.0},
        {**shared, "name": "Cleo Park", "email": "cleo@mail.example", "orderCount": 2, "totalSpent": 90.0},
        {**shared, "name": "Dev Shah", "email": "dev@mail.example", "orderCount": 1, "totalSpent": 40.0},
    ]


def _snapshot(competitor: str, blue_dream: float) -> dict[str, Any]:
    product = {"name": "Blue Dream 3.5g", "category": "Flower", "price": blue_dream}
    return {
        "competitorId": competitor,
        "takenAt": NOW - timedelta(hours=2),
        "seenAt": NOW - timedelta(hours=2),
        "readAt": NOW - timedelta(hours=2),
        "expiresAt": NOW + timedelta(days=30),
        "products": [product],
        "productCount": 1,
        "priceRange": {"min": blue_dream, "max": blue_dream, "median": blue_dream},
        "promoCount": 0,
        "contentHash": competitor,
        "source": "json-ld",
    }


def playbooks() -> dict[str, dict[str, Any]]:
    """What people of the shop made themselves, by id."""
    me, dana = {"ownerId": "u1", "ownerEmail": ME}, {"ownerId": "u2", "ownerEmail": "dana@northside.example"}
    mail = {"id": "tell", "action": "notify", "params": {"to": "{{user.email}}", "channels": ["email"]}}
    return {
        "morning-numbers": _playbook(
            "Morning Numbers",
            "sales_summary",
            [_at("0 8 * * *")],
            [
                {"id": "sales", "action": "sales_summary", "params": {"period": "yesterday"}},
                _telling(mail, "Yesterday's sales", "{{steps.sales.revenue | dollars}} in sales."),
            ],
            me,
        ),
        "gap-watch": _playbook(
            "Gap Watch",
            "price_watch",
            [_at("0 9 * * *")],
            [
                {"id": "scan", "action": "scan_competitors", "params": {}},
                {"id": "pricing", "action": "analyze_pricing", "params": {"thresholdPercent": 10}},
                {
                    **_telling(mail, "Undercut", "{{steps.pricing.price_gap}}% below us."),
                    "condition": "{{steps.pricing.price_gap}} > 10",
                },
            ],
            me,
        ),
        "gummy-watch": _playbook(
            "Gummy Watch",
            "low_stock",
            [
                {
                    "type": "event",
                    "id": "event",
                    "eventName": "inventory.low_stock",
                    "filter": "'gummies' in (event.name | lower)",
                }
            ],
            [{"id": "text", "action": "notify", "params": _text("Gummies", "{{event.name}}: {{event.quantity}}")}],
            me,
        ),
        "friday-safe": _playbook(
            "Friday Safe Reminder",
            "reminder",
            [_at("0 17 * * 5")],
            [_telling(mail, "Reminder", "Count the safe.")],
            {**me, "status": "paused"},
        ),
        "menu-sweep": _playbook(
            "Menu Sweep",
            "menu_health",
            [_at("0 7 * * 2")],
            [
                {"id": "menu", "action": "menu_health_scan", "params": {}},
                _telling(mail, "Menu", "{{steps.menu.score}}"),
            ],
            dana,
        ),
    }


def _playbook(
    name: str, topic: str, triggers: list[dict[str, Any]], steps: list[dict[str, Any]], fields: dict[str, Any]
) -> dict[str, Any]:
    made = NOW - timedelta(days=40)
    about = {"name": name, "topic": topic, "agent": "pops", "category": "reports", "status": "active"}
    dates = {"createdAt": made, "updatedAt": made, "version": 1, "createdBy": "chat"}
    return {**about, **dates, "triggers": triggers, "steps": steps, **fields}


def _at(cron: str) -> dict[str, str]:
    return {"type": "schedule", "id": "schedule", "cron": cron, "timezone": ZONE}


def _text(subject: str, body: str) -> dict[str, Any]:
    return {"subject": subject, "body": body, "channels": ["sms"]}


def _telling(step: dict[str, Any], subject: str, body: str) -> dict[str, Any]:
    return {**step, "params": {**step["params"], "subject": subject, "body": body}}


def _runs() -> dict[str, dict[str, Any]]:
    """Morning Numbers ran today and yesterday; Gap Watch ran yesterday and failed today."""
    today = NOW.replace(hour=13, minute=0)
    sent = {"subject": "Yesterday's sales: $240.00", "text": "$240.00 in sales from 3 orders."}
    runs = {}
    for days in (0, 1):
        at = today - timedelta(days=days)
        runs[f"e5f1c0ffee{days:02}a"] = _run("morning-numbers", at, "completed", output=sent)
    failing = today + timedelta(hours=1)
    why = "Harvest House's menu could not be read"
    runs["9bd41c77aa01"] = _run("gap-watch", failing - timedelta(days=1), "completed")
    runs["9bd41c77aa02"] = _run("gap-watch", failing, "failed", reason=why)
    return runs


def _run(
    playbook: str, at: datetime, status: str, reason: str | None = None, output: dict[str, Any] | None = None
) -> dict[str, Any]:
    ended = at + timedelta(seconds=8)
    step = {"stepId": "tell", "action": "notify", "status": "completed", "durationMs": 900, "costUsd": 0.002}
    last = {**step, **({"status": "failed", "error": reason} if reason else {"output": output or {}})}
    return {
        "playbookId": playbook,
        "orgId": ORG,
        "playbookVersion": 1,
        "playbookName": playbooks()[playbook]["name"],
        "trigger": {"type": "schedule", "id": "schedule", "slot": at},
        "status": status,
        **({"statusReason": reason, "deadLetteredAt": ended} if reason else {}),
        "attempt": 1,
        "attempts": [{"number": 1, "startedAt": at, "endedAt": ended, **({"error": reason} if reason else {})}],
        "stepResults": [last],
        "costUsd": 0.31,
        "createdAt": at,
        "startedAt": at,
        "completedAt": ended,
    }
