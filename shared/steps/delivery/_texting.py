"""A step's text, as one effect: to the shop's own staff through the outbox, to customers where the law lets it."""

from __future__ import annotations

from typing import Any

from shared.billing.prices import cost
from shared.compliance import examining
from shared.compliance.decision import Reason
from shared.errors import OutcomeUnknownError, PlaybookError
from shared.messages.channels import blackleaf
from shared.messages.sms_text import customer_text
from shared.steps.base import StepContext
from shared.steps.delivery._channels import DRY_RUN_ID
from shared.steps.delivery._own_people import About, text_staff
from shared.steps.delivery._recipients import NobodyReachedError, QuietHoursError, SendOutcome, skipped, text_key
from shared.steps.within_tier import require_within_tier
from shared.tenants.tenant import Tenant, load_reachable


def send_sms_once(context: StepContext, phone: str, body: str, about: About) -> SendOutcome:
    """Text `phone` (E.164), where the law lets it: the shop's own staff, or a customer who agreed to it.

    Raises:
        QuietHoursError: it may go in the morning; nothing was done.
    """
    org = context.effects.read(lambda: load_reachable(context.org.id))
    if examining.is_staff(org, phone):
        return text_staff(context, org, phone, body, about)
    return _text_customer(context, org, phone, body)


def _text_customer(context: StepContext, org: Tenant, phone: str, body: str) -> SendOutcome:
    key = text_key(phone)
    by, words = context.effect_key(key), [body]

    def prepare() -> None:
        require_within_tier(context, "sms_customer")
        verdict = examining.examine_text(org, phone, by, context.now)
        if verdict.refusal is not None:
            if verdict.refusal.reason is Reason.QUIET_HOURS and verdict.refusal.until is not None:
                raise QuietHoursError(verdict.refusal.until)
            raise NobodyReachedError([skipped(phone, verdict.refusal)])
        words[:] = [customer_text(body, org.name, opens=verdict.opens)]

    def call() -> dict[str, Any]:
        try:
            return {"messageId": blackleaf.send(phone, words[0])}
        except OutcomeUnknownError:
            raise
        except PlaybookError:
            examining.give_back(org, [phone], by)
            raise

    try:
        receipt = context.effects.once(
            key,
            {"channel": "sms", "to": phone, "body": body},
            call,
            find=None,
            sample={"messageId": DRY_RUN_ID},
            costs=[cost("sms_customer")],
            prepare=prepare,
            message=lambda: {"channel": "sms", "to": [phone], "text": words[0]},
        )
    except NobodyReachedError as nobody:
        return SendOutcome("skipped", skipped=nobody.skipped)
    message_id = receipt.get("messageId")
    return SendOutcome("sent" if message_id else "unknown", (phone,), message_id, outside=1)
