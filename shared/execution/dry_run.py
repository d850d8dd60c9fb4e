"""A run that changes nothing: reads are real, every other effect is recorded and answered with its sample."""

from __future__ import annotations

from typing import Any

from shared.errors import PermanentError
from shared.execution.effects import DryRunEffects
from shared.execution.engine import StepFailedError, Surroundings, run_steps
from shared.execution.start import StartRequest, build_execution
from shared.gcp.clock import Clock
from shared.playbooks.models import Step
from shared.playbooks.validation import parse_playbook
from shared.steps.base import Effects
from shared.steps.registry import params_model


def dry_run(request: StartRequest, clock: Clock) -> dict[str, Any]:
    """`{steps, effects, costUsd}`, and `error` where a step would have failed. Nothing is written anywhere.

    Raises:
        NotFoundError: the org has no such playbook.
        InvalidPlaybookError: naming the fields that are wrong.
    """
    execution = build_execution(request, clock)
    playbook = parse_playbook(execution.org_id, execution.definition, params_model)
    hooks = _RecordingHooks()
    answer: dict[str, Any] = {}
    try:
        run_steps(Surroundings(execution, playbook, clock, _never_started, hooks))
    except StepFailedError as failure:
        answer["error"] = str(failure)
    return {
        "steps": [
            {**result.model_dump(mode="json", by_alias=True, exclude={"output_json"}), "output": result.value()}
            for result in execution.step_results
        ],
        "effects": [effect for port in hooks.ports for effect in port.recorded],
        "costUsd": execution.cost_usd,
        **answer,
    }


def _never_started(playbook_id: str, event_data: Any, key: str) -> str:  # noqa: ARG001
    raise PermanentError(f"a dry run was about to start the playbook {playbook_id!r}; expected it to be recorded")


class _RecordingHooks:
    def __init__(self) -> None:
        self.ports: list[DryRunEffects] = []

    def effects(self, step: Step) -> Effects:
        self.ports.append(DryRunEffects(step.id))
        return self.ports[-1]

    def before(self) -> None:
        """A dry run has nothing to save."""

    def after(self, *, is_last: bool) -> None:
        """A dry run has nothing to save."""
