"""`send_sms`: one text through Blackleaf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.errors import PermanentError
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.delivery._channels import UNKNOWN_OUTCOME_NOTE, send_sms_once
from shared.values.phone_number import parse_phone_number

MAX_CHARS = 1530
"""Ten segments of a text that is split (153 signs each)."""


class SendSmsParams(Params):
    """`to` in E.164; ten digits are a number in the US."""

    to: str
    body: str = Field(min_length=1, max_length=MAX_CHARS)


class SendSmsOutput(Output):
    """Blackleaf's id of the text; null with outcome `unknown` where Blackleaf never answered."""

    message_id: str | None = None
    outcome: str | None = None
    note: str | None = None


class SendSms(Action[SendSmsParams, SendSmsOutput]):
    """Sends one text."""

    params = SendSmsParams
    output = SendSmsOutput
    effect: ClassVar[Effect] = Effect.ONCE
    example: ClassVar[Mapping[str, Any]] = {"to": "+13155550123", "body": "The delivery is here."}

    def run(self, params: SendSmsParams, context: StepContext) -> SendSmsOutput:
        """Send it."""
        try:
            phone = parse_phone_number(params.to)
        except ValueError as error:
            raise PermanentError(f"the text cannot be sent: to: {error}") from None
        receipt = send_sms_once(context, phone, params.body, item="sms_customer")
        if "messageId" in receipt:
            return SendSmsOutput(message_id=receipt["messageId"], outcome="sent")
        return SendSmsOutput(outcome=receipt["outcome"], note=UNKNOWN_OUTCOME_NOTE)

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """One text."""
        return {"sms_customer": 1}
