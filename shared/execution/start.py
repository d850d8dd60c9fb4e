"""Making an execution: one per cause, pinned to the playbook as it is now, and one task to run it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.cloud.firestore import Increment

from shared.doors.errors import not_found
from shared.errors import ConflictError, NotFoundError, PermanentError
from shared.execution import ids, limited_runs, queue, slots, startable, store, summaries
from shared.execution.limited_runs import NoRunsLeftError
from shared.execution.record import (
    Execution,
    ExecutionStatus,
    PinnedOrg,
    PinnedUser,
    TriggerRef,
)
from shared.execution.room import move_event
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.notices import limit_notice
from shared.playbooks.pinned import pinned, pinned_refused
from shared.playbooks.sizes import playbook_size_problem
from shared.scheduling.catalog_ticks import ASSIGNMENTS
from shared.tenants.causes import Cause, CauseLimitError, create_counted
from shared.tenants.tenant import Tenant, parse_tenant

if TYPE_CHECKING:
    from shared.playbooks.time_triggers import Timing
    from shared.steps.base import StartPlaybook

log = logging.get_logger(__name__)

RETENTION = timedelta(days=90)
MAX_DEPTH = 10


class KeyReusedError(PermanentError):
    """A caller's key stands for another request already."""

    def __init__(self) -> None:
        super().__init__(
            "Idempotency-Key: this key was used with another request; expected a key of its own for each request"
        )


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What is to be run and what caused it."""

    org_id: str
    playbook_id: str
    trigger: TriggerRef
    execution_id: str | None = None
    """None: the slot decides, where the trigger is a schedule; else this call is a cause of its own."""
    tick: datetime | None = None
    """When the scheduler says that its call was due."""
    is_slot_asked_for: bool = False
    """A caller names the slot, so it must lie near the present; the product's own code may name any."""
    event_data: Mapping[str, Any] = field(default_factory=dict)
    user: PinnedUser = field(default_factory=PinnedUser)
    depth: int = 0
    requested_by: str | None = None
    """Who asked for it in person: a uid, or `agent:<name>`."""
    fired_by: str | None = None
    """Who wrote the event or the item that is its cause."""
    caused_by: tuple[str, ...] = ()
    """Who stands behind the runs that led to it."""
    root_cause: str | None = None
    """The id of the run or event that set it off, through whatever else; None where it is a first cause itself."""
    fingerprint: str | None = None
    """Of the request that asks for it under a key: another request must not be answered with the same run."""
    may_replace_failed: bool = False
    """Whether the key may be used for another request where its run has failed."""
    skip_reason: str | None = None
    """Set where the cause itself forbids the run: it is then written as skipped, so that nobody wonders."""


@dataclass(frozen=True, slots=True)
class Started:
    """The cause's execution, made by this call or an earlier one."""

    execution_id: str
    status: ExecutionStatus
    created: bool


def start_execution(request: StartRequest, clock: Clock) -> Started:
    """Start the run, or find the one that the same cause has started before.

    Raises:
        NotFoundError: the org has no such playbook.
        ConflictError: a person or an agent asked for it, and it is archived or cannot run.
        PermanentError: too many playbooks have started one another, or the slot asked for is not near the present.
        KeyReusedError: the run is there, and another request asked for it.
        CauseLimitError: what set this off has set off as many runs and events as it may; the org has been told.
    """
    try:
        return _start(request, clock)
    except (NotFoundError, ConflictError):
        # The cause may have its run from before the playbook was deleted, archived or refused.
        if request.execution_id is None or not store.reference(request.execution_id).get([]).exists:
            raise
        return _existing(request.execution_id, request)


def _start(request: StartRequest, clock: Clock) -> Started:
    if request.depth > MAX_DEPTH:
        raise PermanentError(f"{request.depth} playbooks have started one another; expected at most {MAX_DEPTH}")
    execution = build_execution(request, clock)
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
    move_event(execution)
    try:
        created = _create(execution, clock, limit)
    except NoRunsLeftError:
        return _not_meant(execution, limited_runs.USED_UP)
    if not created:
        return _existing(execution.id, request)
    if execution.status is ExecutionStatus.QUEUED:
        queue.enqueue_attempt(execution.id, 1, replay=0)
    log.info(
        "run skipped" if reason else "run queued",
        extra={"executionId": execution.id, "trigger": execution.trigger.type, "reason": reason},
    )
    return Started(execution.id, execution.status, created=True)


def _not_meant(execution: Execution, why: str) -> Started:
    log.info(
        "a slot that the schedule does not mean",
        extra={"executionId": execution.id, "slot": str(execution.trigger.slot), "reason": why},
    )
    return Started(execution.id, ExecutionStatus.SKIPPED, created=False)


def _create(execution: Execution, clock: Clock, limit: Timing | None) -> bool:
    if limit is not None and execution.status is ExecutionStatus.QUEUED:
        return limited_runs.create_within(execution, limit)
    beside = _assignment_count(execution)
    if execution.cause_id() == execution.id:
        return store.create(execution, beside)
    cause = Cause(execution.org_id, execution.cause_id(), execution.org.tier_id)
    try:
        return create_counted(
            cause,
            store.reference(execution.id),
            execution.document(),
            clock.now(),
            beside,
            summary=(summaries.path_of(execution.id), summaries.summary_of(execution)),
        )
    except CauseLimitError as error:
        limit_notice.tell_of_cause(cause, error, execution.playbook_id, clock.now())
        raise


def build_execution(request: StartRequest, clock: Clock) -> Execution:
    """The queued execution of the request, not stored yet: the playbook and the org pinned as they are now.

    Raises:
        NotFoundError: the org has no such playbook.
        PermanentError: a schedule's call does not say which of several triggers it is for.
    """
    definition, tenant = _read_playbook_and_tenant(request.org_id, request.playbook_id)
    return pin_execution(request, definition, tenant, clock)


def pin_execution(request: StartRequest, definition: Mapping[str, Any], tenant: Tenant, clock: Clock) -> Execution:
    """`build_execution` for who has read the playbook's document and the org already."""
    now = clock.now()
    trigger = request.trigger
    if trigger.type == "schedule":
        trigger = slots.scheduled(trigger, definition.get("triggers"), request.tick or now)
    version = definition.get("version")
    execution_id = request.execution_id or _id_by_cause(request, trigger)
    problem = playbook_size_problem(pinned(definition))
    return Execution(
        id=execution_id,
        playbook_id=request.playbook_id,
        org_id=request.org_id,
        playbook_version=version if isinstance(version, int) else 1,
        trigger=trigger,
        status=ExecutionStatus.QUEUED,
        created_at=now,
        due_at=now,
        expire_at=now + RETENTION,
        depth=request.depth,
        definition=pinned(definition) if problem is None else pinned_refused(definition, problem),
        event_data=dict(request.event_data),
        org=PinnedOrg(
            id=request.org_id,
            name=tenant.name,
            timezone=tenant.timezone,
            owner_email=tenant.owner_email,
            tier_id=tenant.tier_id,
            monthly_budget_usd=_budget(tenant),
        ),
        user=_acting_user(request.user, definition, tenant),
        requested_by=request.requested_by,
        requested_at=now if request.requested_by else None,
        edited_by=_text(definition.get("lastEditedBy")),
        fired_by=request.fired_by,
        caused_by=_people_behind(request, definition),
        root_cause=request.root_cause or execution_id,
        fingerprint=request.fingerprint,
    )


def _people_behind(request: StartRequest, definition: Mapping[str, Any]) -> list[str]:
    named = (
        *request.caused_by,
        request.requested_by,
        request.user.id,
        request.fired_by,
        _text(definition.get("lastEditedBy")),
        _text(definition.get("ownerId")),
    )
    return list(dict.fromkeys(person for person in named if person))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _budget(tenant: Tenant) -> float | None:
    return float(tenant.monthly_budget_usd) if tenant.monthly_budget_usd is not None else None


def _id_by_cause(request: StartRequest, trigger: TriggerRef) -> str:
    if trigger.slot is None:
        return ids.fresh_execution_id()
    return ids.slot_execution_id(request.org_id, request.playbook_id, trigger.id or "", trigger.slot)


def _read_playbook_and_tenant(org_id: str, playbook_id: str) -> tuple[dict[str, Any], Tenant]:
    client = clients.firestore()
    tenant_ref = client.collection("tenants").document(org_id)
    playbook_ref = tenant_ref.collection("playbooks").document(playbook_id)
    found = {snapshot.reference.path: snapshot.to_dict() for snapshot in client.get_all([playbook_ref, tenant_ref])}
    definition = found.get(playbook_ref.path)
    if definition is None:
        raise not_found(f"playbook {playbook_id}")
    return definition, parse_tenant(org_id, found.get(tenant_ref.path) or {"name": org_id})


def _acting_user(asked_by: PinnedUser, definition: Mapping[str, Any], tenant: Tenant) -> PinnedUser:
    """Who asked for the run, else the playbook's owner; mail for somebody without an address goes to the org's."""
    owner, owner_email = definition.get("ownerId"), definition.get("ownerEmail")
    user_id = asked_by.id or (owner if isinstance(owner, str) else None)
    of_owner = owner_email if user_id == owner and isinstance(owner_email, str) else None
    return PinnedUser(id=user_id, email=asked_by.email or of_owner or tenant.owner_email, name=asked_by.name)


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
    path = f"{ASSIGNMENTS}/{execution.org_id}_{execution.playbook_id}"
    return path, {"lastTriggeredAt": execution.created_at, "triggerCount": Increment(1)}


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
    if execution.status is ExecutionStatus.QUEUED:
        # Its creator may have died before enqueueing; the task's name makes a second one harmless.
        queue.enqueue_attempt(execution.id, 1, replay=execution.replay)
    return Started(execution.id, execution.status, created=False)


def child_starter(parent: Execution, clock: Clock) -> StartPlaybook:
    """How a step of `parent` starts another playbook: once per key, one level deeper."""

    refusals: list[CauseLimitError] = []

    def start(playbook_id: str, event_data: Mapping[str, Any], key: str) -> str:
        execution_id = ids.child_execution_id(parent.org_id, playbook_id, key)
        if refusals and not store.reference(execution_id).get([]).exists:
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
            root_cause=parent.cause_id(),
        )
        try:
            return start_execution(request, clock).execution_id
        except CauseLimitError as error:
            refusals.append(error)
            raise

    return start
