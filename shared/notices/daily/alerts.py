"""Non-urgent alerts: orgs with a daily digest get their emails as part of it."""

from __future__ import annotations

from datetime import datetime

from shared.gcp import logging
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.notices import outbox, policy, preferences
from shared.notices.alert import EMAIL, Alert
from shared.notices.daily import adding
from shared.notices.daily.record import Entry
from shared.tenants.tenant import zone_of

log = logging.get_logger(__name__)


def notify(org_id: str, alert: Alert, now: datetime) -> None:
    """Like `outbox.notify`, but emails go into the daily digest if the org chose one.

    Critical alerts are emailed at once. The same alert id is never sent twice.

    Raises:
        TransientError: it could not be stored; safe to retry.
    """
    entry = _entry(org_id, alert, now)
    setting = adding.load_setting(org_id) if entry is not None else None
    if entry is None or setting is None:
        outbox.notify(org_id, alert, now)
        return
    # Inbox and texts don't wait.
    outbox.notify(org_id, alert.model_copy(update={"at_most": alert.at_most - EMAIL}), now)
    adding.add(entry, setting, zone_of(org_id), now)


def try_to_notify(org_id: str, alert: Alert, now: datetime) -> bool:
    """Like `notify`, but logs failures; returns whether it succeeded."""
    try:
        notify(org_id, alert, now)
    except Exception:
        log.exception("could not notify an org", extra={"orgId": org_id, "alertId": alert.id})
        return False
    return True


def _entry(org_id: str, alert: Alert, now: datetime) -> Entry | None:
    """The digest entry; None if the email goes out at once or not at all."""
    if alert.severity == "critical" or not isinstance(alert.type, AlertType):
        return None
    if not policy.wanted(alert, preferences.load(org_id)) >= EMAIL:
        return None
    return Entry(
        id=f"{org_id}~{alert.id}~digest",
        org_id=org_id,
        digest_id="",
        kind="alert",
        type=alert.type,
        message=alert.message,
        link=alert.link or links.cause(alert.execution_id, alert.playbook_id) or links.alert(alert.id),
        playbook_id=alert.playbook_id,
        execution_id=alert.execution_id,
        created_at=now,
    )
