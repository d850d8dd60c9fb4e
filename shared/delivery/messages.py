"""Emails and texts to an org's own people outside of a run: each under an id that says what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from shared.delivery import blackleaf, mailjet
from shared.delivery.email import compose, text_to_html
from shared.delivery.sms_text import one_segment
from shared.errors import PlaybookError
from shared.gcp import logging

log = logging.get_logger(__name__)


def email_once(message_id: str, address: str, subject: str, text: str) -> None:
    """Send the email unless Mailjet has one with that id; calling it again after any failure is safe.

    Raises:
        PermanentError: the address or the subject cannot be used, or Mailjet refused it.
        TransientError: Mailjet could not be reached, or may or may not have taken it: call again.
    """
    message = compose(address, subject, text, text_to_html(text))
    if mailjet.find(message_id) is None:
        mailjet.send(message, message_id)


def text_at_most_once(phones: Iterable[str], text: str) -> None:
    """Text each phone; who calls has stored that it will, since nobody can be asked whether a text arrived.

    A text that fails is logged and not sent again.
    """
    for phone in dict.fromkeys(phones):
        try:
            blackleaf.send(phone, one_segment(text))
        except PlaybookError as error:
            log.error("a text to the staff failed", extra={"phone": f"…{phone[-4:]}", "reason": str(error)})
