"""Times of day: "8", "6p", "half past 7", "0800", "7ish", "9 a.m. and again at 9 at night"."""

from __future__ import annotations

from typing import Literal

from shared.chat.language.chart import Rules
from shared.chat.language.when import Clock, When, half_of
from shared.chat.lexicon import load

CLOCKS = Rules()
rule = CLOCKS.rule

_NOON, _HOUR = 720, 60
_MORNING = 420
"""Minutes: from here on a bare hour is in the morning."""
_HOURS_ON_A_DIAL = 12
_DAY_ENDS = Clock(minutes=1439, half="sure")

Half = Literal["am", "pm", "sure"]


def clock(hour: int, minute: int = 0, half: Half | None = None) -> Clock | None:
    """The time, or None where there is no such hour or minute."""
    if not (0 <= hour <= 24 and 0 <= minute < _HOUR) or (hour == 24 and minute):
        return None
    if half in ("am", "pm"):
        if not 1 <= hour <= _HOURS_ON_A_DIAL:
            return Clock(minutes=hour * 60 + minute, half="pm") if half == "pm" and 12 < hour < 24 else None
        return Clock(minutes=hour % 12 * 60 + minute).on(half)
    if hour == 0 or hour > _HOURS_ON_A_DIAL:
        half = "sure"
    return Clock(minutes=hour % 24 * 60 + minute, half=half)


# A dial is an hour and a minute; a bare number is a time only beside a word that says so.
rule("dial", "<int>")(lambda hour: (hour, 0) if 0 <= hour <= 24 else None)
rule("dial", "<int> <minute_digits>", weight=-1)(
    lambda hour, minutes: (hour, minutes) if 1 <= hour <= _HOURS_ON_A_DIAL else None
)
rule("tens_and_units", "<word_number> <word_number>")(
    lambda tens, units: tens + units if tens in range(20, 100, 10) and 1 <= units <= 9 else None
)


@rule("dial", "<word_number> (<word_number>|<tens_and_units>)", "<word_number> (o|oh) <word_number>")
def _dial_in_words(hour: int, minute: int) -> tuple[int, int] | None:
    return (hour, minute) if 1 <= hour <= _HOURS_ON_A_DIAL and 1 <= minute < _HOUR else None


@rule("plain_clock", "<digits> [<half>|<short_half>]", "<digits> hours")
def _digits(said: str, half: Half | None = None) -> Clock | None:
    hour, minute = (int(part) for part in said.replace(".", ":").replace("h", ":").split(":"))
    return clock(hour, minute, half or ("sure" if said.startswith("0") else None))


@rule("when", "[at] <digits> [<half>|<short_half>]")
def _no_such_time(said: str, half: Half | None = None) -> When | None:
    """ "25:00": it must be asked, never left out."""
    return None if _digits(said, half) else When(vague="some_time")


@rule("plain_clock", "<dial> (<half>|<short_half>)", weight=3)
def _dial_half(dial: tuple[int, int], half: Half) -> Clock | None:
    return clock(*dial, half)


rule("plain_clock", "<dial> (oclock|o clock) [<half>]")(lambda dial, half=None: clock(dial[0], dial[1], half))
rule("plain_clock", "<int> h")(lambda hour: clock(hour))


@rule("plain_clock", "(<short_military>|<military>) (<half>|<short_half>)")
def _joined(said: str, half: Half) -> Clock | None:
    hours, minutes = (said[:-2], said[-2:]) if len(said) > 2 else (said, "0")
    return clock(int(hours), int(minutes), half)


@rule("plain_clock", "<military> [hours]")
def _military(said: str) -> Clock | None:
    return clock(int(said[:-2]), int(said[-2:]), "sure") if len(said) == 4 else None


rule("fraction", "<int> [minutes]")(lambda minutes: minutes if 0 < minutes < _HOUR else None)


@rule("plain_clock", "half past <dial> [<half>]")
def _half_past(dial: tuple[int, int], half: Half | None = None) -> Clock | None:
    return clock(dial[0], 30, half) if dial[1] == 0 else None


@rule("plain_clock", "<fraction> (past|after) <dial> [<half>]")
def _past(minutes: int, dial: tuple[int, int], half: Half | None = None) -> Clock | None:
    return clock(dial[0], minutes, half) if dial[1] == 0 else None


# "Five to eight" is a time; "5 to 8" are two.
rule("spoken_minutes", "(<word_number>|<tens_and_units>)")(lambda some: some if some in (5, 10, 20, 25) else None)


@rule("plain_clock", "<fraction> (to|before|of) <dial> [<half>]")
@rule("plain_clock", "<spoken_minutes> to <dial> [<half>]", weight=5)
def _to(minutes: int, dial: tuple[int, int], half: Half | None = None) -> Clock | None:
    found = clock(*dial, half)
    if found is None or dial[1] or dial[0] == 0:
        return None
    return found.model_copy(update={"minutes": (found.minutes - minutes) % 1440})


@rule("plain_clock", "<moment>", weight=1)
def _moment(name: str) -> Clock:
    return Clock(minutes=load().data["moments"][name], half="sure")


rule("plain_clock", "<fraction> (past|after) <moment>", weight=3)(
    lambda minutes, name: Clock(minutes=(_moment(name).minutes + minutes) % 1440, half="sure")
)
rule("plain_clock", "<spoken_minutes> (to|before|of) <moment>", weight=6)(
    lambda minutes, name: Clock(minutes=(_moment(name).minutes - minutes) % 1440, half="sure")
)
rule("number_clock", "<dial>")(lambda dial: clock(*dial))


@rule("clock", "<any_clock> [-] ish [<half>]", "(around|about|approximately|approx|roughly|circa|near) <any_clock>")
def _around(one: Clock, half: Literal["am", "pm"] | None = None) -> Clock:
    return (one.on(half) if half and one.half is None else one).model_copy(update={"about": "around"})


@rule("clock", "<any_clock> [,] <part>")
@rule("clock", "<any_clock> (in|at) <part>", weight=8)
def _in_part(one: Clock, part: str) -> Clock | None:
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


_AND = "(, and|and|,|/|plus|, and again at|and again at|and then at|and at|, at|, and at|then at|& at)"
_CLOCKS = "(<clocks>|<loose_clocks>)"


@rule("clocks", f"<clocks> {_AND} <any_clock>", f"<loose_clocks> {_AND} <clock>", "<clocks> <clock>")
@rule("loose_clocks", f"<loose_clocks> {_AND} <number_clock>")
def _list(some: tuple[Clock, ...], one: Clock) -> tuple[Clock, ...] | None:
    return (*some, one) if len(some) < 12 else None


@rule("when", "[at|say] <clocks>", "(at|say) <loose_clocks>", weight=1)
@rule("bare_clock", "<loose_clocks>", weight=-2)
def _at(some: tuple[Clock, ...]) -> When:
    return When(times=halved(some))


@rule("when", f"[at] <clocks> or [at] {_CLOCKS}", f"at <loose_clocks> or [at] {_CLOCKS}", weight=2)
@rule("when", "<loose_clocks> or [at] <clocks>", weight=2)
def _either(some: tuple[Clock, ...], more: tuple[Clock, ...]) -> When:
    half = more[-1].half
    both = (one.on(half) if one.half is None and half in ("am", "pm") else one for one in (*some, *more))
    return When(times=tuple(both), either=True)


@rule("when", f"(by|before) {_CLOCKS}", f"(no|not) later than {_CLOCKS}", f"{_CLOCKS} at latest", weight=2)
def _by(some: tuple[Clock, ...]) -> When:
    return When(times=tuple(one.model_copy(update={"about": "by"}) for one in halved(some)))


def halved(some: tuple[Clock, ...]) -> tuple[Clock, ...]:
    """ "8 and 10 am": what is said at the end counts for those before; 6 of "6 and 9 pm" may be either."""
    last = some[-1]
    if len(some) > 1 and all(one.half is None and one.minutes < _NOON for one in some):
        return _through_the_day(some)
    if last.half not in ("am", "pm") or len(some) == 1:
        return some
    same = [one.on("am") if one.half is None else one for one in some]
    if last.half == "pm":
        # "8, 12 and 5 pm": what would come after the last one in the afternoon is in the morning.
        late = [one.minutes % _NOON > last.minutes % _NOON for one in some]
        noons = [
            one.on("pm") if one.half is None and one.minutes // _HOUR == _HOURS_ON_A_DIAL else one for one in some
        ]
        return tuple(new if after else noon for new, noon, after in zip(same, noons, late, strict=True))
    return tuple(new if new.minutes <= last.minutes else old for old, new in zip(some, same, strict=True))


def _through_the_day(some: tuple[Clock, ...]) -> tuple[Clock, ...]:
    """ "9 and 4": what is smaller than the one before it comes after noon."""
    turn = next((place for place in range(1, len(some)) if some[place].minutes < some[place - 1].minutes), None)
    if turn is None or some[turn - 1].minutes < _MORNING:
        return some
    return tuple(one.on("am" if place < turn else "pm") for place, one in enumerate(some))


# Windows: "from 9 to 5" is 9 AM to 5 PM, "1 to 5 pm" is in the afternoon.
@rule("when", "(from|between) <any_clock> (to|until|and|-|through) <any_clock>", weight=4)
@rule("when", "<clock> (to|until|-|through) <any_clock>", "<number_clock> (to|until|-|through) <clock>", weight=4)
@rule("when", "[but] (only|just) [from|between] <any_clock> (to|until|and|-|through) <any_clock>", weight=6)
@rule("when", "between the hours of <any_clock> and <any_clock>", weight=4)
@rule("when", "[at] <number_clock> (to|-|through|until) <number_clock>", weight=3)
def _window(start: Clock, end: Clock) -> When:
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


rule("when", "[but] (only|just) <when>", weight=1)(lambda said: said if said.window else None)
rule("when", "(we|i) (open|are open) [at] <any_clock> [,] [and] [we] close [at] <any_clock>", weight=5)(_window)
rule("when", "(after|from) <any_clock> [on|onwards]", weight=1)(lambda start: When(window=(start, _DAY_ENDS)))
rule("when", "until <any_clock>", weight=1)(lambda end: _window(Clock(minutes=0, half="sure"), end))
rule("when", "{begins} [at|from] <any_clock>", weight=2)(lambda start: When(phase=(start,)))


@rule("when", "[at] half <dial>", weight=2)
def _half_eight(dial: tuple[int, int]) -> When:
    """Half past in Britain, half an hour before in German: it is asked."""
    return When(vague="half_hour", times=(Clock(minutes=dial[0] % 24 * 60),))
