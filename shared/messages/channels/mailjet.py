"""Email through Mailjet: send (API v3.1), and ask afterwards whether a message arrived (API v3)."""

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
    """What happened to one message of a call."""

    Status: str = ""
    Errors: list[_Problem] = []
    To: list[_Receipt] = []


class _MessageReply(_Problem):
    """An answer of v3.1; its own error is of the call as a whole."""

    Messages: list[_Message] = []


class _Stored(BaseModel):
    ID: int | str


class _MessageSearch(BaseModel):
    """An answer of v3."""

    Data: list[_Stored]


def load() -> None:
    """Have the client at hand: its first use loads the library, which takes its time.

    Raises:
        PermanentError: a variable of the environment is missing or of no use.
    """
    _client("v3.1")


def send(message: Email, custom_id: str) -> str:
    """Hand `message` to Mailjet and return its MessageID (the first recipient's, where there are several).

    Raises:
        PermanentError: Mailjet refused it, in Mailjet's words; or a variable of the environment is missing.
        TransientError: Mailjet was not reached, or answered that it did not take it just now.
        OutcomeUnknownError: the request went out and no usable answer came back: `find` tells.
    """
    (outcome,) = send_batch([(message, custom_id)])
    if isinstance(outcome, PlaybookError):
        raise outcome
    return outcome


def send_batch(batch: Sequence[tuple[Email, str]]) -> list[str | PlaybookError]:
    """Hand 1 to 50 messages with their custom ids to Mailjet in one call.

    Of each, in their order, its MessageID, or what `send` would raise for it: one that is refused stops no other.

    Raises:
        PlaybookError: as `send`, of the call as a whole: what is said of it holds for each message.
    """
    ids = "\n".join(custom_id for _, custom_id in batch)
    try:
        answer = _client("v3.1").send.create(
            data={"Messages": [_wire_form(message, custom_id) for message, custom_id in batch]},
            # The library's own key is a hash without CustomID: the same words in two runs would count as one mail.
            headers={"Idempotency-Key": hex_digest(ids, digits=64)},
        )
        said = _said(answer.content).Messages
    except RefusedError as error:
        # Where it takes none of them, it still says of each why.
        said = _said(error.answer.content).Messages
        if len(said) != len(batch):
            raise
    if len(said) != len(batch):
        raise _api().unknown("answered without saying what happened to each message", _SENDING)
    return [_outcome(one) for one in said]


def find(custom_id: str) -> str | None:
    """The MessageID of the message that was sent with `custom_id`; None when Mailjet has none.

    Raises:
        PermanentError: Mailjet refused the question, or a variable of the environment is missing.
        TransientError: Mailjet could not be asked just now.
    """
    answer = _client("v3").message.get(filters={"CustomID": custom_id})
    found = _api().read(_MessageSearch, answer.content).Data
    return str(found[0].ID) if found else None


def _client(version: str) -> Client:
    known = settings()
    if not known.mailjet_api_key:
        raise PermanentError(
            "MAILJET_API_KEY is not set; expected the key of the Mailjet account that sends",
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
    """The library's client, whose requests go out as those of the other providers do.

    Its own way repeats a POST up to three times, also one that was taken but not answered.
    """
    # Everybody loads the package before its parts: threads that come from both ends deadlock in the import.
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
            """The connections are the process's."""

    try:
        client = Client(auth=(key, secret), version=version, api_url=api_url)
    except ValueError as error:
        raise PermanentError(
            f"MAILJET_API_URL or the Mailjet key cannot be used: {error}", code=ErrorCode.NOT_CONFIGURED
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
        # RFC 8058; the two are not among the headers that Mailjet keeps for itself.
        wire["Headers"] = {
            "List-Unsubscribe": f"<{message.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return wire


def _outcome(said: _Message) -> str | PlaybookError:
    if said.Status == "error":
        status = max((error.StatusCode for error in said.Errors), default=400)
        words = _api().safe("; ".join(error.ErrorMessage for error in said.Errors))
        return error_for_status(status, f"Mailjet refused the email: {words or 'no reason given'}")
    return str(said.To[0].MessageID) if said.To else _api().unknown("answered without a MessageID", _SENDING)


def _words(answer: Answer) -> str:
    """v3 puts them at the top, v3.1 into each message."""
    said = _said(answer.content)
    errors = [error for message in said.Messages for error in message.Errors]
    return "; ".join(error.ErrorMessage for error in [*errors, said] if error.ErrorMessage)


def _said(content: bytes) -> _MessageReply:
    """What can be read of it."""
    try:
        return _MessageReply.model_validate_json(content)
    except ValidationError:
        return _MessageReply()
