"""The times and the days of a cron line in plain words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from shared.playbooks.cron import MONTHS, WEEKDAYS
from shared.values.words import clock_words, listed

_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MINUTES, _HOURS, _DAYS_OF_MONTH, _MONTHS = 60, 24, 31, 12
_FEW_TIMES, _FEW_LEFT_OUT = 8, 5
_IN_A_ROW, _REGULAR = 3, 5
"""So many days of the month are a range, so many hours an interval."""


def numbers(field: str, low: int, high: int, names: tuple[str, ...] = ()) -> list[int]:
    """The values that a field of a cron line stands for, from `low` to `high`, in order."""
    found: set[int] = set()
    for part in field.split(","):
        bounds, _, step = part.partition("/")
        first, _, last = bounds.partition("-")
        start = low if first == "*" else _number_of(first, names, low)
        end = _number_of(last, names, low) if last else high if first == "*" or step else start
        found.update(range(start, end + 1, int(step or 1)))
    return sorted(found)


def _number_of(text: str, names: tuple[str, ...], low: int) -> int:
    return int(text) if text.isdigit() else names.index(text.upper()) + low


def times_in_words(minute: str, hour: str) -> str:
    """`at 9:00 AM and 5:00 PM`, `every 15 minutes between 9:00 AM and 4:59 PM`."""
    minutes, hours = numbers(minute, 0, _MINUTES - 1), numbers(hour, 0, _HOURS - 1)
    spans = _spans(hours)
    short = any(first == last for first, last in spans) and len(hours) < _HOURS
    if step := _step_of(minutes, _MINUTES):
        if short and len(minutes) * len(hours) <= _FEW_TIMES:
            return _at(hours, minutes)
        each = "every minute" if step == 1 else f"every {step} minutes"
        return each if len(hours) == _HOURS else f"{each} {_between(spans, 0, _MINUTES - 1)}"
    past = "" if minutes == [0] else f" at {listed([str(one) for one in minutes])} past"
    if every := _step_of(hours, _HOURS):
        return f"every {'hour' if every == 1 else f'{every} hours'}{past}"
    step = hours[1] - hours[0] if len(hours) > 1 else 0
    if len(hours) >= (_REGULAR if step > 1 else _IN_A_ROW) and hours == [*range(hours[0], hours[-1] + 1, step)]:
        each = "every hour" if step == 1 else f"every {step} hours"
        return f"{each}{past} {_between([(hours[0], hours[-1])], minutes[0], minutes[-1])}"
    if short or len(minutes) * len(hours) <= _FEW_TIMES:
        return _at(hours, minutes)
    return f"every hour{past} {_between(spans, minutes[0], minutes[-1])}"


def _at(hours: Sequence[int], minutes: Sequence[int]) -> str:
    return f"at {listed([clock_words(hour, minute) for hour in hours for minute in minutes])}"


def _step_of(values: Sequence[int], size: int) -> int:
    """The step of `*/n` where it goes on evenly over the border; 0 for other values."""
    step = values[1] - values[0] if len(values) > 1 else size
    return step if len(values) > 1 and [*values] == [*range(0, size, step)] and size % step == 0 else 0


def _spans(hours: Sequence[int]) -> list[tuple[int, int]]:
    """Hours in a row as their first and last; over midnight too."""
    found: list[tuple[int, int]] = []
    for hour in hours:
        if found and found[-1][1] == hour - 1:
            found[-1] = (found[-1][0], hour)
        else:
            found.append((hour, hour))
    if len(found) > 1 and found[0][0] == 0 and found[-1][1] == _HOURS - 1:
        found = [*found[1:-1], (found[-1][0], found[0][1])]
    return found


def _between(spans: Sequence[tuple[int, int]], first: int, last: int) -> str:
    return " and ".join(f"between {clock_words(start, first)} and {clock_words(end, last)}" for start, end in spans)


def days_in_words(day: str, month: str, weekday: str, occurrence: str | None = None) -> str:
    """`every weekday`, `on the 1st and 15th of the month`, `on the last Friday of the month in May`."""
    months = _months(numbers(month, 1, _MONTHS, MONTHS))
    days, names = numbers(day, 1, _DAYS_OF_MONTH), _weekday_names(weekday)
    if len(names) == len(_DAYS) - 1:
        return f"{_month_days(days, occurrence)}{months}"
    if len(days) == _DAYS_OF_MONTH:
        return f"{_nth(names, occurrence) if occurrence else _weekdays(names)}{months}"
    # Cron joins the two with "or", except where one of them begins with a star.
    joint = "that is also" if day.startswith("*") or weekday.startswith("*") else "and"
    both = f"{_weekdays(names)} {joint} {_month_days(days, None)}"
    return f"{f'on the {occurrence} of the month of ' if occurrence else ''}{both}{months}"


def _month_days(days: Sequence[int], occurrence: str | None) -> str:
    if occurrence is None and len(days) == _DAYS_OF_MONTH:
        return "every day"
    left_out = [one for one in range(1, _DAYS_OF_MONTH + 1) if one not in days]
    if occurrence is None and len(left_out) <= _FEW_LEFT_OUT:
        return f"every day except the {listed([_ordinal(one) for one in left_out])}"
    named = "day" if not left_out or [*days] == [28, 29, 30, 31] else f"of the {listed(_ranges(days))}"
    return f"on the {f'{occurrence} {named}' if occurrence else listed(_ranges(days))} of the month"


def _ranges(days: Sequence[int]) -> list[str]:
    found: list[list[int]] = []
    for one in days:
        if found and found[-1][-1] == one - 1:
            found[-1].append(one)
        else:
            found.append([one])
    return [
        part
        for run in found
        for part in (
            [f"{_ordinal(run[0])} to {_ordinal(run[-1])}"]
            if len(run) >= _IN_A_ROW
            else [_ordinal(one) for one in run]
        )
    ]


def _nth(names: list[str], occurrence: str) -> str:
    which = listed(names, "or") if len(names) < 5 else "working day" if names == list(_DAYS[1:6]) else "day"
    return f"on the {occurrence} {which} of the month"


def _weekdays(names: list[str]) -> str:
    if names == list(_DAYS[1:6]):
        return "every weekday"
    if sorted(names) == ["Saturday", "Sunday"]:
        return "every Saturday and Sunday"
    left_out = [one for one in _DAYS[1:] if one not in names]
    return f"every day except {listed(left_out)}" if len(left_out) <= 2 else f"every {listed(names)}"


def _weekday_names(field: str) -> list[str]:
    """The days' names as written; a Sunday after a Saturday stands last."""
    found = [
        number for part in field.split(",") for number in numbers(part, 0, 7 if part[:1] != "*" else 6, WEEKDAYS)
    ]
    return list(dict.fromkeys(_DAYS[7 if one == 0 and 6 in found else one] for one in found))


def _months(months: list[int]) -> str:
    names = [datetime(2000, one, 1, tzinfo=UTC).strftime("%B") for one in range(1, _MONTHS + 1)]
    named = [names[one - 1] for one in months]
    if len(months) == _MONTHS:
        return ""
    if len(months) > _IN_A_ROW and months == [*range(months[0], months[-1] + 1)]:
        return f" from {named[0]} through {named[-1]}"
    if len(months) > _MONTHS // 2:
        return f" except in {listed([one for one in names if one not in named])}"
    return f" in {listed(named)}"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
