"""What a schedule phrase is made of, each part with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from shared.playbooks.time_triggers import Occurrence

Part = Literal["morning", "noon", "afternoon", "evening", "night"]
Meridiem = Literal["am", "pm", "24"]


@dataclass(frozen=True)
class Token:
    """A piece of the phrase from `start` to `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class Clock(Token):
    """A time of day; `meridiem` is None where neither am nor pm nor a 24-hour form was said."""

    hour: int
    minute: int
    meridiem: Meridiem | None = None
    part: Part | None = None
    """The part of the day said right after it: "8 in the evening"."""


@dataclass(frozen=True)
class PartOfDay(Token):
    """ "morning", "at night": a time when it stands alone, am or pm of the clock beside it."""

    part: Part
    plural: bool = False


@dataclass(frozen=True)
class Every(Token):
    """So many minutes apart, all day or within a window."""

    minutes: int


@dataclass(frozen=True)
class TimesADay(Token):
    """ "twice a day"."""

    count: int


@dataclass(frozen=True)
class Window(Token):
    """From the first clock to the second, both included."""

    first: Clock
    last: Clock


@dataclass(frozen=True)
class Start(Token):
    """ "starting at 8am": where counting hours begins."""

    clock: Clock


@dataclass(frozen=True)
class Days(Token):
    """Days of the week (0 is Sunday). `kind`: each day, a set to narrow it (weekdays, a range), or named days."""

    days: frozenset[int]
    kind: Literal["daily", "set", "named"]
    recurring: bool = True
    """Whether it was said to come again: "Mondays", not "on Monday"."""
    soft: bool = False
    """Whether it may only describe a thing: the "daily report"."""


@dataclass(frozen=True)
class Except(Token):
    """Days of the week that are left out."""

    days: frozenset[int]


@dataclass(frozen=True)
class Nth(Token):
    """The first Monday (of the month): an occurrence of days in the months given (all where empty)."""

    days: frozenset[int]
    occurrence: Occurrence
    months: tuple[int, ...] = ()


@dataclass(frozen=True)
class MonthDays(Token):
    """Days of the month; none with `last`: its last day."""

    days: tuple[int, ...]
    months: tuple[int, ...] = ()
    last: bool = False


@dataclass(frozen=True)
class Period(Token):
    """ "weekly", "every month": a usual day where none is named."""

    unit: Literal["week", "month", "quarter"]
    soft: bool = False


@dataclass(frozen=True)
class Zone(Token):
    """An IANA name."""

    name: str


@dataclass(frozen=True)
class Ask(Token):
    """What a schedule cannot say, or what is not clear, with the question. `soft`: only where nothing recurs."""

    question: str
    soft: bool = False


Maker = Callable[[re.Match[str], Sequence[Token]], "list[Token] | None"]
"""The tokens of a match, given those before it; None where the match means something else."""

Rule = tuple[re.Pattern[str], Maker]


def asking(question: str, *, soft: bool = False) -> Maker:
    """A maker of one question."""
    return lambda match, _before: [Ask(match.start(), match.end(), question, soft)]
