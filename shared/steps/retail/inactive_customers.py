"""`inactive_customers`: customers who haven't ordered for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import Field, model_validator

from shared.retail.customers import ContactRow, Profile, TopSpenders, contact_row, email_of, phone_of
from shared.retail.figures import usd
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._loading import read_people
from shared.steps.retail._output import LimitedParams, ShopReportOutput, build, unread_note
from shared.steps.retail._reaching import Reach, ReachCount, ReachOutput, ReachParams, customer_table
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
        away, malformed = read_people(context, lambda people: _away(people, params))
        shown = tuple(contact_row(one, context.org.timezone) for one in away.best.listed())
        left_out = away.reach.people - len(shown)
        report = build(
            f"Inactive customers of {context.org.name}: {away.reach.people:,}",
            [_headline(away, params), away.reach.words(), unread_note(malformed)],
            [customer_table("Inactive customers", shown, left_out)],
        )
        return InactiveCustomersOutput(
            **report,
            **away.reach.fields(),
            malformed=malformed,
            customers=shown,
            count=away.reach.people,
            revenue=away.spent,
            left_out=left_out,
            days=params.days,
        )


class _Away:
    """Those who stay away, counted; only the best are kept."""

    def __init__(self, limit: int) -> None:
        self.best = TopSpenders(limit)
        self.reach = ReachCount()
        self.spent = Decimal(0)

    def add(self, one: Profile, reachable_by: Reach | None) -> None:
        if self.reach.add(email_of(one.customer), phone_of(one.customer), reachable_by):
            self.best.add(one)
            self.spent += one.spent


def _away(people: Iterable[Profile], params: InactiveCustomersParams) -> _Away:
    found, most = _Away(params.limit), params.max_days
    for one in people:
        days = one.days_since
        if days is not None and days >= params.days and (most is None or days <= most):
            found.add(one, params.reachable_by)
    return found


def _headline(away: _Away, params: InactiveCustomersParams) -> str:
    since, count = f"for {counted(params.days, 'day')}", away.reach.people
    if not count:
        return f"All of your customers have ordered recently: nobody has been away {since} or more."
    who = f"{counted(count, 'customer')} {plural(count, 'has', 'have')}"
    return f"{who} not ordered {since} or more; they spent {usd(away.spent)} before."
