"""Whether a playbook may run now: by its status, by what starts the run, and by its active runs."""

from __future__ import annotations

from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.documents.executions import COLLECTION
from shared.gcp import clients
from shared.playbooks.models import PlaybookStatus
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.runs import slots
from shared.runs.record import ACTIVE, Execution, ExecutionStatus
from shared.steps.registry import params_model
from shared.triggers.catalog_ticks import Frequency
from shared.triggers.standing import DELETED, STOPPED

_NEVER_CHECKED = frozenset({PlaybookStatus.DRAFT, PlaybookStatus.PAUSED})
"""Only an active playbook is checked when it is written."""
_BEGUN = frozenset({ExecutionStatus.WAITING, ExecutionStatus.RETRYING})


def is_asked_for(execution: Execution) -> bool:
    """Whether a person or an agent asked for this very run, and waits for the answer."""
    return execution.trigger.type in {"manual", "agent"} and execution.depth == 0


def reason_against(execution: Execution) -> str | None:
    """Why the pinned playbook must not be run for what caused this run; None where it may."""
    definition = execution.definition
    status = definition.get("status")
    if status == PlaybookStatus.ERROR:
        return f"the playbook cannot run: {definition.get('statusReason') or 'its status is error'}"
    if not is_asked_for(execution):
        return reason_to_stop(execution, status)
    if status == PlaybookStatus.ARCHIVED:
        return "the playbook is archived; expected one that is active, paused or a draft"
    return _problems(execution) if status in _NEVER_CHECKED else None


def reason_to_stop(execution: Execution, standing: Any) -> str | None:
    """Why a run that waits for its turn must not go on now that the playbook stands so; None where it may.

    What a person or an agent asked for goes on when the playbook is only paused. A run in the middle goes on when a
    later edit of the playbook is in error: it runs the steps that it was started with.
    """
    if standing == DELETED:
        return "the playbook was deleted"
    if is_asked_for(execution):
        return "the playbook was archived" if standing == PlaybookStatus.ARCHIVED else None
    if standing == PlaybookStatus.ERROR and execution.status in _BEGUN:
        return None
    is_child = execution.trigger.type == "agent"
    if standing in STOPPED or (standing != PlaybookStatus.ACTIVE and not is_child):
        return f"the playbook is {standing}, not active"
    return None


def _problems(execution: Execution) -> str | None:
    try:
        parse_playbook(execution.org_id, execution.definition, params_model)
    except InvalidPlaybookError as error:
        return f"the playbook cannot run: {error}"
    return None


def schedule_skip_reason(execution: Execution) -> str | None:
    """Why a scheduled run must not happen now: its trigger is gone, or the run before has not ended."""
    trigger = slots.find_trigger(execution.definition.get("triggers"), execution.trigger.id)
    if trigger is None and is_by_catalog_tick(execution):
        trigger = {}
    if trigger is None:
        return f"the playbook no longer has a trigger {execution.trigger.id!r}"
    if trigger.get("overlap") == "allow" or trigger.get("type") == "once":
        return None
    running = _other_run(execution)
    return overlap_reason(running) if running else None


def overlap_reason(running: str) -> str:
    """Why a run is skipped while the execution `running` is under way."""
    return f"run {running} of the same schedule hasn't finished (overlap: skip)"


def is_by_catalog_tick(execution: Execution) -> bool:
    """Whether the tick for all orgs started it: catalog playbooks have no schedule of their own."""
    return (
        execution.trigger.type == "schedule"
        and execution.definition.get("source") == "catalog"
        and execution.trigger.id in set(Frequency)
    )


def _other_run(execution: Execution) -> str | None:
    """The id of a run of the same schedule that is under way.

    Runs by hand do not count, even if the caller named the schedule's trigger: they would keep it from running.
    """
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("playbookId", "==", execution.playbook_id))
        .where(filter=FieldFilter("orgId", "==", execution.org_id))
        .where(filter=FieldFilter("trigger.type", "==", "schedule"))
        .where(filter=FieldFilter("trigger.id", "==", execution.trigger.id))
        .where(filter=FieldFilter("status", "in", sorted(ACTIVE)))
        .select([])
        .limit(2)
    )
    return next((found.id for found in query.stream() if found.id != execution.id), None)
