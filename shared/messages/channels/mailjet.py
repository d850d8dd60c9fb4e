"""Email through Mailjet: send (API v3.1), and ask afterwards whether a message arrived (API v3)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from shared.errors import (
    OutcomeUnknownError,
    PermanentError,
    PlaybookError,
    TransientError,
    error_for_status,
)
from shared.gcp.settings import settings
from shared.messages.email import Email
from shared.redaction import redact

if TYPE_CHECKING:
    import requests
    from mailjet_rest import Client
    from mailjet_rest.errors import ApiError

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
Timeouts = tuple[float, float]
TIMEOUTS: Timeouts = (CONNECT_SECONDS, READ_SECONDS)
"""Connect and read. With a look-up before it, a send stays well below the lease of a run (60 s)."""


def load() -> None:
    """Have the client at hand: its first use loads the library, which takes its time.

    Raises:
        PermanentError: a variable of the environment is missing or of no use.
    """
    _client("v3.1", TIMEOUTS)


def send(message: Email, custom_id: str, *, timeouts: Timeouts = TIMEOUTS) -> str:
    """Hand `message` to Mailjet and return its MessageID (the first recipient's, where there are several).

    Raises:
        PermanentError: Mailjet refused it, in Mailjet's words; or a variable of the environment is missing.
        TransientError: Mailjet was not reached, or answered that it did not take it just now.
        OutcomeUnknownError: the request went out and no usable answer came back: `find` tells.
    """
    client = _client("v3.1", timeouts)
    from mailjet_rest.errors import ApiError

    try:
        answer = client.send.create(
            data={"Messages": [_wire_form(message, custom_id)]},
            # The library's own key is a hash without CustomID: the same words in two runs would count as one mail.
            headers={"Idempotency-Key": custom_id},
            allow_redirects=False,
        )
    except ApiError as error:
        raise _send_failure(error) from None
    return _message_id(answer)


def find(custom_id: str, *, timeouts: Timeouts = TIMEOUTS) -> str | None:
    """The MessageID of the message that was sent with `custom_id`; None when Mailjet has none.

    Raises:
        PermanentError: Mailjet refused the question, or a variable of the environment is missing.
        TransientError: Mailjet could not be asked just now.
    """
    client = _client("v3", timeouts)
    from mailjet_rest.errors import ApiError

    try:
        answer = client.message.get(filters={"CustomID": custom_id}, allow_redirects=False)
    except ApiError as error:
        raise _refusal(error) or TransientError(f"Mailjet could not be asked for {custom_id}: {error}") from None
    found = _json_object(answer).get("Data")
    if not isinstance(found, list) or any("ID" not in message for message in found):
        raise TransientError(f"Mailjet's answer for {custom_id} holds no list of messages with their IDs")
    return str(found[0]["ID"]) if found else None


def _client(version: str, timeouts: Timeouts) -> Client:
    known = settings()
    if not known.mailjet_api_key:
        raise PermanentError("MAILJET_API_KEY is not set; expected the key of the Mailjet account that sends")
    if not known.mailjet_api_secret:
        raise PermanentError("MAILJET_API_SECRET is not set; expected the secret that belongs to MAILJET_API_KEY")
    return _cached_client(version, known.mailjet_api_key, known.mailjet_api_secret, known.mailjet_api_url, timeouts)


@functools.lru_cache(maxsize=8)
def _cached_client(version: str, key: str, secret: str, api_url: str, timeouts: Timeouts) -> Client:
    # Everybody loads the package before its parts: threads that come from both ends deadlock in the import.
    from mailjet_rest import Client
    from mailjet_rest.utils.guardrails import SecureHTTPAdapter
    from urllib3.util.retry import Retry

    try:
        client = Client(auth=(key, secret), version=version, api_url=api_url, timeout=timeouts)
    except ValueError as error:
        raise PermanentError(f"MAILJET_API_URL or the Mailjet key cannot be used: {error}") from None
    # The library repeats a POST up to three times, even after the first one was taken but not answered.
    client.session.mount("https://", SecureHTTPAdapter(max_retries=Retry(0, read=False)))
    return client


def _wire_form(message: Email, custom_id: str) -> dict[str, Any]:
    known = settings()
    wire: dict[str, Any] = {
        "From": {"Email": known.email_from, "Name": known.email_from_name},
        "To": [{"Email": address} for address in message.to],
        "Subject": message.subject,
        "TextPart": message.text_part,
        "CustomID": custom_id,
    }
    if message.html:
        wire["HTMLPart"] = message.html
    if message.payload:
        wire["EventPayload"] = message.payload
    if message.unsubscribe_url:
        # RFC 8058; the two are not among the headers that Mailjet keeps for itself.
        wire["Headers"] = {
            "List-Unsubscribe": f"<{message.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return wire


def _message_id(answer: requests.Response) -> str:
    messages = _json_object(answer).get("Messages")
    sent = messages[0] if isinstance(messages, list) and messages and isinstance(messages[0], dict) else {}
    if sent.get("Status") == "error":
        raise PermanentError(f"Mailjet refused the email: {_reason(answer)}")
    recipients = sent.get("To")
    if not isinstance(recipients, list) or not recipients or "MessageID" not in recipients[0]:
        raise OutcomeUnknownError(
            f"Mailjet answered {answer.status_code} without a MessageID; it may have the email"
        )
    return str(recipients[0]["MessageID"])


def _send_failure(error: ApiError) -> PlaybookError:
    refusal = _refusal(error)
    if refusal:
        return refusal
    if _never_sent(error.__cause__):
        return TransientError("Mailjet could not be reached; the email was not sent")
    return OutcomeUnknownError("Mailjet did not answer after the email was handed to it; it may have it")


def _refusal(error: ApiError) -> PlaybookError | None:
    """The failure that an HTTP answer of 400 and above means; None when there was no answer."""
    answer = getattr(error.__cause__, "response", None)
    if answer is None:
        return None
    return error_for_status(
        answer.status_code, f"Mailjet answered {answer.status_code}: {_reason(answer)}", answer.headers
    )


def _never_sent(cause: BaseException | None) -> bool:
    """Whether the connection failed before the request went out."""
    import ssl

    import requests
    from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProxyError

    if isinstance(cause, requests.ConnectTimeout):
        return True
    reason = cause.args[0] if isinstance(cause, requests.ConnectionError) and cause.args else None
    if not isinstance(reason, MaxRetryError):
        return False
    # The library's errors nest: what failed first is at the bottom.
    root = reason.reason
    if isinstance(root, (NewConnectionError, ConnectTimeoutError, ProxyError)):
        return True
    return any(isinstance(part, ssl.SSLCertVerificationError) for part in getattr(root, "args", ()))


def _reason(answer: requests.Response) -> str:
    """Mailjet's own words: v3 puts them at the top, v3.1 into each message."""
    content = _json_object(answer)
    messages = content.get("Messages")
    errors = [
        error
        for message in (messages if isinstance(messages, list) else [])
        for error in message.get("Errors", [])
        if isinstance(error, dict)
    ]
    words = [str(error.get("ErrorMessage", "")) for error in [*errors, content] if error.get("ErrorMessage")]
    # A refusal may quote the request that it refuses.
    return redact("; ".join(words)) or str(answer.reason or "no reason given")


def _json_object(answer: requests.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
