"""What a step tells the org's own people by email or text: through the outbox, as an effect of the run.

The outbox counts it in the org's month, with what it did; the run only shows what that was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.compliance import examining
from shared.compliance.decision import Reason, Refusal
from shared.errors import PermanentError
from shared.messages.alert_types import AlertType, Severity
from shared.messages.channels import mailjet
from shared.messages.template.models import Message
from shared.notices import run_notice
from shared.notices.alert import Alert
from shared.notices.delivery import Delivery, Wording
from shared.notices.policy import TEXTS_AN_HOUR
from shared.notices.preferences import Channel
from shared.notices.run_notice import Told
from shared.steps.base import Cost, StepContext
from shared.steps.delivery._channels import DRY_RUN_ID, Mailed, document_id
from shared.steps.delivery._recipients import (
    NobodyReachedError,
    Texted,
    in_receipt,
    of_receipt,
    skipped,
    text_key,
)
from shared.steps.within_tier import require_within_tier
from shared.tenants.prices import cost
from shared.tenants.tenant import Tenant, load_reachable

_LIMITED = Refusal(Reason.RATE_LIMIT, f"your staff got {TEXTS_AN_HOUR} texts in the last hour")
_LEFT = Refusal(Reason.OPTED_OUT, "the number replied STOP, or is no longer one of your staff")
_TURNED_OFF = Refusal(Reason.OPTED_OUT, "emails about this were turned off")


@dataclass(frozen=True, slots=True)
class About:
    """What a message to the org's people is about. `asked_for`: its channel, whatever the org prefers."""

    subject: str
    type: AlertType | str
    severity: Severity = "info"
    asked_for: bool = True


def mail_owner(
    context: StepContext,
    about: About,
    said: Mapping[str, Any],
    to: Sequence[str],
    named: Sequence[str],
) -> Mailed:
    """Mail `to`, the org's owner however it is spelled, as it is or not at all. `named`: where the step says so.

    `said`: `text`, `html`, `report`, `links` of `Wording`.
    """
    custom_id = context.effect_key()
    wording = Wording(custom_id=custom_id, subject=about.subject, to=tuple(named), **said)
    new = _delivery(context, "email", Channel.EMAIL, about, wording)
    told: list[Told] = []

    def prepare() -> None:
        require_within_tier(context, "email", len(to))
        mailjet.load()

    def receipt_of(found: Told) -> dict[str, Any]:
        told[:] = [found]
        left_out = found.left_out or {}
        refused = [skipped(address, Refusal(Reason.SUPPRESSED, why)) for address, why in left_out.items()]
        known = {"to": [one for one in to if one not in left_out]}
        return _receipt(found, to[0], _TURNED_OFF) | known | ({"skipped": in_receipt(refused)} if refused else {})

    def message() -> dict[str, Any]:
        # Where an earlier process has sent it, the same words make the same mail.
        going = (told[0].posted if told else None) or run_notice.as_mailed(_org(context), new)
        shown = {"subject": going.subject, "text": going.text_part, "html": going.html}
        return {"channel": "email", "to": list(going.to), **shown}

    summary = {"channel": "email", "to": ", ".join(to), "subject": about.subject}
    try:
        receipt = _once(context, "email", summary, new, receipt_of, cost("email", len(to)), prepare, message)
    except NobodyReachedError as nobody:
        return Mailed(None, (), nobody.skipped)
    reached = receipt.get("to") or [one for one in to if one not in receipt.get("refused", {})]
    return Mailed(receipt.get("messageId"), tuple(reached), of_receipt(receipt), until=_until(receipt))


def text_staff(context: StepContext, org: Tenant, phone: str, body: str, about: About) -> Texted:
    """Text one of the staff (E.164)."""
    key = text_key(phone)
    wording = Wording(custom_id=context.effect_key(key), phones=(phone,), sms=body)
    new = _delivery(context, key, Channel.SMS, about, wording)

    def prepare() -> None:
        require_within_tier(context, "sms_internal")
        verdict = examining.examine_text(org, phone, context.effect_key(key), context.now)
        if verdict.refusal is not None:
            raise NobodyReachedError([skipped(phone, verdict.refusal)])

    def message() -> dict[str, Any]:
        return {"channel": "sms", "to": [phone], "text": body}

    summary = {"channel": "sms", "to": phone, "body": body}
    try:
        receipt = _once(
            context,
            key,
            summary,
            new,
            lambda found: _receipt(found, phone, _LEFT),
            cost("sms_internal"),
            prepare,
            message,
        )
    except NobodyReachedError as nobody:
        return Texted("skipped", skipped=nobody.skipped, to_staff=True)
    if (until := _until(receipt)) is not None:
        return Texted("waiting", to_staff=True, until=until)
    message_id = receipt.get("messageId")
    return Texted("sent" if message_id else "unknown", message_id, to_staff=True)


def _delivery(context: StepContext, part: str, channel: Channel, about: About, wording: Wording) -> Delivery:
    only = frozenset({channel})
    alert = Alert(
        id=document_id(context, part),
        type=about.type,
        key=f"{context.playbook_id}:{context.step_id}"[:500],
        message=Message(title=about.subject),
        severity=about.severity,
        playbook_id=context.playbook_id,
        execution_id=context.execution_id,
        also=only if about.asked_for else frozenset(),
        at_most=only,
    )
    return Delivery.of_run(context.org.id, alert, wording, context.now)


def _once(
    context: StepContext,
    key: str,
    summary: Mapping[str, Any],
    new: Delivery,
    receipt_of: Callable[[Told], dict[str, Any]],
    price: Cost,
    prepare: Callable[[], None],
    message: Callable[[], Mapping[str, Any]],
) -> dict[str, Any]:
    def call() -> dict[str, Any]:
        told = run_notice.tell(_org(context), new, context.now, at_once=context.at_chosen_time)
        return receipt_of(told)

    def find() -> dict[str, Any] | None:
        told = run_notice.look_up(new, context.now)
        return receipt_of(told) if told is not None and told.state in ("sent", "unknown", "waiting") else None

    return context.effects.once(
        key,
        summary,
        call,
        find=find,
        sample={"messageId": DRY_RUN_ID},
        costs=[replace(price, billed=True)],
        prepare=prepare,
        message=message,
    )


def _org(context: StepContext) -> Tenant:
    return load_reachable(context.org.id)


def _receipt(told: Told, recipient: str, not_wanted: Refusal) -> dict[str, Any]:
    match told.state:
        case "sent":
            return {"messageId": told.message_id}
        case "unknown":
            return {"outcome": "unknown"}
        case "waiting" if told.at is not None:
            return {"outcome": "waiting", "until": told.at.isoformat()}
        case "limited":
            raise NobodyReachedError([skipped(recipient, _LIMITED)])
        case "not wanted":
            raise NobodyReachedError([skipped(recipient, not_wanted)])
        case _:
            raise PermanentError(told.why or "it was refused")


def _until(receipt: Mapping[str, Any]) -> datetime | None:
    return datetime.fromisoformat(receipt["until"]) if receipt.get("outcome") == "waiting" else None
