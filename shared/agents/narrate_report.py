"""The competitor report's introduction: Claude narrates computed figures and may not add any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.agents import claude
from shared.agents.answers import ModelAnswerError
from shared.agents.claude import Answer
from shared.agents.fence import Part, PromptLabel, as_text, fence
from shared.agents.models import Task
from shared.agents.numbers import unfounded
from shared.agents.personas import persona

AGENT = "ezal"
MAX_TOKENS = 350

INSTRUCTIONS = """\
Write the opening of a competitor report for the shop's owner: three to five sentences of plain prose, no heading, \
no list, no greeting, no markup. Say first what matters most: who sells below us, which product, by how much. Then \
what is new or could not be read. End with one thing worth looking at today. Use the figures as they are given."""


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
