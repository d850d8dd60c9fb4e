"""Runs whose time comes with a task: a schedule's slot without a Cloud Scheduler job, or a `once` trigger."""

from __future__ import annotations

from datetime import datetime

from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.playbooks.models import PlaybookStatus, readable_triggers
from shared.playbooks.time_triggers import OnceTrigger, ScheduleTrigger
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.slots import AHEAD_AT_MOST, late_reason
from shared.runs.start import start_execution
from shared.triggers import record, time_tasks
from shared.triggers.jobs import JobOwner

log = logging.get_logger(__name__)
NOT_STARTED = "a single run is not started"


def start_slot(owner: JobOwner, slot: datetime, generation: str, clock: Clock) -> str | None:
    """The run's id; None where there is none to start: the playbook is off, gone, or not due then any more.

    The next slot's task is made whether or not this one starts a run, so that the record alone ends the chain: a
    task of an older generation makes none.
    """
    now = clock.now()
    known = record.parse_record(record.reference(owner.org_id, owner.playbook_id).get())
    schedule = known.jobs.get(owner.trigger_id) if known is not None else None
    is_early = slot - now > AHEAD_AT_MOST
    if schedule is not None and schedule.generation == generation:
        following = slot if is_early else time_tasks.following_slot(schedule, slot, now)
        if following is not None:
            time_tasks.put_task(owner, schedule, following, now)
    if is_early:
        return None
    reason = _reason_against(owner, slot)
    if reason is not None:
        log.info("a slot is not started", extra={"slot": slot.isoformat(), "reason": reason})
        return None
    request = StartRequest(
        org_id=owner.org_id,
        playbook_id=owner.playbook_id,
        trigger=TriggerRef(type="schedule", id=owner.trigger_id, slot=slot),
        skip_reason=late_reason(now - slot),
    )
    return start_execution(request, clock).execution_id


def _reason_against(owner: JobOwner, slot: datetime) -> str | None:
    """By the playbook as it is now, whatever it was when the task was made."""
    found = clients.firestore().document(org_path(owner.org_id, PLAYBOOKS, owner.playbook_id))
    playbook = found.get(["status", "triggers"]).to_dict() or {}
    if playbook.get("status") != PlaybookStatus.ACTIVE:
        return f"the playbook is {playbook.get('status') or 'gone'}"
    trigger = next((one for one in readable_triggers(playbook.get("triggers")) if one.id == owner.trigger_id), None)
    if not isinstance(trigger, ScheduleTrigger) or not time_tasks.is_slot(trigger, slot):
        return "the trigger is gone, or not due then"
    return None


def start_once(owner: JobOwner, at: datetime, clock: Clock) -> str | None:
    """The run's id; None where there is none to start: the playbook is off, gone, or means another instant by now.

    Nothing is written then: whether a run is made up for is decided when the playbook is on again.
    """
    found = clients.firestore().document(org_path(owner.org_id, PLAYBOOKS, owner.playbook_id))
    playbook = found.get(["status", "triggers"]).to_dict() or {}
    if playbook.get("status") != PlaybookStatus.ACTIVE:
        log.info(NOT_STARTED, extra={"reason": f"the playbook is {playbook.get('status') or 'gone'}"})
        return None
    trigger = next((one for one in readable_triggers(playbook.get("triggers")) if one.id == owner.trigger_id), None)
    if not isinstance(trigger, OnceTrigger) or trigger.at != at:
        log.info(NOT_STARTED, extra={"reason": "the trigger is gone, or means another instant"})
        return None
    late = clock.now() - at
    if -late > AHEAD_AT_MOST:
        log.info(NOT_STARTED, extra={"reason": f"it is due only in {-late}"})
        return None
    request = StartRequest(
        org_id=owner.org_id,
        playbook_id=owner.playbook_id,
        trigger=TriggerRef(type="schedule", id=owner.trigger_id, slot=at),
        skip_reason=late_reason(late),
    )
    return start_execution(request, clock).execution_id
