"""`birthday_cohort`: customers with a birthday today or soon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from shared.documents.customers import Customer
from shared.retail.birthdays import cohort
from shared.retail.customers import NAMELESS, email_of, phone_of
from shared.retail.figures import Row, first
from shared.retail.load import CustomerStream
from shared.retail.periods import local_day
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._output import LimitedParams, ShopReportOutput, build, listed, table, unread_note
from shared.steps.retail._reaching import ReachOutput, ReachParams, reach_of, reachable
from shared.values.words import counted, day_words, plural


class BirthdayCohortParams(LimitedParams, ReachParams):
    """Birthdays of today (in the org's zone) and of the `daysAhead` days after."""

    days_ahead: int = Field(default=0, ge=0, le=60)


class BirthdayCustomer(Row):
    """`date`: when it is kept this time; a birthday on 29 February on the 28th in other years. No year of birth."""

    id: str
    name: str
    email: str | None
    phone: str | None
    birthday: str
    """`MM-DD`."""
    date: date
    days_until: int
    loyalty_tier: str | None


class BirthdayCohortOutput(ShopReportOutput, ReachOutput):
    """`customers`: the soonest first. An address or a number that they opted out of is not in it."""

    customers: tuple[BirthdayCustomer, ...]
    count: int
    today: int
    """How many have their birthday today."""
    unreadable_birthdays: int
    """Customers whose birthday isn't a valid date."""
    left_out: int


class BirthdayCohort(Action[BirthdayCohortParams, BirthdayCohortOutput]):
    """Lists customers whose birthday is today or soon, with the ways they may be reached."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"daysAhead": 7}

    def run(self, params: BirthdayCohortParams, context: StepContext) -> BirthdayCohortOutput:
        org_id = context.org.id
        today = local_day(context.now, context.org.timezone)

        def read() -> tuple[list[tuple[Customer, date]], int, int]:
            customers = CustomerStream(org_id)
            return *cohort(customers, today, params.days_ahead), customers.malformed

        found, unreadable, malformed = context.effects.read(read)
        rows = reachable((_row(customer, day, today) for customer, day in found), params.reachable_by)
        shown, left_out = first(rows, params.limit)
        reach = reach_of(rows)
        report = build(
            f"Birthdays at {context.org.name}: {_who(len(rows))} {_when(params)}",
            [_headline(rows, params), reach.words(), _unreadable(unreadable), unread_note(malformed)],
            [table("Birthdays", ("Customer", "Birthday"), [_entry(row) for row in shown], left_out)],
        )
        return BirthdayCohortOutput(
            **report,
            **reach.fields(),
            malformed=malformed,
            customers=shown,
            count=len(rows),
            today=sum(row.days_until == 0 for row in rows),
            unreadable_birthdays=unreadable,
            left_out=left_out,
        )


def _row(customer: Customer, day: date, today: date) -> BirthdayCustomer:
    return BirthdayCustomer(
        id=customer.id,
        name=(customer.name or "").strip() or NAMELESS,
        email=email_of(customer),
        phone=phone_of(customer),
        birthday=(customer.birthday or "").strip()[-5:],
        date=day,
        days_until=(day - today).days,
        loyalty_tier=customer.loyalty_tier,
    )


def _when(params: BirthdayCohortParams) -> str:
    return f"within {counted(params.days_ahead, 'day')}" if params.days_ahead else "today"


def _who(count: int) -> str:
    return counted(count, "customer") if count else "nobody"


def _headline(rows: list[BirthdayCustomer], params: BirthdayCohortParams) -> str:
    if not rows:
        return f"Nobody has a birthday {_when(params)}."
    who = f"{counted(len(rows), 'customer')} {plural(len(rows), 'has', 'have')}"
    return f"{who} a birthday {_when(params)}: {listed([row.name for row in rows])}."


def _unreadable(count: int) -> str:
    return f"{counted(count, 'birthday')} could not be read." if count else ""


def _entry(row: BirthdayCustomer) -> tuple[str, ...]:
    return row.name, "today" if row.days_until == 0 else day_words(row.date)
