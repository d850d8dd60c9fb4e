"""What has to be asked of a time: the question, and its choices as whole readings. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.chat.language.when import Clock, When
from shared.chat.lexicon import load

Changes = tuple[str, dict[str, Any]]
"""A choice: its label, and the fields that it sets."""


class Ambiguity(BaseModel):
    """A question about time. `choices` are the readings by their labels; without any, free words must answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    """What is asked, a key of the lexicon's `questions.time`."""
    detail: str = ""
    words: str = ""
    """What was said of the time that is not clear."""
    choices: tuple[tuple[str, tuple[When, ...]], ...] = ()


def question(one: When, key: str, choices: Iterable[Changes] = (), detail: str = "", **always: Any) -> Ambiguity:
    """The question `key` with these choices, else with the lexicon's; each choice sets `always` too."""
    listed = list(choices) or [_listed(entry) for entry in load().data["questions"]["time"][key].get("choices", ())]
    readings = tuple((label, (one.changed(**{**always, **fields}),)) for label, fields in listed)
    return Ambiguity(key=key, detail=detail, words=one.words, choices=readings)


def _listed(entry: dict[str, Any]) -> Changes:
    fields: dict[str, Any] = {name: value for name, value in entry.items() if name != "label"}
    if fields.get("unit") == "":
        fields["unit"] = None
    for name in {"times", "window"} & fields.keys():
        fields[name] = tuple(Clock(minutes=minutes, half="sure") for minutes in fields[name])
    return entry["label"], fields
