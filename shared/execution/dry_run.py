"""A run that changes nothing: reads are real, every other effect is recorded and answered with its sample."""

from __future__ import annotations

from typing import Any

from shared.errors import PermanentError
from shared.execution.effects import DryRunEffects
from shared.execution.engine import Charge, Surroundings, run_steps
from shared.execution.errors import RunEndedError, StepFailedError
from shared.execution.outputs import inline, value_of
from shared.execution.parking import DryRunParking
from shared.execution.pinning import StartRequest, build_execution
from shared.gcp.clock import Clock
from shared.playbooks.validation import parse_playbook
from shared.steps.base import Effects, Parking
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
    except RunEndedError as end:
        answer["stopped"] = str(end)
    return {
        "steps": [
            {**result.model_dump(mode="json", by_alias=True, exclude={"output_json"}), "output": value_of(result)}
            for result in execution.step_results
        ],
        "effects": hooks.recorded,
        "costUsd": execution.cost_usd,
        **answer,
    }


def _never_started(playbook_id: str, event_data: Any, key: str) -> str:  # noqa: ARG001
    raise PermanentError(f"a dry run was about to start the playbook {playbook_id!r}; expected it to be recorded")


class _RecordingHooks:
    def __init__(self) -> None:
        self.recorded: list[dict[str, Any]] = []

    def effects(self, path: str, charge: Charge) -> Effects:
        return DryRunEffects(path, charge, self.recorded)

    def parking(self, path: str) -> Parking:
        return DryRunParking(path, self.recorded)

    def keep(self, path: str, output: dict[str, Any]) -> dict[str, Any]:
        return inline(output)

    def before(self, *, slow: bool) -> None:
        """A dry run has nothing to save."""

    def after(self, effects: Effects, *, is_last: bool) -> None:
        """A dry run has nothing to save."""
