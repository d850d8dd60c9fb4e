"""Decides whether a new run starts at once or is held, and in which line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.gcp import logging
from shared.runs.fair import gate, load
from shared.runs.fair.limits import OrgLimits, org_limits, own_limits, reason_of_org, reason_of_own, reason_of_rate
from shared.runs.fair.lines import Line
from shared.runs.fair.load import Load
from shared.runs.parts import Held
from shared.runs.record import Execution
from shared.runs.startable import is_asked_for
from shared.tenants.tenant import Tenant

log = logging.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Hold:
    """The run waits, in this line, for this reason."""

    line: Line
    reason: str
    started_lately: int = 0


def hold_if_over(execution: Execution, tenant: Tenant, now: datetime, *, in_person: bool | None = None) -> None:
    """Make the queued run, which is about to be created or sent back, a held one where it is over a limit.

    `gate.set_off` must be called once it is written. `in_person`: whether somebody asks for it, where its trigger
    does not say so.
    """
    limits = org_limits(tenant)
    hold = _hold(execution, tenant, limits, now, is_asked_for(execution) if in_person is None else in_person)
    if hold is None:
        execution.held = None
        load.note_start(execution.org_id, now)
        return
    gate.join(execution.org_id, hold.line, now, hold.started_lately)
    execution.held = Held(line=hold.line.key, since=now)
    execution.status_reason, execution.due_at = hold.reason, None
    log.info("run held", extra={"executionId": execution.id, "reason": hold.reason})


def _hold(execution: Execution, tenant: Tenant, limits: OrgLimits, now: datetime, in_person: bool) -> Hold | None:
    own = own_limits(execution.definition, execution.trigger)
    if own:
        # A throttle or a limit of one means what it says, so that only a pass, of which there is one at a time,
        # lets these go.
        trigger_id = execution.trigger.id if own.throttle is not None else None
        return Hold(Line(in_person, execution.playbook_id, trigger_id), reason_of_own(own))
    if tenant.runs_held_since is not None and not in_person:
        return Hold(Line(), reason_of_org(limits))
    now_known = load.look(execution.org_id, limits, now)
    return over(limits, now_known, in_person=in_person) if now_known is not None else None


def over(limits: OrgLimits, known: Load, *, in_person: bool) -> Hold | None:
    """Why a run of an org with this load is held; None where it goes at once."""
    line = Line(in_person)
    if known.under_way >= (limits.at_once_with_reserve if in_person else limits.at_once):
        return Hold(line, reason_of_org(limits), min(known.started_lately, limits.a_minute))
    if not in_person and known.started_lately >= limits.a_minute:
        return Hold(line, reason_of_rate(limits), limits.a_minute)
    return None
