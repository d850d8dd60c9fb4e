"""Who opted out in the shop's own records: `customer_opt_outs/{orgId}_{channel}_{part}`, a list for each org.

A campaign has each customer's own document in hand, but not the others that the shop may keep of the same person.
Looking for those by query would be several queries a customer, and misses a number that is written as nobody
expects; because of those, single texts ask here too. So whoever opted out is listed, as eight bytes of the hash of
the mailbox or number; of two who share these, one may get a message too few. The list is made when a campaign
begins, and again where it is older than five minutes.

Where a customer's record is erased, that they had opted out must outlast it: a shop that imports its old list again
must not write to them. So `customer_opt_outs/{orgId}_{channel}_kept_{part}` has their hashes, and does not expire.
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

from shared.compliance.consent import says_yes
from shared.compliance.frequency import Channel
from shared.documents.org import CUSTOMERS, org_path
from shared.gcp import logging
from shared.gcp.clients import firestore
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
"""800 kB; a document holds 1 MiB."""
A_READ = 500

FIELDS: Mapping[Channel, str] = MappingProxyType({"email": "emailOptOut", "sms": "smsOptOut"})


@dataclass(frozen=True, slots=True)
class OptOuts:
    """Mailbox keys, or numbers in E.164; `recipient in opt_outs`."""

    hashes: array[int]
    """In ascending order."""

    def __contains__(self, recipient: object) -> bool:
        if not isinstance(recipient, str):
            return False
        wanted = _hash(recipient)
        place = bisect_left(self.hashes, wanted)
        return place < len(self.hashes) and self.hashes[place] == wanted


def load(org_id: str, channel: Channel, now: datetime) -> OptOuts:
    """The list, at most five minutes old: one read for each 100,000 in it."""
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
    """Whether a customer with this mailbox or number opted out, however it is written: one read, if nobody did.

    Where the list says so it is made anew, so that who came back is written to at once.
    """
    return recipient in load(org_id, channel, now) and recipient in refresh(org_id, channel, now)


def refresh(org_id: str, channel: Channel, now: datetime) -> OptOuts:
    """The list made anew, and kept."""
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
    """Who has opted out just now: one read for each."""
    return OptOuts(array("Q", sorted({*_listed(org_id, channel), *_kept(org_id, channel)})))


def keep(org_id: str, channel: Channel, recipients: Iterable[str], now: datetime) -> None:
    """Have these mailbox keys or numbers in E.164 stay opted out, whatever becomes of the customers' records.

    Raises:
        TransientError: somebody else keeps writing the list.
    """
    keep_hashes(org_id, channel, map(_hash, recipients), now)


def keep_hashes(org_id: str, channel: Channel, hashes: Iterable[int], now: datetime) -> None:
    """The same of what `read` found."""
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
    """Whether a document of the collection is one of those that outlast the customers' records."""
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
        .limit(A_READ)
    )
    page = list(query.stream())
    while page:
        for one in page:
            fields = one.to_dict() or {}
            recipient = _recipient(channel, fields)
            if says_yes(fields.get(field)) and recipient:
                yield _hash(recipient)
            unknown += recipient is None
        page = list(query.start_after(page[-1]).stream()) if len(page) == A_READ else []
    if unknown:
        log.warning("customers opted out without an address that can be read", extra={"count": unknown})


def _recipient(channel: Channel, fields: Mapping[str, Any]) -> str | None:
    if channel == "email":
        return mailbox_key(fields["email"]) if isinstance(fields.get("email"), str) else None
    return phone_number_or_none(fields.get("phone")) or phone_number_or_none(fields.get("phoneE164"))


def _hash(recipient: str) -> int:
    return int.from_bytes(hashlib.sha256(recipient.encode()).digest()[:8], "little")
