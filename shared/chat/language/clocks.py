"""Works out times of day: "8", "6p", "half past 7", "0800", "7ish", "9 a.m. and again at 9 at night"."""

from __future__ import annotations

from typing import Literal

from shared.chat.language.when import EVERY_DAY, LAST_MINUTE, MIDNIGHT, Clock, When, half_of
from shared.chat.lexicon import load

_NOON, _HOUR = 720, 60
_MORNING = 420
"""Minutes: from here on a bare hour is in the morning."""
_HOURS_ON_A_DIAL = 12
_MOST_TIMES = 12
_A_LITTLE = 5
"""Minutes."""
_EARLIEST_OPEN = 4 * _HOUR
"""Minutes: from here on up to 6, "4 to 8" may be in the morning or the afternoon."""

Half = Literal["am", "pm", "sure"]
Dial = tuple[int, int]
"""An hour and a minute."""


def clock(hour: int, minute: int = 0, half: Half | None = None) -> Clock | None:
    """The time, or None if there is no such hour or minute."""
    if not (0 <= hour <= 24 and 0 <= minute < _HOUR) or (hour == 24 and minute):
        return None
    if half in ("am", "pm"):
        if not 1 <= hour <= _HOURS_ON_A_DIAL:
            return Clock(minutes=hour * 60 + minute, half="pm") if half == "pm" and 12 < hour < 24 else None
        return Clock(minutes=hour % 12 * 60 + minute).on(half)
    if hour == 0 or hour > _HOURS_ON_A_DIAL:
        half = "sure"
    return Clock(minutes=hour % 24 * 60 + minute, half=half)


def dial(hour: int, minute: int | None = None) -> Dial | None:
    if minute is None:
        return (hour, 0) if 0 <= hour <= 24 else None
    return (hour, minute) if 1 <= hour <= _HOURS_ON_A_DIAL and 0 <= minute < _HOUR else None


def tens_and_units(tens: int, units: int) -> int | None:
    return tens + units if tens in range(20, 100, 10) and 1 <= units <= 9 else None


def on_dial(dial: Dial, half: Half | None = None) -> Clock | None:
    return clock(*dial, half)


def digital(digits: str, half: Half | None = None) -> Clock | None:
    """ "8:30", "8.30", "8h30"."""
    hour, minute = (int(part) for part in digits.replace(".", ":").replace("h", ":").split(":")[:2])
    return clock(hour, minute, half or ("sure" if digits.startswith("0") else None))


def no_such_time(digits: str, half: Half | None = None) -> When | None:
    """ "25:00" must be asked about, never dropped."""
    return None if digital(digits, half) else When(vague="some_time")


def military(digits: str, half: Half | None = None) -> Clock | None:
    """ "1730", "830am", "at 830"."""
    if half is None:
        is_whole = len(digits) == 4 or not digits.startswith("0")
        return clock(int(digits[:-2]), int(digits[-2:]), "sure" if len(digits) == 4 else None) if is_whole else None
    hour, minute = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    return clock(int(hour), int(minute), half)


def past(minutes: int, dial: Dial, half: Half | None = None) -> Clock | None:
    return clock(dial[0], minutes, half) if dial[1] == 0 else None


def before(minutes: int, dial: Dial, half: Half | None = None) -> Clock | None:
    found = clock(*dial, half)
    if found is None or dial[1] or dial[0] == 0:
        return None
    return found.model_copy(update={"minutes": (found.minutes - minutes) % 1440})


def moment(name: str, after: int = 0, before: int = 0) -> Clock:
    return Clock(minutes=(load().data["moments"][name] + after - before) % 1440, half="sure")


def around(one: Clock, half: Literal["am", "pm"] | None = None) -> Clock:
    return (one.on(half) if half and one.half is None else one).model_copy(update={"about": "around"})


def shortly_before(one: Clock) -> Clock | None:
    """ "Just before 8" is five minutes before; "right after lunch" has to be asked about."""
    return None if _is_named(one) else one.model_copy(update={"minutes": (one.minutes - _A_LITTLE) % 1440})


def shortly_after(one: Clock) -> Clock | None:
    return None if _is_named(one) else around(one)


def _is_named(one: Clock) -> bool:
    return one.half == "sure" and one.minutes % _NOON == 0


def in_part(one: Clock, part: str) -> Clock | None:
    if one.half is not None:
        return one if fits(one, part) else None
    if part == "night" and one.minutes % _NOON < 5 * _HOUR:
        return one.on("am")
    if one.minutes // _HOUR == _HOURS_ON_A_DIAL:
        return one.on("pm" if part == "afternoon" else "am")
    return one.on(half_of(part))


def fits(one: Clock, part: str) -> bool:
    """Whether that time can be in that part of the day."""
    half = "pm" if one.minutes >= _NOON else "am"
    return half == half_of(part) or (part == "night" and one.minutes < 6 * _HOUR)


def listed_times(some: tuple[Clock, ...], more: Clock) -> tuple[Clock, ...] | None:
    """All of them; the second 8 of "8, noon and 8" is in the evening."""
    if more in some and more.half is None and some[-1] != more:
        return (*(one.on("am") if one == more else one for one in some), more.on("pm"))
    every = (*some, more)
    return every if len({*every}) == len(every) <= _MOST_TIMES else None


def at(times: tuple[Clock, ...], about: Literal["by"] | None = None) -> When:
    found = with_halves(times)
    return When(times=tuple(one.model_copy(update={"about": about}) for one in found) if about else found)


def either(some: tuple[Clock, ...], more: tuple[Clock, ...]) -> When:
    half = more[-1].half
    both = (one.on(half) if one.half is None and half in ("am", "pm") else one for one in (*some, *more))
    return When(times=tuple(both), either=True)


def with_halves(times: tuple[Clock, ...]) -> tuple[Clock, ...]:
    """ "8 and 10 am": the half of the day given last applies to earlier ones; 6 of "6 and 9 pm" may be either."""
    last = times[-1]
    if len(times) > 1 and all(one.half is None and one.minutes < _NOON + _HOUR for one in times):
        return _through_the_day(times)
    if last.half not in ("am", "pm") or len(times) == 1:
        return times
    same = [one.on("am") if one.half is None else one for one in times]
    if last.half == "pm":
        # "8, 12 and 5 pm": a time that would be later in the afternoon than the last one is in the morning.
        late = [one.minutes % _NOON > last.minutes % _NOON for one in times]
        noons = [
            one.on("pm") if one.half is None and one.minutes // _HOUR == _HOURS_ON_A_DIAL else one for one in times
        ]
        return tuple(new if after else noon for new, noon, after in zip(same, noons, late, strict=True))
    return tuple(new if new.minutes <= last.minutes else old for old, new in zip(times, same, strict=True))


def _through_the_day(times: tuple[Clock, ...]) -> tuple[Clock, ...]:
    """ "9 and 4": a smaller hour after a larger one is in the afternoon."""
    turn = next((place for place in range(1, len(times)) if times[place].minutes < times[place - 1].minutes), None)
    if turn is None or times[turn - 1].minutes < _MORNING:
        return times
    noon = _HOURS_ON_A_DIAL
    return tuple(
        one.on("am" if place < turn and one.minutes // _HOUR != noon else "pm") for place, one in enumerate(times)
    )


def window(start: Clock, end: Clock) -> When:
    """ "From 9 to 5": in which halves of the day is decided when all that was said is known."""
    return When(window=(start, end))


def _with_hours(one: When) -> When:
    """The window's ends with their halves of the day: in "evenings 6 to 10", both are in the evening."""
    start, end = one.window
    if start.half is None and len(one.parts) == 1 and one.unit in ("minute", "hour"):
        early = one.parts[0] == "morning" or (one.parts[0] == "night" and start.minutes % _NOON < 5 * _HOUR)
        start = start.on("am" if early else "pm")
        if end.half is None:
            end = min((end.on("am"), end.on("pm")), key=lambda last: (last.minutes - start.minutes - 1) % 1440)
        return one.changed(window=(start, end), parts=())
    return one.changed(window=_halves(start, end))


def _halves(start: Clock, end: Clock) -> tuple[Clock, Clock]:
    """ "9 to 5" is 9 AM to 5 PM, "1 to 5 pm" is in the afternoon; "4 to 8" stays open."""
    if start.half is None and end.half == "pm" and start.minutes % _NOON < end.minutes - _NOON:
        start = start.on("pm")
    elif start.half is None and end.half == "am" and start.minutes % _NOON < end.minutes:
        start = start.on("am")
    elif start.half is None and start.minutes // _HOUR == _HOURS_ON_A_DIAL:
        start = start.on("pm")
    elif start.half is None and (end.half == "sure" or not _EARLIEST_OPEN <= start.minutes < 6 * _HOUR):
        start = start.on("am" if start.minutes >= _EARLIEST_OPEN else "pm")
    if end.half is None and end.minutes < _NOON + _HOUR and start.half is not None:
        later = end.minutes <= start.minutes % 1440 or start.half == "pm"
        # "8 to 12" ends at noon, "8 pm to 12" at midnight.
        is_noon = end.minutes >= _NOON and start.minutes < _NOON
        end = end.on("pm" if is_noon or (later and end.minutes < _NOON) else "am")
    return start, end


def until(end: Clock) -> When:
    """ "Every hour till 8": in the evening."""
    return window(MIDNIGHT, end.on("pm") if end.half is None and end.minutes < _NOON else end)


def if_window(when: When) -> When | None:
    return when if when.window else None


def half_hour(dial: Dial) -> When:
    """ "Half eight" is 8:30 in Britain and 7:30 to a German speaker, so it is asked about."""
    return When(vague="half_hour", times=(Clock(minutes=dial[0] % 24 * 60),))


def in_the_same_half(before: Clock, after: Clock) -> Clock:
    """ "8 pm, no, 9" is at 9 PM."""
    return after.on(before.half) if after.half is None and before.half in ("am", "pm") else after


corrected_clock = in_the_same_half


_UNTIMED = ("closing", "opening", "some_time", "late_part", "dawn", "dusk")


def plainer(one: When) -> When:
    """ "Daily starting at 8" runs at 8; "every 15 minutes starting at 9" from then on; Christmas is a date."""
    one = _in_usual_units(_counted(_yearly(one)))
    if (one.vague in _UNTIMED and one.times) or (one.vague == "business_hours" and one.window):
        # "Around closing, say ten": the time is there.
        one = one.changed(vague="")
    if one.phase and one.window and one.window[0] == MIDNIGHT:
        one = one.changed(phase=(), window=(one.phase[0], one.window[1]))
    if one.window:
        one = _with_hours(one)
    if not one.phase or one.unit == "hour":
        return one
    if one.unit == "minute":
        return one.changed(phase=(), window=(*one.phase, LAST_MINUTE))
    return one.changed(phase=(), times=one.times or one.phase)


def _yearly(one: When) -> When:
    """ "Every Christmas", "every March 5"."""
    if one.once is None or one.unit != "year":
        return one
    if one.once.kind == "holiday" and "-" in one.once.name:
        month, day = (int(part) for part in one.once.name.split("-"))
        return one.changed(once=None, monthdays=(day,), months=(month,))
    if one.once.kind == "date" and one.every == 1 and not one.once.year:
        return one.changed(once=None, count=0, monthdays=(one.once.day,), months=(one.once.month,))
    return one


def _counted(one: When) -> When:
    """ "Twice a month" is the 1st and 15th, where no days are said; "three times a year" those that are."""
    if one.unit == "month" and one.count:
        days = one.monthdays or ((1, 15) if one.count == 2 and not one.weekdays else ())
        return one.changed(count=0, monthdays=days) if len(days) == one.count else one
    if one.unit == "year" and one.count and one.count == len(one.monthdays) * len(one.months):
        return one.changed(count=0, unit=None, every=0)
    if one.runs == len(one.times) > 1:
        # "Two times, at 8 and at 5".
        return one.changed(runs=0)
    return one.changed(count=0) if one.unit in ("minute", "hour") and one.count == 1 else one


def _in_usual_units(one: When) -> When:
    """ "Every 120 minutes" is every 2 hours, "every 14 days on Fridays" every other Friday."""
    if one.unit == "minute" and one.every and one.every % 60 == 0:
        one = one.changed(unit="hour", every=one.every // 60)
    if one.unit == "hour" and one.every == 24:
        return one.changed(unit="day", every=1, weekdays=one.weekdays or EVERY_DAY)
    weekly = one.unit == "day" and one.every > 7 and one.every % 7 == 0 and one.weekdays not in ((), EVERY_DAY)
    return one.changed(unit="week", every=one.every // 7) if weekly else one
