"""Subscriptions: `tenants/{orgId}/webhook_subscriptions/{id}`, an address and the events it receives.

`tenants/{orgId}.webhookEvents` lists what any of them asks for, and changes in the same transaction: who writes a
message knows from the org's document, which is read anyway, whether somebody wants it.
"""

from __future__ import annotations

import secrets as randomness
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from pydantic import AwareDatetime, Field

from shared.api.errors import not_found
from shared.documents.org import org_path
from shared.documents.stored import Stored, parsed
from shared.errors import ConflictError, NotFoundError, PermanentError
from shared.gcp import clients, logging, secret_manager
from shared.gcp.transactions import in_transaction
from shared.webhooks import hook_secrets
from shared.webhooks.hook_secrets import SecretRef
from shared.webhooks.payloads import EventType
from shared.webhooks.signatures import new_secret

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference, DocumentReference, Transaction

COLLECTION = "webhook_subscriptions"
TENANT_FIELD = "webhookEvents"
MOST_SUBSCRIPTIONS = 10
"""Of one org."""
_ID_BYTES = 16

log = logging.get_logger(__name__)

Status = Literal["active", "disabled"]
DisabledBecause = Literal["owner", "gone", "failing"]
"""`owner`: somebody of the org did it. `gone`: the address answered 410. `failing`: too many messages in a row were
given up."""


class Subscription(Stored):
    """An address of another system. `dead_in_a_row`: how many messages were given up since one last arrived."""

    id: str = Field(exclude=True)
    org_id: str
    url: str
    events: tuple[EventType, ...]
    status: Status = "active"
    disabled_because: DisabledBecause | None = None
    disabled_at: AwareDatetime | None = None
    dead_in_a_row: int = 0
    held_since: AwareDatetime | None = None
    """Set while messages wait in line."""
    secrets: tuple[SecretRef, ...] = ()
    """The newest first; messages are signed with each that counts."""
    secret_set_at: AwareDatetime
    created_by: str
    created_by_name: str | None = None
    created_at: AwareDatetime

    def document(self) -> dict[str, Any]:
        """As Firestore stores it."""
        fields = self.model_dump(by_alias=True, exclude_none=True)
        return {**fields, "events": [event.value for event in self.events], "secrets": list(fields["secrets"])}

    def wants(self, event: EventType) -> bool:
        """Whether it is told of such an event now."""
        return self.status == "active" and event in self.events

    def disabled(self, because: DisabledBecause, now: datetime) -> Subscription:
        """As it is once it is told of nothing any more."""
        return self.model_copy(update={"status": "disabled", "disabled_because": because, "disabled_at": now})

    def enabled(self) -> Subscription:
        """As it is once it is told of its events again, with its failures forgotten."""
        fresh = {"status": "active", "disabled_because": None, "disabled_at": None, "dead_in_a_row": 0}
        return self.model_copy(update=fresh)


def reference(org_id: str, subscription_id: str) -> DocumentReference:
    return _collection(org_id).document(subscription_id)


def read(org_id: str, subscription_id: str, transaction: Transaction | None = None) -> Subscription | None:
    """The subscription; None where there is none, or it is malformed."""
    return _parsed(reference(org_id, subscription_id).get(transaction=transaction))


def of_org(org_id: str, transaction: Transaction | None = None) -> list[Subscription]:
    """The org's, the oldest first; malformed ones are passed over."""
    # With one more than there may be, for whoever was faster than a transaction elsewhere.
    found = _collection(org_id).limit(2 * MOST_SUBSCRIPTIONS).stream(transaction=transaction)
    read_ones = (_parsed(one) for one in found)
    return sorted((one for one in read_ones if one is not None), key=lambda one: (one.created_at, one.id))


def create(
    org_id: str, url: str, events: Iterable[EventType], by: str, called: str | None, now: datetime
) -> tuple[Subscription, str]:
    """Subscribe the address; the subscription, and its secret, which nobody can read again.

    Raises:
        ConflictError: the org has as many as there may be, or one of that address.
        NotFoundError: there is no such org.
        PermanentError: no secret can have the org's id in its name.
        TransientError: Secret Manager cannot be reached.
    """
    subscription_id, secret = randomness.token_hex(_ID_BYTES), new_secret()
    # Before the write of the secret, which costs more: what is refused for sure leaves none behind.
    _require_room(of_org(org_id), url)
    ref = hook_secrets.write(org_id, subscription_id, secret)
    made = Subscription(
        id=subscription_id,
        org_id=org_id,
        url=url,
        events=_in_order(events),
        secrets=(ref,),
        secret_set_at=now,
        created_by=by,
        created_by_name=called,
        created_at=now,
    )

    def put(transaction: Transaction) -> None:
        others = of_org(org_id, transaction)
        _require_room(others, url)
        _require_org(org_id, transaction)
        transaction.create(reference(org_id, subscription_id), made.document())
        note_events(org_id, [*others, made], transaction)

    try:
        in_transaction(put, f"the webhooks of {org_id}")
    except PermanentError:
        # Not after other errors: the document may be there, and then it names the secret.
        secret_manager.delete_secret(ref.id)
        raise
    log.info("a webhook was added", extra={"orgId": org_id, "webhookId": made.id, "by": by})
    return made, secret


def change(
    org_id: str,
    subscription_id: str,
    now: datetime,
    *,
    url: str | None = None,
    events: Iterable[EventType] | None = None,
    status: Status | None = None,
) -> Subscription:
    """The subscription with what is named changed; one that is enabled has no failures.

    Raises:
        NotFoundError: the org has no such subscription.
        ConflictError: another one of the org has that address.
    """

    def changed(known: Subscription, others: list[Subscription]) -> Subscription:
        if url is not None:
            _require_other_address(others, url)
        fields = {"url": url, "events": _in_order(events) if events is not None else None}
        wanted = known.model_copy(update={name: value for name, value in fields.items() if value is not None})
        if status == "active":
            return wanted.enabled()
        return wanted.disabled("owner", now) if status == "disabled" and known.status == "active" else wanted

    return _rewrite(org_id, subscription_id, changed)


def rotate_secret(org_id: str, subscription_id: str, now: datetime, overlap: timedelta) -> tuple[Subscription, str]:
    """The subscription with a new secret, and that; the one before signs beside it for `overlap` more.

    Raises:
        NotFoundError: the org has no such subscription.
        PermanentError: no secret can have the org's id in its name.
        TransientError: Secret Manager cannot be reached.
    """
    if read(org_id, subscription_id) is None:
        raise missing(subscription_id)
    secret = new_secret()
    ref = hook_secrets.write(org_id, subscription_id, secret)
    dropped: list[SecretRef] = []

    def changed(known: Subscription, _others: list[Subscription]) -> Subscription:
        kept, gone = hook_secrets.followed_by(ref, known.secrets, now, overlap)
        dropped[:] = gone
        return known.model_copy(update={"secrets": kept, "secret_set_at": now})

    try:
        made = _rewrite(org_id, subscription_id, changed)
    except PermanentError:
        # Not after other errors: the document may be there, and then it names the secret.
        secret_manager.delete_secret(ref.id)
        raise
    for one in dropped:
        secret_manager.delete_secret(one.id)
    log.info("a webhook's secret was rotated", extra={"orgId": org_id, "webhookId": subscription_id})
    return made, secret


def delete(org_id: str, subscription_id: str) -> None:
    """Tell the address nothing any more, and delete its secrets. What is on its way to it is dropped.

    Raises:
        NotFoundError: the org has no such subscription.
        TransientError: Secret Manager cannot be reached; the same call again does the rest.
    """
    found = reference(org_id, subscription_id).get()
    if not found.exists:
        raise missing(subscription_id)
    known = _parsed(found)
    # Before the document, which is all that knows of them.
    for ref in known.secrets if known is not None else ():
        secret_manager.delete_secret(ref.id)

    def remove(transaction: Transaction) -> None:
        others = [one for one in of_org(org_id, transaction) if one.id != subscription_id]
        transaction.delete(reference(org_id, subscription_id))
        note_events(org_id, others, transaction)

    in_transaction(remove, f"the webhooks of {org_id}")
    log.info("a webhook was deleted", extra={"orgId": org_id, "webhookId": subscription_id})


def note_events(org_id: str, subscriptions: Iterable[Subscription], transaction: Transaction) -> None:
    """Have the org's document list what its subscriptions ask for; they are all of the org's, as they will be."""
    wanted = {event for one in subscriptions if one.status == "active" for event in one.events}
    events = [event.value for event in EventType if event in wanted]
    transaction.update(clients.firestore().document(org_path(org_id)), {TENANT_FIELD: events})


def missing(subscription_id: str) -> NotFoundError:
    """The error for a subscription that the org does not have."""
    return not_found(f"webhook {subscription_id}")


def _rewrite(
    org_id: str, subscription_id: str, changed: Callable[[Subscription, list[Subscription]], Subscription]
) -> Subscription:
    def put(transaction: Transaction) -> Subscription:
        known = {one.id: one for one in of_org(org_id, transaction)}
        own = known.pop(subscription_id, None)
        if own is None:
            raise missing(subscription_id)
        wanted = changed(own, list(known.values()))
        transaction.set(reference(org_id, subscription_id), wanted.document())
        note_events(org_id, [*known.values(), wanted], transaction)
        return wanted

    return in_transaction(put, f"the webhooks of {org_id}")


def _require_room(known: list[Subscription], url: str) -> None:
    if len(known) >= MOST_SUBSCRIPTIONS:
        raise ConflictError(
            f"the org has {len(known)} webhooks, as many as there may be; expected one of them deleted first"
        )
    _require_other_address(known, url)


def _require_other_address(others: list[Subscription], url: str) -> None:
    if any(one.url == url for one in others):
        raise ConflictError("another webhook of the org has this url; expected its events changed instead")


def _require_org(org_id: str, transaction: Transaction) -> None:
    if not clients.firestore().document(org_path(org_id)).get([], transaction=transaction).exists:
        raise not_found(f"org {org_id}")


def _in_order(events: Iterable[EventType]) -> tuple[EventType, ...]:
    wanted = set(events)
    return tuple(event for event in EventType if event in wanted)


def _parsed(found: Any) -> Subscription | None:
    return parsed(Subscription, found, id=found.id)


def _collection(org_id: str) -> CollectionReference:
    return clients.firestore().collection(org_path(org_id, COLLECTION))
