"""The competitor report's introduction: Claude narrates computed figures and may not add any."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from shared.agents import claude
from shared.agents.answers import ModelAnswerError
from shared.agents.claude import Answer
from shared.agents.fence import Part, PromptLabel, as_text, fence
from shared.agents.models import Task
from shared.agents.personas import persona

_NUMBER = re.compile(r"(?<![\w.])(?<!\d,)[-−]?\d++(?:,\d{3})*+(?:\.\d++)?+(?!\w*\d)")
_SMALL = Decimal(12)
"""Counts up to a dozen ("2 of 3") may be the model's own, unless they have a unit."""
_UNIT = re.compile(r"\s?(?:%|percent|usd|dollars|cents)", re.IGNORECASE)
AGENT = "ezal"
MAX_TOKENS = 350

INSTRUCTIONS = """\
Write the opening of a competitor report for the shop's owner: three to five sentences of plain prose, no heading, \
no list, no greeting, no markup. Say first what matters most: who sells below us, which product, by how much. Then \
what is new or could not be read. End with one thing worth looking at today. Use the figures as they are given."""


def numbers_in(text: str) -> list[Decimal]:
    """Numbers written with digits, in order, without signs ("-5 %" is a fall of 5 %)."""
    return [number for number, _ in _found(text)]


def unfounded(text: str, sources: Iterable[str]) -> list[str]:
    """Numbers in `text`, as written, that no source contains exactly or rounded; without repeats."""
    known = {number for source in sources for number in numbers_in(source)}
    missing = (written for number, written in _found(text) if not _is_founded(number, written, known))
    return list(dict.fromkeys(missing))


def _found(text: str) -> list[tuple[Decimal, str]]:
    """Each number, and how it is written with its unit."""
    found = []
    for match in _NUMBER.finditer(text):
        digits = match.group().lstrip("-−").replace(",", "")
        before = text[max(0, match.start() - 1) : match.start()]
        unit = _UNIT.match(text, match.end())
        written = f"{'$' if before == '$' else ''}{match.group()}{unit.group().strip() if unit else ''}"
        try:
            found.append((Decimal(digits), written))
        except InvalidOperation:
            continue
    return found


def _is_founded(number: Decimal, written: str, known: set[Decimal]) -> bool:
    plain_count = number <= _SMALL and number == number.to_integral_value() and written.isdigit()
    if plain_count or number in known:
        return True
    exponent = number.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return any(one.quantize(step, ROUND_HALF_UP) == number for one in known if one < Decimal(10) ** 15)


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The report's inputs. Values may be any JSON."""

    org_name: str
    summary: str
    """The pricing analysis in one sentence, or the report's headline."""
    competitors: Sequence[Any]
    """Name, product count, price range, error and so on; without products."""
    undercut: Sequence[Any] = ()
    """Largest gap first."""

    def parts(self) -> list[Part]:
        """The facts as fenced prompt parts: names in them come from other shops' pages."""
        return [
            PromptLabel.REPORT,
            fence("org", self.org_name, limit=200),
            fence("summary", self.summary, limit=1_000),
            fence("competitors", self.competitors, limit=8_000),
            fence("undercut", list(self.undercut), limit=8_000),
        ]

    def sources(self) -> list[str]:
        """The texts that numbers in the narration may come from."""
        return [self.summary, as_text(self.competitors), as_text(list(self.undercut))]


def invented_number(text: str, sources: Sequence[str]) -> str | None:
    """The problem if the text contains a number that no source has; otherwise None."""
    missing = unfounded(text, sources)
    return f"the model's text has numbers that were not given: {', '.join(missing[:5])}" if missing else None


def narrate(facts: ReportFacts, *, tries: int = 2) -> Answer:
    """Three to five sentences about the report.

    The text may still contain links: before showing it, apply `shared.agents.addresses.redact`, as
    `shared.steps.agents._model.narrated` does.

    Raises:
        ModelUnavailableError: no API key is set.
        ModelAnswerError: the text is unusable or contains a number that was not given.
        TransientError: Claude can't answer now.
    """
    system = f"{persona(AGENT).introduction()}\n\n{INSTRUCTIONS}"
    answer = claude.ask(Task.ROUTINE, system, facts.parts(), max_tokens=MAX_TOKENS, tries=tries)
    problem = invented_number(answer.text, facts.sources())
    if problem:
        raise ModelAnswerError(problem, answer.usage)
    return answer
