"""What every action that writes a report answers with: the report as a structure, and its forms."""

from __future__ import annotations

from typing import Any

from shared.messages.template.as_text import message_text
from shared.messages.template.models import Message
from shared.messages.template.render import message_html
from shared.steps.base import Output


class ReportOutput(Output):
    """Ready for `send_email`, `notify`, `slack_post` or an inbox.

    `message` is the report as a structure; the others are rendered from it. A step that is given `text` or `html`
    as they are sends the structure itself, over each channel in its own form.
    """

    subject: str
    text: str
    html: str
    message: Message


def rendered(message: Message) -> dict[str, Any]:
    """The fields of a `ReportOutput`."""
    return {
        "subject": message.title,
        "text": message_text(message),
        "html": message_html(message),
        "message": message,
    }
