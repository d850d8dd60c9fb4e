"""`send_email`: one email through Mailjet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, model_validator

from shared.messages import email
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.delivery._channels import send_email_once
from shared.steps.delivery._reports import report_of


class SendEmailParams(Params):
    """`to` is one address or a list of them; text, html or both.

    A report's html goes out as the report itself. An author's keeps its words, lists, tables, emphasis, struck-out
    prices, links and pictures over https, in the product's form of a mail; its colors, forms and scripts stay out.
    """

    to: str | list[str]
    subject: email.SubjectLine
    text: str | None = None
    html: str | None = None

    @model_validator(mode="after")
    def _has_a_body(self) -> SendEmailParams:
        if self.text is None and self.html is None:
            raise ValueError("text and html are both missing; expected at least one of them")
        return self

    @classmethod
    def markup(cls, written: Mapping[str, Any]) -> frozenset[str]:
        """The html."""
        return frozenset({"html"})


class Refused(Output):
    """An address that got no mail, because mails to it come back or its reader has unsubscribed."""

    to: str
    reason: str


class SendEmailOutput(Output):
    """Mailjet's id of the message (with several recipients: the first one's), and who of them did not get it."""

    message_id: str
    refused: list[Refused] = Field(default_factory=list)


class SendEmail(Action[SendEmailParams, SendEmailOutput]):
    """Sends one email, which all its recipients see each other on."""

    params = SendEmailParams
    output = SendEmailOutput
    effect: ClassVar[Effect] = Effect.ONCE
    example: ClassVar[Mapping[str, Any]] = {"to": "owner@shop.example", "subject": "Hello", "text": "How are you?"}

    def run(self, params: SendEmailParams, context: StepContext) -> SendEmailOutput:
        """Send it.

        Raises:
            PermanentError: none of the addresses can be mailed, or Mailjet refused it.
            TransientError: Mailjet was not reached, or may have it without having said so.
        """
        report = report_of(context, text=params.text, html=params.html)
        message = email.compose(params.to, params.subject, params.text, params.html, report)
        receipt = send_email_once(context, message)
        refused = [Refused(to=to, reason=reason) for to, reason in receipt.get("refused", {}).items()]
        return SendEmailOutput(message_id=receipt["messageId"], refused=refused)

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """One email for each address."""
        to = params.get("to")
        return {"email": max(1, len(to)) if isinstance(to, list) else 1}
