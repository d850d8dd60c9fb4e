"""Reconciles a playbook's jobs and listeners with its triggers.

Level-triggered: it reads the playbook's current state, never an event's data. When done, it checks whether the
playbook changed in the meantime and if so starts over, so of several concurrent reconcilers the last one to finish
has applied the newest state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, assert_never

from google.api_core.exceptions import Aborted, AlreadyExists, FailedPrecondition, GoogleAPICallError, NotFound

from shared.documents.org import PLAYBOOKS, org_path
from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.playbooks.models import (
    EventTrigger,
    ManualTrigger,
    Playbook,
    PlaybookStatus,
    WebhookTrigger,
    readable_triggers,
)
from shared.playbooks.passed import passed_problems
from shared.playbooks.time_triggers import OnceTrigger, ScheduleTrigger
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.steps.registry import params_model
from shared.triggers import listeners, own_limits, record, refusal
from shared.triggers.apply_times import apply_times
from shared.triggers.jobs import JobRefusedError, NoJobNowError, NoRoomForJobError
from shared.triggers.playbook_summaries import fields_at_fault, put_summary
from shared.triggers.record import Carrier, ScheduleRecord
from shared.triggers.target import TimePlan
from shared.webhooks import hooks

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

MAX_ROUNDS = 5
SAVED_WITHIN = timedelta(minutes=5)
"""A `once` trigger may be saved this long after its time; it then runs at once."""
NO_JOB_NOW = (
    "This schedule isn't running yet: we can't reach the scheduler right now. We'll keep trying, at least once a "
    "day, and it will start automatically. Until then, you can run the playbook by hand."
)

_UNSCHEDULED = (PlaybookStatus.DRAFT, PlaybookStatus.PAUSED, PlaybookStatus.ARCHIVED, PlaybookStatus.ERROR)
# Concurrent changes between our read and our write.
_OVERTAKEN = (Aborted, AlreadyExists, FailedPrecondition, NotFound)


@dataclass(frozen=True, slots=True)
class PlaybookKey:
    org_id: str
    playbook_id: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What was just read of a playbook: its document, schedule record, hooks, and listeners by id.

    If it is outdated, a write based on it is refused or followed by another round.
    """

    playbook: DocumentSnapshot[Any]
    record: DocumentSnapshot[Any]
    hooks: Sequence[DocumentSnapshot[Any]]
    listeners: Mapping[str, dict[str, Any]]


def look(key: PlaybookKey) -> Seen:
    """Reads the current state."""
    return Seen(
        _playbook_reference(key).get(),
        record.reference(key.org_id, key.playbook_id).get(),
        hooks.stored(key.org_id, [key.playbook_id]),
        listeners.existing(key.org_id, key.playbook_id),
    )


def reconcile(
    key: PlaybookKey,
    clock: Clock,
    *,
    stray_jobs: Iterable[str] = (),
    force: bool = False,
    move_to: Carrier | None = None,
    seen: Seen | None = None,
) -> bool:
    """Makes jobs, listeners and hooks match the playbook's current state; returns whether anything changed.

    `stray_jobs`: names of other jobs that claim to belong to it. `force` rewrites every job even if the record says
    it is right (used by the repair, since jobs can be changed from outside). `move_to`: the carrier its schedules
    may move to if there is room. `seen`: what the caller has read already.

    Raises:
        TransientError: the playbook kept changing, or Cloud Scheduler accepts no jobs now (NoJobNowError; the
            author was notified). Redeliver the event.
    """
    strays = set(stray_jobs)
    has_changed = False
    overtaken: GoogleAPICallError | None = None
    carrier: Carrier | None = None
    for _ in range(MAX_ROUNDS):
        current, seen = seen or look(key), None
        try:
            has_changed |= _apply(key, current, clock, strays, force=force, carrier=carrier, move_to=move_to)
        except NoRoomForJobError as error:
            log.warning("no room for a job; using tasks for the schedule", extra={"reason": str(error)})
            carrier, has_changed = Carrier.TASK, True
            continue
        except _OVERTAKEN as error:
            # Our job writes may have come after the other process's, so the record can't be trusted.
            overtaken, force = error, True
            continue
        # Nothing was written, so nothing outdated was written either.
        if not has_changed and overtaken is None:
            return False
        if _playbook_reference(key).get(["status"]).update_time == current.playbook.update_time:
            return has_changed
        has_changed, force = True, False
    raise TransientError(
        f"playbook {key.playbook_id} changed {MAX_ROUNDS} times while it was being scheduled"
    ) from overtaken


def _playbook_reference(key: PlaybookKey) -> Any:
    return clients.firestore().document(org_path(key.org_id, PLAYBOOKS, key.playbook_id))


def _apply(
    key: PlaybookKey,
    seen: Seen,
    clock: Clock,
    strays: set[str],
    *,
    force: bool,
    carrier: Carrier | None,
    move_to: Carrier | None,
) -> bool:
    snapshot, found = seen.playbook, seen.record
    known = record.parse_record(found)
    is_own = known is None or (known.org_id, known.playbook_id) == (key.org_id, key.playbook_id)
    # First, so that members see it even if the jobs can't be written.
    has_changed = put_summary(key.org_id, key.playbook_id, snapshot.to_dict(), snapshot.create_time, clock.now())
    recorded = known if known is not None else ScheduleRecord(org_id=key.org_id, playbook_id=key.playbook_id)
    playbook = _wanted_playbook(key, snapshot, clock, recorded, has_own_record=is_own)
    has_changed |= _apply_listeners(key, seen, playbook, clock)
    if is_own:
        is_deleted = not snapshot.exists
        plan = TimePlan(key, playbook, recorded, is_deleted, carrier=carrier, move_to=move_to)
        try:
            has_changed |= apply_times(plan, found, clock, strays, force=force)
        except JobRefusedError as error:
            # This puts the playbook in error; the next round removes its other jobs and listeners.
            refusal.write_back(key.org_id, snapshot, str(error), clock, code=error.code)
            return True
        except NoRoomForJobError:
            raise
        except NoJobNowError as error:
            log.error("Cloud Scheduler accepts no jobs", extra={"reason": str(error)})
            refusal.note_delay(key.org_id, snapshot, NO_JOB_NOW, error.code, clock)
            raise
    fields = snapshot.to_dict() or {}
    if playbook is not None and (fields.get("statusReason") or fields.get("errorCode")):
        refusal.clear(snapshot)
    return has_changed


def _wanted_playbook(
    key: PlaybookKey,
    snapshot: DocumentSnapshot[Any],
    clock: Clock,
    recorded: ScheduleRecord,
    *,
    has_own_record: bool,
) -> Playbook | None:
    """The playbook if it should be scheduled; one that can't run is sent back to its author."""
    data = snapshot.to_dict()
    if data is None or data.get("status") in _UNSCHEDULED:
        return None
    try:
        playbook = parse_playbook(key.org_id, data, params_model)
        if not has_own_record:
            # `a` + `b_c` and `a_b` + `c` would share one document.
            raise InvalidPlaybookError([f"playbookId: {key.playbook_id!r} is taken; expected one without '_'"])
        if passed := _passed(playbook, recorded, snapshot):
            raise InvalidPlaybookError(passed)
    except InvalidPlaybookError as error:
        explanation = f"Check {fields_at_fault(error)}. Open the playbook to see what's wrong."
        refusal.write_back(key.org_id, snapshot, str(error), clock, code=error.code, explanation=explanation)
        return None
    return playbook if _is_within_limits(key, snapshot, playbook, clock) else None


def _passed(playbook: Playbook, recorded: ScheduleRecord, snapshot: DocumentSnapshot[Any]) -> list[str]:
    """A line for each `once` time that had already passed when it was saved and enabled."""
    known = {(trigger_id, one.at) for trigger_id, one in recorded.once.items()}
    others = [one for one in playbook.triggers if not isinstance(one, OnceTrigger) or (one.id, one.at) in known]
    return passed_problems(playbook.triggers, snapshot.update_time - SAVED_WITHIN, known=others)


def _is_within_limits(key: PlaybookKey, snapshot: DocumentSnapshot[Any], playbook: Playbook, clock: Clock) -> bool:
    """Refuses what exceeds the tier's limits: this playbook, or newer ones it leaves no room for."""
    standing = own_limits.CountedPlaybook.of(snapshot.to_dict() or {})
    counts = standing.is_own or standing.schedules > 0
    tier = own_limits.tier_of(key.org_id) if counts else None
    if tier is None:
        return True
    reason = own_limits.too_often(tier, playbook.triggers)
    if reason is not None:
        refusal.write_back(key.org_id, snapshot, reason, clock, code=ErrorCode.TIER_LIMIT)
        return False
    is_within = True
    for found, why in own_limits.those_over_limit(key.org_id, tier):
        is_this = found.id == key.playbook_id
        refusal.write_back(key.org_id, snapshot if is_this else found, why, clock, code=ErrorCode.TIER_LIMIT)
        is_within = is_within and not is_this
    return is_within


def _apply_listeners(key: PlaybookKey, seen: Seen, playbook: Playbook | None, clock: Clock) -> bool:
    """Updates listeners for events and incoming hooks. An inactive playbook keeps its hooks, paused."""
    if playbook is not None:
        called = playbook.webhook_triggers()
    else:
        readable = readable_triggers((seen.playbook.to_dict() or {}).get("triggers"))
        called = [trigger for trigger in readable if isinstance(trigger, WebhookTrigger)]
    has_changed, hook_ids = hooks.apply(
        key.org_id,
        key.playbook_id,
        called,
        clock.now(),
        status="paused" if playbook is None else "active",
        keeps_others=playbook is None and seen.playbook.exists,
        known=seen.hooks,
    )
    listening = _listening(playbook) if playbook is not None else []
    wanted = listeners.wanted(key.org_id, key.playbook_id, listening, hook_ids)
    return listeners.replace(seen.listeners, wanted) or has_changed


def _listening(playbook: Playbook) -> list[EventTrigger | WebhookTrigger]:
    """Those of its triggers that have a listener. Type checking fails where a type of trigger is left out here."""
    found: list[EventTrigger | WebhookTrigger] = []
    for trigger in playbook.triggers:
        match trigger:
            case EventTrigger() | WebhookTrigger():
                found.append(trigger)
            case ScheduleTrigger() | OnceTrigger() | ManualTrigger():
                continue  # jobs and tasks, which `apply_times` makes, or nothing
            case _:
                assert_never(trigger)
    return found
