"""Sentences on who already reported something, and who will."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.notices.dedup.fact import Notification
from shared.values.text import clean_text
from shared.values.words import listed, moment_words, time_words

MAX_NAMED = 3


def already_told(tellings: Iterable[Notification], now: datetime, timezone: str) -> str:
    """`Already reported by 'Daily Intel' at 9:02 AM.`; empty without any. Each playbook once, latest first."""
    latest: dict[str, Notification] = {}
    for one in sorted(tellings, key=lambda one: one.at):
        latest[one.by] = one
    named = sorted(latest.values(), key=lambda one: one.at, reverse=True)
    if not named:
        return ""
    return f"Already reported by {_shortened([_named(one, now, timezone) for one in named])}."


def _named(telling: Notification, now: datetime, timezone: str) -> str:
    zone = ZoneInfo(timezone)
    at, today = telling.at.astimezone(zone), now.astimezone(zone).date()
    return f"'{clean_text(telling.by, 50)}' at {time_words(at) if at.date() == today else moment_words(at)}"


def left_to(left: Iterable[tuple[str, str]]) -> str:
    """`'Competitive Price Alert' tells you about Blue Dream 3.5g.`, of `(playbook, thing)`; empty without any."""
    things: dict[str, list[str]] = {}
    for playbook, thing in left:
        things.setdefault(playbook, []).append(clean_text(thing, 80))
    return " ".join(f"'{clean_text(one, 50)}' tells you about {_shortened(said)}." for one, said in things.items())


def _shortened(things: list[str]) -> str:
    more = [f"{len(things) - MAX_NAMED} more"] if len(things) > MAX_NAMED else []
    return listed([*things[:MAX_NAMED], *more])
