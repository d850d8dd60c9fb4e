"""Customers' birthdays in the shop's time zone."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta

from shared.documents.customers import Customer
from shared.redaction import shape_of

_BIRTHDAY = re.compile(r"(?:\d{4}-)?(\d{2})-(\d{2})")
_ANY_LEAP_YEAR = 2000


def parse_birthday(text: str) -> tuple[int, int]:
    """Month and day of `MM-DD` or `YYYY-MM-DD`.

    Raises:
        ValueError: the text has neither form, or there is no such day.
    """
    found = _BIRTHDAY.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"found {shape_of(text)}; expected MM-DD or YYYY-MM-DD")
    month, day = int(found[1]), int(found[2])
    date(_ANY_LEAP_YEAR, month, day)
    return month, day


def celebrated_in(year: int, month: int, day: int) -> date:
    """The day the birthday falls on that year. February 29 becomes February 28 in other years."""
    if (month, day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return date(year, month, day)


def next_birthday(month: int, day: int, today: date) -> date:
    """The next birthday, `today` included."""
    this_year = celebrated_in(today.year, month, day)
    return this_year if this_year >= today else celebrated_in(today.year + 1, month, day)


def cohort(customers: Iterable[Customer], today: date, days_ahead: int) -> tuple[list[tuple[Customer, date]], int]:
    """Customers with a birthday in the next `days_ahead` days, soonest first, and the number of unreadable ones."""
    last = today + timedelta(days=days_ahead)
    found: list[tuple[Customer, date]] = []
    unreadable = 0
    for customer in customers:
        if not customer.birthday:
            continue
        try:
            month, day = parse_birthday(customer.birthday)
        except ValueError:
            unreadable += 1
            continue
        kept_on = next_birthday(month, day, today)
        if kept_on <= last:
            found.append((customer, kept_on))
    found.sort(key=lambda pair: (pair[1], (pair[0].name or "").casefold(), pair[0].id))
    return found, unreadable
