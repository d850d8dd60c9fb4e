"""Caps how often an org contacts a customer, across playbooks: `customer_contacts/{hash}`, one per channel.

A message is claimed before sending, by its effect's key: of two concurrent runs one gets the claim, and a retry of
that run may send. Unused claims are given back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Self

from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.values.digests import hex_digest
from shared.values.email_address import mailbox_key

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

COLLECTION = "customer_contacts"
CONVERSATION = timedelta(days=30)
"""After this long without a text, the next one starts a new conversation and repeats how to opt out."""

Channel = Literal["email", "sms"]


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer on one channel of one org; `recipient` is a mailbox key or an E.164 number."""

    org_id: str
    channel: Channel
    recipient: str

    @classmethod
    def of(cls, org_id: str, to: str) -> Self:
        """From an email address in any spelling, or an E.164 number."""
        return cls(org_id, "email", mailbox_key(to)) if "@" in to else cls(org_id, "sms", to)

    @property
    def id(self) -> str:
        """The document's id; doesn't reveal the recipient."""
        text = f"{self.org_id}\x1f{self.channel}\x1f{self.recipient}"
        return hex_digest(text, digits=64)


@dataclass(frozen=True, slots=True)
class Claim:
    """`capped_until`: when the next message may go, or None if this one may. `opens`: it starts a conversation."""

    capped_until: datetime | None
    opens: bool = False
    is_same_campaign: bool = False
    """Another customer of the same campaign with this address or number has it, however long ago."""


@dataclass(frozen=True, slots=True)
class PlannedMessage:
    """A message that effect `by` would send; with `takes` False it is only checked."""

    contact: Contact
    by: str
    takes: bool = True


def claim_each(
    wishes: Sequence[PlannedMessage], every: timedelta, now: datetime, *, campaign: str | None = None
) -> list[Claim]:
    """Claims each customer's one message in this period for its effect; repeatable with the same key.

    One transaction, so a few hundred at most. If two share a contact, the first gets the claim. `campaign`: the
    prefix of a campaign's keys. For a single contact the first claim creates the document, which reads nothing; a
    transaction follows only where there is one already.

    Raises:
        TransientError: too many tried at this moment.
    """
    if not wishes:
        return []
    collection = firestore().collection(COLLECTION)
    references = [collection.document(each) for each in {wish.contact.id: None for wish in wishes}]

    def take(transaction: Transaction) -> list[Claim]:
        found = firestore().get_all(references, transaction=transaction)
        fields: dict[str, dict[str, Any]] = {one.id: one.to_dict() or {} for one in found}
        claims, changed = claims_of(fields, wishes, every, now, campaign)
        for contact_id, after in changed.items():
            transaction.set(collection.document(contact_id), after)
        return claims

    if len(references) == 1 and (first := _first_claims(wishes, every, now, campaign)) is not None:
        return first
    if any(wish.takes for wish in wishes):
        return in_transaction(take, COLLECTION)
    found = {one.id: one.to_dict() or {} for one in firestore().get_all(references)}
    return claims_of(found, wishes, every, now, campaign)[0]


def _first_claims(
    wishes: Sequence[PlannedMessage], every: timedelta, now: datetime, campaign: str | None
) -> list[Claim] | None:
    """The claims of a contact that nobody has claimed yet; None if somebody has, or nothing needs a claim."""
    from google.api_core.exceptions import AlreadyExists

    from shared.gcp import plain_firestore

    claims, changed = claims_of({}, wishes, every, now, campaign)
    if not changed:
        return None
    commit = plain_firestore.Commit()
    for contact_id, after in changed.items():
        commit.create(f"{COLLECTION}/{contact_id}", after)
    try:
        commit.send()
    except AlreadyExists:
        return None
    return claims


def claims_of(
    fields: Mapping[str, Mapping[str, Any]],
    wishes: Sequence[PlannedMessage],
    every: timedelta,
    now: datetime,
    campaign: str | None,
) -> tuple[list[Claim], dict[str, dict[str, Any]]]:
    """The claim for each wish, and the changed contact documents by id."""
    claims: list[Claim] = []
    changed: dict[str, dict[str, Any]] = {}
    for wish in wishes:
        contact = wish.contact
        known = changed.get(contact.id) or fields.get(contact.id, {})
        holder = str(known.get("by"))
        if campaign and holder != wish.by and holder.startswith(campaign):
            claims.append(Claim(now, is_same_campaign=True))
        elif (until := cap_of(known, wish.by, every, now)) is not None:
            claims.append(Claim(until))
        else:
            after = claimed(known, contact, wish.by, every, now)
            if wish.takes:
                changed[contact.id] = after
            claims.append(Claim(None, opens=after["openedBy"] == wish.by))
    return claims, changed


def give_back(contact: Contact, by: str) -> None:
    """Undoes a claim, because the message was certainly not sent.

    Raises:
        TransientError: too many tried at this moment.
    """
    reference = firestore().collection(COLLECTION).document(contact.id)

    def undo(transaction: Transaction) -> None:
        fields = reference.get(transaction=transaction).to_dict() or {}
        if fields.get("by") != by:
            return
        before = fields.get("before")
        if isinstance(before, dict):
            transaction.set(reference, {**fields, **before, "before": None})
        else:
            transaction.delete(reference)

    in_transaction(undo, f"{COLLECTION}/{contact.id}")


def last_org(channel: Channel, recipient: str) -> str | None:
    """The org that contacted the recipient last within the conversation period, or None."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    wanted = _recipient_id(channel, recipient)
    query = firestore().collection(COLLECTION).where(filter=FieldFilter("recipientId", "==", wanted))
    found = [one.to_dict() or {} for one in query.stream()]
    dated = [one for one in found if isinstance(one.get("lastAt"), datetime)]
    return str(max(dated, key=lambda one: one["lastAt"])["orgId"]) if dated else None


def cap_of(fields: Mapping[str, Any], by: str, every: timedelta, now: datetime) -> datetime | None:
    """When effects other than `by` may send next, from the document's fields."""
    last = fields.get("lastAt")
    if not isinstance(last, datetime) or fields.get("by") == by or now >= last + every:
        return None
    return last + every


def claimed(
    fields: Mapping[str, Any], contact: Contact, by: str, every: timedelta, now: datetime
) -> dict[str, Any]:
    """The document's fields after `by` claims."""
    last, again = fields.get("lastAt"), fields.get("by") == by
    goes_on = isinstance(last, datetime) and now - last < CONVERSATION
    kept = {name: fields.get(name) for name in ("lastAt", "by", "openedBy")}
    return {
        "orgId": contact.org_id,
        "channel": contact.channel,
        "recipientId": _recipient_id(contact.channel, contact.recipient),
        "lastAt": now,
        "by": by,
        "openedBy": fields.get("openedBy") if goes_on else by,
        "before": fields.get("before") if again else (kept if isinstance(last, datetime) else None),
        "expireAt": now + max(every, CONVERSATION),
    }


def _recipient_id(channel: Channel, recipient: str) -> str:
    """The recipient's id across orgs."""
    return hex_digest(channel, recipient, digits=64)
