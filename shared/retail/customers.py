"""Customer figures: how often, how much and how recently each one bought, and the segments that follow."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from shared.documents.customers import Customer
from shared.documents.orders import Order
from shared.retail.figures import Percent, Row, cents, percent_of
from shared.retail.periods import local_day
from shared.values.money import Money
from shared.values.phone_number import phone_number_or_none

VIP_SHARE = Decimal("0.10")
LOYAL_ORDERS = 5
NEW_DAYS = 30
ORDERS_WINDOW_DAYS = 90
"""How far back orders are read to update the figures in the customers' documents."""
MAX_EXAMPLES = 5
NAMELESS = "(no name)"
_ADDED_AT_ONCE = 200


class Segment(StrEnum):
    """Each customer is in exactly one."""

    VIP = "vip"
    """Bought recently and is among the top tenth of spenders."""
    LOYAL = "loyal"
    """Bought recently, with at least five orders."""
    ACTIVE = "active"
    """Bought recently."""
    NEW = "new"
    """Joined in the last 30 days and has ordered at most twice."""
    AT_RISK = "at_risk"
    """Bought before, but not for a while."""
    LAPSED = "lapsed"
    """Hasn't bought for a long time, or ever."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer's figures: the larger of what their document and their orders show."""

    customer: Customer
    orders: int
    spent: Decimal
    last_order_at: datetime | None
    days_since: int | None
    """Whole days since the last order."""

    @property
    def name(self) -> str:
        return (self.customer.name or "").strip() or NAMELESS


class CustomerRow(Row):
    """A customer without contact details."""

    id: str
    name: str
    order_count: int
    total_spent: Money
    last_order_on: date | None
    days_since_last_order: int | None


class ContactRow(CustomerRow):
    """A customer with contact details. `email` and `phone` are None unless we may use them."""

    email: str | None
    phone: str | None
    loyalty_tier: str | None


class SegmentRow(Row):
    """One segment; `examples` are its top spenders."""

    segment: Segment
    count: int
    share_percent: Percent | None
    revenue: Money
    average_spent: Money | None
    examples: tuple[CustomerRow, ...]


@dataclass(frozen=True, slots=True)
class Bought:
    """One customer's orders, summed up."""

    orders: int = 0
    spent: Decimal = Decimal(0)
    last_at: datetime | None = None

    def plus(self, order: Order) -> Bought:
        last = order.placed_at if self.last_at is None else max(self.last_at, order.placed_at)
        return Bought(self.orders + 1, self.spent + order.total, last)


NOTHING_BOUGHT = Bought()


def bought_by_customer(orders: Iterable[Order], now: datetime) -> dict[str, Bought]:
    """Paid orders up to `now`, by customer id."""
    found: dict[str, Bought] = {}
    for order in orders:
        if order.is_revenue and order.customer_id and order.placed_at <= now:
            found[order.customer_id] = found.get(order.customer_id, NOTHING_BOUGHT).plus(order)
    return found


class Profiles:
    """The customers' profiles, made as often as somebody iterates; only what each one bought lately is kept."""

    def __init__(self, customers: Iterable[Customer], orders: Iterable[Order], now: datetime) -> None:
        self._customers, self._orders, self._now = customers, orders, now
        self._bought: dict[str, Bought] | None = None

    def __iter__(self) -> Iterator[Profile]:
        if self._bought is None:
            self._bought = bought_by_customer(self._orders, self._now)
        for customer in self._customers:
            yield profile_of(customer, self._bought.get(customer.id, NOTHING_BOUGHT), self._now)


def profile_of(customer: Customer, bought: Bought, now: datetime) -> Profile:
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


class TopSpenders:
    """The `most` top spenders of those that are added, top spender first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: list[Profile] = []

    def add(self, one: Profile) -> None:
        self._found.append(one)
        if len(self._found) >= 2 * self._most + _ADDED_AT_ONCE:
            self._found = self.listed()

    def listed(self) -> list[Profile]:
        return heapq.nsmallest(self._most, self._found, key=lambda one: (-one.spent, -one.orders, one.customer.id))


def vips(people: Iterable[Profile]) -> frozenset[str]:
    """Ids of the top tenth of buyers by spending, at least one."""
    return top_tenth([(one.spent, one.orders, one.customer.id) for one in people])


def top_tenth(spendings: Iterable[tuple[Decimal, int, str]]) -> frozenset[str]:
    """Like `vips`, from (spent, orders, id) of each customer."""
    buyers = sorted((-spent, -orders, customer_id) for spent, orders, customer_id in spendings if spent > 0)
    return frozenset(customer_id for _, _, customer_id in buyers[: math.ceil(len(buyers) * VIP_SHARE)])


def segment_of(one: Profile, top: frozenset[str], now: datetime, at_risk_days: int, lapsed_days: int) -> Segment:
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
    people: Iterable[Profile], now: datetime, zone: str, *, at_risk_days: int, lapsed_days: int
) -> list[SegmentRow]:
    """All six segments, empty ones included. Iterates twice."""
    top = vips(people)
    found = {segment: _Members() for segment in Segment}
    for one in people:
        found[segment_of(one, top, now, at_risk_days, lapsed_days)].add(one)
    everybody = sum(members.count for members in found.values())
    return [_segment(segment, members, everybody, zone) for segment, members in found.items()]


class _Members:
    """Those in a segment, counted."""

    def __init__(self) -> None:
        self.count, self.spent = 0, Decimal(0)
        self.best = TopSpenders(MAX_EXAMPLES)

    def add(self, one: Profile) -> None:
        self.count += 1
        self.spent += one.spent
        self.best.add(one)


def _segment(segment: Segment, members: _Members, everybody: int, zone: str) -> SegmentRow:
    return SegmentRow(
        segment=segment,
        count=members.count,
        share_percent=percent_of(members.count, everybody),
        revenue=members.spent,
        average_spent=cents(members.spent / members.count) if members.count else None,
        examples=tuple(customer_row(one, zone) for one in members.best.listed()),
    )


def customer_row(one: Profile, zone: str) -> CustomerRow:
    return CustomerRow.model_validate(_figures(one, zone))


def contact_row(one: Profile, zone: str) -> ContactRow:
    """The customer with the contact details they haven't opted out of."""
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
    """The address we may email, if any."""
    return None if customer.email_opt_out else (customer.email or "").strip() or None


def phone_of(customer: Customer) -> str | None:
    """The number we may text, in E.164; None without a record of consent."""
    if customer.sms_opt_out or customer.sms_consent is None:
        return None
    return phone_number_or_none(customer.phone) or phone_number_or_none(customer.phone_e164)
