"""Reads shared by the family's actions, each through the run's effects port."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from shared.documents.inventory import Item
from shared.gcp import lag
from shared.retail.customers import ORDERS_WINDOW_DAYS, Profile, Profiles
from shared.retail.demand import VELOCITY_DAYS, Velocity, velocities, velocity_of
from shared.retail.inventory import in_categories
from shared.retail.load import CustomerStream, OrderStream, load_items, load_low_stock, load_own_lines
from shared.retail.packs import recent_sales
from shared.retail.periods import Compared
from shared.steps.base import StepContext

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shelves:
    """Items, and how fast each one went."""

    items: list[Item]
    speed: dict[str, Velocity]
    malformed: int


def read_shelves(context: StepContext, category: str | Sequence[str] | None, days: int = VELOCITY_DAYS) -> Shelves:
    """The items of these categories, and what was sold of them in the last `days` days."""
    org, now = context.org, context.now

    def read() -> Shelves:
        items = load_items(org.id)
        orders = OrderStream(org.id, (now - timedelta(days=days), now))
        speed = velocities(items.records, orders, now, org.timezone, days)
        return Shelves(in_categories(items.records, category), speed, items.malformed + orders.malformed)

    return context.effects.read(read)


@dataclass(frozen=True, slots=True)
class LowShelves:
    """What is low or out; `speed`: of the items that were asked for, `checked`: how many items there are."""

    items: list[Item]
    speed: dict[str, Velocity]
    checked: int
    malformed: int


def read_low_shelves(context: StepContext, item_ids: Collection[str]) -> LowShelves | None:
    """What is low or out, and how fast those of these ids went: the same as `read_shelves` says, in fewer reads.

    None where that cannot be said so.
    """
    org, now = context.org, context.now

    def read() -> LowShelves | None:
        stock = load_low_stock(org.id, now) if lag.is_allowed() else None
        if stock is None:
            return None
        asked_for = [one for one in stock.items if one.id in item_ids]
        sales = recent_sales.between(org.id, asked_for, now - timedelta(days=VELOCITY_DAYS), now)
        speed = {}
        for item in asked_for:
            own = load_own_lines(org.id, item, sales)
            if own is None:
                return None
            speed[item.id] = velocity_of(item, own, now, org.timezone)
        return LowShelves(list(stock.items), speed, stock.checked, stock.malformed + len(sales.malformed))

    return context.effects.read(read)


def read_people(context: StepContext, count: Callable[[Iterable[Profile]], T]) -> tuple[T, int]:
    """What `count` makes of all customers with what they bought lately, and how many documents were malformed.

    However many there are, they are streamed; `count` may iterate twice.
    """
    org_id, now = context.org.id, context.now

    def read() -> tuple[T, int]:
        customers = CustomerStream(org_id)
        orders = OrderStream(org_id, (now - timedelta(days=ORDERS_WINDOW_DAYS), now), with_lines=False)
        made = count(Profiles(customers, orders, now))
        return made, customers.malformed + orders.malformed

    return context.effects.read(read)


def orders_of(org_id: str, period: Compared) -> OrderStream:
    """The orders of the period and of the one before it."""
    if period.previous.end < period.current.start:
        # Days in between needn't be read.
        return OrderStream(org_id, *((span.start, span.end) for span in (period.previous, period.current)))
    return OrderStream(org_id, (period.previous.start, period.current.end))
