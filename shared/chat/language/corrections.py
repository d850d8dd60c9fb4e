"""Rules for what somebody takes back at once: "8, no, 9", "Green Leaf, I mean Bud Barn", "not 8 pm, 8 am"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from shared.chat.language.chart import Rules
from shared.chat.language.request_rules import key_of
from shared.chat.language.when import DAYS, Clock, When
from shared.chat.lexicon import load
from shared.chat.understood import Threshold

CORRECTIONS = Rules()
rule = CORRECTIONS.rule
_Value = TypeVar("_Value")

_BESIDE = "[,] [and] [not] [at|by|on|to|in|for|of|with|from|every|make it]"
_WEIGHT = 7
_CONDITIONS = ("when", "if", "or")
_TIMES = ("times", "parts", "window", "past", "vague")


def _second(_before: _Value, after: _Value) -> _Value | None:
    return None if _before == after else after


def _takes_back(category: str, *, weakly: bool, make: Callable[[_Value, _Value], _Value | None] = _second) -> None:
    """`weakly`: a mere "no" takes it back too; before days and names "no" leaves them out instead."""
    slips = "(<-slip>|<-no_slip>)" if weakly else "<-slip>"
    rule(category, f"<{category}> {slips} {_BESIDE} <{category}>", weight=_WEIGHT)(make)


for _category in ("percentage", "money", "units_left", "digit_nths"):
    _takes_back(_category, weakly=True)
for _category in ("day_of", "days_of", "months_of", "competitors", "things", "channels", "people", "date_of"):
    _takes_back(_category, weakly=False)
for _category in ("percentage", "units_left"):
    rule(_category, f"<-number> (<-slip>|<-no_slip>) {_BESIDE} <{_category}>", weight=_WEIGHT)(lambda value: value)


rule("topic", "<-period> (<-slip>|<-no_slip>) <topic>", weight=_WEIGHT)(lambda value: value)


@rule("topic", "not <topic> [,] [but|rather] <topic>", weight=_WEIGHT)
def _topic_instead(before: Any, after: Any) -> Any:
    """ "Not the sales, the low stock"; "not VIPs, draft a campaign" leaves customers out, "not Green Leaf, watch
    the others" a competitor.
    """
    return None if key_of(before) in load().data["topic_segments"] or isinstance(before, tuple) else after


@rule("event", "<event> (<-slip>|<-no_slip>) <event>", weight=_WEIGHT)
def _event_instead(before: Any, after: Any) -> Any:
    """ "When gummies are out, no, when they're low": of the same product."""
    product, own = (
        [part for part in value[1:] if isinstance(part, str) and part not in _CONDITIONS]
        if isinstance(value, tuple)
        else []
        for value in (before, after)
    )
    return after if own or not product else (*(after if isinstance(after, tuple) else (after,)), *product)


def in_the_same_half(before: Clock, after: Clock) -> Clock:
    """ "8 pm, no, 9" is at 9 PM."""
    return after.on(before.half) if after.half is None and before.half in ("am", "pm") else after


_SLIPS = f"(<-slip>|<-no_slip>) {_BESIDE}"


@rule("clock", f"<clock> {_SLIPS} <any_clock>", f"<number_clock> {_SLIPS} <clock>", weight=_WEIGHT)
@rule("clock", "not <clock> , [but] <any_clock>", "not <number_clock> , [but] <clock>", weight=_WEIGHT)
@rule("number_clock", f"<number_clock> {_SLIPS} <number_clock>", weight=_WEIGHT)
def _clock_instead(before: Clock, after: Clock) -> Clock:
    return in_the_same_half(before, after)


@rule("when", f"<when> <-slip> {_BESIDE} <when>", weight=_WEIGHT)
def _when_instead(before: When, after: When) -> When | None:
    """What the second one says of days, or of times, is in the place of what the first one said."""
    both = (before.set_fields, after.set_fields)
    if not any(all(said.keys() & {*fields} for said in both) for fields in (DAYS, _TIMES)):
        return None
    return instead(before, after)


@rule("when", f"<when> <-no_slip> {_BESIDE} <when>", weight=_WEIGHT)
def _no_instead(before: When, after: When) -> When | None:
    """ "Every 2 hours, no, every 3 hours", "Monday, no, Tuesday"; "no Mondays" leaves them out."""
    intervals = before.unit not in (None, "day") and after.unit not in (None, "day")
    return instead(before, after) if intervals or (before.single and after.single) else None


@rule("when", "not <when> , [but] (just|only) [on] <when>", weight=_WEIGHT + 4)
@rule("when", "(do|does) not (have|need) to be <when> [,] [but] (just|only) [on] <when>", weight=_WEIGHT + 4)
def _just_instead(before: When, after: When) -> When | None:
    """ "Not every day, just Tuesdays"."""
    return instead(before, after) if before.has_days and after.has_days else None


def instead(before: When, after: When) -> When:
    """The second one, with what it doesn't speak of as the first one said it."""
    said = after.set_fields
    gone = {name for fields in (DAYS, _TIMES) if said.keys() & {*fields} for name in fields}
    kept = {name: value for name, value in before.set_fields.items() if name not in gone}
    halves = {one.half for one in before.times} & {"am", "pm"}
    if after.times and len(halves) == 1:
        said = {**said, "times": tuple(in_the_same_half(before.times[0], one) for one in after.times)}
    if not before.single:
        said.pop("single", None)
    return When(**{**kept, **said}, words=after.words)


@rule("threshold", f"<threshold> {_SLIPS} <threshold>", weight=_WEIGHT)
@rule("bare_amount", f"<bare_amount> {_SLIPS} <bare_amount>", weight=_WEIGHT)
def _amount_instead(before: Threshold, after: Threshold) -> Threshold:
    said = after.model_dump(exclude_none=True)
    return before.model_copy(update=said)
