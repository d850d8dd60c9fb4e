"""How well the chat parser alone, without any key, reads the corpus: right, asked, wrong, and how fast."""

from __future__ import annotations

import time

from tests.bench.figures import report
from tests.corpus import accepts_wrong_schedule, sentences, wrong_parts

ROUNDS = 5


def measure() -> None:
    """Every sentence of the corpus once for the shares, `ROUNDS` times for the time."""
    every = sentences()
    plain = [sentence for sentence in every if not sentence.is_ambiguous]
    ambiguous = [sentence for sentence in every if sentence.is_ambiguous]
    right = sum(not wrong_parts(sentence) for sentence in plain)
    asked = sum(bool(sentence.understood().unclear) for sentence in ambiguous)
    report(
        "chat.parser.exact_accuracy",
        round(100 * right / len(plain), 1),
        unit="percent of the unambiguous sentences exactly right",
        target=">= 90",
        right=right,
        sentences=len(plain),
    )
    report(
        "chat.parser.wrong_schedules_accepted",
        sum(map(accepts_wrong_schedule, every)),
        unit="sentences",
        target="0",
        sentences=len(every),
    )
    report(
        "chat.parser.asked_on_ambiguous",
        round(100 * asked / len(ambiguous), 1),
        unit="percent of the ambiguous sentences answered with a question",
        target="100",
        asked=asked,
        sentences=len(ambiguous),
    )
    report("chat.parser.time", round(_microseconds(), 1), unit="microseconds a sentence (mean)", target="< 5000")


def _microseconds() -> float:
    every = [(sentence, sentence.hints()) for sentence in sentences()]
    started = time.process_time()
    for _ in range(ROUNDS):
        for sentence, hints in every:
            sentence.parsed(hints)
    return (time.process_time() - started) * 1e6 / (ROUNDS * len(every))
