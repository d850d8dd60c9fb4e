"""Which days a phrase means: the last three fields of a cron line, and which of a month's days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.chat.grammar.clocks import UnclearError
from shared.chat.grammar.daywords import ALL
from shared.chat.grammar.tokens import Days, Except, MonthDays, Nth, Period, Token
from shared.playbooks.time_triggers import Occurrence

_WEEKLY_DAY, _WEEKLY_HOUR = 1, 8
"""The product's week: Monday at eight."""
_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_CONTRADICTION = "Do you mean every day, or only on {days}?"


@dataclass(frozen=True)
class Dates:
    """Day, month and weekday of a cron line; `assumed_hour` where a week's usual hour differs from a day's."""

    day: str = "*"
    month: str = "*"
    weekday: str = "*"
    occurrence: Occurrence | None = None
    assumed_hour: int | None = None

    @property
    def weekdays(self) -> frozenset[int]:
        """The days of the week that it can fall on."""
        if self.weekday == "*":
            return ALL
        spans = [part.split("-") for part in self.weekday.split(",")]
        return frozenset(day for span in spans for day in range(int(span[0]), int(span[-1]) + 1))


def dates_of(tokens: Sequence[Token]) -> list[Dates]:
    """The days that the tokens of one phrase say together; every day for none.

    Raises:
        UnclearError: they contradict each other.
    """
    nths = [token for token in tokens if isinstance(token, Nth)]
    month_days = [token for token in tokens if isinstance(token, MonthDays)]
    weekly = [token for token in tokens if isinstance(token, Days)]
    units = {token.unit for token in tokens if isinstance(token, Period)}
    if month_days or nths:
        return _in_month(nths, month_days, weekly, units)
    if weekly:
        return [_in_week(weekly, [token for token in tokens if isinstance(token, Except)], units)]
    if len(units) > 1:
        raise UnclearError(f"Shall it run every {' or every '.join(sorted(units))}?")
    if any(isinstance(token, Except) for token in tokens):
        raise UnclearError("On which days shall it run?")
    if "week" in units:
        return [Dates(weekday=str(_WEEKLY_DAY), assumed_hour=_WEEKLY_HOUR)]
    if units:
        return [Dates(day="1", month="1,4,7,10" if "quarter" in units else "*")]
    return [Dates()]


def _in_month(
    nths: list[Nth], month_days: list[MonthDays], weekly: list[Days], units: Collection[str]
) -> list[Dates]:
    daily = [token for token in weekly if token.kind == "daily"]
    if daily or "week" in units or (month_days and weekly):
        raise UnclearError("Shall it run every week, or only on certain days of the month? Which ones?")
    months = "1,4,7,10" if "quarter" in units else None
    found: list[Dates] = []
    for token in month_days:
        month = _listed(token.months) or months or "*"
        if token.last:
            ends = "3,6,9,12" if months and not token.months else month
            found.append(Dates(day="28-31", month=ends, occurrence="last"))
        else:
            found.append(Dates(day=_listed(token.days), month=month))
    for nth in nths:
        month = _listed(nth.months) or months or "*"
        found.append(Dates(month=month, weekday=_weekday(nth.days), occurrence=nth.occurrence))
    if weekly:
        found.append(_in_week(weekly, [], set()))
    return _joined(found)


def _joined(found: list[Dates]) -> list[Dates]:
    """Plain days of the month on one line: "the 1st and the 15th"."""
    plain = [dates for dates in found if dates.occurrence is None and dates.day != "*" and dates.month == "*"]
    if len(plain) < 2:
        return list(dict.fromkeys(found))
    days = sorted({int(day) for dates in plain for day in dates.day.split(",")})
    return [Dates(day=_listed(days)), *(dates for dates in found if dates not in plain)]


def _in_week(weekly: list[Days], excepts: list[Except], units: Collection[str]) -> Dates:
    narrow = [token for token in weekly if token.kind != "daily"]
    daily = [token for token in weekly if token.kind == "daily"]
    if set(units) - {"week"}:
        raise UnclearError("Shall it run every week, or once a month? On which day?")
    if daily and (any(token.kind == "named" for token in narrow) or units):
        named = ", ".join(_NAMES[day] for token in narrow for day in sorted(token.days)) or "one day a week"
        raise UnclearError(_CONTRADICTION.format(days=named))
    chosen: frozenset[int] = frozenset()
    for token in narrow:
        if token.days & chosen:
            raise UnclearError(f"Do you mean only {', '.join(_NAMES[day] for day in sorted(token.days & chosen))}?")
        chosen |= token.days
    chosen = chosen or ALL
    for left_out in excepts:
        if not left_out.days <= chosen:
            raise UnclearError("On which days shall it run?")
        chosen -= left_out.days
    if not chosen:
        raise UnclearError("That leaves no day. On which days shall it run?")
    return Dates(weekday=_weekday(chosen))


def _weekday(days: frozenset[int]) -> str:
    """ "*", "1-5" or "1,4"."""
    if days == ALL:
        return "*"
    ordered = sorted(days)
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"{ordered[0]}-{ordered[-1]}"
    return _listed(ordered)


def _listed(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))
