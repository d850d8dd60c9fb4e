"""`generate`: writes a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.agents.facts import facts_of
from shared.agents.fence import fence, request
from shared.agents.models import Task
from shared.steps.agents._model import ModelAction, ModelOutput, narrated, speaker
from shared.steps.base import Params, StepContext

TOKENS_PER_WORD = 2


class GenerateParams(Params):
    """`prompt`: what to write. `input`: the facts to use. `links`: the only ones allowed in the text.

    `task`: which model writes; `best` is the largest and most expensive.
    """

    prompt: str = Field(min_length=1, max_length=4_000)
    input: Any = None
    max_words: int = Field(default=150, ge=10, le=1_000)
    task: Task = Task.ROUTINE
    links: list[str] = Field(default=[], max_length=10)


class GenerateOutput(ModelOutput):
    """The text."""

    text: str


class Generate(ModelAction[GenerateParams, GenerateOutput]):
    """Writes a text from given facts.

    The text is the point of this action: transient model failures are retried. Without a model the facts are
    listed; without facts, the prompt's own words are used.
    """

    example: ClassVar[Mapping[str, Any]] = {
        "prompt": "Two sentences for the staff about what came in today.",
        "input": {
            "newProducts": [{"name": "Blue Dream 3.5g", "price": 40}, {"name": "Mango Gummies", "price": 24}]
        },
        "maxWords": 60,
    }

    def run(self, params: GenerateParams, context: StepContext) -> GenerateOutput:
        """Write it.

        Raises:
            TransientError: the model cannot answer now.
        """
        parts = [request(params.prompt)]
        if params.input is not None:
            parts.append(fence("input", params.input))
        written = narrated(
            context,
            task=params.task,
            agent=speaker(context, "leo"),
            instructions=f"Write what the request asks for, in at most {params.max_words} words of plain text.",
            parts=parts,
            computed=_computed(params),
            required=True,
            links=params.links,
            max_tokens=params.max_words * TOKENS_PER_WORD + 100,
        )
        return GenerateOutput(text=written.text, source=written.source, note=written.note)

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """One call to the model that `task` names."""
        task = params.get("task", Task.ROUTINE)
        return {f"model:{task if task in set(Task) else Task.ROUTINE}": 1}


def _computed(params: GenerateParams) -> str:
    facts = facts_of(params.input).text()
    return facts or params.prompt.strip()
