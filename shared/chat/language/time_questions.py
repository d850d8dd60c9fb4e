"""What of a time is not clear, as the one question that must be asked first. Pure.

A question offers whole readings: whichever is chosen, nothing that was said is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from shared.chat.language.ambiguity import Ambiguity, Changes, question
from shared.chat.language.calendar import day_of, in_words
from shared.chat.language.clocks import fits
from shared.chat.language.when import DAYS_IN, EVERY_DAY, LAST, Clock, Day, When, half_of
from shared.chat.lexicon import load

USUAL = 540
"""9:00, in minutes: when a day is said and no time."""
WEEKLY = 480
OCCURRENCES = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}
_SURE_FROM = 7 * 60
"""A bare hour from here up to noon is in the morning; an earlier one may be either."""
_DAY_NAMES = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def unclear(one: When, now: datetime) -> Ambiguity | None:
    """The first thing that must be asked of a schedule."""
    return (
        _words(one)
        or _days_and_interval(one)
        or _interval(one)
        or _day(one, now)
        or _days_of_month(one)
        or _times(one)
    )


def unclear_groups(groups: Sequence[When]) -> Ambiguity | None:
    """ "Every day at 8 and weekends at 10": twice on weekends, or at 10 instead?"""
    words = " ".join(one.words for one in groups)
    if len({one.zone for one in groups}) > 1:
        return Ambiguity(key="two_zones", choices=tuple((one.zone, (one,)) for one in groups if one.zone))
    rhythms = [
        one for one in groups if one.every and not (one.weekdays not in ((), EVERY_DAY) or one.monthdays or one.nth)
    ]
    if len({(one.every, one.unit) for one in rhythms}) > 1:
        labels = (f"Every {one.unit}" if one.every == 1 else f"Every {one.every} {one.unit}s" for one in rhythms)
        choices = tuple((label, (one,)) for label, one in zip(labels, rhythms, strict=True))
        return Ambiguity(key="two_rhythms", words=words, choices=choices)
    for one in groups:
        for other in groups:
            plain = not (one.nth or other.nth or one.monthdays or other.monthdays)
            left = {*one.weekdays} - {*one.but_weekdays}
            apart = bool(other.months) and {*other.months} <= {*one.but_months}
            if one is not other and plain and not apart and other.weekdays and {*other.weekdays} < left:
                return _overlap(one, other, groups, words)
    return None


def _overlap(one: When, other: When, groups: Sequence[When], words: str) -> Ambiguity:
    rest = tuple(day for day in one.weekdays if day not in other.weekdays)
    instead = one.changed(weekdays=rest, unit=None, every=0)
    swapped = tuple(instead if each is one else each for each in groups)
    choices = [("Instead on those days", swapped)] if one.times != other.times else []
    choices += [("Only on those days", (other,)), ("On all days", (one,))]
    return Ambiguity(key="overlap", words=words, choices=tuple(choices))


def _words(one: When) -> Ambiguity | None:
    """What was said without saying when."""
    if one.vague == "either_day":
        days = one.weekdays
        return question(
            one, "either_day", [(f"Every {_DAY_NAMES[day]}", {"weekdays": (day,)}) for day in days], vague=""
        )
    if one.vague == "not_but":
        both: Changes = (
            "Leave out both",
            {"weekdays": (), "but_weekdays": (*one.but_weekdays, *one.weekdays)},
        )
        named = _day_names(one.weekdays)
        return question(one, "not_but", [(f"Only {named}", {"but_weekdays": ()}), both], named, vague="")
    if one.shift or one.lead:
        return question(one, "shift" if one.shift else "which_dates", lead=0)
    if one.vague == "late_part" and one.parts:
        times = load().data["parts"][one.parts[0]]["choices"]
        return question(one, "late_part", [_at(minutes) for minutes in times], vague="", parts=())
    if one.vague:
        return question(one, one.vague, vague="")
    if one.but_vague:
        key = f"but_{one.but_vague}"
        return question(
            one,
            key if key in load().data["questions"]["time"] else "but_other",
            [] if key in load().data["questions"]["time"] else [("Run then too", {})],
            but_vague="",
        )
    left = tuple(time for time in one.but_times if all(time.minutes != own.minutes for own in one.times))
    if one.but_times and not (left and one.times):
        keep = tuple(time for time in one.times if time not in one.but_times) or one.times
        return question(one, "but_times", [("Yes, leave it out", {"times": keep}), ("No", {})], but_times=())
    return None


def _at(minutes: int) -> Changes:
    return in_words(minutes), {"times": (Clock(minutes=minutes, half="sure"),)}


def _days_and_interval(one: When) -> Ambiguity | None:
    """ "Every 2 days, weekdays only"."""
    if one.unit != "day" or one.every < 2 or one.weekdays in ((), EVERY_DAY):
        return None
    by_week: dict[str, Any] = {"every": 0, "unit": None}
    choices: list[Changes] = [
        (_day_names(one.weekdays), by_week),
        (f"Every {one.every} days", {"weekdays": ()}),
    ]
    if (one.every, one.weekdays) == (2, (1, 2, 3, 4, 5)):
        choices.insert(0, (_day_names((1, 3, 5)), {**by_week, "weekdays": (1, 3, 5)}))
    return question(one, "days_and_interval", choices)


def _interval(one: When) -> Ambiguity | None:
    steps = _steps(one)
    if steps:
        return question(one, "interval", steps)
    if one.unit in ("minute", "hour") and one.times and not one.count:
        only = {"every": 0, "unit": None, "window": (), "weekdays": one.weekdays or EVERY_DAY}
        return question(one, "interval_or_times", [("Only at those times", only), ("All day", {"times": ()})])
    if one.unit in ("minute", "hour") and len(one.parts) == 1 and not one.window:
        spans = load().data["parts"][one.parts[0]]["hours"]
        windows = [tuple(Clock(minutes=minutes, half="sure") for minutes in span) for span in spans]
        choices: list[Changes] = [
            (_span(start, end), {"window": (start, end), "parts": ()}) for start, end in windows
        ]
        return question(one, "part_hours", choices)
    if one.count > 1 and one.unit == "day" and one.times and len(one.times) != one.count:
        return question(one, "how_many_times")
    if one.count > 3 and one.unit == "day" and not one.times:
        return question(one, "which_times")
    if one.count > 1 and one.unit == "week" and len(one.weekdays) != one.count:
        pairs = {2: ((1, 4), (2, 5)), 3: ((1, 3, 5),)}.get(one.count, ())
        return question(one, "which_days", [(_day_names(days), {"weekdays": days}) for days in pairs])
    if one.count > 1 and one.unit in ("hour", "month", "quarter", "year"):
        return question(one, "which_dates", count=0)
    if one.window and one.unit not in ("minute", "hour"):
        start = one.window[0]
        once = (f"Once, at {in_words(start.minutes)}", {"window": (), "times": (start,)})
        return question(one, "window", [("Every hour in between", {"every": 1, "unit": "hour", "times": ()}), once])
    return None


def _steps(one: When) -> list[Changes]:
    """The intervals near to one that does not divide an hour, a day or a year."""
    if one.unit == "minute" and (one.every >= 60 or 60 % one.every):
        near = sorted((5, 10, 15, 20, 30, 60, 120), key=lambda minutes: abs(minutes - one.every))[:2]
        return [_step(minutes // 60, "hour") if minutes >= 60 else _step(minutes, "minute") for minutes in near]
    if one.unit == "hour" and one.every > 1 and 24 % one.every:
        near = sorted((1, 2, 3, 4, 6, 8, 12), key=lambda hours: abs(hours - one.every))[:2]
        return [_step(hours, "hour") for hours in near]
    whole = one.unit == "month" and 12 % max(one.every, 1) == 0
    if one.every > 1 and one.unit in ("month", "quarter", "year") and not whole:
        return [_step(1, one.unit)]
    return []


def _step(number: int, unit: str) -> Changes:
    return (f"Every {unit}" if number == 1 else f"Every {number} {unit}s"), {"every": number, "unit": unit}


def _day_names(days: Sequence[int]) -> str:
    return "Every day" if tuple(days) == EVERY_DAY else " and ".join(_DAY_NAMES[day] for day in days)


def _day(one: When, now: datetime) -> Ambiguity | None:
    """Once or each week, this one or the next."""
    if one.once is not None and one.once.kind == "next_weekday":
        weekday = one.once.weekday
        dates = dict.fromkeys((day_of(Day(kind="weekday", weekday=weekday), now), day_of(one.once, now)))
        soon: list[Changes] = [
            (f"{day:%a, %b} {day.day}", {"once": Day(kind="date", month=day.month, day=day.day, year=day.year)})
            for day in dates
        ]
        if one.runs == 1 and len(soon) == 1:
            return None
        weekly = (f"Every {_DAY_NAMES[weekday]}", {"once": None, "weekdays": (weekday,)})
        return question(one, "which_one", [*soon, weekly])
    if one.once is not None and one.once.kind == "holiday" and one.unit == "year":
        return question(one, "holiday_yearly")
    if one.once is not None and (one.every or one.weekdays or one.monthdays):
        once_only: dict[str, Any] = dict.fromkeys(
            ("weekdays", "monthdays", "nth", "months", "window", "but_weekdays"), ()
        )
        once = ("Once", {**once_only, "every": 0, "unit": None, "count": 0})
        return question(one, "once_or_often", [("Every time", {"once": None}), once])
    bounded = one.unit or one.starts or one.lasts or one.runs or one.only
    if one.single and len(one.weekdays) == 1 and not bounded:
        name = _DAY_NAMES[one.weekdays[0]]
        this_week: dict[str, Any] = {"weekdays": (), "once": Day(kind="weekday", weekday=one.weekdays[0])}
        choices: list[Changes] = [("Every week", {}), (f"Once, this {name}", this_week)]
        return question(one, "once_or_weekly", choices, name, single=False)
    if one.nth and set(one.weekdays) == {0, 6}:
        return question(one, "first_weekend")
    days = one.weekdays or one.parts or one.every or one.monthdays or one.times
    if one.but_weekdays and not days and one.once is None:
        return question(one, "only_but")
    if not set(one.weekdays or EVERY_DAY) - set(one.but_weekdays):
        return question(one, "no_day_left")
    return None


def _days_of_month(one: When) -> Ambiguity | None:
    if any(nth not in OCCURRENCES for nth in one.nth) or -2 in one.monthdays:
        last = {name: (LAST,) for name in ("nth", "monthdays") if getattr(one, name)}
        return question(one, "not_that_day", [("The last one", last)])
    if one.months and any(day > min(DAYS_IN[month - 1] for month in one.months) for day in one.monthdays):
        return question(one, "short_months", [("The last day of the month", {"monthdays": (LAST,)})])
    if any(day > 28 for day in one.monthdays) and not one.months and LAST not in one.monthdays:
        rest = tuple(day for day in one.monthdays if day <= 28)
        choices = [
            ("The last day of each month", {"monthdays": (*rest, LAST)}),
            ("The 28th", {"monthdays": (*rest, 28)}),
        ]
        return question(one, "short_months", choices)
    weekly = one.weekdays or one.unit in ("day", "week")
    if weekly and one.monthdays:
        days = one.weekdays or (EVERY_DAY if one.unit == "day" else (1,))
        by_week = {"monthdays": (), "weekdays": days, "unit": None, "every": 0}
        by_month = {"weekdays": (), "unit": None, "every": 0}
        return question(one, "both_days", [(_day_names(days), by_week), ("The days of the month", by_month)])
    if one.unit in ("month", "quarter", "year") and one.weekdays not in ((), EVERY_DAY) and not one.nth:
        return question(one, "monthly_weekday")
    left_out = LAST in one.but_monthdays or one.nth or one.weekdays not in ((), EVERY_DAY)
    return question(one, "but_monthdays") if one.but_monthdays and left_out else None


def _times(one: When) -> Ambiguity | None:
    if one.window and one.window[0].half is None:
        return _window_halves(one)
    if one.either and len(one.times) > 1:
        return question(one, "either_time", [_at(time.minutes) for time in one.times], either=False)
    half = half_of(one.parts[0]) if len(one.parts) == 1 else None
    for place, time in enumerate(one.times):
        if half and time.half and not fits(time, one.parts[0]):
            said = in_words(time.minutes)
            return question(one, "part_and_time", [(said, {"parts": ()})], said)
        later = any(other.half == "pm" for other in one.times) and place == 0 and not one.parts
        if time.half is None and (later or (half is None and time.minutes < _SURE_FROM and len(one.parts) < 2)):
            either = [time.on("am"), time.on("pm")]
            choices = [
                (in_words(one_time.minutes), {"times": (*one.times[:place], one_time, *one.times[place + 1 :])})
                for one_time in either
            ]
            return question(one, "am_or_pm", choices, in_words(time.minutes)[:-3])
    return None


def _window_halves(one: When) -> Ambiguity:
    """ "Hourly from 5 to 9"."""
    start, end = one.window
    halves: tuple[Literal["am", "pm"], ...] = ("am", "pm")
    windows = [(start.on(half), end if end.half else end.on(half)) for half in halves]
    choices = [(_span(*window), {"window": window}) for window in windows]
    return question(one, "am_or_pm", choices, f"{in_words(start.minutes)[:-3]} to {in_words(end.minutes)[:-3]}")


def _span(start: Clock, end: Clock) -> str:
    return f"{in_words(start.minutes)} to {in_words(end.minutes)}"


def minutes_of(one: When) -> list[int]:
    """The times of the day that it runs at."""
    parts = load().data["parts"]
    if not one.times:
        if one.parts:
            return [parts[name]["at"] for name in one.parts]
        if one.count in (2, 3) and one.unit == "day":
            return [540, 1020] if one.count == 2 else [540, 780, 1020]
        return [WEEKLY if one.unit == "week" and not one.weekdays else USUAL]
    half = half_of(one.parts[0]) if len(one.parts) == 1 else None
    found = []
    for place, time in enumerate(one.times):
        if time.half is None and len(one.parts) == len(one.times) > 1:
            time = time.on(half_of(one.parts[place]))
        elif time.half is None and one.parts == ("night",) and time.minutes < 5 * 60:
            time = time.on("am")
        elif time.half is None and half and not (time.minutes // 60 == 12 and half == "am"):
            time = time.on(half)
        found.append(time.minutes % 1440)
    return sorted(set(found))
