"""Running a playbook's steps in order, whatever the effects port does with their effects."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from google.api_core.exceptions import Aborted, GoogleAPIError, RetryError, ServerError, TooManyRequests
from pydantic import ValidationError

from shared.errors import PermanentError, PlaybookError, TransientError
from shared.execution.errors import RunStoppedError
from shared.execution.outputs import require_room, short, storable_output
from shared.execution.record import Execution, StepResult
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.playbooks.models import Playbook, Step
from shared.playbooks.problems import problem_lines
from shared.playbooks.templates import holds, render
from shared.steps.base import Cost, Effects, Org, Recipient, StartPlaybook, StepContext
from shared.steps.registry import load_action

log = logging.get_logger(__name__)


class StepFailedError(Exception):
    """A step failed and the run cannot go past it; `cause` says whether a retry may help."""

    def __init__(self, step_id: str, cause: Exception) -> None:
        super().__init__(f"step {step_id}: {short(cause)}")
        self.step_id = step_id
        self.cause = cause


class Hooks(Protocol):
    """What a live run and a dry run do differently."""

    def effects(self, step: Step) -> Effects:
        """The port that this step reaches the outside through."""

    def before(self) -> None:
        """Called before each step that has to run."""

    def after(self, *, is_last: bool) -> None:
        """Called when a step has its result."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every step of a run may know."""

    execution: Execution
    playbook: Playbook
    clock: Clock
    start_playbook: StartPlaybook
    hooks: Hooks


def run_steps(run: Surroundings) -> None:
    """Run the steps that have no result yet; results go into `run.execution.step_results`.

    Raises:
        StepFailedError: a step failed and its `onError` is not `continue`.
    """
    steps = run.playbook.steps
    for index, step in enumerate(steps):
        result = run.execution.result_of(step.id)
        if result is not None and (result.status != "failed" or step.on_error == "continue"):
            continue
        run.hooks.before()
        with logging.bind(stepId=step.id):
            _run_step(run, step, is_last=index == len(steps) - 1)


def _run_step(run: Surroundings, step: Step, *, is_last: bool) -> None:
    started = time.monotonic()
    costs: list[Cost] = []
    try:
        scope = build_scope(run.execution, run.playbook)
        if step.condition is not None and not holds(step.condition, scope):
            run.execution.put_result(
                StepResult(step_id=step.id, action=step.action, agent=step.agent, status="skipped")
            )
            return
        stored = _perform(run, step, scope, costs)
    except PlaybookError as error:
        _put_failure(run, step, error, started)
        if step.on_error == "fail":
            raise StepFailedError(step.id, error) from error
        return
    cost = float(sum(item.usd for item in costs))
    run.execution.cost_usd = round(run.execution.cost_usd + cost, 6)
    run.execution.put_result(
        StepResult(
            step_id=step.id,
            action=step.action,
            agent=step.agent,
            status="completed",
            duration_ms=_milliseconds_since(started),
            cost_usd=cost,
            **stored,
        )
    )
    run.hooks.after(is_last=is_last)


def _perform(run: Surroundings, step: Step, scope: Mapping[str, Any], costs: list[Cost]) -> dict[str, Any]:
    action = load_action(step.action)
    try:
        params = action.params.model_validate(render(step.params, scope))
    except ValidationError as error:
        raise PermanentError("; ".join(problem_lines(error, "params"))) from None
    with _foreign_errors():
        outcome = action.run(params, _context(run, step, costs))
        stored = storable_output(outcome.model_dump(mode="json", by_alias=True))
    require_room(run.execution, step.id, stored)
    return stored


@contextmanager
def _foreign_errors() -> Iterator[None]:
    """Put what a library raised into the product's two classes; a defect of ours goes to the dead letters."""
    try:
        yield
    except (PlaybookError, RunStoppedError):
        raise
    except (ServerError, TooManyRequests, RetryError, Aborted) as error:
        raise TransientError(f"Google Cloud: {error}") from error
    except GoogleAPIError as error:
        raise PermanentError(f"Google Cloud: {error}") from error
    except Exception as error:
        log.exception("defect in an action")
        raise PermanentError(f"unexpected {type(error).__name__}: {error}") from error


def _put_failure(run: Surroundings, step: Step, error: PlaybookError, started: float) -> None:
    log.warning("step failed", extra={"action": step.action, "error": str(error), "kind": type(error).__name__})
    run.execution.put_result(
        StepResult(
            step_id=step.id,
            action=step.action,
            agent=step.agent,
            status="failed",
            error=short(error),
            duration_ms=_milliseconds_since(started),
        )
    )


def _milliseconds_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def build_scope(execution: Execution, playbook: Playbook) -> dict[str, Any]:
    """The names that templates and conditions of this run may use."""
    agents = {step.id: step.agent for step in playbook.steps if step.agent}
    finished = [result for result in execution.step_results if result.status == "completed"]
    scope: dict[str, Any] = {
        agents[result.step_id]: result.value() for result in finished if result.step_id in agents
    }
    return scope | {
        "org": execution.org.model_dump(mode="json", by_alias=True),
        "user": execution.user.model_dump(mode="json", by_alias=True),
        "event": execution.event_data,
        "trigger": execution.trigger.model_dump(mode="json", by_alias=True),
        "steps": {result.step_id: result.value() for result in finished},
    }


def _context(run: Surroundings, step: Step, costs: list[Cost]) -> StepContext:
    execution = run.execution
    org, user = execution.org, execution.user
    return StepContext(
        org=Org(
            id=org.id,
            name=org.name,
            timezone=org.timezone,
            owner_email=org.owner_email,
            tier_id=org.tier_id,
        ),
        user=Recipient(id=user.id, email=user.email, name=user.name),
        playbook_id=execution.playbook_id,
        playbook_name=run.playbook.name,
        execution_id=execution.id,
        step_id=step.id,
        agent=step.agent,
        now=run.clock.now(),
        effects=run.hooks.effects(step),
        outputs={
            result.action: result.value() for result in execution.step_results if result.status == "completed"
        },
        start_playbook=run.start_playbook,
        costs=costs,
    )
