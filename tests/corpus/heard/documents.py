"""Whether a playbook that was made or changed is the one that was meant."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.corpus.heard import shop, when

_ME = {"me", "owner", shop.ME}
_CHANNELS = {
    "send_email": "email",
    "send_sms": "sms",
    "slack_post": "slack",
    "save_to_drive": "drive",
    "create_inbox_notification": "dashboard",
}


def differences_of_document(
    reading: Mapping[str, Any], understood: Mapping[str, Any], document: Mapping[str, Any]
) -> list[str]:
    """What the document has otherwise than the reading, a line each.

    What was understood counts where the document does not tell: whether a channel was named or is the usual one.
    """
    found = _Found(understood, document)
    return [line for part, look in _PARTS.items() if part in reading for line in look(found, reading[part])]


@dataclass(frozen=True)
class _Found:
    understood: Mapping[str, Any]
    document: Mapping[str, Any]

    @property
    def triggers(self) -> list[dict[str, Any]]:
        return self.document.get("triggers") or []

    @property
    def written(self) -> str:
        """The document as text."""
        parts = {name: self.document.get(name) for name in ("name", "triggers", "steps")}
        # Ids inside a condition are quoted within a quoted text.
        return json.dumps(parts, default=str).lower().replace('\\"', '"')

    def said(self, part: str) -> set[str]:
        """What was understood of a part that lists names."""
        return {str(one).lower() for one in self.understood.get(part) or []}


def _topic(found: _Found, wanted: str) -> Iterable[str]:
    topics = {found.document.get("topic"), found.understood.get("topic")}
    return [] if topics & set(wanted.split("|")) else [f"topic {sorted(map(str, topics))}"]


def _when(found: _Found, wanted: list[str]) -> Iterable[str]:
    schedules = [one for one in found.triggers if one.get("type") in {"schedule", "once"}]
    if when.is_same(wanted, [when.answered(one) for one in schedules]):
        return []
    shown = [{name: value for name, value in one.items() if name not in {"type", "id"}} for one in schedules]
    return [f"when {shown}"]


def _events(found: _Found, wanted: list[str]) -> Iterable[str]:
    events = {str(one.get("eventName")) for one in found.triggers if one.get("type") == "event"}
    return [] if events == set(wanted) else [f"events {sorted(events)}"]


def _channels(found: _Found, wanted: list[str]) -> Iterable[str]:
    written = _channels_of(found.document)
    return [] if set(wanted) in (found.said("channels"), written) else [f"channels {sorted(written)}"]


def _recipients(found: _Found, wanted: list[str]) -> Iterable[str]:
    people, said = _people(wanted), _people(found.understood.get("recipients") or [])
    # A text without an address goes to the staff's phones.
    texts = any(
        "sms" in _channels_of(found.document) and not one.get("params", {}).get("to")
        for one in _steps(found.document)
    )
    to_customers = any(name in found.written for name in ('"send_sms"', '"send_email"'))
    known = {"me", *(["staff"] if texts else []), *(["customer"] if to_customers else [])}
    in_document = all(one in known or one in found.written for one in people)
    return [] if people == said or (in_document and said <= people) else [f"recipients {sorted(said)}"]


def _competitors(found: _Found, wanted: list[str]) -> Iterable[str]:
    ids = {one for step in _steps(found.document) for one in step.get("params", {}).get("competitorIds") or []}
    watched = {shop.COMPETITORS.get(one, one).lower() for one in ids}
    names = {name.lower() for name in wanted}
    return [] if names in (found.said("competitors"), watched) else [f"competitors {sorted(watched)}"]


def _exclusions(found: _Found, wanted: list[str]) -> Iterable[str]:
    """Named in the document, or a competitor whom a list of the others leaves out."""
    listed = {name.lower() for one, name in shop.COMPETITORS.items() if f'"{one}"' in found.written}
    for name in wanted:
        is_left_out = bool(listed) and name.lower() not in listed
        if _stem(name) not in found.written and not is_left_out:
            yield f"without {name}"


def _products(found: _Found, wanted: list[str]) -> Iterable[str]:
    known = " ".join(found.said("products"))
    return [f"product {one}" for one in wanted if _stem(one) not in found.written and _stem(one) not in known]


def _segment(found: _Found, wanted: str) -> Iterable[str]:
    said = str(found.understood.get("segment"))
    return [] if wanted == said or wanted in found.written else [f"segment {said}"]


def _threshold(found: _Found, wanted: str) -> Iterable[str]:
    """`[subject] [op] value` against the threshold that was understood, else against the document."""
    *rest, value = wanted.split()
    understood = found.understood.get("threshold")
    if understood:
        said = {str(understood.get("op")), str(understood.get("subject"))}
        is_there = float(value) == abs(float(understood["value"])) and set(rest) <= said
    else:
        is_there = re.search(rf"(?<![\d.]){re.escape(value)}(?!\d)", found.written) is not None
    return [] if is_there else [f"threshold {understood}"]


def _name(found: _Found, wanted: str) -> Iterable[str]:
    return [] if found.document.get("name") == wanted else [f"name {found.document.get('name')}"]


def _has(found: _Found, wanted: list[str]) -> Iterable[str]:
    return [f"no {one} in it" for one in wanted if one.lower() not in found.written]


def _lacks(found: _Found, wanted: list[str]) -> Iterable[str]:
    return [f"{one} in it" for one in wanted if one.lower() in found.written]


def _conditions(found: _Found, wanted: dict[str, str]) -> Iterable[str]:
    """A step of each channel has the word in its condition."""
    steps = _steps(found.document)
    for channel, words in wanted.items():
        alone = [step for step in steps if channel in _channels_of({"steps": [step]})]
        if not any(words in str(step.get("condition")) for step in alone):
            yield f"no {channel} step with {words!r}"


_PARTS: dict[str, Callable[[_Found, Any], Iterable[str]]] = {
    "topic": _topic,
    "when": _when,
    "events": _events,
    "channels": _channels,
    "recipients": _recipients,
    "competitors": _competitors,
    "exclusions": _exclusions,
    "products": _products,
    "segment": _segment,
    "threshold": _threshold,
    "name": _name,
    "has": _has,
    "lacks": _lacks,
    "steps": _conditions,
}


def _channels_of(document: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for step in _steps(document):
        if step.get("action") == "notify":
            named = step.get("params", {}).get("channels")
            found |= set(named) if isinstance(named, list) else set()
        elif step.get("action") in _CHANNELS:
            found.add(_CHANNELS[step["action"]])
    return found


def _steps(part: Any) -> list[dict[str, Any]]:
    """The steps, those inside others too."""
    if isinstance(part, list):
        return [step for one in part for step in _steps(one)]
    if not isinstance(part, Mapping):
        return []
    inner = [step for value in part.values() for step in _steps(value)]
    return [dict(part), *inner] if "action" in part else inner


def _people(named: Iterable[str]) -> set[str]:
    return {"me" if one.lower() in _ME else one.lower() for one in named}


def _stem(word: str) -> str:
    """Without a plural's ending: "gummies" is found in "gummy" and the other way round."""
    word = word.lower()
    return word[:-3] if word.endswith("ies") else word.removesuffix("s")
