"""`vip_customers`: the customers who spent the most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import Field

from shared.retail.customers import ContactRow, Profile, TopSpenders, contact_row
from shared.retail.figures import Percent, percent_of, percent_words, usd
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._loading import read_people
from shared.steps.retail._output import ShopReportOutput, build, unread_note
from shared.steps.retail._reaching import ReachOutput, ReachParams, customer_table, reach_of, reachable
from shared.values.money import Money
from shared.values.words import counted


class VipCustomersParams(ReachParams):
    """The `top` customers by what they spent; with `inactiveDays` those of them who have not ordered so long."""

    top: int = Field(default=20, ge=1, le=500)
    inactive_days: int | None = Field(default=None, ge=1, le=1_000)


class VipCustomersOutput(ShopReportOutput, ReachOutput):
    """`customers`: who spent most first. An address or a number that they opted out of is not in it."""

    customers: tuple[ContactRow, ...]
    count: int
    revenue: Money
    """What they've spent in all."""
    share_percent: Percent | None
    """Their share of all customers' spending."""


class VipCustomers(Action[VipCustomersParams, VipCustomersOutput]):
    """Lists the best customers, or those of them who haven't visited lately, and how they may be reached."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"top": 10}

    def run(self, params: VipCustomersParams, context: StepContext) -> VipCustomersOutput:
        (best, everybodys), malformed = read_people(context, lambda people: _best(people, params.top))
        away = params.inactive_days
        chosen = [one for one in best if away is None or one.days_since is None or one.days_since >= away]
        rows = reachable((contact_row(one, context.org.timezone) for one in chosen), params.reachable_by)
        revenue = sum((row.total_spent for row in rows), Decimal(0))
        share = percent_of(revenue, everybodys)
        reach = reach_of(rows)
        report = build(
            f"VIP customers of {context.org.name}: {_found(len(rows), params)}",
            [_headline(rows, params, revenue, share), reach.words(), unread_note(malformed)],
            [customer_table("VIP customers", rows)],
        )
        return VipCustomersOutput(
            **report,
            **reach.fields(),
            malformed=malformed,
            customers=tuple(rows),
            count=len(rows),
            revenue=revenue,
            share_percent=share,
        )


def _best(people: Iterable[Profile], top: int) -> tuple[list[Profile], Decimal]:
    """Those who spent the most, and what everybody spent."""
    best, everybodys = TopSpenders(top), Decimal(0)
    for one in people:
        everybodys += one.spent
        if one.spent > 0:
            best.add(one)
    return best.listed(), everybodys


def _found(count: int, params: VipCustomersParams) -> str:
    away = f" not seen for {counted(params.inactive_days, 'day')}" if params.inactive_days else ""
    return f"{count:,}{away}"


def _headline(rows: list[ContactRow], params: VipCustomersParams, revenue: Decimal, share: Decimal | None) -> str:
    if not rows and params.inactive_days:
        return f"All of your top {params.top} customers ordered within {counted(params.inactive_days, 'day')}."
    if not rows:
        return "No customers have bought anything yet."
    who = f"The top {counted(len(rows), 'customer')}"
    if params.inactive_days:
        who = (
            f"{counted(len(rows), 'customer')} of the top {params.top}, "
            f"not seen for {counted(params.inactive_days, 'day')} or more,"
        )
    return f"{who} spent {usd(revenue)}, {percent_words(share)} of everything."
