"""Numbers that replied STOP: `sms_opt_outs/{hash}`, where `{hash}` is the SHA-256 (hex) of the E.164 number.

All orgs text from one number, and a reply doesn't say which org it means. So STOP blocks texts from all orgs, and
START allows them again. `optedOutAt` and `optedInAt` are when the replies were sent, so their order of arrival
doesn't matter; a document with neither is an opt-out. `source` is informational.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.gcp import read_lately
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

COLLECTION = "sms_opt_outs"


def opt_out_id(phone: str) -> str:
    return hex_digest(phone, digits=64)


def has_opted_out(phone: str) -> bool:
    """Whether the E.164 number is opted out; one read, shared within a run for a moment."""
    return phone in opted_out_of([phone])


def opted_out_of(phones: Iterable[str]) -> frozenset[str]:
    """The opted-out ones among these E.164 numbers, in one round trip."""
    by_path = {f"{COLLECTION}/{opt_out_id(phone)}": phone for phone in phones}
    found = read_lately.fields_of(by_path)
    return frozenset(by_path[path] for path, one in found.items() if one is not None and means_opt_out(one))


def means_opt_out(fields: Mapping[str, Any]) -> bool:
    """Whether the fields mean an opt-out; if in doubt, yes."""
    left, back = fields.get("optedOutAt"), fields.get("optedInAt")
    if not isinstance(back, datetime):
        return True
    return left is not None and not (isinstance(left, datetime) and left < back)


def note_reply(phone: str, at: datetime, source: str, *, stops: bool) -> None:
    """Records a STOP or START reply sent at `at`.

    Raises:
        TransientError: too many wrote at this moment.
    """
    reference = firestore().collection(COLLECTION).document(opt_out_id(phone))

    def write(transaction: Transaction) -> None:
        # Keep a START without a STOP too: the earlier STOP may still arrive.
        known = reference.get(transaction=transaction).to_dict() or {}
        transaction.set(reference, after_reply(known, "optedOutAt" if stops else "optedInAt", at, source))

    in_transaction(write, f"{COLLECTION}/{reference.id}")


def after_reply(fields: Mapping[str, Any], field: str, at: datetime, source: str) -> dict[str, Any]:
    """The fields after a reply; the later of two replies of the same kind counts, in any order of arrival."""
    kept = {name: value for name, value in fields.items() if name == "source" or isinstance(value, datetime)}
    before = kept.get(field)
    if isinstance(before, datetime) and before >= at:
        return kept
    return {**kept, field: at, "source": source}
