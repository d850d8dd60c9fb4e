"""Whether a playbook may be run now, by its status and by what starts the run."""

from __future__ import annotations

from typing import Any

from shared.execution.record import Execution, ExecutionStatus
from shared.playbooks.models import PlaybookStatus
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.scheduling.standing import DELETED, STOPPED
from shared.steps.registry import params_model

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
