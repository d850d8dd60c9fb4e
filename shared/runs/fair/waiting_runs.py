"""The held runs of a line, and how many more of an org's runs may start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.cloud.firestore import DELETE_FIELD
from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import ValidationError

from shared.documents.executions import COLLECTION
from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import clients, logging
from shared.quarantine.failures import describe
from shared.runs.fair import load
from shared.runs.fair.gate import Release
from shared.runs.fair.limits import OrgLimits, own_limits
from shared.runs.fair.lines import ORG, RATE, RESERVE, Line
from shared.runs.parts import TriggerRef
from shared.runs.record import ExecutionStatus, parse_execution
from shared.runs.store import Stored

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)


def held_runs(org_id: str, line: Line, limit: int) -> Sequence[Stored]:
    """The line's runs, the longest waiting first; what cannot be read leaves it, and is the sweep's business."""
    query: Any = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("status", "==", ExecutionStatus.QUEUED.value))
        .where(filter=FieldFilter("held.line", "==", line.key))
        .order_by("held.since")
        .limit(limit)
    )
    while True:
        parsed = [_parsed(found) for found in query.stream()]
        runs = [run for run in parsed if run is not None]
        if len(runs) == len(parsed):
            return runs


def count_held(org_id: str, line: Line) -> int:
    """How many wait in the line."""
    query: Any = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("status", "==", ExecutionStatus.QUEUED.value))
        .where(filter=FieldFilter("held.line", "==", line.key))
        .order_by("held.since")
    )
    return int(query.count().get()[0][0].value)


def _parsed(found: DocumentSnapshot[Any]) -> Stored | None:
    try:
        return Stored(parse_execution(found.id, found.to_dict() or {}), found.update_time)
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        log.error("a held run cannot be read", extra={"path": found.reference.path, "reason": describe(error)})
        # So long overdue it takes no slot; the sweep meets it, and passes it over where nothing helps.
        found.reference.update({"held": DELETE_FIELD, "dueAt": found.create_time - 2 * load.LOST_AFTER})
        return None


@dataclass(frozen=True, slots=True)
class FreeCapacity:
    """How many more may go. `opens_at`: when a throttle lets the line's next run go, where it is used up."""

    budgets: dict[str, int]
    opens_at: dict[Line, datetime] = field(default_factory=dict)


def room_of(
    org_id: str, limits: OrgLimits, let_go: Iterable[Release], lines: Sequence[Line], now: datetime
) -> FreeCapacity:
    """What there is room for in these lines."""
    if not lines:
        return FreeCapacity({})
    under_way = load.count_under_way(org_id, now)
    room = FreeCapacity(
        {
            ORG: limits.at_once - under_way,
            RESERVE: limits.at_once_with_reserve - under_way,
            RATE: limits.a_minute - sum(one.runs for one in let_go),
        }
    )
    definitions = _definitions(org_id, {line.playbook_id for line in lines if line.playbook_id})
    for line in lines:
        if line.playbook_id is not None:
            _add_own(room, org_id, line, definitions.get(line.playbook_id, {}), now)
    return room


def _definitions(org_id: str, playbook_ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """The playbooks as they are now: their authors may have changed the limits, or paused them."""
    client = clients.firestore()
    references = [client.document(org_path(org_id, PLAYBOOKS, one)) for one in playbook_ids]
    found = client.get_all(references, ["concurrency", "triggers"]) if references else []
    return {snapshot.id: snapshot.to_dict() or {} for snapshot in found if snapshot.exists}


def _add_own(room: FreeCapacity, org_id: str, line: Line, definition: Mapping[str, Any], now: datetime) -> None:
    assert line.playbook_id is not None, "asked of lines of playbooks only"
    own = own_limits(definition, TriggerRef(type="event", id=line.trigger_id))
    if own.concurrency is not None and line.playbook_budget not in room.budgets:
        room.budgets[line.playbook_budget] = own.concurrency - load.count_turns(org_id, line.playbook_id)
    if own.throttle is None or line.trigger_id is None:
        return
    used, first = load.turns_since(org_id, line.playbook_id, line.trigger_id, now - own.throttle.span)
    room.budgets[line.trigger_budget] = own.throttle.runs - used
    if first is not None and used >= own.throttle.runs:
        room.opens_at[line] = first + own.throttle.span
