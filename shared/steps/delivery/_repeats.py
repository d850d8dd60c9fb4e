"""Texts to staff that repeat one from the last hour: a flapping value starts a run, and a text, each time."""

from __future__ import annotations

from collections.abc import Mapping

from shared.messages.alert_types import AlertType
from shared.notices import outbox
from shared.notices.alert import TEXTS, StaffAlert, worded
from shared.notices.preferences import Channel
from shared.steps.base import StepContext
from shared.steps.delivery._channels import step_alert
from shared.tenants.tenant import Tenant

SUBJECTS = (("itemId",), ("competitor", "product"))
"""The fields of an event that say what it is about. One without them (an order) is never a repeat."""


def is_repeated_text(context: StepContext, org: Tenant, alert_type: AlertType, title: str, body: str) -> bool:
    """Whether the step has texted the staff about the same thing within the hour; they then hear of it at its end.

    Only runs that an event about a thing has started can be repeats: a schedule or a person means each of theirs.
    """
    subject = _subject(context)
    if subject is None:
        return False
    message, kind = worded(title, body), StaffAlert.CUSTOM
    alert = step_alert(context, "repeat", Channel.SMS, alert_type, message, subject, text_kind=kind)
    return context.effects.write(
        "repeat",
        {"channel": Channel.SMS.value, "countedAgainst": subject},
        lambda: outbox.is_repeat(org, alert, TEXTS, context.now),
        sample=False,
    )


def _subject(context: StepContext) -> str | None:
    """What the event that started the run is about, with the trigger that it came by."""
    trigger, event = context.scope.get("trigger"), context.scope.get("event")
    if not isinstance(trigger, Mapping) or not isinstance(event, Mapping) or trigger.get("type") != "event":
        return None
    for fields in SUBJECTS:
        if all(isinstance(event.get(field), str) for field in fields):
            return ":".join((str(trigger.get("id")), *(event[field] for field in fields)))
    return None
