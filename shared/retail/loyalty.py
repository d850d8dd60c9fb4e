"""Loyalty program health."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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


def health(people: Sequence[Profile]) -> LoyaltyHealth:
    members = [one for one in people if is_member(one)]
    others = [one for one in people if not is_member(one)]
    active = sum(one.days_since is not None and one.days_since < ACTIVE_DAYS for one in members)
    return LoyaltyHealth(
        customers=len(people),
        members=len(members),
        enrolled_percent=percent_of(len(members), len(people)),
        points_outstanding=round(sum(max(one.customer.loyalty_points, 0.0) for one in members), 2),
        repeat_percent=_repeat(people),
        member_repeat_percent=_repeat(members),
        active_members_percent=percent_of(active, len(members)),
        member_average=_average(members),
        other_average=_average(others),
        tiers=_tiers(members),
    )


def is_member(one: Profile) -> bool:
    return bool((one.customer.loyalty_tier or "").strip()) or one.customer.loyalty_points > 0


def _repeat(people: Sequence[Profile]) -> Decimal | None:
    buyers = [one for one in people if one.orders > 0]
    return percent_of(sum(one.orders > 1 for one in buyers), len(buyers))


def _average(people: Sequence[Profile]) -> Decimal | None:
    buyers = [one for one in people if one.orders > 0]
    return cents(sum((one.spent for one in buyers), Decimal(0)) / len(buyers)) if buyers else None


def _tiers(members: Sequence[Profile]) -> tuple[TierRow, ...]:
    found: defaultdict[str, list[Profile]] = defaultdict(list)
    for one in members:
        found[(one.customer.loyalty_tier or "").strip() or NO_TIER].append(one)
    rows = [_tier(name, people) for name, people in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row.revenue, row.tier.casefold())))


def _tier(name: str, people: Sequence[Profile]) -> TierRow:
    revenue = sum((one.spent for one in people), Decimal(0))
    return TierRow(
        tier=name,
        members=len(people),
        points=round(sum(max(one.customer.loyalty_points, 0.0) for one in people), 2),
        revenue=revenue,
        average_spent=cents(revenue / len(people)),
    )
