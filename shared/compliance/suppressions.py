"""Addresses that get no email: `email_suppressions/{hash of the mailbox}`, one document for all spellings.

`bounced {at, reason, lasting}`: the mailbox doesn't exist or rejected our mail. A bounce counts for 30 days, then
the address is tried again; a spam complaint never expires. `optedOut {orgId: at}`: the reader unsubscribed from
that org. The address itself isn't stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, Field, ValidationError

from shared.documents.stored import Stored
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.quarantine.failures import describe
from shared.values.digests import hex_digest
from shared.values.email_address import mailbox_key
from shared.values.words import date_words

log = logging.get_logger(__name__)

COLLECTION = "email_suppressions"
BOUNCE_COUNTS_FOR = timedelta(days=30)


class Bounced(Stored):
    """Why email doesn't arrive."""

    at: AwareDatetime
    reason: str
    lasting: bool = False


class _Suppression(Stored):
    bounced: Bounced | None = None
    opted_out: dict[str, Any] = Field(default_factory=dict)
    """By org. A value that isn't a time still counts, and one org's bad value doesn't affect others."""

    def reason(self, org_id: str | None, now: datetime) -> str | None:
        if org_id in self.opted_out:
            left_at = self.opted_out[org_id]
            on = f" on {date_words(left_at)}" if isinstance(left_at, datetime) else ""
            return f"its reader unsubscribed{on}"
        if self.bounced and self.bounced.lasting:
            return "its reader marked an email as spam"
        if self.bounced and (now - self.bounced.at < BOUNCE_COUNTS_FOR):
            return f"email to it bounced on {date_words(self.bounced.at)} ({self.bounced.reason})"
        return None


def address_hash(address: str) -> str:
    """The mailbox's hash, the same for all spellings."""
    return _digest(mailbox_key(address))


def _hashes(address: str) -> frozenset[str]:
    """Possible document ids: each spelling of a domain used to have its own document."""
    return frozenset({address_hash(address), _digest(address.strip().lower())})


def _digest(key: str) -> str:
    return hex_digest(key, digits=64)


def refusals(org_id: str | None, addresses: Iterable[str], now: datetime) -> dict[str, str]:
    """The addresses the org can't email, and why; one round trip.

    An unreadable document may be an opt-out, so its address gets no email; other addresses aren't affected.
    """
    spellings: dict[str, list[str]] = {}
    for address in addresses:
        for each in _hashes(address):
            spellings.setdefault(each, []).append(address)
    # Loads Firestore's library, which a function's start can do without.
    from shared.gcp import plain_firestore

    found = plain_firestore.read_all(*(f"{COLLECTION}/{each}" for each in spellings)) if spellings else []
    stored = {each: one.fields for each, one in zip(spellings, found, strict=True) if one is not None}
    reasons = {each: _reason(each, fields, org_id, now) for each, fields in stored.items()}
    return {
        address: reason for each, reason in reasons.items() if reason is not None for address in spellings[each]
    }


def bounce(address: str, bounced: Bounced) -> None:
    """Records a bounce; a later bounce doesn't replace a complaint."""
    _reference(address).set({"bounced": bounced.model_dump(by_alias=True, exclude_defaults=True)}, merge=True)


def opt_out(org_id: str, address: str, now: datetime) -> None:
    """Stops email from the org to the address."""
    _reference(address).set({"optedOut": {org_id: now}}, merge=True)


def opt_in(org_id: str, address: str) -> None:
    from google.cloud.firestore import DELETE_FIELD

    for each in _hashes(address):
        firestore().collection(COLLECTION).document(each).set({"optedOut": {org_id: DELETE_FIELD}}, merge=True)


def _reference(address: str) -> Any:
    return firestore().collection(COLLECTION).document(address_hash(address))


def _reason(document_id: str, data: dict[str, Any], org_id: str | None, now: datetime) -> str | None:
    try:
        return _Suppression.model_validate(data).reason(org_id, now)
    except ValidationError as error:
        log.error("malformed suppression", extra={"path": f"{COLLECTION}/{document_id}", "reason": describe(error)})
        return "whether it wants mail cannot be read, so it gets none"
