"""What several of the family's actions read, each through the run's port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.retail.customers import ORDERS_WINDOW_DAYS, Profile, profiles
from shared.retail.demand import VELOCITY_DAYS, Velocity, velocities
from shared.retail.inventory import in_categories
from shared.retail.load import load_customers, load_items, load_orders
from shared.retail.periods import Compared
from shared.retail.records import Item, Order
from shared.steps.base import StepContext


@dataclass(frozen=True, slots=True)
class Shelves:
    """Items, and how fast each one went."""

    items: list[Item]
    speed: dict[str, Velocity]
    malformed: int


@dataclass(frozen=True, slots=True)
class People:
    """Customers with their orders counted."""

    profiles: list[Profile]
    malformed: int


def read_shelves(context: StepContext, category: str | Sequence[str] | None, days: int = VELOCITY_DAYS) -> Shelves:
    """The items of these categories, and what was sold of them in the last `days` days."""
    org_id, now = context.org.id, context.now
    items = context.effects.read(lambda: load_items(org_id))
    orders = context.effects.read(lambda: load_orders(org_id, now - timedelta(days=days), now))
    speed = velocities(items.records, orders.records, now, context.org.timezone, days)
    return Shelves(in_categories(items.records, category), speed, items.malformed + orders.malformed)


def read_people(context: StepContext) -> People:
    """All customers, with what they bought lately."""
    org_id, now = context.org.id, context.now
    since = now - timedelta(days=ORDERS_WINDOW_DAYS)
    customers = context.effects.read(lambda: load_customers(org_id))
    orders = context.effects.read(lambda: load_orders(org_id, since, now, with_lines=False))
    found = profiles(customers.records, orders.records, now)
    return People(found, customers.malformed + orders.malformed)


def read_orders(context: StepContext, period: Compared) -> tuple[tuple[Order, ...], int]:
    """The orders of the period and of the one before it, and how many could not be read."""
    org_id = context.org.id
    spans = [(period.previous.start, period.current.end)]
    if period.previous.end < period.current.start:
        # The days between them would be read for nothing.
        spans = [(span.start, span.end) for span in (period.previous, period.current)]
    loaded = [context.effects.read(lambda span=span: load_orders(org_id, *span)) for span in spans]  # type: ignore[misc]
    return tuple(order for one in loaded for order in one.records), sum(one.malformed for one in loaded)
