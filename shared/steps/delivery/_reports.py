"""Finds the earlier step's report behind a given text or HTML."""

from __future__ import annotations

from pydantic import ValidationError

from shared.gcp.logging import get_logger
from shared.messages.template.as_text import message_text, message_words
from shared.messages.template.models import Message
from shared.steps.base import StepContext
from shared.steps.registry import load_action

_log = get_logger(__name__)


def report_of(context: StepContext, *, text: str | None, html: str | None) -> Message | None:
    """The report whose HTML, or without any HTML whose text, this is; None where an author wrote it.

    So `{{steps.report.html}}` sends the report as a structure, over each channel in its own form, and HTML that is
    changed or put together by an author is an author's.
    """
    field, written = ("html", html) if html else ("text", text)
    for action in context.outputs:
        if not written or "message" not in load_action(action).output.model_fields:
            continue
        output = context.outputs[action]
        if output.get(field) == written and "message" in output:
            try:
                return Message.model_validate(output["message"])
            except ValidationError as error:
                # Of a run that began before a deploy; what it says is there as HTML and text too.
                _log.warning("the message of %s is not one: %s", action, error.errors()[0]["msg"])
    return None


def inbox_text(body: str, report: Message | None) -> str:
    """The body; of a report without its buttons."""
    return body if report is None or body != message_text(report) else message_words(report)
