"""The competitor report's opening words: computed figures told by Claude, who may not add any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.agents import claude
from shared.agents.claude import Answer, ModelAnswerError
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
    """What the report was computed from. Each value may be anything that JSON can hold."""

    org_name: str
    summary: str
    """The pricing analysis in a sentence, or the report's headline."""
    competitors: Sequence[Any]
    """Name, product count, price range, error …; without the products."""
    undercut: Sequence[Any] = ()
    """The deepest first."""

    def parts(self) -> list[Part]:
        """The facts as pieces of a prompt, all of them fenced: names in them come from other shops' pages."""
        return [
            PromptLabel.REPORT,
            fence("org", self.org_name, limit=200),
            fence("summary", self.summary, limit=1_000),
            fence("competitors", self.competitors, limit=8_000),
            fence("undercut", list(self.undercut), limit=8_000),
        ]

    def sources(self) -> list[str]:
        """Every text that a number of the narration may come from."""
        return [self.summary, as_text(self.competitors), as_text(list(self.undercut))]


def invented_number(text: str, sources: Sequence[str]) -> str | None:
    """What is wrong with a narration that holds a number which no source has; None where nothing is."""
    missing = unfounded(text, sources)
    return f"the model's text has numbers that were not given: {', '.join(missing[:5])}" if missing else None


def narrate(facts: ReportFacts, *, tries: int = 2) -> Answer:
    """Three to five sentences about the report's facts.

    The text is not free of links yet: whoever shows it runs `shared.agents.addresses.redact` over it, as
    `shared.steps.agents._model.narrated` does.

    Raises:
        ModelUnavailableError: no key is set.
        ModelAnswerError: there is no usable text, or it holds a number that was not given.
        TransientError: Claude cannot answer now.
    """
    system = f"{persona(AGENT).introduction()}\n\n{INSTRUCTIONS}"
    answer = claude.ask(Task.ROUTINE, system, facts.parts(), max_tokens=MAX_TOKENS, tries=tries)
    problem = invented_number(answer.text, facts.sources())
    if problem:
        raise ModelAnswerError(problem, answer.usage)
    return answer
