"""Finds phrases that were read but change nothing in the request; they count as not read. Pure.

A phrase has an effect if the request would be different without it. A phrase that repeats another one needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from shared.chat.language.phrases import key_of
from shared.chat.language.reading import Claim, Reading, language
from shared.chat.language.when import EVERY_DAY, When
from shared.chat.understood import Intent, Request

_COUNTED = frozenset(
    {"when", "bare_clock", "topic", "event", "threshold", "bare_amount", "delivery", "dropped", "switched", "limit"}
    | {"competitors", "of_thing", "segment", "period", "top", "quote", "cannot", "question"}
)
"""What has to have an effect; other phrases are how something is said."""
_MADE = frozenset({Intent.CREATE, Intent.CHANGE, Intent.COPY, Intent.RUN})
_NAMING = ("name_it", "again")
_FEW_DAYS = 2


def without_effect(reading: Reading, request: Request, request_of: Callable[[Reading], Request]) -> list[str]:
    """The phrases of the reading, which `request_of` makes the request of, that could as well not be there."""
    if request.intent not in _MADE or (request.name and request.intent is not Intent.CREATE):
        return []
    known = _plain(request)
    texts = f" {' '.join((*request.unread, request.message or '', request.name or '')).casefold()} "
    seen: list[tuple[str, Any]] = []
    found = []
    for claim in reading.claims:
        kind = (claim.category, claim.value)
        if claim.category not in _COUNTED or kind in seen or _stands_in(claim, texts) or _is_held(claim, request):
            continue
        seen.append(kind)
        others = tuple(one for one in reading.claims if (one.category, one.value) != kind)
        if _plain(request_of(replace(reading, claims=others))) == known:
            found.append(claim.words)
    return found


def _plain(request: Request) -> Any:
    """What the request says, whatever the words for it were."""
    return _wordless(request.model_dump(exclude={"unread", "must_ask"}))


def _wordless(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _wordless(one) for name, one in value.items() if name != "words"}
    return [_wordless(one) for one in value] if isinstance(value, list | tuple) else value


def _stands_in(claim: Claim, texts: str) -> bool:
    """Whether its words are part of what is reminded of, of a name, or of what is said to be unread."""
    words = [one for one in claim.words.casefold().split() if one not in language().passed_over]
    return all(one in texts for one in words or [claim.words.casefold()])


def _is_held(claim: Claim, request: Request) -> bool:
    """Whether the request says the same anyway."""
    match claim.category:
        case "topic" | "question":
            return _is_wording(key_of(claim.value), request)
        case "event":
            # "At 8, if anything is low on stock": a report on low stock is only sent if something is low.
            brings = language().lexicon.data["event_topics"].get(key_of(claim.value))
            joined = claim.value[1:] if isinstance(claim.value, tuple) else ()
            return "if" in joined and bool(request.whens) and brings in (request.topic, *request.topics)
        case "when" if claim.read == "daily":
            # "A report of daily sales every month".
            return True
        case "when":
            return _is_timed(claim.value, request.whens)
        case "bare_clock":
            # "The gummy one".
            return not any(letter.isdigit() for letter in claim.words) or _is_timed(claim.value, request.whens)
        case "delivery":
            ways = {*request.channels, *(way for route in request.routes for way in route.channels)}
            people = {*request.people, *(person for route in request.routes for person in route.people)}
            kinds = {"me", *(one.kind for one in people)}
            told = all(one in people or one.kind in kinds for one in claim.value.people)
            return told and {*claim.value.channels} <= ways
        case "quote":
            return str(claim.value) in (request.message, request.name)
        case "limit":
            # "Not the whole staff, only me".
            return bool(claim.value[1] == "people" and request.people)
        case "segment":
            segments = language().lexicon.data["topic_segments"]
            return key_of(claim.value) in (request.segment, segments.get(request.topic or ""))
    return False


def _is_wording(key: str, request: Request) -> bool:
    """Whether another topic has it in it, or is only worded by it."""
    table = language().lexicon.data
    topic = table["question_topics"].get(key, key)
    named = [one for one in (request.topic, *request.topics) if one]
    words = {*table["words"]["wordings"], *table["topic_segments"], *table["words"]["figures"]}
    covered = {one for name in named for one in table["covers"].get(name, "").split()}
    weaker = {one for name in named for one in table["stronger"].get(name, "").split()}
    return topic in named or topic in covered or topic in words & weaker


def _is_timed(said: When, whens: Iterable[When]) -> bool:
    """Whether each of its fields is there, or some days take the place of every day."""
    fields = {name: value for name, value in said.set_fields.items() if name not in ("single", "only", "vague")}
    every = [one.set_fields for one in whens]

    def is_there(name: str, value: Any) -> bool:
        values = [one.get(name) for one in every]
        if isinstance(value, tuple):
            return any(one is not None and {*value} <= {*one} for one in values)
        return value in values

    narrowed = any(
        one.get("only") or any(name.startswith("but_") for name in one) or len(one.get("weekdays", ())) > _FEW_DAYS
        for one in every
    )
    days = {"weekdays", "every", "unit"}
    wide = said.weekdays == EVERY_DAY or {*fields} <= {"every", "unit"}
    return all(is_there(name, value) or (wide and name in days and narrowed) for name, value in fields.items())
