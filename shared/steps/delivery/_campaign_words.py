"""A campaign's texts, rendered once for all customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from shared.campaigns import personal, utm
from shared.campaigns.record import EmailWords, TextWords
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.messages import email, mail
from shared.messages.template.models import Message
from shared.playbooks.budget import Budget
from shared.playbooks.problems import problem_lines
from shared.playbooks.templates import render, render_markup
from shared.steps.base import StepContext
from shared.steps.delivery._reports import report_of
from shared.steps.delivery.send_sms import MAX_CHARS
from shared.tenants.tenant import Tenant
from shared.values.digests import hex_digest

MAX_BYTES = 400_000
"""Limit of the rendered email, which the campaign's document and each message hold."""


def token_of(run_id: str) -> str:
    """The prefix of a campaign's tokens; nobody types it by chance."""
    return f"xq{hex_digest(run_id, digits=16)}"


def email_words(
    written: Mapping[str, Any], context: StepContext, org: Tenant, run_id: str, campaign: tuple[str, str]
) -> EmailWords:
    """The mail with tokens for what differs; `campaign`: its id, and its name in links.

    Raises:
        PermanentError: the email can't be sent to anyone, or is too large.
    """
    token = token_of(run_id)
    filled = _filled(written, context, token)
    message = email.compose(
        personal.stand_in(token),
        email.subject_line(str(filled["subject"])),
        filled.get("text"),
        filled.get("html"),
        _content(filled, context),
    )
    origin = mail.Origin(
        org_id=context.org.id,
        org_name=context.org.name,
        playbook_id=context.playbook_id,
        execution_id=context.execution_id,
        campaign_id=campaign[0],
        sender=mail.sender_of(org),
    )
    ready = mail.branded(message, origin)
    words = EmailWords(
        subject=ready.subject,
        text=utm.tag_text(ready.text_part, campaign[1]),
        html=utm.tag_html(ready.html or "", campaign[1]),
        token=token,
        unsubscribe_url=ready.unsubscribe_url,
        payload=ready.payload,
    )
    personal.require_whole({"subject": words.subject, "text": words.text, "html": words.html}, token)
    if (size := len(words.html.encode()) + len(words.text.encode())) > MAX_BYTES:
        raise PermanentError(
            f"the email takes {size:,} bytes; expected at most {MAX_BYTES:,}", code=ErrorCode.TOO_LARGE
        )
    return words


def text_words(
    written: Mapping[str, Any], context: StepContext, run_id: str, campaign: tuple[str, str]
) -> TextWords:
    """The text with the same tokens.

    Raises:
        PermanentError: it is empty or too long.
    """
    token = token_of(run_id)
    body = str(_filled(written, context, token)["body"]).strip()
    if not 1 <= len(body) <= MAX_CHARS:
        raise PermanentError(f"sms.body has {len(body):,} characters; expected 1 to {MAX_CHARS:,}")
    personal.require_whole({"sms.body": body}, token)
    return TextWords(body=utm.tag_sms(body, context.org.name, campaign[1]), token=token)


def _filled(written: Mapping[str, Any], context: StepContext, token: str) -> dict[str, Any]:
    scope, budget = {**context.scope, "customer": personal.token_names(token)}, Budget()
    return {
        name: render_markup(value, scope, budget) if name == "html" else render(value, scope, budget)
        for name, value in written.items()
        if value is not None
    }


def _content(filled: Mapping[str, Any], context: StepContext) -> Message | None:
    if filled.get("message") is None:
        return report_of(context, text=filled.get("text"), html=filled.get("html"))
    try:
        return Message.model_validate(filled["message"])
    except ValidationError as error:
        raise PermanentError("; ".join(problem_lines(error, "email.message"))) from None
