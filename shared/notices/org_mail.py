"""Emails to an org's own people outside of a run: each under an id that says what it is about."""

from __future__ import annotations

from shared.gcp.clock import Clock
from shared.messages import mail
from shared.messages.channels import mailjet
from shared.messages.email import compose
from shared.messages.mail import Origin


def email_once(message_id: str, address: str, subject: str, text: str, origin: Origin | None = None) -> None:
    """Send the email unless Mailjet has one with that id; calling it again after any failure is safe.

    `origin`: whose people it goes to and which alert it is, so that they can turn it off.

    Raises:
        PermanentError: the address or the subject cannot be used, mails to it come back, or Mailjet refused it.
        TransientError: Mailjet could not be reached, or may or may not have taken it: call again.
    """
    message = compose(address, subject, text)
    if mailjet.find(message_id) is None:
        mail.send(message, message_id, origin, Clock().now())
