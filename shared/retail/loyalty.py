"""Loyalty program health."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared.retail.customers import Profile
from shared.retail.figures import Row, cents, percent_of
from shared.values.money import Money

NO_TIER = "no tier"
ACTIVE_DAYS = 30


class TierRow(Row):
    tier: str
    members: int
    points: float
    revenue: Money
    average_spent: Money


@dataclass(frozen=True, slots=True)
class LoyaltyHealth:
    """Members are customers with a tier or points. Shares are None when there's nobody to count."""

    customers: int
    members: int
    enrolled_percent: Decimal | None
    points_outstanding: float
    repeat_percent: Decimal | None
    """Share of buyers with at least two orders."""
    member_repeat_percent: Decimal | None
    active_members_percent: Decimal | None
    """Share of members who bought in the last 30 days."""
    member_average: Decimal | None
    other_average: Decimal | None
    """Average spent by buyers who aren't members."""
    tiers: tuple[TierRow, ...]


def health(people: Iterable[Profile]) -> LoyaltyHealth:
    members, others = _Group(), _Group()
    tiers: defaultdict[str, _Group] = defaultdict(_Group)
    for one in people:
        if is_member(one):
            members.add(one)
            tiers[(one.customer.loyalty_tier or "").strip() or NO_TIER].add(one)
        else:
            others.add(one)
    everybody = members.people + others.people
    return LoyaltyHealth(
        customers=everybody,
        members=members.people,
        enrolled_percent=percent_of(members.people, everybody),
        points_outstanding=members.points,
        repeat_percent=percent_of(members.repeaters + others.repeaters, members.buyers + others.buyers),
        member_repeat_percent=percent_of(members.repeaters, members.buyers),
        active_members_percent=percent_of(members.active, members.people),
        member_average=members.average_spent,
        other_average=others.average_spent,
        tiers=_tiers(tiers),
    )


def is_member(one: Profile) -> bool:
    return bool((one.customer.loyalty_tier or "").strip()) or one.customer.loyalty_points > 0


class _Group:
    """Customers, counted. Buyers have ordered, repeaters at least twice."""

    def __init__(self) -> None:
        self.people = self.buyers = self.repeaters = self.active = 0
        self.spent = self.spent_by_buyers = Decimal(0)
        self._points = array("d")

    def add(self, one: Profile) -> None:
        self.people += 1
        self.spent += one.spent
        self.active += one.days_since is not None and one.days_since < ACTIVE_DAYS
        self._points.append(max(one.customer.loyalty_points, 0.0))
        if one.orders > 0:
            self.buyers += 1
            self.spent_by_buyers += one.spent
            self.repeaters += one.orders > 1

    @property
    def points(self) -> float:
        """The same in whatever order customers are read."""
        return round(math.fsum(self._points), 2)

    @property
    def average_spent(self) -> Decimal | None:
        return cents(self.spent_by_buyers / self.buyers) if self.buyers else None


def _tiers(tiers: Mapping[str, _Group]) -> tuple[TierRow, ...]:
    rows = [
        TierRow(
            tier=name,
            members=group.people,
            points=group.points,
            revenue=group.spent,
            average_spent=cents(group.spent / group.people),
        )
        for name, group in tiers.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.revenue, row.tier.casefold(), row.tier)))
