"""Birthdays, also on 29 February, around the turn of the year and written in nonsense."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.retail.birthdays import cohort, next_birthday, parse_birthday
from tests.unit.retail.builders import customer

DAYS = st.dates(date(2020, 1, 1), date(2104, 12, 31))


@pytest.mark.parametrize(("text", "expected"), [("05-03", (5, 3)), ("1990-02-29", (2, 29)), (" 12-31 ", (12, 31))])
def test_both_ways_to_write_it_are_read(text: str, expected: tuple[int, int]) -> None:
    assert parse_birthday(text) == expected


@pytest.mark.parametrize("text", ["", "13-01", "02-30", "5-3", "1990/05/03", "00-10", "1990-05-03T00:00:00Z"])
def test_anything_other_than_a_day_of_the_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|month|day"):
        parse_birthday(text)


def test_the_29th_of_february_is_kept_on_the_28th_in_other_years() -> None:
    leap = [customer("leap", birthday="2000-02-29")]
    assert cohort(leap, date(2027, 2, 28), 0)[0] == [(leap[0], date(2027, 2, 28))]
    assert cohort(leap, date(2028, 2, 28), 0)[0] == []
    assert cohort(leap, date(2028, 2, 29), 0)[0] == [(leap[0], date(2028, 2, 29))]
    assert cohort(leap, date(2027, 3, 1), 0)[0] == []


def test_the_days_ahead_go_over_the_turn_of_the_year_soonest_first() -> None:
    people = [customer(name, birthday=day) for name, day in (("b", "01-02"), ("a", "12-30"), ("c", "01-09"))]
    found, unreadable = cohort([*people, customer("x", birthday="99-99"), customer("y")], date(2026, 12, 29), 7)
    assert [(one.id, day.isoformat()) for one, day in found] == [("a", "2026-12-30"), ("b", "2027-01-02")]
    assert unreadable == 1


@given(DAYS, DAYS)
def test_the_next_birthday_is_within_a_year_and_never_past(born: date, today: date) -> None:
    kept_on = next_birthday(born.month, born.day, today)
    assert today <= kept_on <= today + timedelta(days=366)
    assert (kept_on.month, kept_on.day) == (born.month, born.day) or (born.month, born.day) == (2, 29)


@given(DAYS, st.integers(0, 60))
def test_everybody_has_a_birthday_exactly_once_in_a_year(born: date, ahead: int) -> None:
    one = [customer("c", birthday=f"{born:%m-%d}")]
    first = date(2027, 1, 1)
    days = [first + timedelta(days=n) for n in range(365)]
    assert sum(bool(cohort(one, day, 0)[0]) for day in days) == 1
    assert any(cohort(one, day, ahead)[0] for day in days)
