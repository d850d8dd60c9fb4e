"""`inactive_customers`: customers who haven't ordered for a while."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import Field, model_validator

from shared.retail.customers import ContactRow, by_spending, contact_row
from shared.retail.figures import first, usd
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._loading import read_people
from shared.steps.retail._output import LimitedParams, ShopReportOutput, build, unread_note
from shared.steps.retail._reaching import ReachOutput, ReachParams, customer_table, reach_of, reach_words, reachable
from shared.values.money import Money
from shared.values.words import counted, plural


class InactiveCustomersParams(LimitedParams, ReachParams):
    """Customers whose last order was at least `days` days ago, and at most `maxDays` if given."""

    days: int = Field(default=30, ge=1, le=1_000)
    max_days: int | None = Field(default=None, ge=1, le=5_000)

    @model_validator(mode="after")
    def _in_order(self) -> InactiveCustomersParams:
        if self.max_days is not None and self.max_days < self.days:
            raise ValueError(f"maxDays is {self.max_days} and days {self.days}; expected maxDays to be no smaller")
        return self


class InactiveCustomersOutput(ShopReportOutput, ReachOutput):
    """`customers`: who spent most first. An address or a number that they opted out of is not in it."""

    customers: tuple[ContactRow, ...]
    count: int
    revenue: Money
    """What they ever spent."""
    left_out: int
    days: int


class InactiveCustomers(Action[InactiveCustomersParams, InactiveCustomersOutput]):
    """Lists customers who haven't bought lately, best customers first, and how they may be reached."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"days": 30, "reachableBy": "email"}

    def run(self, params: InactiveCustomersParams, context: StepContext) -> InactiveCustomersOutput:
        people = read_people(context)
        most = params.max_days
        away = [
            one
            for one in by_spending(people.profiles)
            if one.days_since is not None
            and one.days_since >= params.days
            and (most is None or one.days_since <= most)
        ]
        rows = reachable((contact_row(one, context.org.timezone) for one in away), params.reachable_by)
        shown, left_out = first(rows, params.limit)
        revenue = sum((row.total_spent for row in rows), Decimal(0))
        report = build(
            f"Inactive customers of {context.org.name}: {len(rows):,}",
            [_headline(rows, params, revenue), reach_words(rows), unread_note(people.malformed)],
            [customer_table("Inactive customers", shown, left_out)],
        )
        return InactiveCustomersOutput(
            **report,
            **reach_of(rows),
            malformed=people.malformed,
            customers=shown,
            count=len(rows),
            revenue=revenue,
            left_out=left_out,
            days=params.days,
        )


def _headline(rows: list[ContactRow], params: InactiveCustomersParams, revenue: Decimal) -> str:
    since = f"for {counted(params.days, 'day')}"
    if not rows:
        return f"All of your customers have ordered recently: nobody has been away {since} or more."
    who = f"{counted(len(rows), 'customer')} {plural(len(rows), 'has', 'have')}"
    return f"{who} not ordered {since} or more; they spent {usd(revenue)} before."
