"""Email through Mailjet: sends (API v3.1), and checks afterward whether a message arrived (API v3)."""

from __future__ import annotations

import base64
import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from shared.error_codes import ErrorCode
from shared.errors import PermanentError, PlaybookError, error_for_status
from shared.gcp.settings import settings
from shared.messages.email import Email
from shared.values.digests import hex_digest
from shared.web.provider import Answer, ProviderApi, RefusedError

if TYPE_CHECKING:
    from mailjet_rest import Client

_GATEWAY_OR_CRASH = frozenset({500, 502, 504})
_SENDING = "the email"


class _Problem(BaseModel):
    ErrorMessage: str = ""
    StatusCode: int = 400


class _Receipt(BaseModel):
    MessageID: int | str


class _Message(BaseModel):
    """The outcome of one message in a call."""

    Status: str = ""
    Errors: list[_Problem] = []
    To: list[_Receipt] = []


class _MessageReply(_Problem):
    """A v3.1 answer; an error at the top concerns the whole call."""

    Messages: list[_Message] = []


class _Stored(BaseModel):
    ID: int | str


class _MessageSearch(BaseModel):
    """A v3 answer."""

    Data: list[_Stored]


def load() -> None:
    """Loads the client library ahead of time, because loading is slow.

    Raises:
        PermanentError: an environment variable is missing or unusable.
    """
    _client("v3.1")


def send(message: Email, custom_id: str) -> str:
    """Sends `message` and returns its MessageID (the first recipient's).

    Raises:
        PermanentError: Mailjet refused it (its words are included), or an environment variable is missing.
        TransientError: Mailjet wasn't reached, or didn't accept the email right now.
        OutcomeUnknownError: the request was sent but no usable answer came back; ask `find`.
    """
    (outcome,) = send_batch([(message, custom_id)])
    if isinstance(outcome, PlaybookError):
        raise outcome
    return outcome


def send_batch(batch: Sequence[tuple[Email, str]]) -> list[str | PlaybookError]:
    """Sends 1 to 50 messages with their custom ids in one call.

    Returns each message's MessageID, or the error that `send` would raise; a refused message doesn't stop others.

    Raises:
        PlaybookError: as in `send`, when the call as a whole failed.
    """
    ids = "\n".join(custom_id for _, custom_id in batch)
    try:
        answer = _client("v3.1").send.create(
            data={"Messages": [_wire_form(message, custom_id) for message, custom_id in batch]},
            # The library's default key ignores CustomID: equal emails of two runs would count as one.
            headers={"Idempotency-Key": hex_digest(ids, digits=64)},
        )
        results = _parsed(answer.content).Messages
    except RefusedError as error:
        # Even if all messages are refused, the answer gives a reason for each.
        results = _parsed(error.answer.content).Messages
        if len(results) != len(batch):
            raise
    if len(results) != len(batch):
        raise _api().unknown("answered without an outcome for each message", _SENDING)
    return [_outcome(one) for one in results]


def find(custom_id: str) -> str | None:
    """The MessageID of the message sent with `custom_id`, or None.

    Raises:
        PermanentError: Mailjet refused the request, or an environment variable is missing.
        TransientError: Mailjet can't be asked right now.
    """
    answer = _client("v3").message.get(filters={"CustomID": custom_id})
    found = _api().read(_MessageSearch, answer.content).Data
    return str(found[0].ID) if found else None


def _client(version: str) -> Client:
    known = settings()
    if not known.mailjet_api_key:
        raise PermanentError(
            "MAILJET_API_KEY is not set; expected the API key of the sending Mailjet account",
            code=ErrorCode.NOT_CONFIGURED,
        )
    if not known.mailjet_api_secret:
        raise PermanentError(
            "MAILJET_API_SECRET is not set; expected the secret that belongs to MAILJET_API_KEY",
            code=ErrorCode.NOT_CONFIGURED,
        )
    return _cached_client(version, known.mailjet_api_key, known.mailjet_api_secret, known.mailjet_api_url)


@functools.lru_cache(maxsize=4)
def _cached_client(version: str, key: str, secret: str, api_url: str) -> Client:
    """The library's client, routed through our provider transport.

    The library itself would repeat a POST up to three times, even one that was accepted but not answered.
    """
    # Import the package before its parts: threads importing in different orders can deadlock.
    from mailjet_rest import Client
    from requests import PreparedRequest, Response
    from requests.adapters import BaseAdapter
    from requests.structures import CaseInsensitiveDict

    api = _api(key, secret)

    class ProviderAdapter(BaseAdapter):
        def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
            answer = api.call(
                str(request.method),
                str(request.url),
                headers={name: str(value) for name, value in request.headers.items()},
                body=request.body if isinstance(request.body, bytes) else None,
                sending=_SENDING if request.method == "POST" else None,
            )
            response = Response()
            response.status_code, response._content = answer.status, answer.content
            response.headers = CaseInsensitiveDict(answer.headers)
            response.request, response.url = request, str(request.url)
            return response

        def close(self) -> None:
            """Connections belong to the process."""

    try:
        client = Client(auth=(key, secret), version=version, api_url=api_url)
    except ValueError as error:
        raise PermanentError(
            f"MAILJET_API_URL or the Mailjet key can't be used: {error}", code=ErrorCode.NOT_CONFIGURED
        ) from None
    for scheme in ("https://", "http://"):
        client.session.mount(scheme, ProviderAdapter())
    return client


def _api(*secrets: str) -> ProviderApi:
    return ProviderApi("Mailjet", "MAILJET_API_URL", _words, secrets, may_have_taken=_GATEWAY_OR_CRASH)


def _wire_form(message: Email, custom_id: str) -> dict[str, Any]:
    known = settings()
    wire: dict[str, Any] = {
        "From": {"Email": known.email_from, "Name": message.from_name or known.email_from_name},
        "To": [{"Email": address} for address in message.to],
        "Subject": message.subject,
        "TextPart": message.text_part,
        "CustomID": custom_id,
    }
    if message.reply_to:
        wire["ReplyTo"] = {"Email": message.reply_to}
    if message.html:
        wire["HTMLPart"] = message.html
    if message.inlined:
        wire["InlinedAttachments"] = [
            {
                "ContentType": "image/png",
                "Filename": f"{picture.content_id}.png",
                "ContentID": picture.content_id,
                "Base64Content": base64.b64encode(picture.png).decode(),
            }
            for picture in message.inlined
        ]
    if message.payload:
        wire["EventPayload"] = message.payload
    if message.unsubscribe_url:
        # RFC 8058; Mailjet doesn't reserve these two headers.
        wire["Headers"] = {
            "List-Unsubscribe": f"<{message.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return wire


def _outcome(result: _Message) -> str | PlaybookError:
    if result.Status == "error":
        status = max((error.StatusCode for error in result.Errors), default=400)
        words = _api().safe("; ".join(error.ErrorMessage for error in result.Errors))
        return error_for_status(status, f"Mailjet refused the email: {words or 'no reason given'}")
    return str(result.To[0].MessageID) if result.To else _api().unknown("answered without a MessageID", _SENDING)


def _words(answer: Answer) -> str:
    """v3 reports errors at the top, v3.1 in each message."""
    response = _parsed(answer.content)
    errors = [error for message in response.Messages for error in message.Errors]
    return "; ".join(error.ErrorMessage for error in [*errors, response] if error.ErrorMessage)


def _parsed(content: bytes) -> _MessageReply:
    try:
        return _MessageReply.model_validate_json(content)
    except ValidationError:
        return _MessageReply()
