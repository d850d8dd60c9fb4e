"""Small talk and politeness around a request: it is read the same, whichever phrase of the lexicon they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.chat.language.reading import read
from shared.chat.language.understanding import requests_of
from shared.chat.lexicon import State, compiled, load
from tests.unit.chat.shop import NAMES

REQUESTS = ("email me the sales every Monday at 8 am", "text me when Blue Dream runs low", "pause Daily Intel")
PHRASES = load().data["phrases"]
COURTESIES = [
    phrase
    for phrases in (
        *(PHRASES["polite"][key] for key in ("report", "at_once", "polite")),
        *PHRASES["smalltalk"].values(),
    )
    for phrase in phrases
]
SAYS_SOMETHING = ("forget", "call it out", "i never asked", "two things", "when it happen", "when they happen")
"""What leaves somebody out, takes something back, or counts."""


def _first_words(state: State) -> Iterator[str] | None:
    """The shortest words that the phrase matches; None where it needs a name or a number."""
    queue: list[tuple[State, tuple[str, ...]]] = [(state, ())]
    while queue:
        here, words = queue.pop(0)
        if here.accepts and words:
            return iter(words)
        queue += [(after, (*words, word.removeprefix("="))) for word, _, after in here.edges if "<" not in word]
    return None


SAID = sorted(
    {said for phrase in COURTESIES if (words := _first_words(compiled(phrase))) and (said := " ".join(words))}
)


def _read(message: str) -> list[dict[str, Any]]:
    """What the message asks for, without what was said of it word by word."""
    unlike = {"unread", "must_ask", "text", "whens", "alert"}
    return [
        {
            **one.model_dump(exclude=unlike | ({"people"} if one.intent == "pause" else set())),
            "whens": [when.set_fields for when in one.whens],
        }
        for one in requests_of(read(message, NAMES))
    ]


@pytest.mark.parametrize("courtesy", SAID)
def test_a_request_is_the_same_with_it_in_front_and_behind(courtesy: str) -> None:
    if courtesy.startswith(SAYS_SOMETHING):
        pytest.skip("it says something")
    for request in REQUESTS:
        plainly = _read(request)
        assert _read(f"{courtesy}, {request}") == plainly
        assert _read(f"{request}, {courtesy}") == plainly
