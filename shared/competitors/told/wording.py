"""The sentence that says who told it already."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.competitors.told.fact import Telling
from shared.values.text import clean_text
from shared.values.words import moment_words, time_words

MAX_NAMED = 3


def already_told(tellings: Iterable[Telling], now: datetime, timezone: str) -> str:
    """`Already told by 'Daily Intel' at 9:02 AM.`; empty without any. Each teller once, the latest first."""
    latest: dict[str, Telling] = {}
    for one in sorted(tellings, key=lambda one: one.at):
        latest[one.by] = one
    named = sorted(latest.values(), key=lambda one: one.at, reverse=True)
    if not named:
        return ""
    shown = [_named(one, now, timezone) for one in named[:MAX_NAMED]]
    more = [f"{len(named) - MAX_NAMED} more"] if len(named) > MAX_NAMED else []
    *first, last = [*shown, *more]
    return f"Already told by {', '.join(first) + ' and ' if first else ''}{last}."


def _named(telling: Telling, now: datetime, timezone: str) -> str:
    zone = ZoneInfo(timezone)
    at, today = telling.at.astimezone(zone), now.astimezone(zone).date()
    return f"'{clean_text(telling.by, 50)}' at {time_words(at) if at.date() == today else moment_words(at)}"
