"""Tells a playbook's author, in the document itself, that it can't run or can't run yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from google.cloud.firestore import DELETE_FIELD

from shared.error_codes import ErrorCode
from shared.gcp import clients, logging
from shared.playbooks.credentials import CREDENTIAL, REFUSED_BY
from shared.playbooks.models import PlaybookStatus
from shared.triggers.own_limits import TIER
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

    from shared.gcp.clock import Clock
    from shared.messages.alert_types import Severity

log = logging.get_logger(__name__)

MAX_REASON = 5_000
_REFUSED_BY = {ErrorCode.TIER_LIMIT: TIER, ErrorCode.CREDENTIAL_IN_PLAYBOOK: CREDENTIAL}
_TAKEN_BACK: dict[str, Any] = dict.fromkeys(("statusReason", "errorCode", REFUSED_BY), DELETE_FIELD)


def write_back(
    org_id: str,
    snapshot: DocumentSnapshot[Any],
    reason: str,
    clock: Clock,
    *,
    code: ErrorCode,
    explanation: str | None = None,
) -> None:
    """Sets `status: error` with the reason, and notifies the org once per document version.

    `explanation`: the inbox text used in place of the reason, because all members can read it. A playbook refused
    with `tier_limit` is reactivated when the tier has room for it.

    The write triggers reconciliation again, which ends there because a playbook in error needs no jobs.

    Raises:
        google.api_core.exceptions.FailedPrecondition: the author has written meanwhile; look again.
    """
    refused_by = _REFUSED_BY.get(code, DELETE_FIELD)
    fields = {"status": PlaybookStatus.ERROR, "errorCode": code, REFUSED_BY: refused_by}
    _write(org_id, snapshot, fields, "Playbook can't run", reason, clock, explanation)
    log.warning(
        "playbook refused", extra={"orgId": org_id, "playbookId": snapshot.id, "reason": reason, "errorCode": code}
    )


def is_refused_for_credentials(document: Mapping[str, Any]) -> bool:
    """Whether it is in error because of a key, and its author was notified."""
    return document.get("status") == PlaybookStatus.ERROR and document.get(REFUSED_BY) == CREDENTIAL


def note_delay(org_id: str, snapshot: DocumentSnapshot[Any], reason: str, code: ErrorCode, clock: Clock) -> None:
    """Records in the document, and once in the inbox, why an active playbook doesn't run yet.

    An unchanged reason isn't written again, since each write triggers reconciliation.

    Raises:
        google.api_core.exceptions.FailedPrecondition: the author has written meanwhile; look again.
    """
    if (snapshot.to_dict() or {}).get("statusReason") != reason:
        _write(org_id, snapshot, {"errorCode": code}, "Playbook isn't scheduled yet", reason, clock)


def lift(org_id: str, snapshot: DocumentSnapshot[Any], clock: Clock) -> None:
    """Sets a playbook refused by a limit back to `active` and notifies the org.

    Raises:
        google.api_core.exceptions.FailedPrecondition: the author has written meanwhile; look again.
    """
    fields = {"status": PlaybookStatus.ACTIVE, **_TAKEN_BACK}
    body = "Your plan has room for it now, so it's running again. You don't need to do anything."
    _commit(org_id, snapshot, fields, "Playbook is active again", body, "info", clock)


def _write(
    org_id: str,
    snapshot: DocumentSnapshot[Any],
    fields: dict[str, Any],
    title: str,
    reason: str,
    clock: Clock,
    explanation: str | None = None,
) -> None:
    reason = reason if len(reason) <= MAX_REASON else f"{reason[: MAX_REASON - 1]}…"
    _commit(org_id, snapshot, {**fields, "statusReason": reason}, title, explanation or reason, "warning", clock)


def _commit(
    org_id: str,
    snapshot: DocumentSnapshot[Any],
    fields: dict[str, Any],
    title: str,
    body: str,
    severity: Severity,
    clock: Clock,
) -> None:
    """Updates the playbook if it hasn't changed since it was read, and notifies the org."""
    # Imported late: refusals are rare and need many modules.
    from shared.messages.alert_types import AlertType
    from shared.notices import outbox
    from shared.notices.alert import Alert, worded
    from shared.notices.delivery import AlertDelivery

    client = clients.firestore()
    name = (snapshot.to_dict() or {}).get("name")
    alert = Alert(
        id=_alert_id(org_id, snapshot),
        type=AlertType.PLAYBOOK_FAILURE,
        key=f"refused-{snapshot.id}"[:500],
        message=worded(f"{title}: {name if isinstance(name, str) and name else snapshot.id}"[:200], body),
        severity=severity,
        playbook_id=snapshot.id,
    )
    delivery = AlertDelivery.of(org_id, alert, clock.now())
    batch = client.batch()
    batch.update(snapshot.reference, fields, option=client.write_option(last_update_time=snapshot.update_time))
    batch.set(client.document(delivery.path), delivery.document())
    batch.commit()
    outbox.deliver(delivery, clock.now())


def clear(snapshot: DocumentSnapshot[Any]) -> None:
    """Clears an earlier refusal after the author fixed the playbook."""
    client = clients.firestore()
    snapshot.reference.update(
        _TAKEN_BACK,
        option=client.write_option(last_update_time=snapshot.update_time),
    )


def _alert_id(org_id: str, snapshot: DocumentSnapshot[Any]) -> str:
    version = str(snapshot.update_time)
    return "refused-" + hex_digest(org_id, snapshot.id, version)
