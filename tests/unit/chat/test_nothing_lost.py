"""Two requests in one message, one clause more, another number: nothing that was said goes in silence.

The sentences are put together from requests that are right by themselves: a whole kind is tried, not a sentence.
"""

from __future__ import annotations

import itertools
import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus.heard import sentences
from tests.unit.chat.memory_store import MemoryStore, Talk
from tests.unit.chat.shop import NOW

REQUESTS = (
    "email me the sales every day at 9pm",
    "slack me the low stock list on weekdays at 8am",
    "text me when Blue Dream runs low",
    "every friday at 4pm email me slow movers",
    "menu health check every wednesday at 11am",
    "email me the VIP list on the 1st at 9am",
    "text happy birthday to customers every day at 10am except on sundays",
    "email customers gone 60 days every tuesday at 10am",
    "when a customer signs up text them a welcome",
    "remind me every friday at 5pm to count the safe",
    "email me price gaps daily at 9am but text me only if it's over 15%",
    "draft a campaign every thursday at 10am",
    "forecast demand mondays at 7am",
    "compliance check on the 2nd and 16th at 8am",
    "slack me when a competitor changes prices",
    "last business day of the month, 5pm, usage report by email",
    "new products list every other friday at 9am",
)
JOINTS = (" and ", ", and also ", ", also ", "; ", " then ", " plus ", " & ", ". ", " and then ", "\n")
CLAUSES = (
    *("in Spanish", "as a PDF", "with a picture", "but ask me first", "if it rains", "with a coupon"),
    *("over $50", "not VIPs", "in the Main St store", "unless it's a holiday", "and cc Dave", "by employee"),
    *("but not edibles", "for 3 weeks", "until easter", "starting march 1", "before discounts", "in red"),
    *("without the cents", "but only if there is something new", "rounded to dollars", "in all caps"),
)
_PAIRS = [
    (one, random.Random(seed).choice(JOINTS), other)
    for seed, (one, other) in enumerate(itertools.permutations(REQUESTS, 2))
    # Not told apart yet: customers named by a limit alone may be what to remind of.
    if not (one.startswith("remind") and other.startswith("email customers"))
]
_WITH_CLAUSES = list(itertools.product(REQUESTS, CLAUSES, ("{clause}, {request}", "{request} {clause}")))
_PIECES = tuple(
    dict.fromkeys(
        piece.strip()
        for one in sentences()
        if one.half != "heldout"
        for piece in (one.say, *re.split(r"[,.;:]| and | but ", one.say))
        if piece.strip()
    )
)
_TELLING = ("notify", "slack_post")
_NUMBER = re.compile(r"\d+")


def _talk(said: str) -> Talk:
    talk = Talk(MemoryStore(NOW))
    talk.say(said)
    return talk


def _made(talk: Talk) -> list[tuple[Any, Any]]:
    return [(one["triggers"], one["steps"]) for one in talk.store.documents.values()]


@pytest.fixture(scope="module")
def alone() -> dict[str, tuple[Any, Any]]:
    """What each request makes by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
        made = {request: _made(_talk(request)) for request in REQUESTS}
    assert all(len(each) == 1 for each in made.values()), made
    return {request: each[0] for request, each in made.items()}


@pytest.mark.parametrize("start", range(4))
def test_two_requests_make_both_or_ask_before_anything_is_made(
    alone: dict[str, tuple[Any, Any]], start: int
) -> None:
    for one, joint, other in random.Random(1).sample(_PAIRS, 160)[start::4]:
        talk = _talk(f"{one}{joint}{other}")
        made = _made(talk)
        if not made:
            assert talk.last.questions, (one, joint, other)
            continue
        wanted = [_work(alone[one]), _work(alone[other])]
        assert sorted(map(str, map(_work, made))) == sorted(map(str, wanted)), (one, joint, other)


def _work(made: tuple[Any, Any]) -> tuple[Any, list[str]]:
    """When it runs, and what it does: a second request may be told as the first."""
    triggers, steps = made
    return triggers, [step["action"] for step in steps if step["action"] not in _TELLING]


@pytest.mark.parametrize("start", range(4))
def test_a_clause_more_is_made_asked_or_said(alone: dict[str, tuple[Any, Any]], start: int) -> None:
    for request, clause, pattern in random.Random(2).sample(_WITH_CLAUSES, 200)[start::4]:
        said = pattern.format(
            request=request, clause=re.sub("^(but|and) ", "", clause) if "}," in pattern else clause
        )
        talk = _talk(said)
        # What only tells where there is something new anyway says so.
        is_said = "something new" in clause and re.search(" if (there|anything|any) ", talk.last.reply)
        assert talk.last.questions or talk.last.unread or is_said or _made(talk) != [alone[request]], said


@pytest.mark.parametrize("request_", [one for one in REQUESTS if _NUMBER.search(one)])
def test_another_number_makes_another_playbook(alone: dict[str, tuple[Any, Any]], request_: str) -> None:
    for found in _NUMBER.finditer(request_):
        other = str(int(found.group()) + 1)
        said = f"{request_[: found.start()]}{other}{request_[found.end() :]}"
        talk = _talk(said)
        assert talk.last.questions or _made(talk) != [alone[request_]], said


@settings(max_examples=50)
@given(
    st.lists(
        st.lists(st.sampled_from(_PIECES), min_size=1, max_size=3).flatmap(
            lambda pieces: st.sampled_from(JOINTS).map(lambda joint: joint.join(pieces))
        ),
        min_size=1,
        max_size=2,
    )
)
def test_whatever_is_put_together_has_an_answer(messages: list[str]) -> None:
    talk = Talk(MemoryStore(NOW))
    for message in messages:
        assert talk.say(message)


def test_what_is_let_be_on_a_day_has_an_answer() -> None:
    assert _talk("don't pause Gap Watch on tuesday, pause Menu Sweep").replies
