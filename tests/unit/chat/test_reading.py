"""Every word of a sentence is claimed, harmless or unread, whatever the sentence."""

from __future__ import annotations

import inspect
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.chat.language.reading import language, read
from shared.chat.language.tokens import MAX_TOKENS, tokens_of
from shared.chat.language.understanding import requests_of
from shared.chat.lexicon import State, load
from tests.unit.chat.shop import NAMES

WORDS = sorted(language().vocabulary)
SENTENCES = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.one_of(st.sampled_from(WORDS), st.integers(0, 2400).map(str), st.sampled_from(NAMES.competitors)),
        max_size=25,
    ).map(" ".join),
)


def _slots(state: State, known: dict[int, set[int]]) -> set[int]:
    """How many values the patterns from here on may hand over."""
    if id(state) not in known:
        own = {0} if state.accepts else set()
        known[id(state)] = own | {
            count + (symbol.startswith("<") and kept)
            for symbol, kept, after in state.edges
            for count in _slots(after, known)
        }
    return known[id(state)]


def test_every_rule_takes_the_values_that_its_phrases_hand_over() -> None:
    known: dict[int, set[int]] = {}
    for rule in language().rules.every:
        for count in _slots(rule.pattern, known):
            assert inspect.signature(rule.make).bind(*range(count)), rule


def test_every_slot_is_a_category_that_something_makes() -> None:
    made = {rule.category for rule in language().rules.every}
    lexical = {
        *(
            "int",
            "minute_digits",
            "number",
            "decimal",
            "ordinal",
            "bracket",
            "digit_ordinal",
            "word_number",
            "digits",
            "iso_date",
            "quote",
        ),
        *("military", "short_military", "email", "phone", "url", "unknown", "proper", "competitor", "own_product"),
        *("playbook", "location", "own_person", "event_name", "title"),
    }
    seen: set[int] = set()
    states = [rule.pattern for rule in language().rules.every]
    while states:
        state = states.pop()
        if id(state) in seen:
            continue
        seen.add(id(state))
        for symbol, _, after in state.edges:
            assert not symbol.startswith("<") or symbol[1:-1] in made | lexical, symbol
            states.append(after)


def test_every_word_of_a_phrase_is_one_that_a_message_can_have() -> None:
    for word in language().rules.usage():
        plain = word.removeprefix("=").removeprefix("'")
        assert plain, "an empty word"
        tokens = tokens_of(plain, load())
        rewritten = plain in load().rewrites or any(plain in " ".join(meant) for meant in load().rewrites.values())
        assert rewritten or any(plain in one.forms for one in tokens), word


@pytest.mark.parametrize("operator", sorted(load().operators))
def test_no_courtesy_swallows_a_word_that_changes_the_meaning(operator: str) -> None:
    # What these two are said of is looked for in the rest of the sentence.
    accounted_for = ("days_off", "the_rest")
    for sentence in (
        "sales {} zorple",
        "email me the sales {} the margins daily at 8am",
        "if sales are {} over $500",
    ):
        claims = read(sentence.format(operator), NAMES).claims
        polite = [one.words for one in claims if one.category == "polite" and one.value not in accounted_for]
        assert not any(operator in one.casefold().split() for one in polite), sentence


@pytest.mark.parametrize("written", [one for one in load().rewrites if not one.startswith("'")])
def test_what_is_written_short_is_read_as_the_words_that_it_stands_for(written: str) -> None:
    read_as = [one.read for one in tokens_of(f"so {written} now", load())]
    assert read_as == ["so", *load().rewrites[written], "now"]


@given(SENTENCES)
@example("“Ünïcödé” — it’s 9½ o’clock…")
def test_a_token_is_what_is_at_its_place(message: str) -> None:
    for token in tokens_of(message, load()):
        assert 0 <= token.start <= token.end <= max(len(message), token.end)
        assert token.text


@settings(max_examples=150, deadline=None)
@given(SENTENCES)
@example("`A`A")
def test_no_word_is_lost(message: str) -> None:
    reading = read(message, NAMES)
    taken = " ".join([*(claim.words for claim in reading.claims), *reading.unread]).casefold()
    speech = language()
    passed_over = speech.lexicon.harmless | speech.lexicon.fillers
    for token in tokens_of(message, speech.lexicon):
        if token.kind != "mark" and token.read not in passed_over and token.read not in ("but", "and", "or"):
            # A backtick is read as a quote, and named as it was typed.
            typed = message[token.start : token.end].casefold()
            assert typed in taken or token.text.casefold() in taken, (token, reading)
    assert requests_of(reading)


@pytest.mark.parametrize(
    "unit",
    [
        "every ",
        "9 and ",
        "monday, ",
        "a",
        "not ",
        "every monday at 9 and ",
        "{{",
        "(",
        "1st and ",
        "Green Leaf ",
        "😀",
    ],
)
def test_a_hundred_kilobytes_of_anything_end_within_a_second(unit: str) -> None:
    message = (unit * (100_000 // len(unit) + 1))[:100_000]
    started = time.process_time()
    reading = read(message, NAMES)
    assert time.process_time() - started < 1
    assert len(tokens_of(message, load())) < MAX_TOKENS or "…" in {t.read for t in tokens_of(message, load())}
    assert reading.claims or reading.unread or not message.strip()


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("wendsday", "wednesday"),
        ("exept", "except"),
        ("mornign", "morning"),
        ("evry", "every"),
        ("compeitor", "competitor"),
        ("thrusday", "thursday"),
        ("teh", "the"),
        *(
            ("evryday", "everyday"),
            ("everday", "everyday"),
            ("ecery", "every"),
            ("wvery", "every"),
            ("daay", "day"),
        ),
        *(("everymonday", "every monday"), ("emailme", "email me"), ("lowstock", "low stock")),
        *(("moring", "morning"), ("monthy", "monthly"), ("tommorow", "tomorrow"), ("wensday", "wednesday")),
        *(("unitl", "until"), ("pirces", "prices"), ("competiters", "competitors"), ("grean", "green")),
    ],
)
def test_a_misspelled_word_is_read_and_the_correction_is_reported(said: str, read_as: str) -> None:
    found = read(f"send me sales {said}", NAMES).corrections
    assert [(one.said, one.read) for one in found] == [(said, read_as)]


@pytest.mark.parametrize("said", ["charges", "Marc", "mary", "boys", "gold", "mouth", "pager", "expert", "payroll"])
def test_a_word_that_is_one_is_never_corrected(said: str) -> None:
    assert read(f"send me the sales {said}", NAMES).corrections == ()


def test_a_word_that_may_be_two_days_is_asked_about() -> None:
    reading = read("send me the sales every tursday at 9am", NAMES)
    assert any("tursday" in one for one in reading.operators)
    assert reading.corrections == ()


@pytest.mark.parametrize("name", ["Green Leaf", "High Street", "Blue Dream", "Bud Barn East"])
def test_what_the_org_calls_its_own_is_never_corrected(name: str) -> None:
    assert read(f"email me when {name.lower()} is low", NAMES).corrections == ()


@pytest.mark.parametrize(
    "clause",
    [
        *(
            "as a powerpoint",
            "unless it rains",
            "but only the indica ones",
            "for the 3 largest rooms",
            "not the blue ones",
        ),
        *("if the boss is in", "except the new guy", "without the fluff", "up to a point", "only when it matters"),
    ],
)
def test_a_clause_that_nobody_knows_is_said(clause: str) -> None:
    [request] = requests_of(read(f"email me the sales summary every monday at 8am {clause}", NAMES))
    assert request.unread or request.limits or request.unsupported or request.segment, request
