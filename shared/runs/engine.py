"""Runs a playbook's steps in order, on real or recorded effects."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import ValidationError

from shared.error_codes import ErrorCode
from shared.errors import PermanentError, PlaybookError, ThrottledError
from shared.gcp import logging, tracing
from shared.gcp.clock import Clock
from shared.gcp.failures import failure_of
from shared.gcp.read_lately import reading_lately
from shared.playbooks.models import Playbook, Step
from shared.playbooks.problems import problem_lines
from shared.playbooks.templates import holds
from shared.quarantine.failures import describe
from shared.retail.memo import reading_once
from shared.runs import traced
from shared.runs.blocks import StepBlocks
from shared.runs.chosen_time import is_chosen
from shared.runs.errors import ParkedError, RunEndedError, RunStoppedError, StepFailedError
from shared.runs.heavy import turn_of
from shared.runs.outputs import short, value_of
from shared.runs.parts import StepResult
from shared.runs.reach import note_field, reach_fields
from shared.runs.record import USD_DIGITS, Execution
from shared.runs.scope import Place, filled, outputs_in, scope_in, top_place
from shared.secrets.filling import StepSecrets
from shared.steps.base import Cost, Effects, Org, Parking, Recipient, StartPlaybook, StepContext
from shared.steps.context import EndRunError, RunUse
from shared.steps.registry import load_action
from shared.web import throttle
from shared.web.lookups import looked_up_for

log = logging.get_logger(__name__)

_NO_FAILURES = (RunStoppedError, EndRunError)

Charge = Callable[[Sequence[Cost]], None]


class Hooks(Protocol):
    """What a live run and a dry run do differently. `path` is the step's id with the way to it."""

    def effects(self, path: str, charge: Charge, *, slow: bool) -> Effects:
        """The port that the step reaches the outside through, which may take seconds where it is `slow`.

        It charges what its effects cost.
        """

    def parking(self, path: str) -> Parking:
        """How the step waits."""

    def keep(self, path: str, output: dict[str, Any]) -> dict[str, Any]:
        """The fields of the `StepResult` that hold the output."""

    def before(self) -> None:
        """Called before each step that has to run."""

    def before_waiting(self) -> None:
        """Called before a step waits for its turn without doing anything."""

    def after(self, effects: Effects, *, is_last: bool) -> None:
        """Called when a step has its result."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every step of a run may know."""

    execution: Execution
    playbook: Playbook
    clock: Clock
    start_playbook: StartPlaybook
    hooks: Hooks
    lock: AbstractContextManager[Any] = field(default_factory=threading.RLock)
    """Held while the execution is changed: the blocks of a step may run in several threads."""
    values: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Outputs at hand in this process, by path."""

    def value_of(self, result: StepResult) -> Mapping[str, Any]:
        """The step's output, fetched at most once."""
        if result.step_id not in self.values:
            self.values[result.step_id] = value_of(result)
        return self.values[result.step_id]


def run_steps(run: Surroundings) -> None:
    """Run the steps that have no result yet; results go into `run.execution`.

    Raises:
        StepFailedError: a step failed and its `onError` is not `continue`.
        ParkedError: a step waits.
        RunEndedError: a step has ended the run.
    """
    with reading_once(), reading_lately():
        _run_place(run, top_place(run.execution, run.playbook.steps))


def _run_place(run: Surroundings, place: Place) -> None:
    for index, step in enumerate(place.steps):
        path = place.path(step)
        result = run.execution.result_of(path)
        if result is not None and (result.status != "failed" or step.on_error == "continue"):
            continue
        run.hooks.before()
        is_last = not place.prefix and index == len(place.steps) - 1
        about = {"playbooks.step_id": path, "playbooks.action": step.action}
        with logging.bind(stepId=path), tracing.span("step", about, passes=_NO_FAILURES):
            _StepRun(run, place, step, path).run(is_last=is_last)


class _StepRun:
    """One step, once."""

    def __init__(self, run: Surroundings, place: Place, step: Step, path: str) -> None:
        self._run, self._place, self._step, self._path = run, place, step, path
        self._started, self._started_at = time.monotonic(), run.clock.now()
        self._costs: list[Cost] = []
        """What the action says it used; charged when it ends, however it ends."""
        self._effects = run.hooks.effects(path, self._charge, slow=load_action(step.action).slow)
        earlier = run.execution.result_of(path)
        self._cost_usd = earlier.cost_usd if earlier else 0.0

    def run(self, *, is_last: bool) -> None:
        step = self._step
        try:
            scope = scope_in(self._place, self._run.execution, self._run.value_of, _writes_html)
            if step.condition is not None and not holds(step.condition, scope):
                self._put(status="skipped")
                return
            kept = self._perform(scope)
        except ParkedError:
            self._charge(self._costs)
            raise
        except EndRunError as end:
            self._complete({"output": end.output})
            raise RunEndedError(end.reason) from None
        except PlaybookError as error:
            self._charge(self._costs)
            if isinstance(error, ThrottledError):
                self._run.hooks.parking(self._path).wait_out(error)
            self._fail(error)
            return
        self._complete(kept)
        self._run.hooks.after(self._effects, is_last=is_last)

    def _perform(self, scope: Mapping[str, Any]) -> dict[str, Any]:
        action = load_action(self._step.action)
        secrets = StepSecrets(self._run.execution.org.id)
        try:
            params = action.params.model_validate(filled(action.params, self._step.params, scope, secrets))
        except ValidationError as error:
            reason = secrets.written("; ".join(problem_lines(error, "params")))
            raise PermanentError(reason, code=ErrorCode.INVALID_PARAMS) from None
        clock = self._run.clock
        with (
            turn_of(action, clock, self._run.hooks.before_waiting),
            _foreign_errors(),
            looked_up_for(self._run.execution.org.id),
            throttle.by_clock(clock.now),
            secrets.hiding(),
        ):
            outcome = action.run(params, self._context(scope, secrets))
            output = secrets.hide(outcome.model_dump(mode="json", by_alias=True))
            kept = {
                **self._run.hooks.keep(self._path, output),
                **reach_fields(outcome.reach()),
                **note_field(outcome),
            }
        with self._run.lock:
            self._run.values[self._path] = output
        return kept

    def _complete(self, kept: dict[str, Any]) -> None:
        self._charge(self._costs)
        self._put(status="completed", **kept)

    def _fail(self, error: PlaybookError) -> None:
        log.warning(
            "step failed",
            extra={
                "action": self._step.action,
                "reason": short(error),
                "errorType": type(error).__name__,
                "errorCode": error.code,
            },
        )
        self._put(status="failed", error=short(error), error_code=error.code)
        if self._step.on_error == "fail":
            raise StepFailedError(self._path, short(error), error) from error

    def _put(self, **fields: Any) -> None:
        result = StepResult(
            step_id=self._path,
            action=self._step.action,
            agent=self._step.agent,
            started_at=self._started_at,
            duration_ms=round((time.monotonic() - self._started) * 1000),
            cost_usd=round(self._cost_usd, USD_DIGITS),
            **fields,
        )
        with self._run.lock:
            self._run.execution.put_result(result)
        span = tracing.current_span()
        span.set("playbooks.status", result.status)
        if result.status == "failed":
            span.fail("StepFailed")

    def _charge(self, costs: Sequence[Cost]) -> None:
        with self._run.lock:
            for cost in costs:
                self._run.execution.charge(cost.item, cost.quantity, float(cost.usd), billed=cost.billed)
                self._cost_usd += float(cost.usd)

    def _used_in_run(self) -> dict[str, RunUse]:
        lines = self._run.execution.costs
        return {line.item: RunUse(line.quantity, line.quantity - line.billed) for line in lines}

    def _context(self, scope: Mapping[str, Any], secrets: StepSecrets) -> StepContext:
        run, execution = self._run, self._run.execution
        org, user = execution.org, execution.user
        outputs = outputs_in(self._place, execution, run.value_of)
        inner = Place((), f"{self._path}/", scope, outputs)
        now = run.clock.now()
        trace = traced.context_of(execution)
        return StepContext(
            org=Org(
                id=org.id,
                name=org.name,
                timezone=org.timezone,
                owner_email=org.owner_email,
                tier_id=org.tier_id,
                webhook_events=org.webhook_events,
            ),
            user=Recipient(id=user.id, email=user.email, name=user.name),
            playbook_id=execution.playbook_id,
            playbook_name=run.playbook.name,
            execution_id=execution.id,
            step_id=self._path,
            agent=self._step.agent,
            now=now,
            effects=self._effects,
            outputs=outputs,
            start_playbook=run.start_playbook,
            costs=self._costs,
            scope=scope,
            children=StepBlocks(inner, execution, run.value_of, lambda place: _run_place(run, place)),
            parking=run.hooks.parking(self._path),
            depth=execution.depth,
            ancestors=tuple(execution.ancestors),
            caused_by=tuple(execution.caused_by),
            root_cause=execution.cause_id(),
            traceparent=str(trace) if trace is not None else None,
            used_in_run=self._used_in_run,
            secrets=secrets,
            at_chosen_time=is_chosen(execution, now),
        )


def _writes_html(action: str) -> bool:
    return "html" in load_action(action).output.model_fields


@contextmanager
def _foreign_errors() -> Iterator[None]:
    """Map what a library raised to TransientError or PermanentError; a defect of ours goes to the dead letters."""
    try:
        yield
    except (PlaybookError, RunStoppedError, EndRunError):
        raise
    except Exception as error:
        if (failure := failure_of(error, "Google Cloud")) is not None:
            raise failure from error
        # Its text may hold anything, so only the class and the place are told.
        log.exception("defect in an action")
        raise PermanentError(f"unexpected {describe(error)}", code=ErrorCode.DEFECT) from error
