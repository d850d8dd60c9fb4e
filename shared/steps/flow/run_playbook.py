"""`run_playbook`: starts another playbook of the same org."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.steps.base import Action, Effect, Output, Params, StepContext


class RunPlaybookParams(Params):
    """The playbook, and the data for its `event`."""

    playbook_id: str = Field(min_length=1, max_length=128, pattern=r"^[^/]+$")
    event_data: dict[str, Any] = Field(default_factory=dict)


class RunPlaybookOutput(Output):
    """The run that was started; it goes on by itself."""

    execution_id: str


class RunPlaybook(Action[RunPlaybookParams, RunPlaybookOutput]):
    """Starts one run however often the step is redone: the run's id is derived from this step."""

    effect = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {"playbookId": "daily-intel", "eventData": {"reason": "asked for"}}

    def run(self, params: RunPlaybookParams, context: StepContext) -> RunPlaybookOutput:
        """Start it.

        Raises:
            NotFoundError: the org has no such playbook.
            PermanentError: too many playbooks have started one another.
        """
        execution_id = context.effects.write(
            "start",
            {"channel": "playbook", "playbookId": params.playbook_id},
            lambda: context.start_playbook(params.playbook_id, params.event_data, context.effect_key()),
            sample="dry-run",
        )
        return RunPlaybookOutput(execution_id=execution_id)
