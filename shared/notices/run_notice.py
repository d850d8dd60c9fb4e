"""Emails and texts from a run's step to the org's own people, under the outbox's rules.

The run sends them itself, within the step, and retries only with its own attempts. During quiet hours they are
handed to the outbox, which sends them later, and the run continues.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from shared.errors import TransientError
from shared.gcp.clock import Clock
from shared.gcp.transactions import in_transaction
from shared.messages import mail
from shared.messages.email import Email
from shared.notices import delivery as deliveries
from shared.notices import handing_over, outbox, policy, preferences, sending
from shared.notices.delivery import LATE_AFTER, AlertDelivery, TextState, phone_key
from shared.tenants.tenant import Tenant

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

State = Literal["sent", "waiting", "unknown", "refused", "limited", "not wanted"]


@dataclass(frozen=True, slots=True)
class NoticeOutcome:
    """The outcome of one email or text. `waiting`: the outbox sends it at `at`."""

    state: State
    message_id: str | None = None
    at: datetime | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Addresses that didn't get the email, and why."""
    why: str = ""
    posted: Email | None = None


def notify(org: Tenant, new: AlertDelivery, now: datetime, *, at_once: bool) -> NoticeOutcome:
    """Sends the run's email or text, or hands it to the outbox; repeated calls return the outcome.

    `at_once`: ignore quiet hours.

    Raises:
        TransientError: it could not be sent now.
        PermanentError: it was refused; if the run is retried, it tries again.
    """
    chosen = preferences.load(org.id)
    at = now if at_once else policy.send_at(new.alert, chosen, org.timezone, now)
    if at > now and new.can_be_kept():
        return _outcome(_hand_over(new, at), now)
    done = sending.send(org, new, chosen, now)
    return _outcome(done.delivery, now, done.posted)


def look_up(new: AlertDelivery, now: datetime) -> NoticeOutcome | None:
    """The outcome, or None if it wasn't sent."""
    known = deliveries.read(new.id)
    return None if known is None or (known.by_run and known.done_at is None) else _outcome(known, now)


def as_mailed(org: Tenant, new: AlertDelivery) -> Email:
    """The email as its reader will see it.

    Raises:
        PermanentError: it can't be composed.
    """
    return mail.branded(handing_over.composed(org, new)[0], handing_over.origin(org, new))


def _hand_over(new: AlertDelivery, at: datetime) -> AlertDelivery:
    reference = deliveries.reference(new.id)
    waiting = {"by_run": False, "send_at": at, "due_at": at + LATE_AFTER}

    def put(transaction: Transaction) -> AlertDelivery:
        known = deliveries.read(new.id, transaction)
        if known is not None and (known.done_at is not None or not known.by_run):
            return known
        if known is not None and known.leased_until is not None and known.leased_until > Clock().now():
            raise TransientError(f"alert {new.alert.id} is being sent at this moment")
        done = {"texts": known.texts, "email": known.email, "message_ids": known.message_ids} if known else {}
        after = new.model_copy(update={**waiting, **done})
        transaction.set(reference, after.document())
        return after

    after = in_transaction(put, new.path)
    if after.done_at is None:
        outbox.call_at(f"{new.id}-deliver", {"kind": "message", "id": new.id}, after.send_at)
    return after


def _outcome(known: AlertDelivery, now: datetime, posted: Email | None = None) -> NoticeOutcome:
    wording = known.wording
    part = phone_key(wording.phones[0]) if wording and wording.phones else "email"
    found: TextState | None = known.email if part == "email" else known.texts.get(part)
    if found is None or found == "meant":
        is_done = known.done_at is not None
        return NoticeOutcome("not wanted") if is_done else NoticeOutcome("waiting", at=max(known.send_at, now))
    message_id, why = known.message_ids.get(part), " ".join(known.notes)
    return NoticeOutcome(found, message_id, left_out=known.left_out, why=why, posted=posted)
