"""Google Drive (API v3): put a file into a folder, and ask afterwards whether it arrived."""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field

from shared.error_codes import ErrorCode
from shared.errors import PermanentError, TransientError
from shared.gcp.settings import settings
from shared.messages.channels.file_content import FileContent, FileFormat
from shared.values.digests import hex_digest
from shared.web.provider import Answer, ProviderApi, RefusedError

GOOGLE_URL = "https://www.googleapis.com"
SCOPES = ("https://www.googleapis.com/auth/drive.file",)
MAX_BYTES = 5 * 1024 * 1024
"""What one multipart upload may hold."""
EFFECT_PROPERTY = "effectKey"

_FIELDS = "id,webViewLink"
_SENDING = "the file"
_MAX_PROPERTY_BYTES = 124
_DOCUMENT = "application/vnd.google-apps.document"
_SPREADSHEET = "application/vnd.google-apps.spreadsheet"
GOOGLE_FORMS = {
    FileFormat.TXT: _DOCUMENT,
    FileFormat.MD: _DOCUMENT,
    FileFormat.HTML: _DOCUMENT,
    FileFormat.CSV: _SPREADSHEET,
}
"""What a file may be converted into; there is nothing for JSON."""
_PASSING_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "backendError", "internalError"})


@dataclass(frozen=True, slots=True)
class Upload:
    """What to put where. `effect_key` is found again afterwards; only this product sees the `labels`."""

    file: FileContent
    folder_id: str
    convert: bool
    effect_key: str
    labels: Mapping[str, str]

    def body(self) -> dict[str, Any]:
        """The file's metadata."""
        labels = {
            name: value
            for name, value in self.labels.items()
            if len(name.encode()) + len(value.encode()) <= _MAX_PROPERTY_BYTES
        }
        metadata: dict[str, Any] = {
            "name": self.file.name,
            "parents": [self.folder_id],
            "appProperties": {**labels, EFFECT_PROPERTY: _short_key(self.effect_key)},
        }
        if self.convert:
            metadata["mimeType"] = google_form(self.file.format)
        return metadata


class _File(BaseModel):
    id: str = Field(min_length=1)
    link: str = Field(default="", validation_alias="webViewLink")

    def receipt(self) -> dict[str, str]:
        return {"fileId": self.id, "link": self.link}


class _Files(BaseModel):
    files: list[_File]


def google_form(file_format: FileFormat) -> str:
    """The type that Drive converts the format into.

    Raises:
        PermanentError: there is none.
    """
    if file_format not in GOOGLE_FORMS:
        raise PermanentError(f"convert: found the format {file_format}; expected txt, md, html or csv")
    return GOOGLE_FORMS[file_format]


def upload(wanted: Upload) -> dict[str, str]:
    """Put the file into Drive; `{fileId, link}`.

    Raises:
        PermanentError: Drive refused it, in its own words: no such folder, no access, no room.
        TransientError: Drive was not reached, or answered that it takes none just now.
        OutcomeUnknownError: the request went out and no usable answer came back: `find` tells.
    """
    boundary = uuid.uuid4().hex
    try:
        answer = _call(
            "POST",
            "upload/drive/v3/files",
            {"uploadType": "multipart", "fields": _FIELDS, "supportsAllDrives": "true"},
            {"content-type": f"multipart/related; boundary={boundary}"},
            _multipart(boundary, wanted),
            _SENDING,
        )
    except RefusedError as error:
        raise PermanentError(
            f"{wanted.file.name} cannot be put into the folder {wanted.folder_id}: {error}"
        ) from None
    return _api().read(_File, answer.content, _SENDING).receipt()


def find(effect_key: str) -> dict[str, str] | None:
    """What `upload` answered for that key; None where Drive has no such file. One in the bin counts: it was saved.

    Raises:
        PermanentError: Drive refused the question.
        TransientError: Drive could not be asked just now.
    """
    answer = _call(
        "GET",
        "drive/v3/files",
        {
            "q": f"appProperties has {{ key='{EFFECT_PROPERTY}' and value='{_short_key(effect_key)}' }}",
            "fields": f"files({_FIELDS})",
            "pageSize": "1",
            "supportsAllDrives": "true",
            "includeItemsFromAllDrives": "true",
        },
    )
    found = _api().read(_Files, answer.content).files
    return found[0].receipt() if found else None


def _short_key(effect_key: str) -> str:
    """A property's value is at most 124 bytes long, with its name."""
    return hex_digest(effect_key, digits=64)


def _multipart(boundary: str, wanted: Upload) -> bytes:
    """RFC 2387: the metadata, then the media."""
    metadata = json.dumps(wanted.body()).encode()
    parts = (("application/json; charset=UTF-8", metadata), (wanted.file.content_type, wanted.file.data))
    body = b"".join(
        f"--{boundary}\r\nContent-Type: {content_type}\r\n\r\n".encode() + content + b"\r\n"
        for content_type, content in parts
    )
    return body + f"--{boundary}--\r\n".encode()


def _call(
    method: str,
    path: str,
    params: Mapping[str, str],
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    sending: str | None = None,
) -> Answer:
    """With a token, except where DRIVE_API_URL names another server than Google's."""
    other = settings().drive_api_url
    url = f"{other or GOOGLE_URL}/{path}"
    authorized = {**(headers or {}), **({} if other else _token_header(method, url))}
    try:
        return _api().call(method, url, params=params, headers=authorized, body=body, sending=sending)
    except RefusedError as error:
        if other or error.answer.status != HTTPStatus.UNAUTHORIZED:
            raise
        # The token was withdrawn before its time.
        _credentials.cache_clear()
        raise TransientError(str(error)) from None


def _api() -> ProviderApi:
    # A 5xx may come after the file was taken, so that only asking tells.
    return ProviderApi("Drive", "DRIVE_API_URL", _words, may_have_taken=range(500, 600), passes=_passes)


def _token_header(method: str, url: str) -> dict[str, str]:
    from google.auth.exceptions import GoogleAuthError, TransportError
    from google.auth.transport.requests import Request

    headers: dict[str, str] = {}
    try:
        _credentials().before_request(Request(), method, url, headers)
    except GoogleAuthError as error:
        kind = TransientError if error.retryable or isinstance(error, TransportError) else PermanentError
        raise kind(f"Drive cannot be used: no access token: {error}") from None
    return headers


@functools.cache
def _credentials() -> Any:
    """The account's, which keep their token as long as it is good."""
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    try:
        credentials, _ = google.auth.default(scopes=SCOPES)
    except DefaultCredentialsError as error:
        raise PermanentError(f"Drive cannot be used: {error}", code=ErrorCode.NOT_CONFIGURED) from None
    return credentials


def _refusal(answer: Answer) -> Mapping[str, Any]:
    error = answer.json_object().get("error")
    return error if isinstance(error, dict) else {}


def _words(answer: Answer) -> str:
    return str(_refusal(answer).get("message") or "")


def _passes(answer: Answer) -> bool:
    """A limit on the rate is a 403 here."""
    listed = _refusal(answer).get("errors")
    return isinstance(listed, list) and any(
        isinstance(each, dict) and each.get("reason") in _PASSING_REASONS for each in listed
    )
