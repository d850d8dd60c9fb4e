"""What the daily checks need of all orders and customers, read once, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from shared.documents.customers import Customer
from shared.documents.orders import Order
from shared.retail.birthdays import cohort
from shared.retail.customers import NOTHING_BOUGHT, Bought, bought_by_customer, profile_of, top_tenth

AWAY_DAYS = 30
"""Customers who ordered since are in no list."""
LAPSED_DAYS = 90
"""Those who haven't ordered for so long are of interest only if they are VIPs."""


@dataclass(frozen=True, slots=True)
class Sale:
    """A paid order."""

    id: str
    placed_at: datetime
    total: Decimal


@dataclass(frozen=True, slots=True)
class Sales:
    """The paid orders, oldest first, and what each customer bought with them."""

    paid: tuple[Sale, ...] = ()
    bought: Mapping[str, Bought] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Away:
    """A customer who hasn't ordered for `days`. `is_vip`: among the top tenth by spending."""

    id: str
    name: str
    orders: int
    spent: Decimal
    last_order_at: datetime
    days: int
    is_vip: bool


@dataclass(frozen=True, slots=True)
class People:
    """Customers away for 30 days or more, lapsed ones only if they are VIPs; ids of those with a birthday today."""

    away: tuple[Away, ...] = ()
    birthdays: tuple[str, ...] = ()


def sales_of(orders: Iterable[Order], now: datetime) -> Sales:
    """Iterates once; the orders are oldest first."""
    paid: list[Sale] = []

    def looked_at() -> Iterator[Order]:
        for order in orders:
            if order.is_revenue:
                paid.append(Sale(order.id, order.placed_at, order.total))
                yield order

    bought = bought_by_customer(looked_at(), now)
    return Sales(tuple(paid), bought)


def people_of(customers: Iterable[Customer], bought: Mapping[str, Bought], now: datetime, today: date) -> People:
    """Iterates once. `bought`: lately, by customer id."""
    spendings: list[tuple[Decimal, int, str]] = []
    away: list[Away] = []

    def looked_at() -> Iterator[Customer]:
        for customer in customers:
            one = profile_of(customer, bought.get(customer.id, NOTHING_BOUGHT), now)
            if one.spent > 0:
                spendings.append((one.spent, one.orders, customer.id))
            if one.last_order_at is not None and one.days_since is not None and one.days_since >= AWAY_DAYS:
                away.append(
                    Away(customer.id, one.name, one.orders, one.spent, one.last_order_at, one.days_since, False)
                )
            yield customer

    celebrating, _ = cohort(looked_at(), today, 0)
    top = top_tenth(spendings)
    return People(
        tuple(replace(one, is_vip=one.id in top) for one in away if one.days < LAPSED_DAYS or one.id in top),
        tuple(customer.id for customer, _ in celebrating),
    )
