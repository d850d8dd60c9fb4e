"""Hooks: the addresses that webhook triggers have, `playbook_hooks/{id}`.

The document's id says which trigger it is of, so that there is one at most. The id in the address is random, so
that nobody can guess it, and stays for as long as the trigger does, also while the playbook is paused or in error.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.api import paths
from shared.documents.stored import Stored, parsed
from shared.errors import ConflictError
from shared.gcp import clients, secret_manager
from shared.gcp.settings import settings
from shared.playbooks.models import SignatureForm, WebhookTrigger
from shared.values.digests import hex_digest
from shared.webhooks import hook_secrets
from shared.webhooks.hook_secrets import SecretRef

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

COLLECTION = "playbook_hooks"
_EVENT_PREFIX = "webhook.h"
_ID_BYTES = 16


class Hook(Stored):
    """One webhook trigger's address. While it is `paused` the playbook does not run by itself."""

    org_id: str
    playbook_id: str
    trigger_id: str
    hook_id: str
    signature: SignatureForm | None = None
    status: Literal["active", "paused"]
    created_at: datetime
    secrets: tuple[SecretRef, ...] = ()
    """The newest first; without any it takes no calls."""
    secret_set_at: datetime | None = None

    @property
    def url(self) -> str:
        """What other systems call."""
        return settings().public_base_url + paths.path_of(paths.HOOK, hookId=self.hook_id)

    @property
    def event_name(self) -> str:
        """Of the events that its calls become."""
        return event_name_of(self.hook_id)


def event_name_of(hook_id: str) -> str:
    """The name of the events that the hook's calls become; its trigger listens to it."""
    return f"{_EVENT_PREFIX}{hook_id}"


def is_hook_event(name: str) -> bool:
    """Whether the event came by a hook."""
    return name.startswith(_EVENT_PREFIX)


def find(hook_id: str) -> tuple[Hook, DocumentSnapshot[Any]] | None:
    """The hook with that id in its address, and its document."""
    query = clients.firestore().collection(COLLECTION).where(filter=FieldFilter("hookId", "==", hook_id)).limit(1)
    for found in query.stream():
        hook = parsed(Hook, found)
        if hook is not None:
            return hook, found
    return None


def set_secret(hook: Hook, found: DocumentSnapshot[Any], value: str, now: datetime, overlap: timedelta) -> Hook:
    """Make `value` the hook's secret; the one before it counts for `overlap` more. The hook as it is then.

    Raises:
        ConflictError: the hook was changed or deleted at this moment.
        PermanentError: no secret can have the org's id in its name.
        TransientError: Secret Manager cannot be reached.
    """
    made = hook_secrets.write(hook.org_id, hook.hook_id, value)
    kept, dropped = hook_secrets.followed_by(made, hook.secrets, now, overlap)
    changed = hook.model_copy(update={"secrets": kept, "secret_set_at": now})
    fields = changed.model_dump(by_alias=True, include={"secrets", "secret_set_at"}, exclude_none=True)
    option = clients.firestore().write_option(last_update_time=found.update_time)
    try:
        found.reference.update({**fields, "secrets": list(fields["secrets"])}, option=option)
    except (FailedPrecondition, NotFound):
        secret_manager.delete_secret(made.id)
        raise ConflictError("the hook was changed at this moment; try again") from None
    for ref in dropped:
        secret_manager.delete_secret(ref.id)
    return changed


def of_playbook(org_id: str, playbook_id: str) -> list[Hook]:
    """The playbook's hooks, in the order of their triggers' ids."""
    found = (parsed(Hook, one) for one in stored(org_id, [playbook_id]))
    return sorted((hook for hook in found if hook is not None), key=lambda hook: hook.trigger_id)


def apply(
    org_id: str,
    playbook_id: str,
    triggers: Iterable[WebhookTrigger],
    now: datetime,
    *,
    status: Literal["active", "paused"],
    keeps_others: bool,
    known: Sequence[DocumentSnapshot[Any]],
) -> tuple[bool, dict[str, str]]:
    """Make the playbook's hooks what its triggers ask for; whether that changed any, and their ids by trigger.

    known: the documents of its hooks, as they were read. keeps_others: hooks of no such trigger are paused, not
    deleted with their secrets, because the triggers of a playbook in error may be unreadable for now.

    Raises:
        AlreadyExists, FailedPrecondition: somebody else did so at the same time (google.api_core).
        GoogleAPICallError: nobody can be asked just now to delete the secrets.
    """
    there = {found.id: found for found in known}
    parsed_ones = {found_id: parsed(Hook, found) for found_id, found in there.items()}
    wanted = {hex_digest(org_id, playbook_id, trigger.id): trigger for trigger in triggers}
    client = clients.firestore()
    batch, changes, ids = client.batch(), 0, {}
    for document_id, trigger in wanted.items():
        hook = parsed_ones.get(document_id)
        if hook is None:
            hook = _new(org_id, playbook_id, trigger, status, now)
            reference = client.collection(COLLECTION).document(document_id)
            fields = hook.model_dump(by_alias=True, exclude_none=True)
            # A malformed document gives way to a new one.
            (batch.set if document_id in there else batch.create)(reference, fields)
            changes += 1
        elif (hook.status, hook.signature) != (status, trigger.signature):
            _update(batch, there[document_id], {"status": status, "signature": trigger.signature})
            changes += 1
        ids[trigger.id] = hook.hook_id
    for document_id in there.keys() - wanted.keys():
        hook = parsed_ones[document_id]
        if keeps_others and hook is not None:
            if hook.status != "paused":
                _update(batch, there[document_id], {"status": "paused"})
                changes += 1
            continue
        if hook is not None:
            # Before the document, which is all that knows of them.
            hook_secrets.delete_later(hook.hook_id, hook.secrets)
        batch.delete(there[document_id].reference)
        changes += 1
    if changes:
        batch.commit()
    return changes > 0, ids


def stored(org_id: str, playbook_ids: Sequence[str]) -> list[DocumentSnapshot[Any]]:
    """The hook documents of up to 30 playbooks, including malformed ones."""
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("playbookId", "in", list(playbook_ids)))
    )
    return list(query.stream())


def _new(
    org_id: str, playbook_id: str, trigger: WebhookTrigger, status: Literal["active", "paused"], now: datetime
) -> Hook:
    return Hook(
        org_id=org_id,
        playbook_id=playbook_id,
        trigger_id=trigger.id,
        hook_id=secrets.token_hex(_ID_BYTES),
        signature=trigger.signature,
        status=status,
        created_at=now,
    )


def _update(batch: Any, found: DocumentSnapshot[Any], fields: Mapping[str, Any]) -> None:
    option = clients.firestore().write_option(last_update_time=found.update_time)
    batch.update(found.reference, dict(fields), option=option)
