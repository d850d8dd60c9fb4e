"""`loyalty_health`: how the loyalty program is doing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shared.retail.figures import Percent, first, number, percent_words, usd, usd_or
from shared.retail.loyalty import LoyaltyHealth as Health
from shared.retail.loyalty import TierRow, health
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._loading import read_people
from shared.steps.retail._output import LimitedParams, ShopReportOutput, build, table, unread_note
from shared.values.money import Money
from shared.values.words import counted


class LoyaltyHealthParams(LimitedParams):
    """`limit`: the maximum number of tiers."""


class LoyaltyHealthOutput(ShopReportOutput):
    """Shares in percent, null where there is nobody to take a share of. A member has a tier or points."""

    customers: int
    members: int
    enrolled_percent: Percent | None
    points_outstanding: float
    repeat_percent: Percent | None
    """Share of buyers who bought at least twice."""
    member_repeat_percent: Percent | None
    active_members_percent: Percent | None
    """Share of members who bought in the last 30 days."""
    member_average_spent: Money | None
    other_average_spent: Money | None
    tiers: tuple[TierRow, ...]
    left_out: int


class LoyaltyHealth(Action[LoyaltyHealthParams, LoyaltyHealthOutput]):
    """Measures the loyalty program: enrollment, points outstanding, repeat rate and tiers."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {}

    def run(self, params: LoyaltyHealthParams, context: StepContext) -> LoyaltyHealthOutput:
        found, malformed = read_people(context, health)
        shown, left_out = first(found.tiers, params.limit)
        report = build(
            f"Loyalty at {context.org.name}: {_enrolled(found)}",
            [_headline(found), _spending(found), unread_note(malformed)],
            [
                table(
                    "Tiers",
                    ("Tier", "Members", "Points", "Average spent"),
                    [_entry(row) for row in shown],
                    left_out,
                )
            ],
        )
        return LoyaltyHealthOutput(
            **report,
            malformed=malformed,
            customers=found.customers,
            members=found.members,
            enrolled_percent=found.enrolled_percent,
            points_outstanding=found.points_outstanding,
            repeat_percent=found.repeat_percent,
            member_repeat_percent=found.member_repeat_percent,
            active_members_percent=found.active_members_percent,
            member_average_spent=found.member_average,
            other_average_spent=found.other_average,
            tiers=shown,
            left_out=left_out,
        )


def _enrolled(found: Health) -> str:
    return f"{percent_words(found.enrolled_percent)} enrolled" if found.members else "no members yet"


def _headline(found: Health) -> str:
    if not found.customers:
        return "There are no customers yet."
    members = f"{found.members:,} of {counted(found.customers, 'customer')} are loyalty members"
    share = f" ({percent_words(found.enrolled_percent)})"
    return f"{members}{share}, with {number(found.points_outstanding)} points outstanding."


def _spending(found: Health) -> str:
    parts = []
    if found.repeat_percent is not None:
        parts.append(f"{percent_words(found.repeat_percent)} of all buyers came back at least once.")
    if found.member_average is not None:
        others = f"; others {usd(found.other_average)}" if found.other_average is not None else ""
        parts.append(f"A member who buys has spent {usd_or(found.member_average)} on average{others}.")
    if found.active_members_percent is not None:
        parts.append(f"{percent_words(found.active_members_percent)} of the members bought in the last 30 days.")
    return " ".join(parts)


def _entry(row: TierRow) -> tuple[str, ...]:
    return row.tier, f"{row.members:,}", number(row.points), usd(row.average_spent)
