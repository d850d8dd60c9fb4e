"""`python -m tests.bench.chat_heard [--reader MODULE:CLASS] [--kind KIND]… [--show]`: how well chat hears.

What comes of each sentence of `tests/corpus/heard` is one of:

- `right`: one of the outcomes that are right;
- `asked`: a question that was not needed, or of something else, and nothing done wrongly once it is answered;
- `silent`: something was made, changed or run while a part of the sentence is missing or other than it was said,
  and nothing says so (also after an answer to a question of something else);
- `said`: the same, but the answer names the part, or a question named it and was answered with going on without it;
- `missed`: nothing was done, asked or told that answers it.

`loops` counts sentences whose question comes again after one of its own options. `msMedian` and `chat.message` are
of a whole message, with documents in memory; `chat.reading` is the processor time that reading one takes, in the
corpus's shop and in one with many products.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from shared.chat.language.asking import with_questions_apart
from shared.chat.language.names import Names
from shared.chat.language.reading import read
from shared.chat.language.understanding import requests_of
from tests.bench.figures import percentile, report
from tests.corpus.heard import Accepted, Half, Sentence, Turn, WholeTalk, sentences, shop, talks
from tests.corpus.heard.judge import asks_only_to_confirm, differences, is_accepted, leaks, mentions
from tests.corpus.heard.reader import Heard, Product, Reader, Talk

Verdict = Literal["right", "asked", "silent", "said", "missed"]
_MOST_QUESTIONS = 3
_MANY_PRODUCTS = 1_000
_WAYS_OUT = frozenset({"no", "never mind", "nevermind", "cancel"})
_OTHER_WISHES = frozenset({"intent", "schedule", "time", "when"})
"""Questions whose options would take the place of what was said: what is made then was chosen, not misheard."""
_NAMES_WHAT_IS_UNREAD = "unread"
"""The question that names words of the message: "I haven't used “as a PDF”. Should I go on without it?"."""
_NO_PLAYBOOK = frozenset({"reading", "unsupported", "hostile"})
"""Groups of sentences that nobody means to end in a playbook of their own."""


@dataclass(frozen=True)
class Scored:
    """What became of one sentence."""

    sentence: Sentence
    verdict: Verdict
    loops: bool
    leaks: tuple[str, ...]
    milliseconds: float
    why: tuple[str, ...] = ()


def measure() -> None:
    """The chat of this tree."""
    score(Product)
    report_reading()


def report_reading() -> None:
    """Print what reading takes, once the lexicon is there."""
    few, playbooks = shop.products(), tuple(one["name"] for one in shop.playbooks().values())
    many = tuple(f"{name} {number}" for number in range(1, _MANY_PRODUCTS // len(few) + 1) for name in few)
    for figure, products in (("chat.reading", few), ("chat.reading.many_products", many)):
        names = Names(tuple(shop.COMPETITORS.values()), products, playbooks)
        _reading_time("hello", names)
        times = [_reading_time(one.say, names) for one in sentences()]
        _report_times(figure, times, unit="ms a sentence (median)", target="< 5")


def _report_times(figure: str, times: list[float], *, unit: str, target: str | None = None) -> None:
    report(
        figure,
        round(percentile(times, 0.5), 2),
        unit=unit,
        target=target,
        mean=round(sum(times) / len(times), 2),
        p95=round(percentile(times, 0.95), 2),
        max=round(max(times), 2),
    )


def _reading_time(message: str, names: Names) -> float:
    """Milliseconds of processor time."""
    started = time.process_time()
    for part in with_questions_apart(message):
        requests_of(read(part, names))
    return (time.process_time() - started) * 1000


def score(
    make_reader: Callable[[], Reader], kinds: Iterable[str] = (), *, show: bool = False, with_talks: bool = True
) -> None:
    """Print the shares by kind, of all of it, and of the whole talks.

    `show` adds what went wrong outside the held-out half.
    """
    wanted = set(kinds)
    with make_reader() as reader:
        scored = [judge(reader, one) for one in sentences() if not wanted or one.kind in wanted]
        by_kind: dict[str, list[Scored]] = defaultdict(list)
        for one in scored:
            by_kind[one.sentence.kind].append(one)
            if show and one.sentence.half != "heldout" and (one.verdict != "right" or one.loops or one.leaks):
                sys.stdout.write(_shown(one))
        for kind, found in sorted(by_kind.items()):
            _report(f"chat.heard.{kind.replace(' ', '_')}", found)
        for half in get_args(Half):
            _report(f"chat.heard.all.{half}", [one for one in scored if one.sentence.half == half])
        _report("chat.heard.all", scored)
        _report_times("chat.message", [one.milliseconds for one in scored], unit="ms a message (median)")
        if with_talks and not wanted:
            _report_talks(reader, show=show)


def judge(reader: Reader, sentence: Sentence) -> Scored:
    """Say it, and see what comes of it."""
    talk, before = reader.begin(sentence.role), None
    for message in sentence.after:
        before = talk.say(message)
    heard = talk.say(sentence.say)
    again = before is not None and _repeats(before, heard)
    loops = _has_option_that_loops(talk, heard)
    verdict, why = _verdict(talk, heard, sentence)
    loops = loops or (again and verdict != "right")
    return Scored(sentence, verdict, loops, tuple(leaks(heard, sentence.say)), heard.milliseconds, why)


def _verdict(talk: Talk, heard: Heard, sentence: Sentence) -> tuple[Verdict, tuple[str, ...]]:
    expected, asked_before, named = sentence.expected, False, False
    for _ in range(_MOST_QUESTIONS):
        if any(is_accepted(one, heard) for one in expected):
            return ("asked" if asked_before else "right"), ()
        if heard.effects or not heard.questions:
            break
        is_confirmation = asks_only_to_confirm(heard)
        answer = "yes" if is_confirmation else _likely_answer(heard, sentence.group)
        asked_before = asked_before or not is_confirmation
        named = named or heard.questions[0]["id"] == _NAMES_WHAT_IS_UNREAD
        if answer is None:
            break
        heard = talk.say(answer)
    why = tuple(_nearest(expected, heard))
    if heard.effects:
        if any(is_accepted(one, heard) for one in expected):
            return "asked", ()
        return ("said" if named or _is_said(heard, expected) else "silent"), why
    return ("asked" if heard.questions or asked_before else "missed"), why


def _nearest(expected: tuple[Accepted, ...], heard: Heard) -> list[str]:
    """What differs from the outcome that it is nearest to."""
    found = [differences(one, heard) for one in expected]
    return min(found, key=lambda lines: len(lines), default=[])


def _likely_answer(heard: Heard, group: str) -> str | None:
    """The first option of a question on the way to a playbook; none where each option is another request."""
    question = heard.questions[0]
    if group in _NO_PLAYBOOK or question["id"] in _OTHER_WISHES:
        return None
    values: list[str] = [one["value"] for one in question.get("options") or []]
    return next((value for value in values if value.lower() not in _WAYS_OUT), None)


def _is_said(heard: Heard, expected: tuple[Accepted, ...]) -> bool:
    """Whether what was not done as it was said is among what the answer says it has not used."""
    parts = [one.partition(":")[2] for one in expected if isinstance(one, str)]
    parts += [one["unread"] for one in expected if isinstance(one, dict) and "unread" in one]
    unread = Heard({"reply": " ".join(heard.answer.get("unread") or [])})
    return any(part.strip() and mentions(unread, part) for part in parts)


def _repeats(before: Heard, after: Heard) -> bool:
    asked = {(one["id"], one["text"]) for one in before.questions}
    return bool(asked) and not after.effects and any((one["id"], one["text"]) in asked for one in after.questions)


def _has_option_that_loops(talk: Talk, heard: Heard) -> bool:
    here = talk.mark()
    for question in heard.questions:
        for option in question.get("options") or []:
            again = _repeats(heard, talk.say(option["value"]))
            talk.back_to(here)
            if again:
                return True
    return False


def _report(figure: str, found: list[Scored]) -> None:
    counts = Counter(one.verdict for one in found)
    shares: dict[str, Any] = {f"{one}Percent": _percent(counts[one], len(found)) for one in get_args(Verdict)}
    report(
        figure,
        shares.pop("silentPercent"),
        unit="percent wrong silently",
        sentences=len(found),
        **shares,
        loops=sum(one.loops for one in found),
        leaks=sum(bool(one.leaks) for one in found),
        msMedian=round(percentile([one.milliseconds for one in found], 0.5), 1) if found else None,
    )


def _percent(part: int, whole: int) -> float:
    return round(100 * part / max(whole, 1), 1)


def _report_talks(reader: Reader, *, show: bool) -> None:
    every = talks()
    faults = {one.name: faults_of(reader, one) for one in every}
    turns = sum(len(one.turns) for one in every)
    wrong = sum(len(found) for found in faults.values())
    report(
        "chat.heard.talks",
        sum(not found for found in faults.values()),
        unit="whole talks without a fault",
        target=str(len(every)),
        talks=len(every),
        turns=turns,
        turnsWrong=wrong,
    )
    if show:
        for name, found in faults.items():
            for fault in found:
                sys.stdout.write(f"TALK {name}: {fault}\n")


def faults_of(reader: Reader, whole: WholeTalk) -> list[str]:
    """What goes wrong in a talk, a line for each turn that does."""
    talk = reader.begin(whole.role)
    return [fault for turn in whole.turns if (fault := _fault(talk, turn))]


def _fault(talk: Talk, turn: Turn) -> str | None:
    heard = talk.say(turn.say)
    if asks_only_to_confirm(heard) and any(isinstance(one, dict) for one in turn.expected):
        shown = heard
        heard = talk.say("yes")
        heard = Heard({**heard.answer, "reply": f"{shown.answer['reply']}\n{heard.answer['reply']}"}, heard.effects)
    wrong = _nearest(turn.expected, heard)
    wrong += [f"does not say {words}" for words in turn.has if not mentions(heard, words)]
    wrong += [f"says {words}" for words in turn.lacks if mentions(heard, words)]
    wrong += [f"shows {leak}" for leak in leaks(heard, turn.say)]
    return f"“{turn.say}”: {'; '.join(wrong)}" if wrong else None


def _shown(one: Scored) -> str:
    loop = " LOOP" if one.loops else ""
    why = "; ".join((*one.why, *one.leaks))
    return f"{one.verdict.upper()}{loop} [{one.sentence.kind}] {one.sentence.say}\n    {why}\n"


def _reader(name: str) -> Callable[[], Reader]:
    module, _, attribute = name.partition(":")
    made: Callable[[], Reader] = getattr(importlib.import_module(module), attribute)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.chat_heard", description=__doc__)
    parser.add_argument("--reader", default="tests.corpus.heard.reader:Product", metavar="MODULE:CLASS")
    parser.add_argument("--kind", action="append", default=[])
    parser.add_argument("--show", action="store_true", help="print what went wrong outside the held-out half")
    chosen = parser.parse_args()
    score(_reader(chosen.reader), chosen.kind, show=chosen.show)
    if not chosen.kind:
        report_reading()


if __name__ == "__main__":
    main()
