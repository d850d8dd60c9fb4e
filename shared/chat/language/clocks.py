"""Works out times of day: "8", "6p", "half past 7", "0800", "7ish", "9 a.m. and again at 9 at night"."""

from __future__ import annotations

from typing import Literal

from shared.chat.language.when import Clock, When, half_of
from shared.chat.lexicon import load

_NOON, _HOUR = 720, 60
_MORNING = 420
"""Minutes: from here on a bare hour is in the morning."""
_HOURS_ON_A_DIAL = 12

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
    hour, minute = (int(part) for part in digits.replace(".", ":").replace("h", ":").split(":"))
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
    if len(times) > 1 and all(one.half is None and one.minutes < _NOON for one in times):
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
    return tuple(one.on("am" if place < turn else "pm") for place, one in enumerate(times))


def window(start: Clock, end: Clock) -> When:
    """ "From 9 to 5" is 9 AM to 5 PM, "1 to 5 pm" is in the afternoon."""
    if start.half is None and end.half == "pm" and start.minutes % _NOON < end.minutes - _NOON:
        start = start.on("pm")
    elif start.half is None and end.half == "am" and start.minutes % _NOON < end.minutes:
        start = start.on("am")
    elif start.half is None and (start.minutes // _HOUR == _HOURS_ON_A_DIAL or start.minutes >= 6 * _HOUR):
        start = start.on("pm" if start.minutes // _HOUR == _HOURS_ON_A_DIAL else "am")
    if end.half is None and end.minutes < _NOON + _HOUR:
        later = end.minutes <= start.minutes % 1440 or start.half == "pm"
        # "8 to 12" ends at noon, "8 pm to 12" at midnight.
        is_noon = end.minutes >= _NOON and start.minutes < _NOON
        end = end.on("pm" if is_noon or (later and end.minutes < _NOON) else "am")
    return When(window=(start, end))


def until(end: Clock) -> When:
    return window(Clock(minutes=0, half="sure"), end)


def if_window(when: When) -> When | None:
    return when if when.window else None


def half_hour(dial: Dial) -> When:
    """ "Half eight" is 8:30 in Britain and 7:30 to a German speaker, so it is asked about."""
    return When(vague="half_hour", times=(Clock(minutes=dial[0] % 24 * 60),))


def in_the_same_half(before: Clock, after: Clock) -> Clock:
    """ "8 pm, no, 9" is at 9 PM."""
    return after.on(before.half) if after.half is None and before.half in ("am", "pm") else after


corrected_clock = in_the_same_half
