"""Answers as people word them: each option is chosen by its label in a sentence, and none by a shrug."""

from __future__ import annotations

import functools
import random
from collections import defaultdict

import pytest

from shared.chat.talk.answers import answered, option_of
from shared.chat.talk.questions import next_question
from shared.chat.understood import Option, Question, Request
from tests.unit.chat.memory_store import MemoryStore, Talk
from tests.unit.chat.questions import requests
from tests.unit.chat.shop import NOW, ORG

_OF_EACH = 4
_FRAMES = (
    *("{}", "{}.", "{} please", "yes, {}", "ok {}!", "I'd say {}", "make it {}", "let's go with {}", "hmm, {}"),
    *("{} I guess", "I'll take {}", "the {} one", "go with {} please", "um, {} I think", "actually {}", "just {}"),
)
_SHRUGS = (
    "I don't know",
    "not sure",
    "why do you ask?",
    "what?",
    "huh?",
    "you choose",
    "no idea",
    "what do you mean?",
)


@functools.cache
def questions() -> tuple[tuple[Request, Question], ...]:
    """Some of each kind that the corpora raise."""
    found: dict[str, list[tuple[Request, Question]]] = defaultdict(list)
    for request in requests():
        if question := next_question(request, ORG):
            found[question.id].append((request, question))
    chosen = random.Random(12)
    return tuple(one for every in found.values() for one in chosen.sample(every, min(_OF_EACH, len(every))))


def _each_option() -> list[tuple[Question, Option, int]]:
    return [(one, option, place) for _, one in questions() for place, option in enumerate(one.options, start=1)]


@pytest.mark.parametrize("frame", _FRAMES)
def test_a_label_in_a_sentence_chooses_its_option(frame: str) -> None:
    every = _each_option()
    assert len(every) > 80
    for question, option, _ in every:
        for label in (option.label, option.label.lower()):
            assert option_of(question, frame.format(label)) == option, (question.text, frame.format(label))


@pytest.mark.parametrize("frame", ["{}", "#{}", "{})", "option {}", "number {} please", "I want number {}"])
def test_a_number_chooses_its_option(frame: str) -> None:
    for question, option, place in _each_option():
        assert option_of(question, frame.format(place)) == option, (question.text, frame.format(place))


def test_a_slip_in_a_long_word_still_chooses_the_option() -> None:
    slips = random.Random(3)
    for question, option, _ in _each_option():
        words = option.label.split()
        long = [place for place, word in enumerate(words) if len(word) > 5 and word.isalpha()]
        if not long:
            continue
        place = slips.choice(long)
        word, at = words[place], slips.randrange(1, len(words[place]) - 2)
        words[place] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        assert option_of(question, " ".join(words)) == option, words


@pytest.mark.parametrize("shrug", _SHRUGS)
def test_a_shrug_is_not_an_answer(shrug: str) -> None:
    for request, question in questions():
        assert answered(request, question, shrug, ORG) is None, (question.text, shrug)


@pytest.mark.parametrize("shrug", [*_SHRUGS, "cancel", "never mind"])
def test_no_reminder_says_that_somebody_did_not_know(shrug: str) -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("remind me every friday at 8am", shrug)
    assert not talk.mine


@pytest.mark.parametrize("yes", ["yes", "that's fine", "ok", "yeah go ahead", "sure, that's good"])
def test_a_yes_takes_the_only_option(yes: str) -> None:
    alone = [(request, one) for request, one in questions() if len(one.options) == 1]
    assert alone
    for request, question in alone:
        assert answered(request, question, yes, ORG) == answered(request, question, "1", ORG), (question.text, yes)


def test_two_unknown_competitors_are_two_different_questions() -> None:
    talk = Talk(MemoryStore(NOW))
    talk.say("track the prices of Happy Days and Sun Grown Co every weekday at 8am")
    first = talk.last.questions[0].text
    talk.say("1")
    assert first != talk.last.questions[0].text
    talk.say("2")
    assert list(talk.mine)
