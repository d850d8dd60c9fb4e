"""Lists the customer ids of a segment. Keeps a few figures per buyer in memory, never whole documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import Field, model_validator

from shared.retail.birthdays import next_birthday, parse_birthday
from shared.retail.customers import (
    NOTHING_BOUGHT,
    ORDERS_WINDOW_DAYS,
    Bought,
    Profile,
    Segment,
    bought_by_customer,
    profile_of,
    segment_of,
    top_tenth,
)
from shared.retail.load import CustomerStream, OrderStream
from shared.retail.periods import local_day
from shared.values.camel_model import CamelModel

SegmentName = Literal["all", "vip", "loyal", "active", "new", "at_risk", "lapsed", "inactive", "birthday"]
AT_RISK_DAYS, LAPSED_DAYS, INACTIVE_DAYS = 30, 90, 30
_FIELDS = ("name", "email", "phone", "birthday", "createdAt", "lastOrderAt", "orderCount", "totalSpent")
"""What decides which segment a customer is in."""


class SegmentOf(CamelModel, extra="forbid", frozen=True):
    """A segment and its day limits, named as in the actions that list it.

    `atRiskDays`, `lapsedDays`: as in customer_segments. `days`, `maxDays`: of `inactive`, as in inactive_customers.
    `daysAhead`: of `birthday`, as in birthday_cohort.
    """

    name: SegmentName
    at_risk_days: int = Field(default=AT_RISK_DAYS, ge=1, le=365)
    lapsed_days: int = Field(default=LAPSED_DAYS, ge=2, le=1_000)
    days: int = Field(default=INACTIVE_DAYS, ge=1, le=1_000)
    max_days: int | None = Field(default=None, ge=1, le=5_000)
    days_ahead: int = Field(default=0, ge=0, le=60)

    @model_validator(mode="after")
    def _in_order(self) -> SegmentOf:
        if self.at_risk_days >= self.lapsed_days:
            found = f"lapsedDays is {self.lapsed_days} and atRiskDays {self.at_risk_days}"
            raise ValueError(f"{found}; expected lapsedDays to be larger")
        if self.max_days is not None and self.max_days < self.days:
            raise ValueError(f"maxDays is {self.max_days} and days {self.days}; expected maxDays to be no smaller")
        return self

    @property
    def needs_orders(self) -> bool:
        return self.name not in ("all", "birthday")

    @property
    def needs_top(self) -> bool:
        """Whether it depends on who the top spenders are."""
        return self.name in ("vip", "loyal", "active", "new")


def ids_in(org_id: str, wanted: SegmentOf, now: datetime, zone: str, malformed: list[str]) -> Iterator[str]:
    """Yields each customer id in the segment once; ids of malformed documents go into `malformed` at the end."""
    bought: Mapping[str, Bought] = {}
    if wanted.needs_orders:
        since = now - timedelta(days=ORDERS_WINDOW_DAYS)
        bought = bought_by_customer(OrderStream(org_id, (since, now), with_lines=False), now)
    customers = CustomerStream(org_id, _FIELDS)
    top: frozenset[str] = frozenset()
    if wanted.needs_top:
        people = (profile_of(one, bought.get(one.id, NOTHING_BOUGHT), now) for one in customers)
        top = top_tenth((one.spent, one.orders, one.customer.id) for one in people)
    today = local_day(now, zone)
    for customer in customers:
        profile = profile_of(customer, bought.get(customer.id, NOTHING_BOUGHT), now)
        if is_in(wanted, profile, top, now, today):
            yield customer.id
    malformed.extend(customers.malformed_ids)


def is_in(wanted: SegmentOf, one: Profile, top: frozenset[str], now: datetime, today: date) -> bool:
    if wanted.name == "all":
        return True
    if wanted.name == "birthday":
        return _has_birthday(one, today, wanted.days_ahead)
    if wanted.name == "inactive":
        away = one.days_since
        return away is not None and away >= wanted.days and (wanted.max_days is None or away <= wanted.max_days)
    return segment_of(one, top, now, wanted.at_risk_days, wanted.lapsed_days) is Segment(wanted.name)


def _has_birthday(one: Profile, today: date, days_ahead: int) -> bool:
    try:
        month, day = parse_birthday(one.customer.birthday or "")
    except ValueError:
        return False
    return next_birthday(month, day, today) <= today + timedelta(days=days_ahead)
