"""`delegate`: hands a task to one of the agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.agents.facts import facts_of
from shared.agents.fence import fence, request
from shared.agents.models import Task
from shared.agents.personas import persona
from shared.steps.agents._model import ModelAction, ModelOutput, narrated
from shared.steps.base import Params, StepContext

ANALYSTS = frozenset({"pops", "money_mike", "ezal"})
"""Agents who analyze figures use the mid-size model."""
INSTRUCTIONS = """\
You are given a task and, where there is any, material to do it with. Do the task in your own voice in at most 200 \
words of plain text. If the material does not allow it, say in one sentence what is missing."""


class DelegateParams(Params):
    """`agent`: one of craig, ezal, pops, money_mike, smokey, deebo, mrs_parker, leo. `input`: what to work with.

    `links`: the only links and addresses allowed in the answer.
    """

    agent: str = Field(min_length=1, max_length=31)
    task: str = Field(min_length=1, max_length=4_000)
    input: Any = None
    links: list[str] = Field(default=[], max_length=10)


class DelegateOutput(ModelOutput):
    """The agent's answer."""

    agent: str
    text: str


class Delegate(ModelAction[DelegateParams, DelegateOutput]):
    """Has an agent do a task with the given material and answer in its own voice.

    The answer is the point of this action: transient model failures are retried. Without a model the agent lists
    the material's facts.
    """

    example: ClassVar[Mapping[str, Any]] = {
        "agent": "pops",
        "task": "Tell the owner what this week's sales mean.",
        "input": {"revenue": 18250, "orders": 412, "topProduct": "Blue Dream 3.5g"},
    }

    def run(self, params: DelegateParams, context: StepContext) -> DelegateOutput:
        """Ask the agent.

        Raises:
            UnknownAgentError: listing those that exist.
            TransientError: the model cannot answer now.
        """
        agent = persona(params.agent)
        parts = [request(params.task)]
        if params.input is not None:
            parts.append(fence("input", params.input))
        facts = facts_of(params.input).text()
        given = f"Here is what I was given:\n{facts}" if facts else "I was given nothing to work with."
        answer = narrated(
            context,
            task=Task.ANALYSIS if agent.id in ANALYSTS else Task.ROUTINE,
            agent=agent,
            instructions=INSTRUCTIONS,
            parts=parts,
            computed=f"{agent.voice.greeting} {params.task.strip()}\n{given}",
            required=True,
            links=params.links,
        )
        return DelegateOutput(agent=agent.id, text=answer.text, source=answer.source, note=answer.note)

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """One call, to the mid-size model for analysts."""
        return {"model:analysis" if params.get("agent") in ANALYSTS else "model:routine": 1}
