"""Facts as the tests of the checks need them: one Monday at noon in New York."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.competitors.actions.models import CompetitiveAction
from shared.competitors.models import CompetitorMenu, Product
from shared.documents.customers import Customer
from shared.documents.dead_letters import DeadLetter
from shared.documents.inventory import Item
from shared.documents.orders import Order
from shared.heartbeat.inputs import CheckInputs, MenuHistory
from shared.heartbeat.shop_figures import people_of, sales_of

NEW_YORK = "America/New_York"
NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)


def facts(
    *,
    now: datetime = NOW,
    timezone: str = NEW_YORK,
    customers: Iterable[Customer] = (),
    orders: Iterable[Order] = (),
    **sections: Any,
) -> CheckInputs:
    inputs = CheckInputs(timezone=timezone, now=now, **sections)
    sales = sales_of(orders, now)
    return replace(inputs, sales=sales, people=people_of(customers, sales.bought, now, inputs.today))


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def ahead(**span: float) -> datetime:
    return NOW + timedelta(**span)


def item(name: str = "Blue Dream 3.5g", **fields: Any) -> Item:
    given = {
        "id": name.lower(),
        "name": name,
        "category": "Flower",
        "price": 40,
        "quantity": 50,
        "reorder_point": 10,
    }
    return Item.model_validate({**given, **fields})


def order(order_id: str, placed_at: datetime, total: float = 50, **fields: Any) -> Order:
    return Order.model_validate({"id": order_id, "placed_at": placed_at, "total": total, **fields})


def customer(customer_id: str, **fields: Any) -> Customer:
    return Customer.model_validate({"id": customer_id, "name": customer_id.title(), **fields})


def action(
    action_id: str, kind: str = "price_adjustment", priority: str = "medium", **fields: Any
) -> CompetitiveAction:
    given = {
        "id": action_id,
        "type": kind,
        "rule": "undercut",
        "priority": priority,
        "agent": "money_mike",
        "competitorName": "Green",
        "competitorId": "green",
        "trigger": "",
        "recommendation": "",
        "figure": 25,
        "createdAt": NOW,
        "updatedAt": NOW,
    }
    return CompetitiveAction.model_validate({**given, **fields})


def dead_letter(playbook_id: str = "p1", **fields: Any) -> DeadLetter:
    given = {"orgId": "o", "playbookId": playbook_id, "error": "no mail", "createdAt": ago(days=1)}
    return DeadLetter.model_validate({**given, **fields})


def menu(name: str, prices: dict[str, float]) -> CompetitorMenu:
    products = tuple(Product(name=one, category="Flower", price=price) for one, price in prices.items())
    return CompetitorMenu(competitor_id=name.lower(), name=name, products=products)


def history(
    name: str, newest: dict[str, float], previous: dict[str, float] | None = None, changed_at: datetime = NOW
) -> MenuHistory:
    return MenuHistory(menu(name, newest), changed_at, menu(name, previous) if previous else None)
