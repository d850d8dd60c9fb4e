"""`analyze`: answers a question about data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

from pydantic import Field

from shared.agents.facts import facts_of
from shared.agents.fence import fence, request
from shared.agents.figures import Figure, asked_for, figures_of
from shared.agents.models import Task
from shared.steps.agents._model import ModelAction, ModelOutput, narrated, speaker
from shared.steps.base import Output, Params, StepContext

MAX_FIGURES = 12
INSTRUCTIONS = """\
Answer the question from the material and the computed figures in at most 150 words of plain text: the answer \
first, then the figures that carry it, then how sure it is. If it cannot be answered, say what is missing."""


class AnalyzeParams(Params):
    """`input`: any data. `question`: what to find out."""

    input: Any
    question: str = Field(min_length=1, max_length=1_000)


class FigureEntry(Output):
    """One field's numbers over all entries."""

    field: str
    count: int
    total: float
    mean: float
    median: float
    lowest: float
    highest: float
    lowest_name: str | None
    highest_name: str | None


class AnalyzeOutput(ModelOutput):
    """The answer, and the statistics of each field with numbers; these are always computed."""

    text: str
    figures: list[FigureEntry]
    more_figures: int = 0
    """How many more fields have numbers."""


class Analyze(ModelAction[AnalyzeParams, AnalyzeOutput]):
    """Answers a question about data, with the statistics of its numbers.

    The model is optional: if it fails, the statistics of the fields named in the question are the answer.
    """

    example: ClassVar[Mapping[str, Any]] = {
        "input": [{"name": "Blue Dream 3.5g", "price": 40}, {"name": "White Widow 28g", "price": 210}],
        "question": "Which product has the highest price?",
    }

    def run(self, params: AnalyzeParams, context: StepContext) -> AnalyzeOutput:
        figures = figures_of(params.input)
        sentences = [figure.sentence() for figure in figures[:MAX_FIGURES]]
        written = narrated(
            context,
            task=Task.ANALYSIS,
            agent=speaker(context, "pops"),
            instructions=INSTRUCTIONS,
            parts=[request(params.question), fence("figures", "\n".join(sentences)), fence("input", params.input)],
            computed=_computed(params, figures),
            required=False,
            max_tokens=600,
        )
        return AnalyzeOutput(
            text=written.text,
            source=written.source,
            note=written.note,
            figures=[_entry(figure) for figure in figures[:MAX_FIGURES]],
            more_figures=max(0, len(figures) - MAX_FIGURES),
        )

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """One call to the mid-size model."""
        return {"model:analysis": 1}


def _computed(params: AnalyzeParams, figures: list[Figure]) -> str:
    named = asked_for(figures, params.question)
    if named:
        return " ".join(figure.answer(params.question) for figure in named[:3])
    if figures:
        return " ".join(figure.sentence() for figure in figures[:5])
    facts = facts_of(params.input).text()
    return f"There are no numbers in the input.\n{facts}" if facts else "The input is empty."


def _entry(figure: Figure) -> FigureEntry:
    rounded = {name: round(getattr(figure, name), 4) for name in ("total", "mean", "median")}
    return FigureEntry(**{**asdict(figure), **rounded})
