"""Critical alerts of the heartbeat: decided on with the state, which keeps them until the router has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.delivery import router
from shared.delivery.alert import Alert
from shared.delivery.staff_sms import StaffAlert
from shared.heartbeat import state as states
from shared.heartbeat.state import Stored, Waiting
from shared.tenants.tenant import Tenant


def send(tenant: Tenant, stored: Stored, now: datetime) -> Stored:
    """Hand over what waits; the router takes each one once, however often it is handed over.

    Raises:
        TransientError: one could not be stored; it is handed over in the next round.
    """
    for message in stored.state.waiting:
        router.deliver_alert(tenant, _alert(message), now)
    documents: dict[str, dict[str, Any]] = {}
    return states.commit(stored, stored.state.model_copy(update={"waiting": ()}), documents)


def _alert(message: Waiting) -> Alert:
    # The bullets of the body would read as dashes in a text.
    detail = f"{message.subject}: {message.text.replace('•', '')}"
    return Alert(
        id=message.id,
        type=message.alert,
        key=message.key or message.id,
        title=message.subject,
        body=message.text,
        severity="critical",
        text_kind=StaffAlert.SYSTEM_ALERT,
        data={"detail": detail},
    )
