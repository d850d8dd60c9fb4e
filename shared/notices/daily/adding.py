"""Adds a report to its org's next digest, once, and schedules the digest."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from shared.documents.org import org_path
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.messages.alert_types import AlertType
from shared.notices import delivery as deliveries
from shared.notices import inbox, outbox
from shared.notices.alert import Alert, worded
from shared.notices.daily.record import Entry, day_of, digest_id, entry_reference
from shared.notices.delivery import LATE_AFTER, AlertDelivery
from shared.playbooks.problems import problem_lines
from shared.tenants.tenant import FIELD, DigestSetting, stored_digest
from shared.values.local_time import next_at

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

_DAYS_AHEAD = 3


def load_setting(org_id: str) -> DigestSetting | None:
    """The org's setting, or None. An unreadable one is reported in its inbox once."""
    fields = firestore().document(org_path(org_id)).get([FIELD]).to_dict() or {}
    stored = stored_digest(fields)
    if stored is None:
        return None
    try:
        return DigestSetting.model_validate(stored)
    except ValidationError as error:
        inbox.notify_of_setting(
            org_id,
            "digest-setting",
            "Your daily digest setting can't be used",
            "; ".join(problem_lines(error, FIELD)),
            "Your reports are sent one by one for now. To fix this, choose the digest's time again.",
        )
        return None


def add(entry: Entry, setting: DigestSetting, timezone: str, now: datetime) -> datetime:
    """Adds the entry to the next open digest; returns when that is sent. Safe to repeat.

    Sets `entry.digest_id`.

    Raises:
        TransientError: it could not be stored now.
    """

    def put(transaction: Transaction) -> AlertDelivery:
        there = entry_reference(entry.id).get(["digestId"], transaction=transaction)
        if there.exists:
            known = deliveries.read(str(there.get("digestId")), transaction)
            return known or _digest(entry, setting, timezone, now)
        digest = _open_digest(entry, setting, timezone, now, transaction)
        transaction.set(deliveries.reference(digest.id), digest.document())
        transaction.set(entry_reference(entry.id), entry.model_copy(update={"digest_id": digest.id}).document())
        return digest

    digest = in_transaction(put, f"digest of {entry.org_id}")
    if digest.decision == "gathering":
        outbox.call_at(f"{digest.id}-daily", {"kind": "daily", "id": digest.id}, digest.send_at)
    return digest.send_at


def _open_digest(
    entry: Entry, setting: DigestSetting, timezone: str, now: datetime, transaction: Transaction
) -> AlertDelivery:
    """The next digest that still accepts reports."""
    digest = _digest(entry, setting, timezone, now)
    for _ in range(_DAYS_AHEAD):
        stored = deliveries.read(digest.id, transaction)
        if stored is None or stored.decision == "gathering":
            return stored or digest
        # If the time was changed, today's may already have been sent.
        digest = _digest(entry, setting, timezone, max(digest.send_at, stored.send_at))
    return digest


def _digest(entry: Entry, setting: DigestSetting, timezone: str, after: datetime) -> AlertDelivery:
    at = next_at(setting.at, timezone, after)
    which = digest_id(entry.org_id, day_of(at, timezone))
    alert = Alert(id=which, type=AlertType.WEEKLY_REPORT, key=which, message=worded("Your daily digest"))
    new = AlertDelivery.of(entry.org_id, alert, after)
    return new.model_copy(update={"decision": "gathering", "send_at": at, "due_at": at + LATE_AFTER})
