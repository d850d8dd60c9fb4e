"""`summarize`: a short summary of anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.agents.fence import as_text, fence
from shared.agents.models import Task
from shared.agents.narrate_report import invented_number
from shared.agents.summary import extract_summary
from shared.steps.agents._model import ModelAction, ModelOutput, narrated, speaker
from shared.steps.base import Params, StepContext

TOKENS_PER_SENTENCE = 80


class SummarizeParams(Params):
    """`input`: a text, or any data."""

    input: Any
    max_sentences: int = Field(default=3, ge=1, le=20)


class SummarizeOutput(ModelOutput):
    """The summary."""

    text: str


class Summarize(ModelAction[SummarizeParams, SummarizeOutput]):
    """Summarizes a text or data in a few sentences.

    If the model fails or makes up a number, the summary is extracted: first sentence, sentences with figures, or
    the data's facts.
    """

    example: ClassVar[Mapping[str, Any]] = {
        "input": "Sales rose 12 % to $18,250. Flower led with 60 %. Two vapes ran out on Friday.",
        "maxSentences": 2,
    }

    def run(self, params: SummarizeParams, context: StepContext) -> SummarizeOutput:
        source = as_text(params.input)
        written = narrated(
            context,
            task=Task.ROUTINE,
            agent=speaker(context, "leo"),
            instructions=f"Summarise the material in at most {params.max_sentences} sentences of plain prose.",
            parts=[fence("input", params.input)],
            computed=extract_summary(params.input, params.max_sentences),
            required=False,
            max_tokens=params.max_sentences * TOKENS_PER_SENTENCE,
            check=lambda text: invented_number(text, [source]),
        )
        return SummarizeOutput(text=written.text, source=written.source, note=written.note)
