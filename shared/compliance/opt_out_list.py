"""Customers who opted out in the shop's records: `customer_opt_outs/{orgId}_{channel}_{part}`, one list per org.

A campaign reads each customer's own document, but not other documents the shop may keep for the same person.
Querying for those takes several queries per customer and misses unusual spellings; single texts check here too for
the same reason. The list holds eight bytes of each mailbox's or number's hash; if two people collide, one may
get a message too few. It is rebuilt when a campaign starts and when it is older than five minutes.

An opt-out must outlast the erasure of a customer's record: a shop that reimports an old list must not contact them.
So `customer_opt_outs/{orgId}_{channel}_kept_{part}` keeps their hashes and doesn't expire.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from shared.compliance.frequency import Channel
from shared.documents.customers import says_yes
from shared.documents.org import CUSTOMERS, org_path
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.gcp.pages import paged
from shared.gcp.transactions import in_transaction
from shared.values.email_address import mailbox_key
from shared.values.phone_number import phone_number_or_none

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Transaction

log = logging.get_logger(__name__)

COLLECTION = "customer_opt_outs"
LISTED_EVERY = timedelta(minutes=5)
KEPT_FOR = timedelta(days=2)
A_PART = 100_000
"""800 kB, below Firestore's limit of 1 MiB."""
A_READ = 500

FIELDS: Mapping[Channel, str] = MappingProxyType({"email": "emailOptOut", "sms": "smsOptOut"})


@dataclass(frozen=True, slots=True)
class OptOuts:
    """A set of mailbox keys or E.164 numbers; supports `recipient in opt_outs`."""

    hashes: array[int]
    """Sorted."""

    def __contains__(self, recipient: object) -> bool:
        if not isinstance(recipient, str):
            return False
        wanted = _hash(recipient)
        place = bisect_left(self.hashes, wanted)
        return place < len(self.hashes) and self.hashes[place] == wanted


def load(org_id: str, channel: Channel, now: datetime) -> OptOuts:
    """The list, at most five minutes old; one read per 100,000 entries."""
    references = firestore().collection(COLLECTION)
    first = references.document(f"{org_id}_{channel}_0").get().to_dict()
    if first is None or abs(now - first["listedAt"]) >= LISTED_EVERY:
        return refresh(org_id, channel, now)
    parts = [first]
    if first["parts"] > 1:
        wanted = [references.document(f"{org_id}_{channel}_{number}") for number in range(1, first["parts"])]
        parts += sorted((one.to_dict() or {} for one in firestore().get_all(wanted)), key=lambda one: one["part"])
    hashes = array("Q")
    for part in parts:
        hashes.frombytes(part["hashes"])
    return OptOuts(hashes)


def has(org_id: str, channel: Channel, recipient: str, now: datetime) -> bool:
    """Whether a customer with this mailbox or number opted out, in any spelling; usually one read.

    A hit rebuilds the list, so that customers who opted in again are contacted at once.
    """
    return recipient in load(org_id, channel, now) and recipient in refresh(org_id, channel, now)


def refresh(org_id: str, channel: Channel, now: datetime) -> OptOuts:
    """Rebuilds and stores the list."""
    hashes = read(org_id, channel).hashes
    batch, parts = firestore().batch(), range(0, len(hashes) or 1, A_PART)
    for number, start in enumerate(parts):
        fields = {
            "orgId": org_id,
            "listedAt": now,
            "part": number,
            "parts": len(parts),
            "hashes": hashes[start : start + A_PART].tobytes(),
            "expireAt": now + KEPT_FOR,
        }
        batch.set(firestore().collection(COLLECTION).document(f"{org_id}_{channel}_{number}"), fields)
    batch.commit()
    return OptOuts(hashes)


def read(org_id: str, channel: Channel) -> OptOuts:
    """Reads who is opted out right now; one read per customer."""
    return OptOuts(array("Q", sorted({*_listed(org_id, channel), *_kept(org_id, channel)})))


def keep(org_id: str, channel: Channel, recipients: Iterable[str], now: datetime) -> None:
    """Keeps these recipients opted out even after their customer records are gone.

    Raises:
        TransientError: too many concurrent writes to the list.
    """
    keep_hashes(org_id, channel, map(_hash, recipients), now)


def keep_hashes(org_id: str, channel: Channel, hashes: Iterable[int], now: datetime) -> None:
    """The same for hashes from `read`."""
    added = set(hashes)
    if not added:
        return

    def write(transaction: Transaction) -> None:
        every = sorted(added | set(_kept(org_id, channel, transaction)))
        parts = range(0, len(every), A_PART)
        for number, start in enumerate(parts):
            some = array("Q", every[start : start + A_PART])
            fields = {"orgId": org_id, "keptAt": now, "part": number, "parts": len(parts), "hashes": some.tobytes()}
            transaction.set(_kept_part(org_id, channel, number), fields)

    in_transaction(write, f"{COLLECTION}/{org_id}_{channel}_kept")


def is_kept(fields: Mapping[str, Any]) -> bool:
    """Whether the document belongs to the list that outlasts customer records."""
    return "keptAt" in fields


def _kept(org_id: str, channel: Channel, transaction: Transaction | None = None) -> Iterator[int]:
    first = _kept_part(org_id, channel, 0).get(transaction=transaction).to_dict()
    if first is None:
        return
    others = [_kept_part(org_id, channel, number) for number in range(1, first["parts"])]
    found = firestore().get_all(others, transaction=transaction) if others else ()
    for fields in (first, *(one.to_dict() or {} for one in found)):
        hashes = array("Q")
        hashes.frombytes(fields["hashes"])
        yield from hashes


def _kept_part(org_id: str, channel: Channel, number: int) -> DocumentReference:
    return firestore().collection(COLLECTION).document(f"{org_id}_{channel}_kept_{number}")


def _listed(org_id: str, channel: Channel) -> Iterator[int]:
    from google.cloud.firestore_v1.base_query import FieldFilter

    field, unknown = FIELDS[channel], 0
    query = (
        firestore()
        .collection(org_path(org_id, CUSTOMERS))
        .where(filter=FieldFilter(field, "!=", False))
        .order_by(field)
        .select([field, "email", "phone", "phoneE164"])
    )
    for one in paged(query, A_READ):
        fields = one.to_dict() or {}
        recipient = _recipient(channel, fields)
        if says_yes(fields.get(field)) and recipient:
            yield _hash(recipient)
        unknown += recipient is None
    if unknown:
        log.warning("opted-out customers without a readable address", extra={"count": unknown})


def _recipient(channel: Channel, fields: Mapping[str, Any]) -> str | None:
    if channel == "email":
        return mailbox_key(fields["email"]) if isinstance(fields.get("email"), str) else None
    return phone_number_or_none(fields.get("phone")) or phone_number_or_none(fields.get("phoneE164"))


def _hash(recipient: str) -> int:
    return int.from_bytes(hashlib.sha256(recipient.encode()).digest()[:8], "little")
