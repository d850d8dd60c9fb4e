"""The parser against the corpus: what it must read, what it must ask, and what it must never accept."""

from __future__ import annotations

import pytest

from shared.chat.grammar.recipients import EMAIL, PHONE
from tests.corpus import Sentence, accepts_wrong_schedule, sentences, wrong_parts

EVERY = sentences()
PLAIN = [sentence for sentence in EVERY if not sentence.is_ambiguous]
AMBIGUOUS = [sentence for sentence in EVERY if sentence.is_ambiguous]
HOSTILE = sentences("hostile")


def test_the_corpus_is_wide_enough() -> None:
    assert len(EVERY) >= 220
    assert len(AMBIGUOUS) >= 30
    assert len(HOSTILE) >= 15
    assert len({(sentence.say, sentence.after) for sentence in EVERY}) == len(EVERY)


def test_at_least_ninety_eight_percent_of_the_unambiguous_sentences_are_exactly_right() -> None:
    wrong = {sentence.say: parts for sentence in PLAIN if (parts := wrong_parts(sentence))}
    assert len(wrong) <= 0.02 * len(PLAIN), wrong


def test_no_wrong_schedule_is_accepted() -> None:
    assert [sentence.say for sentence in EVERY if accepts_wrong_schedule(sentence)] == []


@pytest.mark.parametrize("sentence", AMBIGUOUS, ids=lambda sentence: sentence.say[:60])
def test_an_ambiguous_sentence_leads_to_a_question(sentence: Sentence) -> None:
    understood = sentence.understood()
    assert not understood.sure
    assert {unclear.about for unclear in understood.unclear} >= set(sentence.ask)
    assert all(unclear.question.strip() for unclear in understood.unclear)


@pytest.mark.parametrize("sentence", HOSTILE, ids=lambda sentence: sentence.say[:60])
def test_a_hostile_sentence_names_no_recipient(sentence: Sentence) -> None:
    recipients = sentence.understood().recipients
    assert not any(EMAIL.search(who) or PHONE.search(who) for who in recipients)
