"""Whether what came of a sentence is one of the outcomes that are right, and if not, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.corpus.heard import Accepted
from tests.corpus.heard.documents import differences_of_document
from tests.corpus.heard.reader import Heard

_SUBJECTS = {
    "time": (
        *("when", "time", "day", "how often", "week", "month", "hour", "minute", "date", "start", "end", "until"),
        *("schedule", "morning", "evening", "year", "quarter", "once", "a.m.", "am or pm", "5 pm"),
    ),
    "person": ("who", "address", "number", "recipient", "person", "people"),
    "channel": ("email", "text", "slack", "dashboard", "channel", "call", "how should i reach"),
    "playbook": ("which one", "which playbook", "playbook"),
    "topic": ("what", "which", "about"),
}
"""What a question may be about, and words of which one is in such a question."""
_LINK = re.compile(r"https?://\S+")
_WORDS = re.compile(r"[^\W_]+")


def leaks(heard: Heard, said: str = "") -> list[str]:
    """What no shop owner should read: template source, ids, and instants in UTC where nobody said UTC."""
    # A link into the dashboard has to say which playbook it is of.
    reply = _LINK.sub("", heard.answer["reply"])
    found = {
        "template source": r"\{\{|\}\}",
        "an id": r"\b(?=[a-f0-9]*\d)(?=[a-f0-9]*[a-f])[a-f0-9]{12,}\b",
        "an instant in UTC": r"\d{4}-\d\d-\d\dT\d\d" + ("" if re.search("UTC|GMT", said) else r"|\bUTC\b"),
    }
    return [name for name, pattern in found.items() if re.search(pattern, reply)]


def is_accepted(accepted: Accepted, heard: Heard) -> bool:
    """Whether the outcome is this one."""
    return not differences(accepted, heard)


def differences(accepted: Accepted, heard: Heard) -> list[str]:
    """What is missing or other than it should be; empty where it is right."""
    if isinstance(accepted, dict):
        return _differences_of_reading(accepted, heard)
    kind, _, subjects = accepted.partition(":")
    if heard.effects:
        return [f"{one.act} {one.name}" for one in heard.effects]
    if kind == "nothing":
        return []
    if kind == "ask" and not heard.questions:
        return ["nothing is asked"]
    if kind == "said" and heard.questions:
        return ["a question"]
    return [] if mentions(heard, subjects) else [f"not about {subjects.strip()}"]


def mentions(heard: Heard, subjects: str) -> bool:
    """Whether the answer has one of the words that `|` parts (all of those that `&` joins); any for none."""
    ids = {one["id"] for one in heard.questions}

    def has(subject: str) -> bool:
        if subject in _SUBJECTS:
            return subject in ids or any(word in heard.text for word in _SUBJECTS[subject])
        return _says(heard.text, subject)

    choices = [one for one in subjects.split("|") if one.strip()]
    return not choices or any(all(has(part.strip()) for part in one.split("&")) for one in choices)


def asks_only_to_confirm(heard: Heard) -> bool:
    """Whether all that is asked is a yes to what is shown."""
    return bool(heard.questions) and all(one["id"] == "confirm" for one in heard.questions)


def _differences_of_reading(reading: Mapping[str, Any], heard: Heard) -> list[str]:
    if "both" in reading:
        return _differences_of_both(reading["both"], heard)
    act = reading.get("act", "made")
    if act == "made" and len(heard.made_before) == 1 and {one.act for one in heard.effects} <= {"changed"}:
        # It was set up without a question: what it is after the answer that nobody needed is what was wanted.
        [made] = heard.made_before
        if [one.name for one in heard.effects] in ([], [made.name]) and not heard.questions:
            heard = Heard(heard.answer, (made,))
    effects = [one for one in heard.effects if one.act == act]
    found = [] if effects else [f"nothing was {act}"]
    found += [f"{one.act} {one.name}" for one in heard.effects if one.act != act]
    if len(effects) > 1 and "count" not in reading:
        found.append(f"{len(effects)} were {act}")
    if "count" in reading and len(effects) != reading["count"]:
        found.append(f"{len(effects)} were {act}, expected {reading['count']}")
    if found:
        return found
    if "playbook" in reading and not any(reading["playbook"].lower() == one.name.lower() for one in effects):
        found.append(f"{act} {effects[0].name}")
    found += differences_of_document(reading, heard.answer.get("understood") or {}, effects[0].playbook)
    if "unread" in reading and not mentions(heard, reading["unread"]):
        found.append(f"{reading['unread']!r} is not said")
    return found


def _differences_of_both(readings: Iterable[Mapping[str, Any]], heard: Heard) -> list[str]:
    """Each reading is one of the playbooks that were made, and there are no more."""
    wanted = list(readings)
    if len(heard.effects) != len(wanted):
        return [f"{len(heard.effects)} effects, expected {len(wanted)}"]
    found = []
    for reading in wanted:
        # What was understood may speak of the other one.
        alone = [Heard({"reply": heard.answer["reply"], "understood": {}}, (one,)) for one in heard.effects]
        if not any(not _differences_of_reading(reading, one) for one in alone):
            found.append(f"none is {reading}")
    return found


def _says(text: str, words: str) -> bool:
    """Whether the words stand in the text, the last of them perhaps with an ending; numbers stand by themselves."""
    wanted, there = _plain(words), f" {_plain(text)} "
    return f" {wanted}{' ' if wanted[-1:].isdigit() else ''}" in there


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(text.lower().replace("’", "").replace("'", "")))
