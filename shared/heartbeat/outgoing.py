"""Critical alerts of the heartbeat: decided on with the state, which keeps them until the router has them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.heartbeat import state as states
from shared.heartbeat.state import Stored, Waiting
from shared.notices import router
from shared.notices.alert import Alert
from shared.notices.staff_sms import StaffAlert
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.tenants.tenant import Tenant


def send(tenant: Tenant, stored: Stored, now: datetime) -> Stored:
    """Hand over what waits; the router takes each one once, however often it is handed over.

    One that the router refuses is logged and dropped: its finding is in the inbox, and the others must not wait.

    Raises:
        TransientError: one could not be stored; it is handed over in the next round.
    """
    with Isolation("heartbeat-alerts", remembers=False) as isolation:
        isolation.each(
            stored.state.waiting,
            lambda message: Item(f"{states.COLLECTION}/{tenant.id} waiting {message.id}", org_id=tenant.id),
            lambda message: router.deliver_alert(tenant, _alert(message), now),
        )
    isolation.require_no_waiting()
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
        link=message.link,
    )
