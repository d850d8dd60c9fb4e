"""What was read has an effect: another word makes another playbook, is asked about, or is said to be unused.

No sentence here has an answer of its own. Each is put together from a request and a clause, and each word that
carries something is put in the place of another: a playbook that stays the same has lost it.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.unit.chat.memory_store import MemoryStore, Talk
from tests.unit.chat.shop import NOW

REQUESTS = (
    "email me the sales every day at 9am",
    "text me when Blue Dream runs low",
    "low stock by slack on weekdays at 8am",
    "watch competitor prices every morning at 8",
    "email me slow movers every friday at 4pm",
    "email customers gone 60 days every tuesday at 10am",
    "draft a campaign every thursday at 10am",
    "vip list on the 1st at 9am to the owner",
)
CLAUSES = (
    *("only {thing}", "but not {thing}", "ignore {thing}", "{thing} first", "mainly {thing}", "especially {thing}"),
    *("no more than {number} lines", "under ${number}", "the top {number}", "in batches of {number}"),
    *("and {person} too", "not to {person}", "and so should {person}", "{person} gets it fridays only"),
    *("until {month}", "except in {month}", "from {month} on", "not on {day}", "drop {day}", "{day} at 11am"),
    *("no need for {day}", "unless it's a {day}", "and if it's under $300 email {person}"),
)
WORDS = {
    "thing": ("gummies", "Blue Dream", "Green Leaf", "vapes"),
    "number": ("5", "12", "40"),
    "person": ("the owner", "dana@shop.example", "bob@shop.example"),
    "month": ("march", "june", "september"),
    "day": ("mondays", "weekends", "thursdays"),
}
_MOST = 240


def _said() -> list[tuple[str, str]]:
    """Pairs of sentences that differ in one word."""
    chosen = random.Random(7)
    pairs = []
    for request in REQUESTS:
        for clause in CLAUSES:
            for kind, words in WORDS.items():
                # To leave out mondays of what runs on fridays says nothing.
                if f"{{{kind}}}" in clause and (kind != "day" or "every day" in request):
                    one, other = chosen.sample(words, 2)
                    first, second = (f"{request}, {clause.format(**{kind: word})}" for word in (one, other))
                    pairs.append((first, second))
    return chosen.sample(pairs, min(_MOST, len(pairs)))


def _outcome(said: str) -> Any:
    """What is made, without the words that it was made from; else what is asked or said, and of what."""
    talk = Talk(MemoryStore(NOW))
    talk.say(said)
    made = [(one["triggers"], one["steps"]) for one in talk.store.documents.values()]
    return made or (talk.last.reply, [*talk.store.sessions.values()])


@pytest.mark.parametrize("start", range(4))
def test_another_word_makes_another_playbook_or_is_named(start: int) -> None:
    for one, other in _said()[start::4]:
        assert _outcome(one) != _outcome(other), f"{one!r} and {other!r} are the same"


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("every friday 4pm email me slow movers plus anything that sold out", "slow movers"),
        ("sales on the 1st unless it's a sunday at 9am", "sunday"),
        ("email me the sales every day at 9am, no more than 5 lines", "lines"),
        ("low stock daily at 8am to my email and the boss bob@shop.example gets it fridays only", "fridays only"),
        ("text me the sales at 9pm daily, if they're under $300 email the owner instead", "instead"),
        ("remind me every friday at 5pm to count the safe unless it's payday", "payday"),
        ("low stock at 8am daily, ignore anything under $10", "under $10"),
    ],
)
def test_what_one_playbook_cannot_say_is_asked_about(said: str, asked: str) -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say(said)
    assert not talk.store.documents
    assert asked.casefold() in talk.last.questions[0].text.casefold(), talk.last.questions[0].text


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("email me the sales every day at 8am", "an hour earlier on fridays"),
        ("email me the sales every day at 8am", "on weekends at 10"),
    ],
)
def test_other_days_are_kept_or_asked_about_where_some_get_another_time(first: str, said: str) -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say(first)
    before = [one["triggers"] for one in talk.store.documents.values()]
    talk.say(said)
    assert [one["triggers"] for one in talk.store.documents.values()] == before
    talk.say("keep the other days as they are")
    [triggers] = [one["triggers"] for one in talk.store.documents.values()]
    assert len(triggers) == 2


def test_a_condition_of_somebody_else_does_not_hold_for_all() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("email me the sales at 9pm daily, and if they're under $300 text the owner too")
    [document] = talk.store.documents.values()
    told = {
        str(one["params"]["channels"]): one.get("condition") for one in document["steps"] if "notify" in str(one)
    }
    assert told["['email']"] is None
    assert "300" in str(told["['sms']"])
