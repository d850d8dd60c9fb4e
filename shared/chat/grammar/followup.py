"""An answer about when, read together with the words that the question was about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from shared.chat.grammar.hints import Hints
from shared.chat.grammar.normalise import normalise
from shared.chat.grammar.reading import Reading
from shared.chat.grammar.schedule import DAY_TOKENS, TIME_TOKENS, Schedule, scan, schedule_of
from shared.chat.grammar.tokens import Ask, Clock, Days, Meridiem, Part, PartOfDay, Token

_MERIDIEMS: dict[str, Meridiem] = {"am": "am", "pm": "pm"}
_BARE = re.compile(r"\W*(?:(?:at|make it|let's say|say)\s+)?(?P<time>\d{1,2})\W*(?:please\W*)?")
_AM_PM = re.compile(
    r"\W*(?:(?:in|at|the|make it|i mean|i meant|it's|yes|sorry)\s+)*(?P<half>am|pm|a\.m\.?"
    r"|p\.m\.?|morning|afternoon|evening|night)\W*(?:please\W*|of course\W*|obviously\W*)?"
)


def schedule_with_pending(reading: Reading, hints: Hints) -> Schedule:
    """The schedule of a message; with an open question about one, completed by what was said before."""
    said = _said_before(hints)
    if said is None:
        return reading.schedule
    tokens = _answer_tokens(reading)
    earlier = [token for token in scan(normalise(said).low) if not isinstance(token, Ask)]
    half = _AM_PM.fullmatch(reading.text.low)
    if half is not None and any(isinstance(token, Clock) for token in earlier):
        return schedule_of(_with_half(earlier, half["half"]), f"{said} {reading.text.raw}"[:300])
    if not tokens or any(isinstance(token, Ask) for token in tokens):
        return reading.schedule
    return _joined(tokens, earlier, said, reading)


def answers_when(reading: Reading, hints: Hints) -> bool:
    """Whether the message is only the missing piece of a time: "8", "pm", "in the morning"."""
    low = reading.text.low
    return _said_before(hints) is not None and bool(_BARE.fullmatch(low) or _AM_PM.fullmatch(low))


def _said_before(hints: Hints) -> str | None:
    if hints.pending is None:
        return None
    return next((one.said for one in hints.pending.unclear if one.about == "schedule"), None)


def _answer_tokens(reading: Reading) -> Sequence[Token]:
    bare = _BARE.fullmatch(reading.text.low)
    return scan(f"at {bare['time']}") if bare is not None else reading.tokens


def _with_half(earlier: Sequence[Token], half: str) -> list[Token]:
    """The clocks said before, now with am or pm; a part of the day that contradicted them is gone."""
    kept: list[Token] = []
    for token in earlier:
        if isinstance(token, Clock) and token.meridiem != "24":
            meridiem = _MERIDIEMS.get(half.replace(".", ""))
            part = next((part for part in get_args(Part) if part == half), None)
            kept.append(replace(token, meridiem=meridiem, part=part))
        elif not isinstance(token, PartOfDay):
            kept.append(token)
    return kept


def _joined(tokens: Sequence[Token], earlier: Sequence[Token], said: str, reading: Reading) -> Schedule:
    """Days from before where only a time is new, the time from before where only days are."""
    has_days = any(isinstance(token, DAY_TOKENS) for token in tokens)
    has_times = any(isinstance(token, TIME_TOKENS) for token in tokens)
    if has_days and has_times:
        return replace(schedule_of(tokens, reading.said_when), once=False)
    kept = [
        token
        for token in earlier
        if isinstance(token, DAY_TOKENS if has_times else TIME_TOKENS if has_days else ())
        or not isinstance(token, DAY_TOKENS + TIME_TOKENS)
    ]
    recurring = [replace(token, recurring=True) if isinstance(token, Days) else token for token in kept]
    words = f"{said}, {reading.said_when or reading.text.raw}" if recurring else reading.said_when
    return replace(schedule_of([*recurring, *tokens], words[:300]), once=False)
