"""Closes a digest when it is due and passes it to the outbox, in one commit, so that it is emailed once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.documents.stored import parsed
from shared.errors import TransientError
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.notices import delivery as deliveries
from shared.notices import outbox
from shared.notices.alert import DASHBOARD, EMAIL, Alert, worded
from shared.notices.daily.gathering import gathered, ordered
from shared.notices.daily.record import ENTRIES, Entry
from shared.notices.delivery import AlertDelivery
from shared.tenants.tenant import find_reachable

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction


def send(of_digest: str, now: datetime) -> bool:
    """Sends the digest; False if the outbox already has it or none of its entries is readable.

    The outbox retries failed emails and reports refused ones in the inbox.

    Raises:
        TransientError: it isn't due yet, or could not be stored.
    """

    def close(transaction: Transaction) -> AlertDelivery | None:
        digest = deliveries.read(of_digest, transaction)
        if digest is None or digest.decision != "gathering":
            return None
        if digest.send_at > now:
            raise TransientError(f"the digest waits until {digest.send_at.isoformat()}")
        entries = _entries(of_digest, transaction)
        tell = _alert if _has_reader(digest.org_id) else _unmailed
        none = digest.model_copy(update={"decision": "send", "due_at": None, "done_at": now})
        put = AlertDelivery.of(digest.org_id, tell(digest, entries), now) if entries else none
        transaction.set(deliveries.reference(of_digest), put.document())
        return put if entries else None

    put = in_transaction(close, f"{deliveries.COLLECTION}/{of_digest}")
    if put is None:
        return False
    outbox.deliver(put, now)
    return True


def _has_reader(org_id: str) -> bool:
    """Whether the owner has an email address; deleted orgs count as yes, since nobody needs to know."""
    org = find_reachable(org_id)
    return org is None or bool(org.owner_email)


def _unmailed(digest: AlertDelivery, entries: list[Entry]) -> Alert:
    """The inbox notice for an org whose email address was removed."""
    return Alert(
        id=digest.alert.id,
        type=AlertType.PLAYBOOK_FAILURE,
        key=digest.alert.id,
        message=worded(
            "Your daily digest wasn't emailed",
            "There's no email address for reports and alerts. Add one in your organization settings.\n\n"
            f"{_titles(entries)}",
        ),
        severity="warning",
        link=links.ORGANIZATION,
        also=DASHBOARD,
        at_most=DASHBOARD,
    )


def _titles(entries: list[Entry]) -> str:
    """Titles for the inbox, which all members can read."""
    titles = "\n".join(f"• {entry.message.title}" for entry in ordered(entries))
    return f"It had these reports and alerts, which are also in your dashboard:\n{titles}"


def _alert(digest: AlertDelivery, entries: list[Entry]) -> Alert:
    types = {entry.type for entry in entries}
    return Alert(
        id=digest.alert.id,
        # What unsubscribing turns off.
        type=types.pop() if len(types) == 1 else AlertType.WEEKLY_REPORT,
        key=digest.alert.id,
        message=gathered(entries),
        # Shown in the inbox only if it can't be emailed.
        members_body=_titles(entries),
        also=EMAIL,
        at_most=EMAIL,
    )


def _entries(of_digest: str, transaction: Transaction) -> list[Entry]:
    """The readable entries; others are logged."""
    query = firestore().collection(ENTRIES).where(filter=FieldFilter("digestId", "==", of_digest))
    found = (parsed(Entry, one) for one in query.stream(transaction=transaction))
    return [one for one in found if one is not None]
