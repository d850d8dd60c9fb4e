"""Closes a digest at its time and puts it into the outbox, in one commit: the outbox mails it once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.errors import NotFoundError, TransientError
from shared.gcp.clients import firestore
from shared.gcp.clock import Clock
from shared.gcp.transactions import in_transaction
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.notices import outbox
from shared.notices.alert import DASHBOARD, Alert, worded
from shared.notices.daily.adding import have_sent
from shared.notices.daily.gathering import gathered, ordered
from shared.notices.daily.record import DIGESTS, ENTRIES, Digest, Entry, digest_reference
from shared.notices.delivery import Delivery
from shared.notices.preferences import Channel
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.quarantine.stored import parsed
from shared.tenants.tenant import load_reachable

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Transaction

OVERDUE_AFTER = timedelta(minutes=5)
SWEPT_AT_ONCE = 200
EMAIL = frozenset({Channel.EMAIL})


def send(of_digest: str, now: datetime) -> bool:
    """Have the digest mailed; False where it is the outbox's already, or none of its reports can be read.

    What the outbox cannot mail it tries again, and where it is refused it says so in the inbox.

    Raises:
        TransientError: it is not time yet, or it could not be stored.
    """
    reference = digest_reference(of_digest)

    def hand_over(transaction: Transaction) -> Delivery | None:
        digest = parsed(Digest, reference.get(transaction=transaction))
        if digest is None or digest.due_at is None:
            return None
        if digest.send_at > now:
            raise TransientError(f"the digest waits until {digest.send_at.isoformat()}")
        entries = _entries(of_digest, transaction)
        put = None
        if entries:
            told = _alert(digest, entries) if _has_reader(digest.org_id) else _unmailed(digest, entries)
            put = Delivery.of(digest.org_id, told, now)
            transaction.set(firestore().document(put.path), put.document())
        transaction.set(reference, digest.model_copy(update={"status": "closed", "due_at": None}).document())
        return put

    put = in_transaction(hand_over, f"{DIGESTS}/{of_digest}")
    if put is None:
        return False
    outbox.deliver(put, now)
    return True


def sweep_digests(clock: Clock) -> int:
    """Have those sent whose task was lost; how many.

    Raises:
        TransientError: some could not be set going now; the others were.
    """
    now = clock.now()
    query = (
        firestore()
        .collection(DIGESTS)
        .where(filter=FieldFilter("dueAt", "<=", now - OVERDUE_AFTER))
        .limit(SWEPT_AT_ONCE)
    )
    with Isolation("daily-digests") as isolation:
        found = isolation.each(query.stream(), Item.of, lambda one: _set_going(one, now))
    isolation.require_no_waiting()
    return sum(one is True for one in found)


def _set_going(stored: DocumentSnapshot[Any], now: datetime) -> bool:
    digest = parsed(Digest, stored)
    if digest is None:
        # Else those of no use would one day be all that a sweep finds.
        stored.reference.update({"dueAt": None})
        return False
    if digest.due_at is None:
        return False
    have_sent(digest.id, now, suffix=f"-{int(now.timestamp()) // 300}")
    return True


def _has_reader(org_id: str) -> bool:
    """Whether there is somebody to mail; an org that is gone needs no line about that."""
    try:
        return bool(load_reachable(org_id).owner_email)
    except NotFoundError:
        return True


def _unmailed(digest: Digest, entries: list[Entry]) -> Alert:
    """What the inbox says of the digest of an org whose address has been removed."""
    return Alert(
        id=f"digest-{digest.id}",
        type=AlertType.PLAYBOOK_FAILURE,
        key=f"digest-{digest.id}",
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
    """For the inbox, which every member of the org reads."""
    titles = "\n".join(f"• {entry.message.title}" for entry in ordered(entries))
    return f"It had these parts, which you can also find in your dashboard:\n{titles}"


def _alert(digest: Digest, entries: list[Entry]) -> Alert:
    types = {entry.type for entry in entries}
    return Alert(
        id=f"digest-{digest.id}",
        # What one click turns off.
        type=types.pop() if len(types) == 1 else AlertType.WEEKLY_REPORT,
        key=f"digest-{digest.id}",
        message=gathered(entries),
        # It has a line in the inbox only where it cannot be mailed.
        members_body=_titles(entries),
        also=EMAIL,
        at_most=EMAIL,
    )


def _entries(of_digest: str, transaction: Transaction) -> list[Entry]:
    """Those that can be read; the others are logged."""
    query = firestore().collection(ENTRIES).where(filter=FieldFilter("digestId", "==", of_digest))
    found = (parsed(Entry, one) for one in query.stream(transaction=transaction))
    return [one for one in found if one is not None]
