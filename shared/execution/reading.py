"""Runs as the API shows them: whole to those who work with what they hold, summaries to every other member."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.doors.cursors import continued, cursor_of
from shared.doors.masking import masked
from shared.execution import control, store, summaries
from shared.execution.record import COLLECTION, PINNED, ExecutionStatus
from shared.gcp import clients, logging
from shared.steps.data._values import plain

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

MAX_LIMIT = 100
DEFAULT_LIMIT = 25
MAX_BYTES = 4_000_000
"""Of one answer: runs are 16 kB as a rule, and a megabyte at worst. A list that has more ends early."""
_INTERNAL = frozenset({PINNED, "lease", "dueAt"})


@dataclass(frozen=True, slots=True)
class Listed:
    """Items as JSON can carry them; `next_after` asks for those after them, None where there are none."""

    items: list[dict[str, Any]]
    next_after: str | None

    def answer(self) -> dict[str, Any]:
        """`{items, nextAfter?}`."""
        return {"items": self.items, **({"nextAfter": self.next_after} if self.next_after else {})}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs: of one org, of one status or playbook where these are given."""

    org_id: str
    status: ExecutionStatus | None = None
    playbook_id: str | None = None
    after: str | None = None
    limit: int = DEFAULT_LIMIT


def list_executions(wanted: Wanted, *, whole: bool) -> Listed:
    """The org's runs, newest first; summaries unless `whole`.

    Raises:
        InvalidFieldsError: `after` did not come from an earlier answer.
    """
    collection = clients.firestore().collection(COLLECTION if whole else summaries.COLLECTION)
    query = collection.where(filter=FieldFilter("orgId", "==", wanted.org_id))
    if wanted.status is not None:
        query = query.where(filter=FieldFilter("status", "==", wanted.status.value))
    if wanted.playbook_id is not None:
        query = query.where(filter=FieldFilter("playbookId", "==", wanted.playbook_id))
    query = continued(query.order_by("createdAt", direction="DESCENDING"), collection, wanted.after)
    items: list[dict[str, Any]] = []
    last: DocumentSnapshot[Any] | None = None
    size = 0
    for found in query.limit(wanted.limit + 1).stream():
        if len(items) == wanted.limit or (items and size > MAX_BYTES):
            return Listed(items, cursor_of(last) if last is not None else None)
        item = _whole(found.id, found.to_dict() or {}) if whole else _summary(found.id, found.to_dict() or {})
        size += len(json.dumps(item, default=str))
        items.append(item)
        last = found
    return Listed(items, None)


def show_execution(org_id: str, execution_id: str, *, whole: bool) -> dict[str, Any]:
    """One of the org's runs.

    Raises:
        NotFoundError: there is no such run, or it is another org's (one text for both).
    """
    stored = control.find_execution(execution_id)
    control.require_org(stored, org_id)
    if not whole:
        return _summary(execution_id, summaries.summary_of(stored.execution))
    return _whole(execution_id, store.reference(execution_id).get().to_dict() or {})


def _summary(execution_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
    summary: dict[str, Any] = plain({"executionId": execution_id, **data})
    return summary


def _whole(execution_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it is stored, with what was pinned spelled out and other systems' keys masked."""
    try:
        pinned = json.loads(data.get(PINNED) or "{}")
    except (ValueError, TypeError):
        log.error("what a run has pinned cannot be read", extra={"path": f"{COLLECTION}/{execution_id}"})
        pinned = {}
    shown = {name: value for name, value in data.items() if name not in _INTERNAL}
    spelled_out = pinned if isinstance(pinned, dict) else {}
    whole: dict[str, Any] = masked(plain({"executionId": execution_id, **spelled_out, **shown}))
    return whole
