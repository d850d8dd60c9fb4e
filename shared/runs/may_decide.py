"""Who may decide what a run asks, and approvals as a caller may see them.

Nobody behind the run itself decides, and nobody once it is decided, late or over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.api.errors import ForbiddenError
from shared.api.principal import Principal
from shared.decisions.approvals import Approval, ApprovalStatus
from shared.documents.executions import COLLECTION
from shared.errors import ConflictError, PlaybookError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.record import ACTIVE
from shared.waiting import event_waits, past_events

AT_ONCE = 30
"""As many runs as one query looks up the waits of."""
_OPEN = frozenset({ApprovalStatus.PENDING, ApprovalStatus.WITHDRAWN})
"""What the run's own state says more about."""
_ACTIVE = frozenset(status.value for status in ACTIVE)
_EDITORS_ONLY = "only editors and owners decide"


@dataclass(frozen=True, slots=True)
class _Run:
    """What counts of the run that asks. `status`: None where it is gone."""

    status: str | None = None
    caused_by: frozenset[str] = frozenset()
    met: frozenset[str] = frozenset()
    """The ids of the events that it waited for and that came."""


def refusal(approval: Approval, by: str, now: datetime) -> PlaybookError | None:
    """Why the person may not decide it; None where they may.

    A ForbiddenError is about the person, a ConflictError about the approval.
    """
    return refusals([approval], by, now)[0]


def refusals(approvals: Sequence[Approval], by: str, now: datetime) -> list[PlaybookError | None]:
    """The same of several approvals of one org, in their order, in a few requests for all of them."""
    answers = [_by_itself(approval, by, now) for approval in approvals]
    open_ = [approval for approval, answer in zip(approvals, answers, strict=True) if answer is None]
    runs = _runs([approval.execution_id for approval in open_])
    return [
        answer or _by_its_run(approval, by, runs.get(approval.execution_id, _Run()))
        for approval, answer in zip(approvals, answers, strict=True)
    ]


def _by_itself(approval: Approval, by: str, now: datetime) -> PlaybookError | None:
    if approval.status not in _OPEN:
        who = f" by {approval.decided_by_name}" if approval.decided_by_name else ""
        when = f" at {approval.decided_at.isoformat()}" if approval.decided_at else ""
        return ConflictError(f"it is {approval.status} already{who}{when}; expected one that is pending")
    if by == approval.requested_by:
        return ForbiddenError("you asked for this run yourself, so someone else in the org has to decide")
    if approval.expires_at <= now:
        return ConflictError(f"it expired at {approval.expires_at.isoformat()}; expected a decision before that")
    return None


def _by_its_run(approval: Approval, by: str, run: _Run) -> PlaybookError | None:
    if by in run.caused_by:
        return ForbiddenError("you wrote, changed or started this run, so someone else in the org has to decide")
    if run.met and by in past_events.people_behind_events(approval.org_id, run.met):
        return ForbiddenError("you fired an event this run waited for, so someone else in the org has to decide")
    if run.status not in _ACTIVE:
        return ConflictError(f"its run is {run.status or 'gone'}; expected one that is waiting")
    return None


def _runs(execution_ids: Collection[str]) -> dict[str, _Run]:
    """The runs that are there, by id."""
    wanted = list(dict.fromkeys(execution_ids))
    collection = clients.firestore().collection(COLLECTION)
    references = [collection.document(execution_id) for execution_id in wanted]
    found = list(clients.firestore().get_all(references, ["status", "causedBy"])) if references else []
    met = _met(wanted)
    return {one.id: _run(one.to_dict() or {}, met[one.id]) for one in found if one.exists}


def _run(fields: Mapping[str, Any], met: set[str]) -> _Run:
    people = fields.get("causedBy")
    known = (person for person in people if isinstance(person, str)) if isinstance(people, list) else ()
    return _Run(str(fields.get("status")), frozenset(known), frozenset(met))


def _met(execution_ids: Sequence[str]) -> defaultdict[str, set[str]]:
    """By run, the events that its waits have met."""
    met: defaultdict[str, set[str]] = defaultdict(set)
    for start in range(0, len(execution_ids), AT_ONCE):
        query = (
            clients.firestore()
            .collection(event_waits.COLLECTION)
            .where(filter=FieldFilter("executionId", "in", execution_ids[start : start + AT_ONCE]))
        )
        for found in query.select(["executionId", "eventId"]).stream():
            fields = found.to_dict() or {}
            if isinstance(fields.get("eventId"), str):
                met[fields["executionId"]].add(fields["eventId"])
    return met


def shown(approvals: Sequence[Approval], principal: Principal, clock: Clock) -> list[dict[str, Any]]:
    """As the caller may see them."""
    now = clock.now()
    whole = principal.kind == "agent" or principal.role != "viewer"
    hidden = {"status"} if whole else {"status", "details", "comment"}
    reasons = _reasons(approvals, principal, clock)
    return [
        {
            "approvalId": approval.id,
            **approval.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=hidden),
            "status": approval.status_at(now).value,
            "mayDecide": reason is None,
            **({"whyNot": reason} if reason else {}),
        }
        for approval, reason in zip(approvals, reasons, strict=True)
    ]


def _reasons(approvals: Sequence[Approval], principal: Principal, clock: Clock) -> list[str | None]:
    """Why the caller may not decide each; None where they may."""
    if principal.kind != "user" or principal.uid is None:
        return ["only people decide"] * len(approvals)
    if principal.role == "viewer":
        return [_EDITORS_ONLY] * len(approvals)
    found = refusals(approvals, principal.uid, clock.now())
    return [str(each) if each else None for each in found]
