"""Sixty days of the demo shop up to a given instant, always with the same orders, customers and campaigns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from local.demo.menus import PRODUCTS, DemoProduct
from local.demo.people import CUSTOMERS, DemoCustomer, customer_fields
from local.demo.shelves import SLOW, item_fields, listed_days_ago

ZONE = ZoneInfo("America/New_York")
DAYS = 60
ORDERS_ON = (3, 3, 3, 3, 4, 5, 3)
"""Monday first."""
OPENS, CLOSES = 9, 21
SEED = 20261123

LOCATIONS = ("downtown", "westcott")
CAMPAIGNS: dict[str, dict[str, Any]] = {
    "fall-flower": {"name": "Fall Flower Days", "channel": "email", "cost": 120.0, "recipients": 640},
    "gummy-friday": {"name": "Gummy Friday", "channel": "sms", "cost": 85.0, "recipients": 310},
    "welcome-back": {"name": "Welcome Back", "channel": "email", "cost": 60.0, "recipients": 150},
}
_RAN = {"fall-flower": (26, 12), "gummy-friday": (9, 4), "welcome-back": (45, 33)}
"""From and to, in days ago."""


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """An order and its customer; None for an unknown one."""

    fields: dict[str, Any]
    customer: DemoCustomer | None


def shop_documents(org: str, now: datetime) -> dict[str, dict[str, Any]]:
    """Path and fields of the shop's documents below `org` at `now`."""
    today = now.astimezone(ZONE).date()
    orders = _orders(now, today)
    return {
        **{f"{org}/inventory/{product.item_id}": item_fields(product, now) for product in PRODUCTS},
        **{f"{org}/orders/order-{number:04d}": order.fields for number, order in enumerate(orders, start=1)},
        **{f"{org}/customers/{one}": fields for one, fields in _customers(orders, now, today).items()},
        **{f"{org}/campaigns/{one}": _campaign(one, now) for one in CAMPAIGNS},
        **{f"{org}/locations/{one}": fields for one, fields in _locations(now).items()},
        **{f"{org}/content/{one}": fields for one, fields in _content(now).items()},
    }


def _orders(now: datetime, today: date) -> list[DemoOrder]:
    """Oldest first; each day's events depend only on how many days ago it was."""
    placed: list[DemoOrder] = []
    for ago in range(DAYS, -1, -1):
        chance = Random(SEED + ago)  # noqa: S311 - a made-up shop, the same every time
        day = today - timedelta(days=ago)
        for _ in range(ORDERS_ON[day.weekday()]):
            minutes = chance.randrange((CLOSES - OPENS) * 60)
            local = datetime.combine(day, time(OPENS), tzinfo=ZONE) + timedelta(minutes=minutes)
            order = _order(chance, local.astimezone(UTC), ago)
            if local <= now:
                placed.append(order)
    return sorted(placed, key=lambda order: order.fields["placedAt"])


def _order(chance: Random, placed_at: datetime, ago: int) -> DemoOrder:
    customer = _customer(chance, ago)
    lines = [_line(chance, product) for product in _basket(chance, ago)]
    fields: dict[str, Any] = {
        "placedAt": placed_at,
        "total": round(sum(line["price"] * line["quantity"] for line in lines), 2),
        "status": _status(chance, ago),
        "locationId": LOCATIONS[chance.random() < 0.35],
        "items": lines,
    }
    if customer:
        fields["customerId"] = customer.id
    running = [one for one, (first, last) in _RAN.items() if last <= ago <= first]
    if running and chance.random() < 0.5:
        fields["campaignId"] = running[0]
    return DemoOrder(fields, customer)


def _customer(chance: Random, ago: int) -> DemoCustomer | None:
    if chance.random() < 0.1:
        return None
    around = [one for one in CUSTOMERS if one.habit.newest <= ago <= one.habit.oldest]
    return chance.choices(around, [one.habit.weight for one in around])[0]


def _basket(chance: Random, ago: int) -> Sequence[DemoProduct]:
    """One to three different products available that day."""
    had = [product for product in PRODUCTS if listed_days_ago(product) >= ago]
    weights = [_popularity(product) for product in had]
    wanted = chance.choices(had, weights, k=chance.choice((1, 2, 2, 3)))
    return list(dict.fromkeys(wanted))


def _popularity(product: DemoProduct) -> float:
    """Products with a higher reorder point sell more."""
    return 0.15 if product.item_id in SLOW else float(product.reorder_point)


def _line(chance: Random, product: DemoProduct) -> dict[str, Any]:
    return {
        "itemId": product.item_id,
        "name": product.name,
        "category": product.category,
        "quantity": chance.choice((1, 1, 1, 2)) if product.price < 60 else 1,
        "price": float(product.price),
    }


def _status(chance: Random, ago: int) -> str:
    drawn = chance.random()
    if drawn < 0.03:
        return "refunded"
    if drawn < 0.05:
        return "cancelled"
    return "pending" if ago == 0 and drawn > 0.8 else "completed"


def _customers(orders: Sequence[DemoOrder], now: datetime, today: date) -> dict[str, dict[str, Any]]:
    bought: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for order in orders:
        if order.customer and order.fields["status"] == "completed":
            bought[order.customer.id].append(order.fields)
    found = {}
    for customer in CUSTOMERS:
        own = bought[customer.id]
        spent = round(sum(fields["total"] for fields in own), 2)
        last = max((fields["placedAt"] for fields in own), default=None)
        found[customer.id] = customer_fields(customer, now, today, len(own), spent, last)
    return found


def _campaign(campaign_id: str, now: datetime) -> dict[str, Any]:
    first, last = _RAN[campaign_id]
    dates = {"startsAt": now - timedelta(days=first), "endsAt": now - timedelta(days=last)}
    return {**CAMPAIGNS[campaign_id], "status": "sent", **dates}


def _locations(now: datetime) -> dict[str, dict[str, Any]]:
    """One of the licenses expires in twenty days."""
    return {
        "downtown": {
            "name": "Downtown Syracuse",
            "licenseNumber": "OCM-RETL-24-000117",
            "licenseExpiresAt": now + timedelta(days=20),
        },
        "westcott": {
            "name": "Westcott",
            "licenseNumber": "OCM-RETL-25-000482",
            "licenseExpiresAt": now + timedelta(days=310),
        },
    }


def _content(now: datetime) -> dict[str, dict[str, Any]]:
    return {
        "holiday-hours": {
            "title": "Holiday hours",
            "status": "pending_review",
            "createdAt": now - timedelta(days=3),
        },
        "gummies-guide": {
            "title": "How to choose a gummy",
            "status": "pending_review",
            "createdAt": now - timedelta(hours=20),
        },
        "about-us": {"title": "Who we are", "status": "published", "createdAt": now - timedelta(days=90)},
    }
