"""The evaluation corpus: its shape, how schedules are compared, and how an outcome is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.bench import chat_heard
from tests.corpus import sentences as tuned_on
from tests.corpus.heard import Accepted, Sentence, sentences, shop, talks, when
from tests.corpus.heard.judge import differences, is_accepted, leaks
from tests.corpus.heard.reader import Effect, Heard, Product

OWN = sentences("open", "heldout")
MONDAYS = {"type": "schedule", "cron": "0 8 * * 1", "timezone": when.ZONE}
SALES = {"name": "Sales", "topic": "sales_summary", "triggers": [MONDAYS], "steps": []}


def _readings(expected: tuple[Accepted, ...] | list[Accepted]) -> Iterator[dict[str, Any]]:
    for one in expected:
        if isinstance(one, dict):
            yield one
            yield from _readings(one.get("both", []))


def test_there_are_enough_sentences_half_of_each_kind_held_out() -> None:
    assert len(OWN) >= 700
    halves = {half: Counter(one.kind for one in OWN if one.half == half) for half in ("open", "heldout")}
    assert halves["open"].keys() == halves["heldout"].keys()
    assert all(abs(halves["open"][kind] - halves["heldout"][kind]) <= 1 for kind in halves["open"])


def test_no_sentence_stands_twice_or_was_tuned_on() -> None:
    said = Counter((one.after, one.say.lower()) for one in sentences())
    assert [key for key, times in said.items() if times > 1] == []
    known = {one.say.lower() for one in tuned_on()}
    assert [one.say for one in OWN if not one.after and one.say.lower() in known] == []


def test_every_sentence_says_what_is_right_and_every_schedule_can_be_read() -> None:
    every = [(one.say, one.expected) for one in sentences()]
    every += [(turn.say, turn.expected) for talk in talks() for turn in talk.turns]
    assert [say for say, expected in every if not expected] == []
    readings = [reading for _, expected in every for reading in _readings(expected)]
    unread = [text for reading in readings for text in reading.get("when", []) if not when.written(text).due()]
    assert unread == []


def test_there_are_twenty_whole_talks_those_that_people_reported_among_them() -> None:
    assert len(talks()) >= 20
    assert {"own", "given"} == {one.source for one in talks()}


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (["0 9 * * 1-5"], [{"cron": "0 9 * * 1,2,3"}, {"cron": "0 9 * * 4,5"}]),
        (["0 9 * * 1 #first"], [{"cron": "0 9 * * 1", "occurrence": "first"}]),
        (["0 9 * * * ~morning"], [{"cron": "30 7 * * *"}]),
        (
            ["0 9 * * 2 every 2 weeks"],
            [{"cron": "0 9 * * 2", "every": {"weeks": 2}, "startsAt": "2027-02-16T14:00:00Z"}],
        ),
        (
            ["0 9 * * * every 3 days"],
            [{"cron": "0 9 * * *", "every": {"days": 3}, "startsAt": "2027-02-05T14:00:00Z"}],
        ),
        (["0 9 * * * max 3"], [{"cron": "0 9 * * *", "endsAt": "2027-02-06T23:00:00Z"}]),
        (["0 8 * * * until 2027-12-25"], [{"cron": "0 8 * * *", "endsAt": "2027-12-25T05:00:00Z"}]),
        (["0 8 * * * until 2027-12-25"], [{"cron": "0 8 * * *", "endsAt": "2027-12-26T05:00:00Z"}]),
        (["once 2027-02-04 15:00"], [{"at": "2027-02-04T20:00:00Z"}]),
        (["0 9 * * * @UTC"], [{"cron": "0 9 * * *", "timezone": "UTC"}]),
    ],
)
def test_schedules_that_are_due_alike_are_the_same(expected: list[str], found: list[dict[str, Any]]) -> None:
    assert when.is_same(expected, [when.answered(one) for one in found])


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (["0 9 * * 1-5"], [{"cron": "0 9 * * 0,6"}]),
        (["0 9 * * 2 every 2 weeks"], [{"cron": "0 9 * * 2"}]),
        (["0 9 * * * ~morning"], [{"cron": "0 14 * * *"}]),
        (["0 9 * * 1 #first"], [{"cron": "0 9 * * 1"}]),
        (["0 9 * * * max 3"], [{"cron": "0 9 * * *"}]),
        (["0 9 * * *"], [{"cron": "0 9 * * *", "timezone": "UTC"}]),
        (["0 9 * * *"], []),
    ],
)
def test_schedules_that_are_due_otherwise_are_not(expected: list[str], found: list[dict[str, Any]]) -> None:
    assert not when.is_same(expected, [when.answered(one) for one in found])


def _heard(
    reply: str = "", *effects: Effect, questions: list[dict[str, Any]] | None = None, **answer: Any
) -> Heard:
    return Heard({"reply": reply, "questions": questions, **answer}, effects)


def _question(text: str, about: str = "schedule", *values: str) -> list[dict[str, Any]]:
    return [{"id": about, "text": text, "options": [{"value": one, "label": one} for one in values]}]


@pytest.mark.parametrize(
    ("accepted", "heard"),
    [
        ("ask: time", _heard(questions=_question("At what time?"))),
        ("ask: as a pdf", _heard("I can't send it as a PDF.", questions=_question("Shall I go on?", "format"))),
        ("said: 240 | 12 40", _heard("You spent $12.40.")),
        ("nothing", _heard("No.")),
        ({"topic": "sales_summary", "when": ["0 8 * * 1"]}, _heard("Done.", Effect("made", "Sales", SALES))),
        ({"unread": "pdf"}, _heard("Done.", Effect("made", "Sales", SALES), unread=["as a PDF"])),
        ({"act": "paused", "playbook": "sales"}, _heard("Done.", Effect("paused", "Sales", SALES))),
    ],
)
def test_an_outcome_is_accepted(accepted: Accepted, heard: Heard) -> None:
    assert differences(accepted, heard) == []


@pytest.mark.parametrize(
    ("accepted", "heard"),
    [
        ("ask", _heard("Done.")),
        ("ask: vip", _heard(questions=_question("At what time?"))),
        ("ask: 3", _heard(questions=_question("At 13:00?"))),
        ("said", _heard("Hm.", questions=_question("Which one?"))),
        ("nothing", _heard("Done.", Effect("made", "Sales", SALES))),
        ({"when": ["0 9 * * 1"]}, _heard("Done.", Effect("made", "Sales", SALES))),
        ({"exclusions": ["Green Leaf"]}, _heard("Done.", Effect("made", "Sales", SALES))),
        ({"unread": "pdf"}, _heard("Done.", Effect("made", "Sales", SALES))),
        (
            {"both": [{"when": ["0 8 * * 1"]}, {"when": ["0 9 * * 1"]}]},
            _heard("Done.", Effect("made", "Sales", SALES)),
        ),
        ({"act": "paused"}, _heard("Done.", Effect("deleted", "Sales", SALES))),
    ],
)
def test_an_outcome_is_not_accepted(accepted: Accepted, heard: Heard) -> None:
    assert not is_accepted(accepted, heard)


def test_what_machines_write_is_seen_in_a_reply() -> None:
    assert leaks(_heard("{{steps.limits}} ran as 9bd41c77aa02 at 2027-02-03T14:00Z")) == [
        "template source",
        "an id",
        "an instant in UTC",
    ]
    assert leaks(_heard("It ran on Wed, Feb 3, 9:00 AM EST. Text 315-555-0142.")) == []


class _Scripted:
    """Answers in a fixed way: what is said picks the answer."""

    def __init__(self, **answers: Heard) -> None:
        self._answers = answers

    def say(self, message: str) -> Heard:
        return self._answers[message]

    def mark(self) -> None:
        """Nothing changes."""

    def back_to(self, _mark: None) -> None:
        """Nothing has changed."""


_MADE = _heard("Done.", Effect("made", "Sales", SALES))
_ASKS = _heard(questions=_question("By email?", "channel", "mondays"))
_RIGHT: tuple[Accepted, ...] = ({"when": ["0 8 * * 1"]},)
_ONLY_VIPS: tuple[Accepted, ...] = ("ask: vip",)


@pytest.mark.parametrize(
    ("expected", "first", "then", "verdict"),
    [
        (_RIGHT, _MADE, _MADE, "right"),
        (_RIGHT, _ASKS, _MADE, "asked"),
        (_ONLY_VIPS, _MADE, _MADE, "silent"),
        (_ONLY_VIPS, _ASKS, _MADE, "silent"),
        (_ONLY_VIPS, _heard("Done.", Effect("made", "Sales", SALES), unread=["only VIPs"]), _MADE, "said"),
        (_RIGHT, _heard("Good morning!"), _MADE, "missed"),
    ],
)
def test_what_comes_of_a_sentence_has_a_verdict(
    expected: tuple[Accepted, ...], first: Heard, then: Heard, verdict: str
) -> None:
    sentence = Sentence("it", "kind", "group", "open", expected)
    talk = _Scripted(it=first, mondays=then)
    scored = chat_heard.judge(_Begins(talk), sentence)
    assert (scored.verdict, scored.loops) == (verdict, False)


def test_a_question_that_comes_again_after_its_own_option_is_a_loop() -> None:
    talk = _Scripted(it=_ASKS, mondays=_ASKS)
    assert chat_heard.judge(_Begins(talk), Sentence("it", "kind", "group", "open", _RIGHT)).loops


class _Begins:
    """A reader with one talk."""

    def __init__(self, talk: _Scripted) -> None:
        self._talk = talk

    def begin(self, role: str = "owner") -> _Scripted:
        return self._talk

    def __enter__(self) -> _Begins:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""


def test_the_product_makes_changes_and_runs_playbooks_in_the_shop_and_a_new_talk_knows_nothing_of_it() -> None:
    with Product() as product:
        talk = product.begin()
        (made,) = talk.say("email me the sales summary every monday at 8am").effects
        assert (made.act, made.playbook["triggers"][0]["cron"]) == ("made", "0 8 * * 1")
        here = talk.mark()
        assert [one.act for one in talk.say("pause it").effects] == ["paused"]
        talk.back_to(here)
        assert [one.act for one in talk.say("run Gap Watch now").effects] == ["run"]
        assert "Sales Summary" not in product.begin().say("what do I have?").answer["reply"]
        assert product.begin("viewer").say("pause Gap Watch").effects == ()


def test_the_shop_has_what_the_corpus_names() -> None:
    documents = shop.documents()
    names = {str(fields.get("name")) for fields in documents.values()}
    assert {*shop.COMPETITORS.values(), "Gap Watch", "Weekend Haze 3.5g", "Valentine's Gummies"} <= names
