"""`send_email`: one email through Mailjet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import model_validator

from shared.messages import email
from shared.steps.base import Action, Effect, Params, StepContext
from shared.steps.delivery._channels import send_email_once
from shared.steps.delivery._recipients import SentOutput
from shared.steps.delivery._reports import report_of


class SendEmailParams(Params):
    """`to` is one address or a list of them; text, html or both.

    A report's html goes out as the report itself. An author's keeps its words, lists, tables, emphasis, struck-out
    prices, links and pictures over https, in the product's form of a mail; its colors, forms and scripts stay out.

    A customer is mailed at most once in 16 hours over all playbooks, and only with the org's postal address; of
    several customers each gets a mail of their own.
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
        return frozenset({"html"})


class SendEmailOutput(SentOutput):
    """Mailjet's id of the message (with several recipients: the first one's); null where all were skipped."""

    reached: int = 1
    """How many addresses it went to."""


class SendEmail(Action[SendEmailParams, SendEmailOutput]):
    """Sends one email; its recipients see each other on it, unless customers are among them."""

    effect: ClassVar[Effect] = Effect.ONCE
    example: ClassVar[Mapping[str, Any]] = {"to": "owner@shop.example", "subject": "Hello", "text": "How are you?"}

    def run(self, params: SendEmailParams, context: StepContext) -> SendEmailOutput:
        """Send it to those who may get it.

        Raises:
            PermanentError: an address is none, or Mailjet refused the mail.
            TransientError: Mailjet was not reached, or may have it without having said so.
        """
        report = report_of(context, text=params.text, html=params.html)
        message = email.compose(params.to, params.subject, params.text, params.html, report)
        mailed = send_email_once(context, message, [params.to] if isinstance(params.to, str) else params.to)
        output = SendEmailOutput(message_id=mailed.message_id, reached=len(mailed.to), skipped=mailed.skipped)
        output._outside = mailed.outside
        return output

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """One email for each address."""
        to = params.get("to")
        return {"email": max(1, len(to)) if isinstance(to, list) else 1}
