"""A step's emails and texts to the org's own people: through the outbox, as an effect of the run.

The outbox counts it in the org's month, with what it did; the run only shows what that was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.billing.prices import cost
from shared.compliance import examining
from shared.compliance.decision import Reason, Refusal
from shared.errors import PermanentError
from shared.messages.alert_types import AlertType, Severity
from shared.messages.channels import mailjet
from shared.messages.email import Email
from shared.messages.template.models import Message
from shared.notices import run_notice
from shared.notices.delivery import AlertDelivery, Wording
from shared.notices.policy import TEXTS_AN_HOUR
from shared.notices.preferences import Channel
from shared.steps.base import StepContext
from shared.steps.delivery._channels import DRY_RUN_ID, step_alert
from shared.steps.delivery._recipients import (
    NobodyReachedError,
    SendOutcome,
    in_receipt,
    of_receipt,
    skipped,
    text_key,
)
from shared.steps.within_tier import require_within_tier
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
    content: Mapping[str, Any],
    to: Sequence[str],
    named: Sequence[str],
) -> SendOutcome:
    """Mail `to`, the org's owner however it is spelled, as it is or not at all. `named`: where the step says so.

    `content`: `text`, `html`, `report`, `links` of `Wording`.
    """
    wording = Wording(custom_id=context.effect_key(), subject=about.subject, to=tuple(named), **content)
    new = _delivery(context, "email", Channel.EMAIL, about, wording)

    def prepare() -> None:
        require_within_tier(context, "email", len(to))
        mailjet.load()

    def message(sent: Email | None) -> dict[str, Any]:
        # Where an earlier process has sent it, the same words make the same mail.
        going = sent or run_notice.as_mailed(_org(context), new)
        shown = {"subject": going.subject, "text": going.text_part, "html": going.html}
        return {"channel": "email", "to": list(going.to), **shown}

    summary = {"channel": "email", "to": ", ".join(to), "subject": about.subject}
    return _Notice(context, "email", new, tuple(to), "email", _TURNED_OFF).send(summary, prepare, message)


def text_staff(context: StepContext, org: Tenant, phone: str, body: str, about: About) -> SendOutcome:
    """Text one of the staff (E.164)."""
    key = text_key(phone)
    wording = Wording(custom_id=context.effect_key(key), phones=(phone,), sms=body)
    new = _delivery(context, key, Channel.SMS, about, wording)

    def prepare() -> None:
        require_within_tier(context, "sms_internal")
        verdict = examining.examine_text(org, phone, context.effect_key(key), context.now)
        if verdict.refusal is not None:
            raise NobodyReachedError([skipped(phone, verdict.refusal)])

    def message(_: Email | None) -> dict[str, Any]:
        return {"channel": "sms", "to": [phone], "text": body}

    summary = {"channel": "sms", "to": phone, "body": body}
    return _Notice(context, key, new, (phone,), "sms_internal", _LEFT).send(summary, prepare, message)


def _delivery(context: StepContext, part: str, channel: Channel, about: About, wording: Wording) -> AlertDelivery:
    message = Message(title=about.subject)
    alert = step_alert(
        context, part, channel, about.type, message, severity=about.severity, asked_for=about.asked_for
    )
    return AlertDelivery.of_run(context.org.id, alert, wording, context.now)


@dataclass(slots=True)
class _Notice:
    """One message to the org's people, as one effect. `not_wanted`: why somebody may get it no more."""

    context: StepContext
    key: str
    new: AlertDelivery
    to: tuple[str, ...]
    item: str
    not_wanted: Refusal
    sent: Email | None = None

    def send(
        self,
        summary: Mapping[str, Any],
        prepare: Callable[[], None],
        message: Callable[[Email | None], Mapping[str, Any]],
    ) -> SendOutcome:
        try:
            receipt = self.context.effects.once(
                self.key,
                summary,
                self._call,
                find=self._find,
                sample={"messageId": DRY_RUN_ID},
                costs=[replace(cost(self.item, len(self.to)), billed=True)],
                prepare=prepare,
                message=lambda: message(self.sent),
            )
        except NobodyReachedError as nobody:
            return SendOutcome("skipped", skipped=nobody.skipped, to_own=True)
        return SendOutcome(
            receipt.get("outcome", "sent"),
            tuple(receipt.get("to") or self.to),
            receipt.get("messageId"),
            of_receipt(receipt),
            to_own=True,
            until=datetime.fromisoformat(receipt["until"]) if receipt.get("outcome") == "waiting" else None,
        )

    def _call(self) -> dict[str, Any]:
        context = self.context
        return self._receipt(
            run_notice.notify(_org(context), self.new, context.now, at_once=context.at_chosen_time)
        )

    def _find(self) -> dict[str, Any] | None:
        found = run_notice.look_up(self.new, self.context.now)
        return self._receipt(found) if found is not None and found.state in ("sent", "unknown", "waiting") else None

    def _receipt(self, found: run_notice.NoticeOutcome) -> dict[str, Any]:
        self.sent = found.posted
        refused = [skipped(one, Refusal(Reason.SUPPRESSED, why)) for one, why in found.left_out.items()]
        left_out = {"skipped": in_receipt(refused)} if refused else {}
        known = {"to": [one for one in self.to if one not in found.left_out], **left_out}
        match found.state:
            case "sent":
                return {"messageId": found.message_id, **known}
            case "unknown":
                return {"outcome": "unknown", **known}
            case "waiting" if found.at is not None:
                return {"outcome": "waiting", "until": found.at.isoformat(), **known}
            case "limited":
                raise NobodyReachedError([skipped(self.to[0], _LIMITED)])
            case "not wanted":
                raise NobodyReachedError([skipped(self.to[0], self.not_wanted)])
            case _:
                raise PermanentError(found.why or "it was refused")


def _org(context: StepContext) -> Tenant:
    return load_reachable(context.org.id)
