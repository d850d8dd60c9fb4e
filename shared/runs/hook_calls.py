"""Calls received by hooks, with the runs they started, and their replay."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import JsonValue

from shared.api.errors import not_found
from shared.documents import events
from shared.documents.events import ReceivedEvent
from shared.documents.org import EVENTS, org_path
from shared.documents.stored import parsed
from shared.errors import ConflictError
from shared.gcp import clients
from shared.runs import ids, summaries
from shared.runs.record import ExecutionStatus
from shared.values.camel_model import CamelModel
from shared.webhooks.hooks import Hook
from shared.webhooks.receiving import event_id

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

MOST_LISTED = 50


class HookCall(CamelModel):
    """One call of a hook: what it brought and which run it started.

    `execution_id`, `status`: none where the trigger's filter kept it out, or its event has not been dispatched yet.
    """

    event_id: str
    received_at: datetime
    sender_id: str | None = None
    topic: str | None = None
    replay_of: str | None = None
    data: dict[str, JsonValue]
    execution_id: str | None = None
    status: ExecutionStatus | None = None


class HookCalls(CamelModel):
    """A hook's newest calls, newest first."""

    items: list[HookCall]


def list_calls(hook: Hook) -> HookCalls:
    """The hook's newest calls, replays included."""
    query: Any = (
        clients.firestore()
        .collection(org_path(hook.org_id, EVENTS))
        .where(filter=FieldFilter("name", "==", hook.event_name))
        .order_by("receivedAt", direction="DESCENDING")
        .limit(MOST_LISTED)
    )
    received = [
        (found.id, event) for found in query.stream() if (event := parsed(ReceivedEvent, found)) is not None
    ]
    runs = _runs_of(hook, [event_id for event_id, _ in received])
    return HookCalls(
        items=[
            HookCall(
                event_id=each_id,
                received_at=event.received_at,
                sender_id=event.hook.id,
                topic=event.hook.topic,
                replay_of=event.hook.replay_of,
                data=event.data,
                **runs.get(each_id, {}),
            )
            for each_id, event in received
        ]
    )


def replay(hook: Hook, call_id: str, key: str, by: str, now: datetime) -> str:
    """Have a call start its playbook once more, as if it came now; the id of the new event. The same key: the same.

    Raises:
        NotFoundError: the hook has received no such call.
        ConflictError: the playbook is paused.
    """
    found = parsed(ReceivedEvent, events.reference(hook.org_id, call_id).get())
    if found is None or found.hook.hook_id != hook.hook_id or found.name != hook.event_name:
        raise not_found(f"call {call_id}")
    if hook.status != "active":
        raise ConflictError("the playbook is paused; turn it on first")
    again = event_id(hook.hook_id, "replay", call_id, key)
    body = found.hook.model_dump(by_alias=True, exclude_none=True)
    fields = {
        "name": found.name,
        "data": found.data,
        "hook": {**body, "replayOf": call_id},
        "createdBy": by,
        "receivedAt": now,
    }
    events.create(hook.org_id, again, fields)
    return again


def _runs_of(hook: Hook, event_ids: list[str]) -> dict[str, dict[str, Any]]:
    """By event, the id and the status of the run that it has started."""
    client = clients.firestore()
    paths = {
        summaries.path_of(ids.event_execution_id(hook.org_id, hook.playbook_id, hook.trigger_id, one)): one
        for one in event_ids
    }
    if not paths:
        return {}
    found: list[DocumentSnapshot[Any]] = list(client.get_all([client.document(path) for path in paths], ["status"]))
    return {
        paths[one.reference.path]: {"execution_id": one.id, "status": (one.to_dict() or {}).get("status")}
        for one in found
        if one.exists
    }
