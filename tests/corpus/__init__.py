"""Sentences as shop people type them, with what they mean.

Each item of the YAML files has `say` and either the whole expected structure (fields that are left out are
empty) or `ask`: what a question must be about. `after` is a message before it whose question is still open.

Notation: a schedule is `cron`, then `@Zone`, `#occurrence`, `~` for an assumed time and `^` for a time without
days; an event is its name, with ` if filter`; a threshold is `subject op value unit`, with `^` where only the
number was said. `unclear` lists what else must be asked of an otherwise complete structure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from shared.chat.grammar import Hints, parse
from shared.chat.understanding import EventWish, ScheduleWish, Threshold, Understanding

FOLDER = Path(__file__).parent
FILES = (
    "creating",
    "schedules",
    "events",
    "editing",
    "answers",
    "ambiguous",
    "hostile",
    "tricky",
    "heldout",
    "heldout2",
)
HINTS = Hints(
    timezone="America/New_York",
    now=datetime(2025, 3, 5, 15, 0, tzinfo=UTC),
    playbooks=("Price Alert", "Stock Alert", "Weekly Report", "Friday Safe Reminder"),
    competitors=("Green Leaf", "High Street", "Bud Barn East", "Bud Barn West", "The Herbal Room"),
)


@dataclass(frozen=True)
class Sentence:
    """One sentence of a file: what is expected, or what must be asked about."""

    file: str
    say: str
    expected: dict[str, Any] | None
    ask: tuple[str, ...]
    after: str | None

    @property
    def is_ambiguous(self) -> bool:
        """Whether it must lead to a question."""
        return self.expected is None

    def hints(self) -> Hints:
        """The org's names, and the question that is open."""
        if self.after is None:
            return HINTS
        pending = parse(self.after, HINTS)
        return Hints(HINTS.timezone, HINTS.now, HINTS.playbooks, HINTS.competitors, pending)

    def understood(self) -> Understanding:
        """What the parser makes of it."""
        return self.parsed(self.hints())

    def parsed(self, hints: Hints) -> Understanding:
        """What the parser makes of it, told so much of the org."""
        return parse(self.say, hints)


def sentences(*files: str) -> list[Sentence]:
    """The sentences of the files, of all of them for none.

    Raises:
        ValueError: an item has a field that is not known.
    """
    found = []
    for file in files or FILES:
        for item in yaml.safe_load((FOLDER / f"{file}.yaml").read_text(encoding="utf-8")):
            fields = dict(item)
            say, after, ask = fields.pop("say"), fields.pop("after", None), tuple(fields.pop("ask", ()))
            if unknown := set(fields) - _FIELDS:
                raise ValueError(
                    f"{file}.yaml: {say!r} has the fields {sorted(unknown)}; expected {sorted(_FIELDS)}"
                )
            found.append(Sentence(file, say, None if ask else {**_EMPTY, **fields}, ask, after))
    return found


_EMPTY: dict[str, Any] = {
    "intent": None,
    "topic": None,
    "schedules": [],
    "events": [],
    "threshold": None,
    "channels": [],
    "dropped": [],
    "recipients": [],
    "competitors": [],
    "top": None,
    "message": None,
    "name": None,
    "playbook": None,
    "segment": None,
    "every": False,
    "unclear": [],
}
_FIELDS = frozenset(_EMPTY)


def written(understood: Understanding) -> dict[str, Any]:
    """An understanding in the notation of the files."""
    return {
        "intent": understood.intent.value,
        "topic": understood.topic.value if understood.topic else None,
        "schedules": [_schedule(wish) for wish in understood.schedules],
        "events": [_event(wish) for wish in understood.events],
        "threshold": _threshold(understood.threshold) if understood.threshold else None,
        "channels": list(understood.channels),
        "dropped": list(understood.dropped_channels),
        "recipients": list(understood.recipients),
        "competitors": list(understood.competitors),
        "top": understood.top,
        "message": understood.message,
        "name": understood.name,
        "playbook": understood.playbook,
        "segment": understood.segment,
        "every": understood.every_playbook,
        "unclear": [unclear.about for unclear in understood.unclear],
    }


def _schedule(wish: ScheduleWish) -> str:
    marks = (
        "~" if wish.assumed_time else "",
        "^" if wish.only_time else "",
        f"#{wish.occurrence}" if wish.occurrence else "",
        f"@{wish.timezone}" if wish.timezone else "",
    )
    return " ".join((wish.cron, *(mark for mark in marks if mark)))


def _event(wish: EventWish) -> str:
    return wish.event_name + (f" if {wish.filter}" if wish.filter else "")


def _threshold(limit: Threshold) -> str:
    return (
        f"{limit.subject} {limit.op} {limit.value:g} {limit.unit or ''} {'^' if limit.only_value else ''}".strip()
    )


def timing(structure: dict[str, Any]) -> set[str]:
    """The schedules of a structure in one order, without the mark of an assumed time."""
    return {" ".join(sorted(part for part in text.replace(" ~", "").split(" "))) for text in structure["schedules"]}


def wrong_parts(sentence: Sentence) -> dict[str, tuple[Any, Any]]:
    """Field, expected and found, of all that differs; of an ambiguous one, what it should have asked about."""
    found = written(sentence.understood())
    if sentence.expected is None:
        missing = [about for about in sentence.ask if about not in found["unclear"]]
        return {"ask": (list(sentence.ask), found)} if missing or not found["unclear"] else {}
    return {
        key: (expected, found[key])
        for key, expected in sentence.expected.items()
        if (sorted(expected) != sorted(found[key]) if isinstance(expected, list) else expected != found[key])
    }


def accepts_wrong_schedule(sentence: Sentence) -> bool:
    """Whether the parser is sure of a schedule that was not meant."""
    understood = sentence.understood()
    if not understood.sure or not understood.schedules:
        return False
    expected = {"schedules": []} if sentence.expected is None else sentence.expected
    return timing(written(understood)) != timing(expected)
