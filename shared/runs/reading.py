"""Runs as the API shows them: complete for editors, summaries for other members."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.api.cursors import continued, cursor_of
from shared.api.masking import masked
from shared.documents import executions
from shared.documents.executions import COLLECTION, PINNED
from shared.gcp import clients, logging
from shared.notices import alert_center
from shared.runs import control, summaries
from shared.runs.large import fetch_into
from shared.runs.parts import TriggerType
from shared.runs.record import ExecutionStatus
from shared.steps.data._values import plain

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

log = logging.get_logger(__name__)

MAX_LIMIT = 100
DEFAULT_LIMIT = 25
MAX_BYTES = 4_000_000
"""Of one answer: runs are 16 kB as a rule, and a megabyte at worst. A list that has more ends early."""
_INTERNAL = frozenset({PINNED, "lease", "dueAt", "messageBytes", "bulkJob"})


@dataclass(frozen=True, slots=True)
class Listed:
    """Items as JSON can carry them; `next_after` asks for those after them, None where there are none."""

    items: list[dict[str, Any]]
    next_after: str | None

    def answer(self) -> dict[str, Any]:
        """`{items, nextAfter?}`."""
        return {"items": self.items, **({"nextAfter": self.next_after} if self.next_after else {})}


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs of an org: of these statuses, of a playbook, of a kind of trigger, created from `since` to before
    `until`; where these are given.
    """

    org_id: str
    statuses: Sequence[ExecutionStatus] = ()
    playbook_id: str | None = None
    trigger: TriggerType | None = None
    since: datetime | None = None
    until: datetime | None = None

    def query(self, collection: str) -> Query:
        """The runs (or their summaries), newest first."""
        query = clients.firestore().collection(collection).where(filter=FieldFilter("orgId", "==", self.org_id))
        if len(self.statuses) == 1:
            query = query.where(filter=FieldFilter("status", "==", self.statuses[0].value))
        elif self.statuses:
            query = query.where(filter=FieldFilter("status", "in", [one.value for one in self.statuses]))
        if self.playbook_id is not None:
            query = query.where(filter=FieldFilter("playbookId", "==", self.playbook_id))
        if self.trigger is not None:
            query = query.where(filter=FieldFilter("trigger.type", "==", self.trigger))
        if self.since is not None:
            query = query.where(filter=FieldFilter("createdAt", ">=", self.since))
        if self.until is not None:
            query = query.where(filter=FieldFilter("createdAt", "<", self.until))
        return query.order_by("createdAt", direction="DESCENDING")


def list_executions(wanted: RunFilter, *, whole: bool, after: str | None, limit: int) -> Listed:
    """The org's runs, newest first; summaries unless `whole`.

    Raises:
        InvalidFieldsError: `after` did not come from an earlier answer.
    """
    name = COLLECTION if whole else summaries.COLLECTION
    query = continued(wanted.query(name), clients.firestore().collection(name), after)
    items: list[dict[str, Any]] = []
    last: DocumentSnapshot[Any] | None = None
    size = 0
    for found in query.limit(limit + 1).stream():
        if len(items) == limit or (items and size > MAX_BYTES):
            return Listed(items, cursor_of(last) if last is not None else None)
        item = _whole(found.id, found.to_dict() or {}) if whole else _summary(found.id, found.to_dict() or {})
        size += len(json.dumps(item, default=str))
        items.append(item)
        last = found
    return Listed(items, None)


def show_execution(org_id: str, execution_id: str, *, whole: bool) -> dict[str, Any]:
    """One of the org's runs; where `whole`, with what it keeps in Cloud Storage and the messages it has sent.

    Raises:
        NotFoundError: there is no such run, or it is another org's (one text for both).
    """
    stored = control.find_execution(execution_id)
    control.require_org(stored, org_id)
    if not whole:
        return _summary(execution_id, summaries.summary_of(stored.execution))
    data = executions.reference(execution_id).get().to_dict() or {}
    return _whole(execution_id, fetch_into(data, stored.execution, MAX_BYTES))


def sent_by(org_id: str, execution_id: str, *, whole: bool) -> str | None:
    """The first message that the run has sent, as it was sent; unless `whole`, what members find in the inbox.

    Raises:
        NotFoundError: there is no such run, or it is another org's.
    """
    if whole:
        effects = show_execution(org_id, execution_id, whole=True).get("effects") or {}
        for one in (effect.get("message") for effect in effects.values()):
            if isinstance(one, Mapping):
                return "\n".join(part for part in (one.get("subject"), one.get("text")) if part)
    return alert_center.of_run(org_id, execution_id)


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
    if isinstance(shown.get("effects"), Mapping):
        shown["effects"] = {key: _without_packed(effect) for key, effect in shown["effects"].items()}
    spelled_out = pinned if isinstance(pinned, dict) else {}
    whole: dict[str, Any] = masked(plain({"executionId": execution_id, **spelled_out, **shown}))
    return whole


def _without_packed(effect: Any) -> Any:
    """An effect whose message is still packed, in a list, shows that there is one."""
    if isinstance(effect, Mapping) and isinstance(effect.get("message"), str):
        return {**effect, "message": None, "hasMessage": True}
    return effect
