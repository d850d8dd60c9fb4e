"""Puts a report into its org's next digest, once, and sees to it that the digest goes out."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.gcp.task_queue import create_named_task
from shared.gcp.transactions import in_transaction
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.notices import outbox
from shared.notices.alert import DASHBOARD, Alert, worded
from shared.notices.daily.record import (
    DIGESTS,
    Digest,
    Entry,
    day_of,
    digest_id,
    digest_reference,
    entry_reference,
)
from shared.playbooks.problems import problem_lines
from shared.quarantine.stored import parsed
from shared.tenants.digest_setting import FIELD, DigestSetting, stored_digest
from shared.values.local_time import next_at

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

log = logging.get_logger(__name__)

DEADLINE_SECONDS = 120
_DAYS_AHEAD = 3


def load_setting(org_id: str) -> DigestSetting | None:
    """What the org chose; None where it chose nothing, or what cannot be read, which its inbox then says once."""
    fields = firestore().collection("tenants").document(org_id).get([FIELD]).to_dict() or {}
    stored = stored_digest(fields)
    if stored is None:
        return None
    try:
        return DigestSetting.model_validate(stored)
    except ValidationError as error:
        _tell_of(org_id, "; ".join(problem_lines(error, FIELD)))
        return None


def add(entry: Entry, setting: DigestSetting, timezone: str, now: datetime) -> datetime:
    """Put it into the next digest that is still open; when that goes out. Again: the same answer, once in it.

    `entry.digest_id` is filled in here.

    Raises:
        TransientError: it could not be stored just now.
    """

    def put(transaction: Transaction) -> Digest:
        there = entry_reference(entry.id).get(["digestId"], transaction=transaction)
        if there.exists:
            return _read(str(there.get("digestId")), transaction) or _digest(entry, setting, timezone, now)
        digest, stored = _open_digest(entry, setting, timezone, now, transaction)
        if not stored:
            transaction.set(digest_reference(digest.id), digest.document())
        transaction.set(entry_reference(entry.id), entry.model_copy(update={"digest_id": digest.id}).document())
        return digest

    digest = in_transaction(put, f"{DIGESTS} of {entry.org_id}")
    if digest.status == "open":
        have_sent(digest.id, digest.send_at)
    return digest.send_at


def have_sent(of_digest: str, at: datetime, suffix: str = "") -> None:
    """Have the digest sent at that instant. `suffix`: for when the plain name may be spent."""
    payload = {"kind": "daily", "id": of_digest}
    create_named_task(outbox.QUEUE, f"{of_digest}-daily{suffix}", payload, deadline_seconds=DEADLINE_SECONDS, at=at)


def _open_digest(
    entry: Entry, setting: DigestSetting, timezone: str, now: datetime, transaction: Transaction
) -> tuple[Digest, bool]:
    """The next one that takes reports, and whether it is stored."""
    digest = _digest(entry, setting, timezone, now)
    for _ in range(_DAYS_AHEAD):
        stored = _read(digest.id, transaction)
        if stored is None or stored.status == "open":
            return stored or digest, stored is not None
        # Where the time was changed, today's may have gone already.
        digest = _digest(entry, setting, timezone, max(digest.send_at, stored.send_at))
    return digest, False


def _digest(entry: Entry, setting: DigestSetting, timezone: str, after: datetime) -> Digest:
    at = next_at(setting.at, timezone, after)
    return Digest(id=digest_id(entry.org_id, day_of(at, timezone)), org_id=entry.org_id, send_at=at, due_at=at)


def _read(of_digest: str, transaction: Transaction) -> Digest | None:
    return parsed(Digest, digest_reference(of_digest).get(transaction=transaction))


def _tell_of(org_id: str, reason: str) -> None:
    """Once for the same problem, however often it is met."""
    path = f"tenants/{org_id}"
    log.error("a digest's setting cannot be used; none is made", extra={"path": path, "reason": reason})
    which = hashlib.sha256(f"{org_id}\x1f{reason}".encode()).hexdigest()[:32]
    alert = Alert(
        id=f"digest-setting-{which}",
        type=AlertType.PLAYBOOK_FAILURE,
        key=f"digest-setting-{which}",
        message=worded(
            "Your daily digest setting can't be used",
            f"{reason}. Your reports go out one by one instead. Choose the digest's time again to fix it.",
        ),
        severity="warning",
        link=links.PREFERENCES,
        also=DASHBOARD,
        at_most=DASHBOARD,
    )
    # Whoever asks has a report to send, which must not wait for this.
    outbox.try_to_tell(org_id, alert, datetime.now(UTC))
