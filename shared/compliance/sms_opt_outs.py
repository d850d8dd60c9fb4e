"""Who wants no texts: `sms_opt_outs/{hash}`, where `{hash}` is the SHA-256 (hex) of the number in E.164.

All orgs text from one account and so from one number, and a reply does not say which of them it means. So a number
that replied STOP gets no texts of any org, and START brings all of them back. `optedOutAt` and `optedInAt` are when
the replies were sent, so that they may arrive in any order; a document with neither is an opt-out. `source` is for
people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

COLLECTION = "sms_opt_outs"


def opt_out_id(phone: str) -> str:
    """The id of the number's document."""
    return hex_digest(phone, digits=64)


def has_opted_out(phone: str) -> bool:
    """Whether the number (E.164) gets no texts: one read."""
    return phone in opted_out_of([phone])


def opted_out_of(phones: Iterable[str]) -> frozenset[str]:
    """Those of the numbers (E.164) that get no texts, in one round trip."""
    client = firestore()
    by_id = {opt_out_id(phone): phone for phone in phones}
    found = client.get_all([client.collection(COLLECTION).document(each) for each in by_id])
    return frozenset(by_id[one.id] for one in found if one.exists and means_opt_out(one.to_dict() or {}))


def means_opt_out(fields: Mapping[str, Any]) -> bool:
    """Whether a document with these fields is an opt-out; where that cannot be told, it is."""
    left, back = fields.get("optedOutAt"), fields.get("optedInAt")
    if not isinstance(back, datetime):
        return True
    return left is not None and not (isinstance(left, datetime) and left < back)


def note_reply(phone: str, at: datetime, source: str, *, stops: bool) -> None:
    """The number's owner replied at `at` that they want no more texts, or texts again.

    Raises:
        TransientError: too many wrote at this moment.
    """
    reference = firestore().collection(COLLECTION).document(opt_out_id(phone))

    def write(transaction: Transaction) -> None:
        # A START without a STOP is kept too: the STOP that came before it may still be on its way.
        known = reference.get(transaction=transaction).to_dict() or {}
        transaction.set(reference, after_reply(known, "optedOutAt" if stops else "optedInAt", at, source))

    in_transaction(write, f"{COLLECTION}/{reference.id}")


def after_reply(fields: Mapping[str, Any], field: str, at: datetime, source: str) -> dict[str, Any]:
    """The document's fields after a reply; of two replies of a kind the later one counts, whichever came first."""
    kept = {name: value for name, value in fields.items() if name == "source" or isinstance(value, datetime)}
    before = kept.get(field)
    if isinstance(before, datetime) and before >= at:
        return kept
    return {**kept, field: at, "source": source}
