"""Which minutes of the day a phrase means: am or pm settled, windows spread out, or a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.chat.grammar.frequency import DAY, spread
from shared.chat.grammar.times import USUAL
from shared.chat.grammar.tokens import Clock, Every, Part, PartOfDay, Start, TimesADay, Token, Window

USUAL_TIME = (9, 0)
_TIMES_A_DAY: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((9, 0),),
    2: ((9, 0), (17, 0)),
    3: ((9, 0), (13, 0), (17, 0)),
}
_WORST_CRON_LINES = 5


class UnclearError(Exception):
    """The phrase does not say one schedule; the message is the question to ask."""


@dataclass(frozen=True)
class Times:
    """Times of the day as (hour, minute). `is_spread`: they come from "every so often", which needs no days."""

    at: frozenset[tuple[int, int]]
    assumed: bool = False
    is_spread: bool = False


def times_of(tokens: Sequence[Token]) -> Times:
    """What the time tokens of one phrase mean together.

    Raises:
        UnclearError: they contradict each other, or leave am or pm open.
    """
    if not tokens:
        return Times(frozenset((USUAL_TIME,)), assumed=True)
    every = [token for token in tokens if isinstance(token, Every)]
    windows = [token for token in tokens if isinstance(token, Window)]
    rest = [token for token in tokens if not isinstance(token, Every | Window | Start)]
    starts = [token for token in tokens if isinstance(token, Start)]
    if every:
        if rest or len({token.minutes for token in every}) > 1 or len(windows) > 1:
            raise UnclearError("Shall it run again and again through the day, or at certain times? Which ones?")
        return Times(_spread(every[0], windows, starts), is_spread=True)
    if windows:
        raise UnclearError("How often between those times shall it run: every hour, every 30 minutes, or once?")
    return _at_times([*rest, *(start.clock for start in starts)])


def _spread(every: Every, windows: list[Window], starts: list[Start]) -> frozenset[tuple[int, int]]:
    minutes = every.minutes
    if windows:
        first, last = _window(windows[0])
        if not 0 < minutes <= (last - first) % DAY:
            raise UnclearError("That is longer than the time between them. How often shall it run?")
        return frozenset(spread(minutes, first, last))
    if minutes <= 0 or DAY % minutes or (minutes < 60 and 60 % minutes) or (minutes > 60 and minutes % 60):
        raise UnclearError(
            "I can run every 1, 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30 minutes, or every 1, 2, 3, 4, 6, 8 or "
            "12 hours. Which one shall it be?"
        )
    hour, minute = at_hour(starts[0].clock) if starts else (0, 0)
    first = (hour * 60 + minute) % minutes
    return frozenset(spread(minutes, first, first + DAY - minutes))


def _window(window: Window) -> tuple[int, int]:
    """First and last minute of the day: "9 and 5" are nine to seventeen."""
    first, last = window.first, window.last
    hours = last.hour
    if last.meridiem is None and last.part is None:
        begin = _window_start(first, None)
        end = hours * 60 + last.minute
        if hours <= 12 and end % 720 <= begin:
            end = end % 720 + 720
        if hours < 12 and first.meridiem == "pm" and end <= begin:
            raise UnclearError(f"Do you mean until {hours} in the morning or {hours} in the evening?")
        return begin, end
    hour, minute = at_hour(last)
    return _window_start(first, last), hour * 60 + minute


def _window_start(first: Clock, last: Clock | None) -> int:
    if first.meridiem is not None or first.part is not None or last is None:
        hour, minute = at_hour(first)
        return hour * 60 + minute
    end = last.hour % 12
    if last.meridiem == "am" or first.hour == 12:
        return first.hour % 12 * 60 + first.minute if last.meridiem == "am" else 720 + first.minute
    if last.meridiem == "pm" and first.hour < 6 and first.hour < (end or 12):
        return (first.hour + 12) * 60 + first.minute
    if last.meridiem == "pm" and 6 <= first.hour < 12 and first.hour < (end or 12) and end:
        raise UnclearError(f"Do you mean from {first.hour} in the morning or {first.hour} in the evening?")
    hour, minute = at_hour(first)
    return hour * 60 + minute


def _at_times(tokens: list[Token]) -> Times:
    counts = {token.count for token in tokens if isinstance(token, TimesADay)}
    clocks = _with_parts([token for token in tokens if isinstance(token, Clock | PartOfDay)])
    at = frozenset(time for time, _ in clocks)
    if not counts:
        return Times(at, any(assumed for _, assumed in clocks))
    count = max(counts)
    if not at and len(counts) == 1 and count in _TIMES_A_DAY:
        return Times(frozenset(_TIMES_A_DAY[count]), assumed=True, is_spread=True)
    if len(counts) > 1 or len(at) != count:
        raise UnclearError(f"At which {count} times of the day shall it run?")
    return Times(at, any(assumed for _, assumed in clocks), is_spread=True)


def _with_parts(tokens: list[Clock | PartOfDay]) -> list[tuple[tuple[int, int], bool]]:
    """Each time with whether it was assumed; a part of the day belongs to the clocks that follow it."""
    parts = [token for token in tokens if isinstance(token, PartOfDay)]
    clocks = [token for token in tokens if isinstance(token, Clock)]
    if len({token.part for token in parts}) == 1 and clocks:
        return [(at_hour(clock, parts[0].part), False) for clock in clocks]
    if not parts:
        return [(at_hour(clock), False) for clock in clocks]
    if clocks and not isinstance(tokens[0], PartOfDay):
        raise UnclearError("Which time belongs to which part of the day?")
    times: list[tuple[tuple[int, int], bool]] = []
    part: Part | None = None
    for place, token in enumerate(tokens):
        if isinstance(token, Clock):
            times.append((at_hour(token, part), False))
            continue
        part = token.part
        if place + 1 == len(tokens) or isinstance(tokens[place + 1], PartOfDay):
            times.append(((USUAL[part], 0), True))
    return times


def at_hour(clock: Clock, part: Part | None = None) -> tuple[int, int]:
    """The clock's hour (0-23) and minute.

    Raises:
        UnclearError: am or pm is open, or the part of the day contradicts the time.
    """
    part = clock.part or part
    hour = clock.hour
    if clock.meridiem == "24":
        hour %= 24
    elif hour == 0 or hour > 12:
        raise UnclearError(f"{hour} is not an hour with am or pm. At which time shall it run?")
    elif clock.meridiem is not None:
        hour = hour % 12 + (12 if clock.meridiem == "pm" else 0)
    elif part is not None:
        hour = _by_part(hour, part)
    elif hour < 6:
        raise UnclearError(f"Do you mean {hour} in the morning (am) or {hour} in the afternoon (pm)?")
    if part is not None and not _fits(hour, part):
        raise UnclearError(f"{clock_words(hour, clock.minute)} is not in the {part}. At which time shall it run?")
    return hour, clock.minute


def _by_part(hour: int, part: Part) -> int:
    if part == "morning":
        if hour == 12:
            raise UnclearError("Do you mean noon or midnight?")
        return hour
    if part == "night":
        if hour < 6:
            raise UnclearError(f"Do you mean {hour} in the morning (am) or {hour} in the afternoon (pm)?")
        return 0 if hour == 12 else hour + 12
    return 12 if hour == 12 else hour + 12


def _fits(hour: int, part: Part) -> bool:
    """Whether people call that hour so."""
    spans: dict[Part, tuple[int, int]] = {
        "morning": (0, 12),
        "noon": (11, 14),
        "afternoon": (12, 18),
        "evening": (16, 23),
        "night": (18, 29),
    }
    low, high = spans[part]
    return low <= hour <= high or low <= hour + 24 <= high


def clock_words(hour: int, minute: int) -> str:
    """ "8:00 PM"."""
    return f"{hour % 12 or 12}:{minute:02d} {'AM' if hour < 12 else 'PM'}"
