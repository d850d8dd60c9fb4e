"""Who the customers are: how often, how much and how lately each one bought, and the groups that this makes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shared.retail.figures import Percent, Row, cents, percent_of
from shared.retail.periods import local_day
from shared.retail.records import Customer, Order
from shared.values.money import Money
from shared.values.phone_number import phone_number_or_none

VIP_SHARE = Decimal("0.10")
LOYAL_ORDERS = 5
NEW_DAYS = 30
ORDERS_WINDOW_DAYS = 90
"""How far back orders are read to bring what the customers' documents say up to date."""
MAX_EXAMPLES = 5
NAMELESS = "(no name)"


class Segment(StrEnum):
    """Each customer is in exactly one."""

    VIP = "vip"
    """Buys lately, and spent as much as the top tenth of all buyers."""
    LOYAL = "loyal"
    """Buys lately, five orders or more."""
    ACTIVE = "active"
    """Buys lately."""
    NEW = "new"
    """Came within the last 30 days, and has ordered twice at most."""
    AT_RISK = "at_risk"
    """Bought, and not for a while."""
    LAPSED = "lapsed"
    """Not for a long while, or never."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer with their orders counted: the larger of what their document says and what the orders show."""

    customer: Customer
    orders: int
    spent: Decimal
    last_order_at: datetime | None
    days_since: int | None
    """Whole days since the last order."""

    @property
    def name(self) -> str:
        """What to call them."""
        return (self.customer.name or "").strip() or NAMELESS


class CustomerRow(Row):
    """A customer without a way to reach them."""

    id: str
    name: str
    order_count: int
    total_spent: Money
    last_order_on: date | None
    days_since_last_order: int | None


class ContactRow(CustomerRow):
    """A customer to write to. `email` and `phone` are None if there is none that they may be reached by."""

    email: str | None
    phone: str | None
    loyalty_tier: str | None


class SegmentRow(Row):
    """One segment; `examples` are those of it who spent most."""

    segment: Segment
    count: int
    share_percent: Percent | None
    revenue: Money
    average_spent: Money | None
    examples: tuple[CustomerRow, ...]


@dataclass(frozen=True, slots=True)
class Bought:
    """What one customer's orders come to."""

    orders: int = 0
    spent: Decimal = Decimal(0)
    last_at: datetime | None = None

    def plus(self, order: Order) -> Bought:
        """With one order more."""
        last = order.placed_at if self.last_at is None else max(self.last_at, order.placed_at)
        return Bought(self.orders + 1, self.spent + order.total, last)


NOTHING_BOUGHT = Bought()


def bought_by_customer(orders: Iterable[Order], now: datetime) -> dict[str, Bought]:
    """By customer, what they paid for until `now`."""
    found: dict[str, Bought] = {}
    for order in orders:
        if order.is_revenue and order.customer_id and order.placed_at <= now:
            found[order.customer_id] = found.get(order.customer_id, NOTHING_BOUGHT).plus(order)
    return found


def profiles(customers: Iterable[Customer], orders: Iterable[Order], now: datetime) -> list[Profile]:
    """Each customer's figures as of `now`."""
    bought = bought_by_customer(orders, now)
    return [profile_of(customer, bought.get(customer.id, NOTHING_BOUGHT), now) for customer in customers]


def profile_of(customer: Customer, bought: Bought, now: datetime) -> Profile:
    """One customer's figures as of `now`."""
    instants = [] if bought.last_at is None else [bought.last_at]
    if customer.last_order_at and customer.last_order_at <= now:
        instants.append(customer.last_order_at)
    last = max(instants, default=None)
    return Profile(
        customer=customer,
        orders=max(customer.order_count, bought.orders),
        spent=cents(max(customer.total_spent, bought.spent, Decimal(0))),
        last_order_at=last,
        days_since=None if last is None else (now - last).days,
    )


def by_spending(people: Iterable[Profile]) -> list[Profile]:
    """Who spent most comes first."""
    return sorted(people, key=lambda one: (-one.spent, -one.orders, one.customer.id))


def vips(people: Iterable[Profile]) -> frozenset[str]:
    """The ids of the tenth of all buyers who spent most (one of them at least)."""
    return top_tenth([(one.spent, one.orders, one.customer.id) for one in people])


def top_tenth(spendings: Iterable[tuple[Decimal, int, str]]) -> frozenset[str]:
    """`vips` of what each customer spent, how often, and their id."""
    buyers = sorted((-spent, -orders, customer_id) for spent, orders, customer_id in spendings if spent > 0)
    return frozenset(customer_id for _, _, customer_id in buyers[: math.ceil(len(buyers) * VIP_SHARE)])


def segment_of(one: Profile, top: frozenset[str], now: datetime, at_risk_days: int, lapsed_days: int) -> Segment:
    """The segment that the customer is in."""
    joined = one.customer.created_at
    is_new = joined is not None and (now - joined).days < NEW_DAYS and one.orders <= 2
    if one.days_since is None:
        return Segment.NEW if is_new else Segment.LAPSED
    if one.days_since >= lapsed_days:
        return Segment.LAPSED
    if one.days_since >= at_risk_days:
        return Segment.AT_RISK
    if one.customer.id in top:
        return Segment.VIP
    if one.orders >= LOYAL_ORDERS:
        return Segment.LOYAL
    return Segment.NEW if is_new else Segment.ACTIVE


def segments(
    people: Sequence[Profile], now: datetime, zone: str, *, at_risk_days: int, lapsed_days: int
) -> list[SegmentRow]:
    """All six, also the empty ones."""
    top = vips(people)
    found: defaultdict[Segment, list[Profile]] = defaultdict(list)
    for one in people:
        found[segment_of(one, top, now, at_risk_days, lapsed_days)].append(one)
    return [_segment(segment, by_spending(found[segment]), len(people), zone) for segment in Segment]


def _segment(segment: Segment, people: Sequence[Profile], everybody: int, zone: str) -> SegmentRow:
    revenue = sum((one.spent for one in people), Decimal(0))
    return SegmentRow(
        segment=segment,
        count=len(people),
        share_percent=percent_of(len(people), everybody),
        revenue=revenue,
        average_spent=cents(revenue / len(people)) if people else None,
        examples=tuple(customer_row(one, zone) for one in people[:MAX_EXAMPLES]),
    )


def customer_row(one: Profile, zone: str) -> CustomerRow:
    """The customer without a way to reach them."""
    return CustomerRow.model_validate(_figures(one, zone))


def contact_row(one: Profile, zone: str) -> ContactRow:
    """The customer with the ways to reach them that they did not opt out of."""
    reach = {"email": email_of(one.customer), "phone": phone_of(one.customer)}
    return ContactRow.model_validate({**_figures(one, zone), **reach, "loyalty_tier": one.customer.loyalty_tier})


def _figures(one: Profile, zone: str) -> dict[str, object]:
    return {
        "id": one.customer.id,
        "name": one.name,
        "order_count": one.orders,
        "total_spent": one.spent,
        "last_order_on": local_day(one.last_order_at, zone) if one.last_order_at else None,
        "days_since_last_order": one.days_since,
    }


def email_of(customer: Customer) -> str | None:
    """Where they may be mailed."""
    return None if customer.email_opt_out else (customer.email or "").strip() or None


def phone_of(customer: Customer) -> str | None:
    """Where they may be texted, in E.164: None without a record of consent."""
    if customer.sms_opt_out or customer.sms_consent is None:
        return None
    return phone_number_or_none(customer.phone) or phone_number_or_none(customer.phone_e164)
