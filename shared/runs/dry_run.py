"""A run that changes nothing: reads are real, every other effect is recorded and answered with its sample."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.errors import PermanentError, TransientError
from shared.gcp.clock import Clock
from shared.playbooks.validation import parse_playbook
from shared.runs.effects import DryRunEffects
from shared.runs.engine import Charge, Surroundings, run_steps
from shared.runs.errors import ParkedError, RunEndedError, StepFailedError
from shared.runs.heavy import AGAIN_SECONDS
from shared.runs.outputs import inline, value_of
from shared.runs.parking import DryRunParking
from shared.runs.pinning import StartRequest, build_execution
from shared.steps.base import Effect, Effects, Org, Parking, Recipient, StepContext
from shared.steps.registry import load_action, params_model
from shared.tenants.tenant import Tenant


def dry_run(request: StartRequest, clock: Clock) -> dict[str, Any]:
    """`{steps, effects, costUsd}`, and `error` where a step would have failed. Nothing is written anywhere.

    Raises:
        NotFoundError: the org has no such playbook.
        InvalidPlaybookError: naming the fields that are wrong.
        TransientError: this process makes other reports at the moment.
    """
    execution = build_execution(request, clock)
    playbook = parse_playbook(execution.org_id, execution.definition, params_model)
    hooks = _RecordingHooks()
    answer: dict[str, Any] = {}
    try:
        run_steps(Surroundings(execution, playbook, clock, _never_started, hooks))
    except StepFailedError as failure:
        answer |= {"error": str(failure), "errorCode": failure.cause.code}
    except RunEndedError as end:
        answer["stopped"] = str(end)
    except ParkedError as busy:
        # Nothing else parks a dry run: it waits for nobody and calls no provider that could ask for patience.
        raise TransientError(f"{busy}; try again in a moment", retry_after_seconds=AGAIN_SECONDS[1]) from None
    return {
        "steps": [
            {**result.model_dump(mode="json", by_alias=True, exclude={"output_json"}), "output": value_of(result)}
            for result in execution.step_results
        ],
        "effects": hooks.recorded,
        "costUsd": execution.cost_usd,
        **answer,
    }


def look(tenant: Tenant, action: str, params: Mapping[str, Any], now: datetime) -> Any:
    """The output of an action that only reads, outside of any run: nothing is recorded, and nothing is charged."""
    chosen = load_action(action)
    if chosen.effect is not Effect.NONE:
        raise PermanentError(f"{action} does more than read; expected an action without effects")
    context = StepContext(
        org=Org(tenant.id, tenant.name, tenant.timezone, tenant.owner_email, tenant.tier_id.value),
        user=Recipient(None, None),
        playbook_id="",
        playbook_name="",
        execution_id="",
        step_id=action,
        agent=None,
        now=now,
        effects=DryRunEffects(action),
        outputs={},
        start_playbook=_never_started,
    )
    return chosen.run(chosen.params.model_validate(params), context)


def _never_started(playbook_id: str, event_data: Any, key: str) -> str:  # noqa: ARG001
    raise PermanentError(f"a dry run was about to start the playbook {playbook_id!r}; expected it to be recorded")


class _RecordingHooks:
    def __init__(self) -> None:
        self.recorded: list[dict[str, Any]] = []

    def effects(self, path: str, charge: Charge, *, slow: bool) -> Effects:
        return DryRunEffects(path, charge, self.recorded)

    def parking(self, path: str) -> Parking:
        return DryRunParking(path, self.recorded)

    def keep(self, path: str, output: dict[str, Any]) -> dict[str, Any]:
        return inline(output)

    def before(self) -> None:
        """A dry run has nothing to save."""

    def before_waiting(self) -> None:
        """A dry run has nothing to save."""

    def after(self, effects: Effects, *, is_last: bool) -> None:
        """A dry run has nothing to save."""
