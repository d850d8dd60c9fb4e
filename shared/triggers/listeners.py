"""Event listeners: `playbook_event_listeners/{id}`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.gcp import clients
from shared.playbooks.models import EventTrigger, WebhookTrigger
from shared.playbooks.pace import Debounce
from shared.values.camel_model import CamelModel
from shared.values.digests import hex_digest
from shared.webhooks.hooks import event_name_of

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

COLLECTION = "playbook_event_listeners"


class Listener(CamelModel):
    """An event or webhook trigger of an active playbook."""

    playbook_id: str
    org_id: str
    trigger_id: str
    event_name: str
    status: str = "active"
    filter: str | None = None
    debounce: Debounce | None = None


def listener_id(org_id: str, playbook_id: str, trigger_id: str) -> str:
    """Deterministic per trigger."""
    return hex_digest(org_id, playbook_id, trigger_id)


def wanted(
    org_id: str, playbook_id: str, triggers: Iterable[EventTrigger | WebhookTrigger], hooks: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """The listener documents for the triggers, by id. `hooks`: hook ids by trigger id."""
    return {
        listener_id(org_id, playbook_id, trigger.id): Listener(
            playbook_id=playbook_id,
            org_id=org_id,
            trigger_id=trigger.id,
            event_name=trigger.event_name
            if isinstance(trigger, EventTrigger)
            else event_name_of(hooks[trigger.id]),
            filter=trigger.filter,
            debounce=trigger.debounce,
        ).model_dump(by_alias=True, exclude_none=True)
        for trigger in triggers
    }


def existing(org_id: str, playbook_id: str) -> dict[str, dict[str, Any]]:
    """The playbook's stored listener documents, by id."""
    return {found.id: found.to_dict() or {} for found in stored(org_id, [playbook_id])}


def stored(org_id: str, playbook_ids: Sequence[str]) -> list[DocumentSnapshot[Any]]:
    """The listener documents of up to 30 playbooks."""
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("playbookId", "in", list(playbook_ids)))
    )
    return list(query.stream())


def replace(current: Mapping[str, dict[str, Any]], target: Mapping[str, dict[str, Any]]) -> bool:
    """Writes the difference between `current` and `target`; returns whether there was any."""
    client = clients.firestore()
    batch = client.batch()
    collection = client.collection(COLLECTION)
    changed = [name for name, data in target.items() if current.get(name) != data]
    for name in changed:
        batch.set(collection.document(name), target[name])
    for name in (gone := current.keys() - target.keys()):
        batch.delete(collection.document(name))
    if not changed and not gone:
        return False
    batch.commit()
    return True


def listening_to(org_id: str, event_name: str) -> list[DocumentSnapshot[Any]]:
    """The org's active listener documents for the event; see `parse_listener`."""
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("eventName", "==", event_name))
        .where(filter=FieldFilter("status", "==", "active"))
    )
    return list(query.stream())


def parse_listener(found: DocumentSnapshot[Any]) -> Listener:
    """Parses a listener document.

    Raises:
        ValidationError: it is malformed.
    """
    return Listener.model_validate(found.to_dict())
