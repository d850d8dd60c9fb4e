"""What of the calendar has to be reckoned or checked; all that is only said stands in the lexicon's `[rules]`."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from shared.chat.language.chart import Rules
from shared.chat.language.when import DAYS_IN, LAST, Day, When

CALENDAR = Rules()
rule = CALENDAR.rule

_ONE_OR_MORE = "(<day_of>|<days_of>)"
_MONTH_DAYS, _MONTHS = 31, 12

rule("month_day", "<int>")(lambda day: day if 1 <= day <= _MONTH_DAYS else None)
rule("count", "<int>")(lambda number: number if 1 <= number < 1000 else None)
rule("year", "<int>")(lambda year: year if 2000 <= year <= 2100 else None)
rule("ordinal", "<word_number> <ordinal>", weight=1)(
    lambda tens, nth: tens + nth if tens in (20, 30) and 1 <= nth <= 9 else None
)


@rule("days_of", f"{_ONE_OR_MORE} (and|/|plus|as well as|and on|and also on) {_ONE_OR_MORE}")
@rule("days_of", f"<day_of> {_ONE_OR_MORE}")
@rule("each_days", f"{{each}} <day_of> {{and}} {{each}} {_ONE_OR_MORE}")
@rule("or_days", f"{_ONE_OR_MORE} (or|nor) {_ONE_OR_MORE}")
@rule("int_days", "<int_days> {and} <int_days>")
@rule("months_of", "<months_of> {and} <months_of>", "<months_of> <months_of>")
@rule("or_months", "<months_of> (or|nor) <months_of>")
@rule("nths", "<nths> {and} <nths>")
@rule(
    "digit_nths",
    "<digit_nths> {and} <nths>",
    "<digit_nths> (and|, and|/) <int_days>",
    "<int_days> {and} <digit_nths>",
)
@rule("fractions", "<fractions> {and} <fractions>")
def _together(*some: tuple[int, ...]) -> tuple[int, ...] | None:
    flat = [one for part in some for one in part]
    return tuple(sorted(flat)) if len({*flat}) == len(flat) else None


@rule("days_of", f"{_ONE_OR_MORE} (,|, and|, on) {_ONE_OR_MORE}")
def _listed(one: tuple[int, ...], more: tuple[int, ...]) -> tuple[int, ...] | None:
    """ "Not on weekends, weekdays at 8": a comma alone makes no week of two halves."""
    return None if {len(one), len(more)} == {2, 5} else _together(one, more)


# Neither, or the second one in place of the first?
rule("when", f"not [on] {_ONE_OR_MORE} , [on] {_ONE_OR_MORE}", weight=6)(
    lambda some, more: When(but_weekdays=days, but_vague="days") if (days := _together(some, more)) else None
)
rule(
    "days_of",
    "<day_letter> (/|,) <day_letter>",
    "<day_letter> (/|,) <day_letter> (/|,|, and) <day_letter>",
    weight=3,
)(lambda *days: _together(days))


@rule("days_of", f"{_ONE_OR_MORE} {{to}} {_ONE_OR_MORE}", "between <day_of> and <day_of>", weight=1)
def _days_through(first: tuple[int, ...], last: tuple[int, ...]) -> tuple[int, ...] | None:
    span = (last[0] - first[0]) % 7
    alone = len(first) == len(last) == 1
    return tuple(sorted((first[0] + step) % 7 for step in range(span + 1))) if span and alone else None


@rule("days_of", "<day_letter> {to} <day_letter>", weight=3)
def _letters_through(first: int, last: int) -> tuple[int, ...] | None:
    return _days_through((first,), (last,))


@rule("months_of", "<month> {to} <month>", weight=2)
@rule("months_through", "from <month> {to} <month>", "between <month> and <month>", weight=6)
def _months_through(first: int, last: int) -> tuple[int, ...]:
    return tuple((first + step - 1) % _MONTHS + 1 for step in range((last - first) % _MONTHS + 1))


@rule("nths", "<ordinal> {to} <ordinal>")
@rule("digit_nths", "(<digit_ordinal>|<month_day>) {to} <digit_ordinal>", weight=1)
def _nths_through(first: int, last: int) -> tuple[int, ...] | None:
    return tuple(range(first, last + 1)) if 0 < first < last <= _MONTH_DAYS else None


@rule("month_days", "<nths>")
@rule("digit_days", "<digit_nths>")
def _month_days(days: tuple[int, ...]) -> tuple[int, ...] | None:
    return days if all(1 <= day <= _MONTH_DAYS or day in (LAST, -2) for day in days) else None


@rule("week_nths", "(<nths>|<digit_nths>)")
def _week_nths(nth: tuple[int, ...]) -> tuple[int, ...] | None:
    return nth if all(1 <= one <= 5 or one in (LAST, -2) for one in nth) else None


@rule("when", "{each} <ordinal> <unit>")
def _every_third(nth: int, unit: Any) -> When | None:
    return When(every=nth, unit=unit) if nth > 1 and unit in ("day", "week", "hour", "minute", "month") else None


@rule("when", "<how_often> (a|an|per|{each}|in an) hour", weight=4)
def _times_an_hour(times: int) -> When | None:
    return When(every=60 // times, unit="minute") if times > 1 and 60 % times == 0 else None


@rule("when", "{each} <count> and a half hours", weight=2)
def _and_a_half(hours: int) -> When:
    return When(every=hours * 60 + 30, unit="minute")


rule("fractions_left", "<fractions> (to|before|of|until)")(lambda left: tuple(sorted(60 - one for one in left)))


@rule("date_of", "<month> (<digit_ordinal>|<month_day>|<ordinal>) [,] [<year>]")
def _date(month: int, day: int, year: int = 0) -> Day | None:
    good = 1 <= month <= _MONTHS and 1 <= day <= DAYS_IN[month - 1]
    return Day(kind="date", month=month, day=day, year=year) if good else None


@rule("day_in_month", "(<digit_ordinal>|<month_day>|<ordinal>) [day] (of|in) <month> [<year>]")
@rule("date_of", "(<digit_ordinal>|<month_day>|<ordinal>) [of] <month> [<year>]")
def _day_first(day: int, month: int, year: int = 0) -> Day | None:
    return _date(month, day, year)


@rule("date_of", "<int> / <int>")
@rule("date_of", "<int> / <int> / <int>", weight=3)
def _slashed(month: int, day: int, year: int = 0) -> Day | None:
    return _date(month, day, year + 2000 if 0 < year < 100 else year)


@rule("date_of", "<iso_date>")
def _iso(said: str) -> Day | None:
    year, month, day = (int(part) for part in said.split("-"))
    return _date(month, day, year)


rule("date_of", "<-day> [,] <date_of>", weight=1)(lambda date: date)


@rule("when", "[only] after <date_of>", weight=2)
def _from_the_next(date: Day) -> When | None:
    """ "After March 15" is from the 16th on."""
    if not date.month:
        return None
    is_last = date.day == DAYS_IN[date.month - 1]
    month = date.month % _MONTHS + 1 if is_last else date.month
    year = date.year + (is_last and date.month == _MONTHS) if date.year else 0
    return When(starts=Day(kind="date", month=month, day=1 if is_last else date.day + 1, year=year))


@rule("yearly_date", "<date_of>")
def _yearly(date: Day) -> When | None:
    return None if date.year else When(monthdays=(date.day,), months=(date.month,))


rule("span_ahead", "<count> and [a] half hours")(lambda hours: (hours * 60 + 30, "minute"))
rule("span_ahead", "(<count>|a|an) hour [and] <count> minutes")(
    lambda *said: ((said[0] if len(said) > 1 else 1) * 60 + said[-1], "minute")
)
rule("when", "[by] <span_ahead> later", "(back|out) [by] <span_ahead>", weight=2)(lambda span: _shift(span, 1))
rule("when", "[by] <span_ahead> (earlier|sooner)", "up [by] <span_ahead>", weight=2)(lambda span: _shift(span, -1))
rule("when", "after (<date_of>|<holiday_of>)", weight=2)(
    lambda day: When(starts=day.model_copy(update={"amount": 1}))
)
rule("when", "after <month>", weight=1)(
    lambda month: When(starts=Day(kind="date", month=month % _MONTHS + 1, day=1))
)
rule("when", f"not {_ONE_OR_MORE} , {_ONE_OR_MORE}", weight=7)(
    lambda without, days: When(weekdays=days, but_weekdays=without, vague="not_but")
)


def _shift(span: tuple[int, str], direction: int) -> When | None:
    """ "An hour later" than it is now; days are too long for that."""
    minutes = {"minute": 1, "hour": 60}.get(span[1], 0) * span[0]
    return When(shift=direction * minutes) if minutes else None


rule("ahead", "in <span_ahead>", "<span_ahead> from (now|today)")(
    lambda span: Day(kind="offset", amount=span[0], unit=span[1])
)


@rule("ahead", "<span_ahead> from <day>", "<day> <span_ahead> from now")
def _weeks_after(*said: Any) -> Day | None:
    (amount, unit), weekday = said if isinstance(said[0], tuple) else reversed(said)
    return Day(kind="weekday", weekday=weekday, amount=amount) if unit == "week" else None


@rule("ahead", "<span_ahead> from tomorrow")
def _after_tomorrow(span: tuple[int, str]) -> Day | None:
    days = {"day": 1, "week": 7}.get(span[1])
    return Day(kind="offset", amount=1 + days * span[0]) if days else None


@rule("when", "<when> this <span>", weight=2)
def _within(said: When, span: Any) -> When | None:
    """ "Daily at 8 this month"; "how we did this month" is a period, as it stands beside no time."""
    bounded = said.ends or said.once or said.lasts
    return None if bounded else said.merged(When(ends=Day(kind="end_of", unit=span)))


@rule("when", "<when> for [all] <span>", weight=2)
def _lasting(said: When, span: Any) -> When | None:
    """ "Daily at 8 for the week"; "the sales for the week" is no limit."""
    bounded = said.ends or said.once or said.lasts or span == "day"
    return None if bounded else said.merged(When(lasts=1, lasts_unit=span))


@cache
def _town_zones() -> dict[str, str]:
    """The time zones by the towns that they are called by: `tokyo`."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return {name.rsplit("/", 1)[1].casefold(): name for name in names}


@rule("place", "(<unknown>|<proper>|<location>)")
def _town(said: str) -> str | None:
    return _town_zones().get("_".join(said.casefold().split()))


@rule("when", "<when> [in] <place>", weight=1)
def _there(said: When, zone: str) -> When | None:
    """ "8am in LA"; "sales in Chicago" may be a shop."""
    return said.changed(zone=zone) if said.times and not said.has_days and not said.zone else None


@rule("when", "<when> only", weight=1)
def _only(said: When) -> When | None:
    return said.model_copy(update={"only": bool(said.weekdays)}) if said.weekdays or said.monthdays else None
