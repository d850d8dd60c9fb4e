"""Emails and texts of the heartbeat: decided on with the state, then sent; what could not be sent waits in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.delivery import messages
from shared.delivery.mail import Origin
from shared.delivery.staff_sms import StaffAlert, staff_alert_text
from shared.errors import PermanentError, TransientError
from shared.gcp import logging
from shared.heartbeat import state as states
from shared.heartbeat.state import Stored, Waiting
from shared.tenants import limits, metering
from shared.tenants.prices import cost
from shared.tenants.tenant import Tenant

log = logging.get_logger(__name__)


def reachable(tenant: Tenant, waiting: list[Waiting]) -> list[Waiting]:
    """Those that have somebody to go to."""
    reached = {"email": bool(tenant.owner_email), "sms": bool(tenant.staff_phones)}
    return [message for message in waiting if reached[message.channel]]


def allowed(tenant: Tenant, waiting: list[Waiting], now: datetime) -> list[Waiting]:
    """Those that the tier still includes, or charges; the news of the others stays in the inbox."""
    kept: list[Waiting] = []
    for message in waiting:
        used = used_by(tenant, [*kept, message])
        if all(_has_room(tenant, item, wanted, now) for item, wanted in used.items()):
            kept.append(message)
    return kept


def _has_room(tenant: Tenant, item: str, wanted: int, now: datetime) -> bool:
    return limits.allows(tenant.id, tenant.tier_id, tenant.timezone, metering.METRIC_OF_ITEM[item], wanted, now)


def used_by(tenant: Tenant, waiting: list[Waiting]) -> dict[str, int]:
    """What sending these uses, by item of the price table."""
    emails = sum(1 for message in waiting if message.channel == "email")
    texts = (len(waiting) - emails) * len(set(tenant.staff_phones))
    return {"email": emails, "sms_internal": texts}


def cost_of(used: Mapping[str, int]) -> Decimal:
    """What that costs."""
    return sum((cost(item, quantity).usd for item, quantity in used.items()), Decimal(0))


def send(tenant: Tenant, stored: Stored) -> Stored:
    """Send what waits: emails until Mailjet has them, texts at most once.

    Raises:
        TransientError: some emails still wait; they are sent in the next round.
    """
    stored = _send_texts(tenant, stored)
    emails = stored.state.waiting
    left = [message for message in emails if not _email(tenant, message)]
    if len(left) < len(emails):
        stored = _keep_waiting(stored, left)
    if left:
        raise TransientError(f"{len(left)} of {len(emails)} emails could not be sent just now")
    return stored


def _send_texts(tenant: Tenant, stored: Stored) -> Stored:
    texts = [message for message in stored.state.waiting if message.channel == "sms"]
    if not texts:
        return stored
    # Taken out first: nobody can be asked afterwards whether a text arrived.
    stored = _keep_waiting(stored, [message for message in stored.state.waiting if message.channel != "sms"])
    for message in texts:
        # A sign outside of the GSM alphabet would leave 70 characters of 160.
        detail = f"{message.subject.removeprefix('🚨 ')}: {message.text.replace('•', '')}"
        text = staff_alert_text(StaffAlert.SYSTEM_ALERT, org=tenant.name, detail=detail)
        messages.text_at_most_once(tenant.staff_phones, text)
    return stored


def _email(tenant: Tenant, message: Waiting) -> bool:
    """Whether it is dealt with."""
    if not tenant.owner_email:
        return True
    try:
        origin = Origin(org_id=tenant.id, org_name=tenant.name, alert=message.alert) if message.alert else None
        messages.email_once(message.id, tenant.owner_email, message.subject, message.text, origin)
    except PermanentError as error:
        log.error("a heartbeat's email cannot be sent", extra={"notice": message.id, "reason": str(error)})
    except TransientError as error:
        log.warning("a heartbeat's email waits", extra={"notice": message.id, "reason": str(error)})
        return False
    return True


def _keep_waiting(stored: Stored, waiting: list[Waiting]) -> Stored:
    documents: dict[str, dict[str, Any]] = {}
    return states.commit(stored, stored.state.model_copy(update={"waiting": tuple(waiting)}), documents)
