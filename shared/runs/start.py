"""Creates an execution, one per cause, with a copy of the playbook, and one task to run it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.billing import trigger_counts
from shared.billing.causes import Cause, CauseLimitError, create_counted
from shared.documents import executions
from shared.error_codes import ErrorCode
from shared.errors import ConflictError, NotFoundError, PermanentError
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.runs import ids, limited_runs, slots, startable, store, summaries, traced
from shared.runs.carried import carry
from shared.runs.fair import chains
from shared.runs.fair.admission import hold_if_over
from shared.runs.fair.chains import ChainLimitError
from shared.runs.fair.gate import set_off
from shared.runs.limited_runs import NoRunsLeftError
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest, prepare
from shared.runs.record import Execution, ExecutionStatus
from shared.runs.room import move_event
from shared.runs.store import Stored

if TYPE_CHECKING:
    from shared.playbooks.time_triggers import Timing
    from shared.steps.base import StartPlaybook

log = logging.get_logger(__name__)

MAX_DEPTH = 10


class KeyReusedError(PermanentError):
    """A caller's key stands for another request already."""

    code = ErrorCode.IDEMPOTENCY_KEY_REUSED

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key: this key was used with another request; expected a key of its own for each request"
        )


@dataclass(frozen=True, slots=True)
class Started:
    """The cause's execution, made by this call or an earlier one."""

    execution_id: str
    status: ExecutionStatus
    created: bool
    waits_because: str | None = None
    """Why it has to wait for its turn, where it has to."""

    @classmethod
    def of(cls, execution: Execution, *, created: bool) -> Started:
        waits = execution.status_reason if execution.held is not None else None
        return cls(execution.id, execution.status, created, waits)


def start_execution(request: StartRequest, clock: Clock) -> Started:
    """Start the run, or find the one that the same cause has started before.

    Raises:
        NotFoundError: the org has no such playbook.
        ConflictError: a person or an agent asked for it, and it is archived or cannot run.
        PermanentError: too many playbooks have started one another, or the slot asked for is not near the present.
        KeyReusedError: the run is there, and another request asked for it.
        ChainLimitError: the playbook has led to itself too often; the org has been told.
        CauseLimitError: what set this off has set off as many runs and events as it may; the org has been told.
    """
    try:
        return _start(request, clock)
    except (NotFoundError, ConflictError):
        # The cause may have its run from before the playbook was deleted, archived or refused.
        if request.execution_id is None or not executions.reference(request.execution_id).get([]).exists:
            raise
        return _existing(request.execution_id, request)


def _start(request: StartRequest, clock: Clock) -> Started:
    if request.depth > MAX_DEPTH:
        raise PermanentError(f"{request.depth} playbooks have started one another; expected at most {MAX_DEPTH}")
    chains.require_room(request, clock.now())
    execution, tenant = prepare(request, clock)
    execution.traceparent = request.traceparent or traced.origin()
    if request.is_slot_asked_for and execution.trigger.type == "schedule" and store.read(execution.id) is None:
        slots.require_near(execution.trigger, request.tick or clock.now())
    limit = slots.limited_timing(execution.trigger, execution.definition.get("triggers"))
    not_meant = slots.reason_against_slot(execution.trigger, execution.definition.get("triggers"))
    if not_meant is None and limit is not None and limited_runs.are_used_up(execution, limit):
        not_meant = limited_runs.USED_UP
    if not_meant is not None:
        return _not_meant(execution, not_meant)
    reason = request.skip_reason or _skip_reason(execution)
    if reason:
        execution.status, execution.status_reason = ExecutionStatus.SKIPPED, reason
        execution.completed_at, execution.due_at = clock.now(), None
    else:
        hold_if_over(execution, tenant, clock.now())
    move_event(execution)
    try:
        created = _create(execution, clock, limit)
    except NoRunsLeftError:
        return _not_meant(execution, limited_runs.USED_UP)
    if created is None:
        return _existing(execution.id, request)
    traced.ended(execution)
    goes_at_once = execution.status is ExecutionStatus.QUEUED and execution.held is None
    set_off(execution, carry(created) if goes_at_once else None)
    log.info(
        "run skipped" if reason else "run queued",
        extra={
            "executionId": execution.id,
            "trigger": execution.trigger.type,
            "reason": reason,
            **_lag(execution, clock),
        },
    )
    return Started.of(execution, created=True)


def _lag(execution: Execution, clock: Clock) -> dict[str, float]:
    """How late a schedule's run is: a deployment's metric and alert read it from the log."""
    slot = execution.trigger.slot
    return {"lagSeconds": round(max(0.0, (clock.now() - slot).total_seconds()), 3)} if slot else {}


def _not_meant(execution: Execution, why: str) -> Started:
    log.info(
        "a slot that the schedule does not mean",
        extra={"executionId": execution.id, "slot": str(execution.trigger.slot), "reason": why},
    )
    return Started(execution.id, ExecutionStatus.SKIPPED, created=False)


def _create(execution: Execution, clock: Clock, limit: Timing | None) -> Stored | None:
    if limit is not None and execution.status is ExecutionStatus.QUEUED:
        return limited_runs.create_within(execution, limit)
    beside = _assignment_count(execution)
    if execution.cause_id() in (execution.id, _own_event(execution)):
        return store.create(execution, beside)
    cause = Cause(execution.org_id, execution.cause_id(), execution.org.tier_id)
    try:
        version = create_counted(
            cause,
            executions.reference(execution.id),
            execution.document(),
            clock.now(),
            beside,
            summary=(summaries.path_of(execution.id), summaries.summary_of(execution)),
        )
    except CauseLimitError as error:
        from shared.notices import limit_notice

        limit_notice.notify_of_loop_limit(cause, error, execution.playbook_id, clock.now())
        raise
    return Stored(execution, version) if version is not None else None


def _own_event(execution: Execution) -> str | None:
    """The event that started it, if no run did: there are no more of its runs than playbooks that listen to it."""
    return execution.trigger.event_id if execution.trigger.type == "event" and execution.depth == 0 else None


def _skip_reason(execution: Execution) -> str | None:
    """Why a run that nobody asked for in person must not happen now.

    Raises:
        ConflictError: somebody did, and it cannot.
    """
    reason = startable.reason_against(execution)
    if startable.is_asked_for(execution):
        if reason is not None:
            raise ConflictError(reason)
        return None
    if reason is None and execution.trigger.type == "schedule":
        return startable.schedule_skip_reason(execution)
    return reason


def _assignment_count(execution: Execution) -> tuple[str, dict[str, Any]] | None:
    """What a catalog playbook's assignment counts of a run that an event starts; the cron counts its own."""
    is_catalog = execution.definition.get("source") == "catalog"
    if not is_catalog or execution.trigger.type != "event" or execution.status is not ExecutionStatus.QUEUED:
        return None
    return trigger_counts.one_more(execution.org_id, execution.playbook_id, execution.created_at)


def _existing(execution_id: str, request: StartRequest) -> Started:
    stored = store.read(execution_id)
    if stored is None:
        raise NotFoundError(f"execution {execution_id!r} was deleted while it was asked for again")
    execution = stored.execution
    is_other = (
        None not in (execution.fingerprint, request.fingerprint) and execution.fingerprint != request.fingerprint
    )
    if is_other and not (execution.status is ExecutionStatus.FAILED and request.may_replace_failed):
        raise KeyReusedError
    # Its creator may have died before enqueueing; the task's name makes a second one harmless.
    set_off(execution)
    return Started.of(execution, created=False)


def child_starter(parent: Execution, clock: Clock) -> StartPlaybook:
    """How a step of `parent` starts another playbook: once per key, one level deeper."""

    refusals: list[CauseLimitError] = []
    ended_chains: dict[str, ChainLimitError] = {}

    def start(playbook_id: str, event_data: Mapping[str, Any], key: str) -> str:
        if playbook_id in ended_chains:
            raise ended_chains[playbook_id]
        execution_id = ids.child_execution_id(parent.org_id, playbook_id, key)
        if refusals and not executions.reference(execution_id).get([]).exists:
            # A step may want hundreds more after the first refusal; each costs one small read.
            raise refusals[0]
        request = StartRequest(
            org_id=parent.org_id,
            playbook_id=playbook_id,
            execution_id=execution_id,
            trigger=TriggerRef(type="agent", id=parent.playbook_id, event_id=key),
            event_data=event_data,
            user=parent.user,
            caused_by=tuple(parent.caused_by),
            depth=parent.depth + 1,
            ancestors=(*parent.ancestors, parent.playbook_id),
            root_cause=parent.cause_id(),
        )
        try:
            return start_execution(request, clock).execution_id
        except CauseLimitError as error:
            refusals.append(error)
            raise
        except ChainLimitError as error:
            ended_chains[playbook_id] = error
            raise

    return start
