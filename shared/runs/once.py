"""The run of a trigger that has one instant, when its task comes."""

from __future__ import annotations

from datetime import datetime

from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.playbooks.models import PlaybookStatus, readable_triggers
from shared.playbooks.time_triggers import OnceTrigger
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.slots import AHEAD_AT_MOST, late_reason
from shared.runs.start import start_execution
from shared.triggers.jobs import JobOwner

log = logging.get_logger(__name__)

NOT_STARTED = "a single run is not started"


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
