"""An org's agent keys, as its owner sees them: everything but the key and its hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import ValidationError

from shared.api.agent_keys import COLLECTION, AgentKey, create_agent_key, revoke_agent_key
from shared.api.errors import not_found
from shared.errors import ConflictError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.gcp.logging import get_logger
from shared.values.camel_model import CamelModel

MOST_IN_USE = 50
"""Keys of an org that are not revoked."""
MOST_LISTED = 500

log = get_logger(__name__)

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class ListedKey(CamelModel):
    """One key. `acts_for`: the members, by uid, in whose name the agent may ask for runs."""

    id: str
    agent: str
    scopes: list[str]
    acts_for: list[str]
    created_at: datetime | None = None
    last_used_at: datetime | None = None
    """To the hour."""
    revoked_at: datetime | None = None


class KeyList(CamelModel):
    """An org's keys, newest first. `unreadable`: ids of malformed ones, which open nothing."""

    items: list[ListedKey]
    unreadable: list[str]


class MadeKey(ListedKey):
    """A key right after it was made: `key` is shown this once."""

    key_id: str
    key: str


def list_agent_keys(org_id: str) -> KeyList:
    """The org's keys, also the revoked ones."""
    query = clients.firestore().collection(COLLECTION).where(filter=FieldFilter("orgId", "==", org_id))
    found = KeyList(items=[], unreadable=[])
    # Not sorted by the query, which would leave out keys without the field.
    for stored in query.limit(MOST_LISTED).stream():
        try:
            found.items.append(_listed(stored.id, stored.to_dict() or {}))
        except ValidationError as error:
            fields = ", ".join(str(each["loc"]) for each in error.errors(include_input=False))
            log.error("a malformed agent key", extra={"path": f"{COLLECTION}/{stored.id}", "reason": fields})
            found.unreadable.append(stored.id)
    found.items.sort(key=lambda key: (key.created_at or _LONG_AGO, key.id), reverse=True)
    return found


def make_agent_key(
    org_id: str, agent: str, scopes: Iterable[str], acts_for: Iterable[str], clock: Clock
) -> MadeKey:
    """A new key of the org.

    Raises:
        ConflictError: the org has `MOST_IN_USE` keys.
        PermanentError: the agent's name, a scope or a uid is malformed.
    """
    in_use = [key for key in list_agent_keys(org_id).items if key.revoked_at is None]
    if len(in_use) >= MOST_IN_USE:
        raise ConflictError(f"{len(in_use)} keys are in use, the most there can be; revoke one first")
    key = create_agent_key(org_id, agent, scopes, clock, acts_for=acts_for)
    key_id = key.split("_")[1]
    stored = clients.firestore().collection(COLLECTION).document(key_id).get()
    return MadeKey(**_listed(key_id, stored.to_dict() or {}).model_dump(), key_id=key_id, key=key)


def revoke_key_of(org_id: str, key_id: str, clock: Clock) -> datetime:
    """Refuse a key of the org from now on; when it was revoked, which a second call does not change.

    Raises:
        NotFoundError: the org has no such key.
    """
    stored = clients.firestore().collection(COLLECTION).document(key_id).get()
    fields = stored.to_dict() or {}
    if fields.get("orgId") != org_id:
        raise not_found(f"agent key {key_id}")
    revoked_at = fields.get("revokedAt")
    if isinstance(revoked_at, datetime):
        return revoked_at
    return revoke_agent_key(key_id, clock)


def _listed(key_id: str, fields: Mapping[str, Any]) -> ListedKey:
    key = AgentKey.model_validate(fields)
    return ListedKey(id=key_id, **key.model_dump(exclude={"org_id", "hash"}))
