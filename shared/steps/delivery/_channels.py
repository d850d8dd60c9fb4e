"""The three roads of a message, each as one effect of a step: what was done is never done again by a retry."""

from __future__ import annotations

import hashlib
from typing import Any

from shared.compliance import opt_out
from shared.messages import mail
from shared.messages.alert_types import AlertType
from shared.messages.channels import blackleaf, mailjet
from shared.messages.email import Email
from shared.notices import inbox
from shared.notices.inbox import InboxNotification
from shared.steps.base import StepContext
from shared.steps.within_tier import require_within_tier
from shared.tenants.prices import cost

DRY_RUN_ID = "dry-run"
UNKNOWN_OUTCOME_NOTE = "it may or may not have been delivered; it was not sent again"


def document_id(context: StepContext, part: str) -> str:
    """The id of a document that the step writes: the effect's own, without the slashes of a path to a block."""
    return context.effect_key(part).replace("/", "~")


def send_email_once(
    context: StepContext, message: Email, alert: AlertType | None = None, links: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Send the step's one email, and return the receipt `{messageId, refused?: {address: reason}}`.

    `alert`: of a mail to the org's own people, what it is about. `links`: see `mail.Origin`.
    """
    custom_id = context.effect_key()
    origin = mail.Origin(
        org_id=context.org.id,
        org_name=context.org.name,
        alert=alert,
        playbook_id=context.playbook_id,
        execution_id=context.execution_id,
        links=links,
    )

    ready: list[mail.Ready] = []

    def prepare() -> None:
        require_within_tier(context, "email", len(message.to))
        ready.append(mail.prepare(message, origin, context.now))

    def call() -> dict[str, Any]:
        refused = ready[-1].refused
        message_id = mailjet.send(ready[-1].message, custom_id)
        return {"messageId": message_id, **({"refused": refused} if refused else {})}

    def sent() -> dict[str, Any]:
        # Where an earlier process has sent it, the same words make the same mail.
        going = ready[-1].message if ready else mail.branded(message, origin)
        parts = {"text": going.text_part, "html": going.html}
        return {"channel": "email", "to": list(going.to), "subject": going.subject, **parts}

    def find() -> dict[str, Any] | None:
        message_id = mailjet.find(custom_id)
        return {"messageId": message_id} if message_id else None

    return context.effects.once(
        "email",
        {"channel": "email", "to": ", ".join(message.to), "subject": message.subject},
        call,
        find=find,
        sample={"messageId": DRY_RUN_ID},
        costs=[cost("email", len(message.to))],
        prepare=prepare,
        message=sent,
    )


def send_sms_once(context: StepContext, phone: str, body: str, *, item: str) -> dict[str, Any]:
    """Text `phone` (E.164), and return the receipt: `{messageId}`, or `{outcome: "unknown"}` for good.

    `item` is what the text counts as: `sms_customer` or `sms_internal`. Customers may have opted out of texts.
    """

    def prepare() -> None:
        if item == "sms_customer":
            opt_out.require_reachable(context.org.id, phone)
        require_within_tier(context, item)

    def call() -> dict[str, Any]:
        return {"messageId": blackleaf.send(phone, body)}

    return context.effects.once(
        f"sms:{phone[-4:]}-{hashlib.sha256(phone.encode()).hexdigest()[:8]}",
        {"channel": "sms", "to": phone, "body": body},
        call,
        find=None,
        sample={"messageId": DRY_RUN_ID},
        costs=[cost(item)],
        prepare=prepare,
        message=lambda: {"channel": "sms", "to": [phone], "text": body},
    )


def put_into_inbox(context: StepContext, notification: InboxNotification) -> str:
    """Put the step's one notification into the org's inbox, and return its id."""
    notification_id = document_id(context, "inbox")
    return context.effects.write(
        "inbox",
        {"channel": "dashboard", "title": notification.title, "severity": notification.severity},
        lambda: inbox.write(notification_id, notification),
        sample=notification_id,
    )
