"""The secrets that hooks' senders sign with, stored only in Secret Manager.

Each secret that a hook gets lies under an id of its own and never changes, so that whoever reads one may keep it.
The hook's document says which of them count. The account that writes them can read none, and the other way round.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from shared.documents.stored import Stored
from shared.gcp import secret_manager
from shared.gcp.secret_manager import MissingSecretError, SecretCache
from shared.gcp.task_queue import create_named_task
from shared.secrets import ids

QUEUE = "deleteSecrets"
ID_PATTERN = r"^org-[A-Za-z0-9_-]{1,180}-webhook_[0-9a-f]{32}_[0-9a-f]{8}$"
"""Of the secrets that belong to webhooks, and no others."""
_DEADLINE_SECONDS = 60
_VERSION_BYTES = 4

known_secrets = SecretCache()


class SecretRef(Stored):
    """One secret of a hook: the newest, or one before it, which counts `until` then."""

    id: str
    until: AwareDatetime | None = None


def write(org_id: str, owner_id: str, value: str) -> SecretRef:
    """Keep a new secret of a hook or a subscription (`owner_id`: 32 hex digits).

    Raises:
        PermanentError: no secret can have the org's id in its name.
        TransientError: Secret Manager cannot be reached.
    """
    secret_id = ids.secret_id(org_id, f"webhook_{owner_id}_{secrets.token_hex(_VERSION_BYTES)}")
    secret_manager.write_secret(secret_id, value)
    return SecretRef(id=secret_id)


def followed_by(
    made: SecretRef, before: Sequence[SecretRef], now: datetime, overlap: timedelta
) -> tuple[tuple[SecretRef, ...], tuple[SecretRef, ...]]:
    """The secrets once `made` is the newest, with the one before it for `overlap` more; and those to be deleted."""
    kept = [ref.model_copy(update={"until": now + overlap}) for ref in before[:1] if overlap]
    return (made, *kept), tuple(before[len(kept) :])


def accepted(refs: Iterable[SecretRef], now: datetime) -> list[str]:
    """The values of those that count now; one that is gone counts no more.

    Raises:
        TransientError: Secret Manager cannot be reached.
    """
    found = []
    for ref in refs:
        if ref.until is None or now < ref.until:
            try:
                found.append(known_secrets.of(ref.id))
            except MissingSecretError:
                continue
    return found


def delete_later(owner_id: str, refs: Iterable[SecretRef]) -> None:
    """Have the function delete them whose account may, once however often it is asked."""
    wanted = [ref.id for ref in refs]
    if wanted:
        create_named_task(QUEUE, f"{owner_id}-delete", {"secretIds": wanted}, deadline_seconds=_DEADLINE_SECONDS)
