"""Models of Mailjet's Send API v3.1: calls and refusals."""

import base64
import binascii
import uuid
from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

MAX_MESSAGES_PER_CALL = 50
MAX_ATTACHED_BYTES = 15_000_000

_EMAIL_PATTERN = r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$"

_KEPT_HEADERS = frozenset(
    {
        *(
            "authentication-results",
            "bcc",
            "cc",
            "date",
            "delivered-to",
            "dkim-signature",
            "domainkey-status",
            "from",
        ),
        *(
            "list-id",
            "message-id",
            "received",
            "received-spf",
            "reply-to",
            "return-path",
            "sender",
            "subject",
            "to",
        ),
        *(
            "user-agent",
            "x-csa-complaints",
            "x-feedback-id",
            "x-mailer",
            "x-mailjet-debug",
            "x-mailjet-segmentation",
        ),
        *("x-mj-errormessage", "x-mj-mid", "x-mj-statisticscontactslistid", "x-mj-workflowid"),
    }
)


def _is_free(name: str) -> str:
    if name.lower() in _KEPT_HEADERS:
        raise PydanticCustomError("header", 'Header "{name}" is kept for Mailjet itself.', {"name": name})
    return name


HeaderName = Annotated[str, AfterValidator(_is_free)]


def _decoded(content: Any) -> Any:
    if not isinstance(content, str):
        return content
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        raise PydanticCustomError("base64", "Base64Content is not valid base64.") from None


Decoded = Annotated[bytes, BeforeValidator(_decoded)]
EmailText = Annotated[str, StringConstraints(pattern=_EMAIL_PATTERN, max_length=254)]


class Address(BaseModel):
    model_config = ConfigDict(extra="forbid")

    Email: EmailText
    Name: str | None = None


class InlinedAttachment(BaseModel):
    """A picture used in the HTML as `cid:{ContentID}`; the default id is its file name."""

    model_config = ConfigDict(extra="forbid")

    ContentType: Annotated[str, StringConstraints(pattern=r"^[\w.+-]+/[\w.+-]+$")]
    Filename: Annotated[str, StringConstraints(min_length=1)]
    Base64Content: Decoded
    ContentID: str | None = None


class Message(BaseModel):
    """One message. Unused fields are accepted unchecked; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")

    From: Address
    To: list[Address] = Field(min_length=1, max_length=50)
    Cc: list[Address] = []
    Bcc: list[Address] = []
    Subject: str | None = None
    TextPart: str | None = None
    HTMLPart: str | None = None
    CustomID: str | None = None
    Sender: Any = None
    ReplyTo: Address | None = None
    Headers: dict[HeaderName, str] = {}
    Attachments: list[Any] = []
    InlinedAttachments: list[InlinedAttachment] = []
    Variables: dict[str, Any] = {}
    Priority: Any = None
    CustomCampaign: Any = None
    DeduplicateCampaign: Any = None
    EventPayload: str | None = None
    TrackOpens: Any = None
    TrackClicks: Any = None
    URLTags: Any = None

    @model_validator(mode="after")
    def _check_content(self) -> Self:
        if not self.TextPart and not self.HTMLPart:
            raise PydanticCustomError("missing", 'At least "HTMLPart" or "TextPart" must be provided.')
        if sum(len(each.Base64Content) for each in self.InlinedAttachments) > MAX_ATTACHED_BYTES:
            raise PydanticCustomError("too_large", "The attachments are larger than 15 MB.")
        return self


class SendCall(BaseModel):
    """The request body; messages are validated separately, because each is refused separately."""

    model_config = ConfigDict(extra="forbid")

    Messages: list[dict[str, Any]] = Field(min_length=1, max_length=MAX_MESSAGES_PER_CALL)
    SandboxMode: bool = False
    AdvanceErrorHandling: bool = False
    Globals: dict[str, Any] = {}


def message_errors(error: ValidationError) -> list[dict[str, Any]]:
    """The `Errors` of one refused message."""
    return [_error(details) for details in error.errors(include_url=False)]


def call_error(status: int, message: str) -> dict[str, Any]:
    """The response body that refuses the whole call."""
    return {"ErrorIdentifier": str(uuid.uuid4()), "StatusCode": status, "ErrorMessage": message}


def malformed(error: ValidationError) -> dict[str, Any]:
    """The response body for a malformed call."""
    first = error.errors(include_url=False)[0]
    if first["type"] == "json_invalid":
        reason = "Malformed JSON, please review the syntax and properties types."
        return {**call_error(400, reason), "ErrorCode": "mj-0002"}
    return {**_error(first), "ErrorIdentifier": str(uuid.uuid4())}


def _error(details: ErrorDetails) -> dict[str, Any]:
    code, message = _code_and_message(details)
    return {
        "ErrorIdentifier": str(uuid.uuid4()),
        "ErrorCode": code,
        "StatusCode": 400,
        "ErrorMessage": message,
        "ErrorRelatedTo": [_path(details["loc"])],
    }


def _code_and_message(details: ErrorDetails) -> tuple[str, str]:
    kind, loc = details["type"], details["loc"]
    if kind == "missing":
        named = f'Mandatory property "{loc[-1]}" is missing.' if loc else details["msg"]
        return "mj-0003", named
    if kind.startswith("string_") and loc and loc[-1] == "Email":
        return "mj-0013", f'"{details["input"]}" is an invalid email address.'
    if kind == "extra_forbidden":
        return "mj-0004", f'Property "{loc[-1]}" is unknown.'
    return "mj-0004", f"Type mismatch. {details['msg']}."


def _path(loc: Iterable[int | str]) -> str:
    """`("To", 0, "Email")` → `To[0].Email`, as Mailjet names a property."""
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
