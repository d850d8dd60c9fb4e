"""Lists of customers to message: who can be reached, and how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol, TypeVar

from shared.messages.template.models import Section
from shared.retail.customers import ContactRow
from shared.retail.figures import usd
from shared.steps.base import Output, Params
from shared.steps.retail._output import table
from shared.values.words import date_words

Reach = Literal["email", "sms"]


class Reachable(Protocol):
    """A customer with the ways to reach them that they did not opt out of."""

    @property
    def email(self) -> str | None: ...

    @property
    def phone(self) -> str | None: ...


C = TypeVar("C", bound=Reachable)


class ReachParams(Params):
    """`reachableBy`: only customers that have an address (or a number) and did not opt out of it."""

    reachable_by: Reach | None = None


class ReachOutput(Output):
    """How many of the customers can be messaged."""

    by_email: int
    by_sms: int


class ReachCount:
    """How many people there are, and how many of them can be messaged how."""

    def __init__(self) -> None:
        self.people = self.by_email = self.by_sms = 0

    def add(self, email: str | None, phone: str | None, by: Reach | None = None) -> bool:
        """Count somebody; False for those who can't be reached `by` that."""
        if (by == "email" and not email) or (by == "sms" and not phone):
            return False
        self.people += 1
        self.by_email += bool(email)
        self.by_sms += bool(phone)
        return True

    def fields(self) -> dict[str, int]:
        """The fields of a `ReachOutput`."""
        return {"by_email": self.by_email, "by_sms": self.by_sms}

    def words(self) -> str:
        """`12 can be emailed, 9 texted.`"""
        return f"{self.by_email:,} can be emailed, {self.by_sms:,} texted." if self.people else ""


def reachable(people: Iterable[C], by: Reach | None) -> list[C]:
    """Those who can be reached that way, or all if any way will do."""
    if by == "email":
        return [one for one in people if one.email]
    if by == "sms":
        return [one for one in people if one.phone]
    return list(people)


def reach_of(people: Iterable[Reachable]) -> ReachCount:
    found = ReachCount()
    for one in people:
        found.add(one.email, one.phone)
    return found


def customer_table(title: str, people: Sequence[ContactRow], left_out: int = 0) -> list[Section]:
    """Names and figures; no address and no number, which have no business in a report."""
    return table(title, ("Customer", "Spent", "Orders", "Last order"), [_entry(one) for one in people], left_out)


def _entry(one: ContactRow) -> tuple[str, ...]:
    last = date_words(one.last_order_on) if one.last_order_on else "—"
    return one.name, usd(one.total_spent), f"{one.order_count:,}", last
