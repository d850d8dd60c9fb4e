"""Addresses that get no mail: `email_suppressions/{hash of the address}`.

`bounced {at, reason, lasting}`: a provider said that the mailbox does not exist or does not want us. It counts for
30 days, then the address is tried again; a complaint of spam counts for good. `optedOut {orgId: at}`: the reader
wants no mail from that org. The address itself is not stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.playbooks.problems import problem_lines

COLLECTION = "email_suppressions"
BOUNCE_COUNTS_FOR = timedelta(days=30)
MAX_REASON_CHARS = 300


class Bounced(BaseModel):
    """That and why mails do not arrive."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    at: AwareDatetime
    reason: str
    lasting: bool = False


class _Suppression(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    bounced: Bounced | None = None
    optedOut: dict[str, AwareDatetime] = {}  # noqa: N815 - the document's name

    def reason(self, org_id: str | None, now: datetime) -> str | None:
        left_at = self.optedOut.get(org_id or "")
        if left_at:
            return f"its reader unsubscribed on {left_at:%Y-%m-%d}"
        if self.bounced and (self.bounced.lasting or now - self.bounced.at < BOUNCE_COUNTS_FOR):
            return f"mails to it came back on {self.bounced.at:%Y-%m-%d} ({self.bounced.reason})"
        return None


def address_hash(address: str) -> str:
    """What stands for the address, however it is written."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


def refusals(org_id: str | None, addresses: Iterable[str], now: datetime) -> dict[str, str]:
    """Those of the addresses that the org cannot mail, and why; one round trip.

    Raises:
        PermanentError: a document is malformed.
    """
    client = firestore()
    by_hash = {address_hash(address): address for address in addresses}
    found = client.get_all([client.collection(COLLECTION).document(each) for each in by_hash])
    reasons = {
        by_hash[each.id]: _parsed(each.id, each.to_dict()).reason(org_id, now) for each in found if each.exists
    }
    return {address: reason for address, reason in reasons.items() if reason}


def bounce(address: str, bounced: Bounced) -> None:
    """Remember that mails to the address come back; a complaint is not forgotten over a later bounce."""
    data: dict[str, Any] = {"at": bounced.at, "reason": bounced.reason[:MAX_REASON_CHARS]}
    if bounced.lasting:
        data["lasting"] = True
    _reference(address).set({"bounced": data}, merge=True)


def opt_out(org_id: str, address: str, now: datetime) -> None:
    """No more mails from the org to the address."""
    _reference(address).set({"optedOut": {org_id: now}}, merge=True)


def opt_in(org_id: str, address: str) -> None:
    """The reader changed their mind."""
    from google.cloud.firestore import DELETE_FIELD

    _reference(address).set({"optedOut": {org_id: DELETE_FIELD}}, merge=True)


def _reference(address: str) -> Any:
    return firestore().collection(COLLECTION).document(address_hash(address))


def _parsed(document_id: str, data: dict[str, Any] | None) -> _Suppression:
    try:
        return _Suppression.model_validate(data or {})
    except ValidationError as error:
        problems = "; ".join(problem_lines(error))
        raise PermanentError(f"{COLLECTION}/{document_id} cannot be used: {problems}") from None
