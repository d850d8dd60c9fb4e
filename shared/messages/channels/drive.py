"""Google Drive (API v3): uploads a file, and checks afterward whether it arrived."""

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
"""Drive's limit for a multipart upload."""
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
"""Google formats that files can be converted to; JSON has none."""
_PASSING_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "backendError", "internalError"})


@dataclass(frozen=True, slots=True)
class Upload:
    """What to upload where. `effect_key` identifies the file later; `labels` are visible only to this product."""

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
    """The Google type for the format.

    Raises:
        PermanentError: there is none.
    """
    if file_format not in GOOGLE_FORMS:
        raise PermanentError(f"convert: found the format {file_format}; expected txt, md, html or csv")
    return GOOGLE_FORMS[file_format]


def upload(wanted: Upload) -> dict[str, str]:
    """Uploads the file; returns `{fileId, link}`.

    Raises:
        PermanentError: Drive refused it (its words are included): no such folder, no access, no space.
        TransientError: Drive wasn't reached, or can't accept files right now.
        OutcomeUnknownError: the request was sent but no usable answer came back; ask `find`.
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
            f"{wanted.file.name} can't be saved to the folder {wanted.folder_id}: {error}"
        ) from None
    return _api().read(_File, answer.content, _SENDING).receipt()


def find(effect_key: str) -> dict[str, str] | None:
    """What `upload` returned for the key, or None. A file in the trash counts: it was saved.

    Raises:
        PermanentError: Drive refused the request.
        TransientError: Drive can't be asked right now.
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
    """A property's name and value together may have at most 124 bytes."""
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
    """Adds an access token, unless DRIVE_API_URL names a server other than Google's."""
    other = settings().drive_api_url
    url = f"{other or GOOGLE_URL}/{path}"
    authorized = {**(headers or {}), **({} if other else _token_header(method, url))}
    try:
        return _api().call(method, url, params=params, headers=authorized, body=body, sending=sending)
    except RefusedError as error:
        if other or error.answer.status != HTTPStatus.UNAUTHORIZED:
            raise
        # The token was revoked early.
        _credentials.cache_clear()
        raise TransientError(str(error)) from None


def _api() -> ProviderApi:
    # A 5xx may follow a successful upload, so only a lookup can tell.
    return ProviderApi("Drive", "DRIVE_API_URL", _words, may_have_taken=range(500, 600), passes=_passes)


def _token_header(method: str, url: str) -> dict[str, str]:
    from google.auth.exceptions import GoogleAuthError, TransportError
    from google.auth.transport.requests import Request

    headers: dict[str, str] = {}
    try:
        _credentials().before_request(Request(), method, url, headers)
    except GoogleAuthError as error:
        kind = TransientError if error.retryable or isinstance(error, TransportError) else PermanentError
        raise kind(f"Drive can't be used: no access token: {error}") from None
    return headers


@functools.cache
def _credentials() -> Any:
    """The account's credentials, which cache their token."""
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    try:
        credentials, _ = google.auth.default(scopes=SCOPES)
    except DefaultCredentialsError as error:
        raise PermanentError(f"Drive can't be used: {error}", code=ErrorCode.NOT_CONFIGURED) from None
    return credentials


def _refusal(answer: Answer) -> Mapping[str, Any]:
    error = answer.json_object().get("error")
    return error if isinstance(error, dict) else {}


def _words(answer: Answer) -> str:
    return str(_refusal(answer).get("message") or "")


def _passes(answer: Answer) -> bool:
    """Drive reports rate limits as 403."""
    listed = _refusal(answer).get("errors")
    return isinstance(listed, list) and any(
        isinstance(each, dict) and each.get("reason") in _PASSING_REASONS for each in listed
    )
