"""`send_sms`: one text through Blackleaf."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import Field

from shared.errors import PermanentError
from shared.steps.base import Action, Effect, Params, StepContext
from shared.steps.delivery._digest import note_of
from shared.steps.delivery._own_people import About
from shared.steps.delivery._recipients import QuietHoursError, SentOutput, wait_for_morning
from shared.steps.delivery._texting import send_sms_once
from shared.values.phone_number import parse_phone_number

MAX_CHARS = 1530
"""Ten segments of a split text (153 characters each)."""


ABOUT = "A text from one of your playbooks"


class SendSmsParams(Params):
    """`to` is one of the org's staff phones, or the number of a customer with a record of consent (`smsConsent`).

    A customer is texted from 8:00 to 21:00 where they live (the run waits for the morning), at most once in 24
    hours over all playbooks, and with the shop's name; the first text of a conversation says how to opt out. The
    staff get at most 20 texts an hour, and none in the org's quiet hours: the text goes out when these end, and the
    run goes on. What somebody asked for just then goes out at once (see `notify`).
    """

    to: str
    body: str = Field(min_length=1, max_length=MAX_CHARS)


class SendSmsOutput(SentOutput):
    """Blackleaf's id of the text; null where it never answered (outcome `unknown`), or it did not go (yet)."""

    outcome: Literal["sent", "unknown", "waiting", "skipped"] = "sent"
    note: str | None = None
    at: datetime | None = None
    """When it goes out, where that is later."""

    def run_note(self) -> str | None:
        """When it goes out, where that is later."""
        return self.note if self.outcome == "waiting" else None


class SendSms(Action[SendSmsParams, SendSmsOutput]):
    """Sends one text."""

    effect: ClassVar[Effect] = Effect.ONCE
    example: ClassVar[Mapping[str, Any]] = {"to": "+13155550123", "body": "The delivery is here."}

    def run(self, params: SendSmsParams, context: StepContext) -> SendSmsOutput:
        """Send it, or say why it can't be sent.

        Raises:
            PermanentError: `to` isn't a phone number, or Blackleaf refused the text.
            TransientError: Blackleaf was not reached.
        """
        try:
            phone = parse_phone_number(params.to)
        except ValueError as error:
            raise PermanentError(f"the text cannot be sent: to: {error}") from None
        try:
            texted = send_sms_once(context, phone, params.body, About(ABOUT, "text"))
        except QuietHoursError as quiet:
            wait_for_morning(context, quiet.until)
            raise
        output = SendSmsOutput(
            message_id=texted.message_id,
            outcome=texted.outcome,
            note=note_of(texted, context),
            at=texted.until,
            skipped=texted.skipped,
        )
        output._outside = texted.outside
        return output

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        return {"sms_customer": 1}
