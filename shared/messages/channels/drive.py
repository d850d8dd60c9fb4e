"""Google Drive: put a file into a folder, and ask afterwards whether it arrived.

The Drive API client makes the requests; they travel over `requests`, since its own transport sends a POST again
when the connection is closed without an answer.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.errors import OutcomeUnknownError, PermanentError, TransientError, error_for_status, retry_after_seconds
from shared.gcp.settings import settings
from shared.messages.channels.file_content import FileContent, FileFormat
from shared.redaction import redact

if TYPE_CHECKING:
    import requests
    from googleapiclient.errors import HttpError

SCOPES = ("https://www.googleapis.com/auth/drive.file",)
MAX_BYTES = 5 * 1024 * 1024
"""What one multipart upload may hold."""
CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
TIMEOUTS = (CONNECT_SECONDS, READ_SECONDS)
EFFECT_PROPERTY = "effectKey"

_FIELDS = "id,webViewLink"
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
    import requests
    from googleapiclient.http import MediaInMemoryUpload

    media = MediaInMemoryUpload(wanted.file.data, mimetype=wanted.file.content_type, resumable=False)
    make = _files().create(body=wanted.body(), media_body=media, fields=_FIELDS, supportsAllDrives=True)
    try:
        answer = _answered(make.execute, f"{wanted.file.name} cannot be put into the folder {wanted.folder_id}")
    except requests.RequestException as error:
        if _never_sent(error):
            raise TransientError(
                f"Drive could not be reached ({type(error).__name__}); nothing was saved"
            ) from None
        raise OutcomeUnknownError(
            f"Drive did not answer after the file was handed to it ({type(error).__name__}); it may have it"
        ) from None
    return _receipt(answer)


def find(effect_key: str) -> dict[str, str] | None:
    """What `upload` answered for that key; None where Drive has no such file. One in the bin counts: it was saved.

    Raises:
        PermanentError: Drive refused the question.
        TransientError: Drive could not be asked just now.
    """
    import requests

    query = f"appProperties has {{ key='{EFFECT_PROPERTY}' and value='{_short_key(effect_key)}' }}"
    look = _files().list(
        q=query,
        fields=f"files({_FIELDS})",
        pageSize=1,
        supportsAllDrives=True,
        includeItemsFromAllDrives=True,
    )
    try:
        found = _answered(look.execute, "Drive could not be asked for the file").get("files", [])
    except (requests.RequestException, OutcomeUnknownError) as error:
        raise TransientError(f"Drive could not be asked for the file ({type(error).__name__})") from None
    return _receipt(found[0]) if found else None


def _short_key(effect_key: str) -> str:
    """A property's value is at most 124 bytes long, with its name."""
    return hashlib.sha256(effect_key.encode()).hexdigest()


def _receipt(resource: Mapping[str, Any]) -> dict[str, str]:
    if not resource.get("id"):
        raise OutcomeUnknownError("Drive answered without the file's id; it may have it")
    return {"fileId": str(resource["id"]), "link": str(resource.get("webViewLink") or "")}


def _answered(execute: Callable[[], Any], what: str) -> dict[str, Any]:
    from google.auth.exceptions import GoogleAuthError, TransportError
    from googleapiclient.errors import HttpError

    try:
        answer = execute()
    except HttpError as error:
        raise _refusal(error, what) from None
    except GoogleAuthError as error:
        # Before the request: there is no token to send it with.
        kind = TransientError if error.retryable or isinstance(error, TransportError) else PermanentError
        raise kind(f"{what}: no access token: {error}") from None
    if not isinstance(answer, dict):
        raise OutcomeUnknownError(f"{what}: Drive's answer is not a JSON object")
    return answer


def _refusal(error: HttpError, what: str) -> Exception:
    """A 5xx may come after the file was taken, so that only asking tells; a limit on the rate passes by itself."""
    status = int(error.status_code)
    details = error.error_details if isinstance(error.error_details, list) else []
    reasons = {str(each.get("reason")) for each in details if isinstance(each, dict)}
    message = f"{what}: Drive answered {status}: {redact(str(error.reason))}"
    patience = retry_after_seconds(error.resp.get("retry-after"), datetime.now(UTC))
    if status >= 500:
        return OutcomeUnknownError(message, retry_after_seconds=patience)
    if reasons & _PASSING_REASONS:
        return TransientError(message, retry_after_seconds=patience)
    return error_for_status(status, message, error.resp)


def _never_sent(error: requests.RequestException) -> bool:
    """Whether the connection failed before the request went out."""
    import requests
    from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProxyError

    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = error.args[0] if isinstance(error, requests.ConnectionError) and error.args else None
    root = reason.reason if isinstance(reason, MaxRetryError) else None
    return isinstance(root, NewConnectionError | ConnectTimeoutError | ProxyError)


def _files() -> Any:
    return _service(settings().drive_api_url).files()


@functools.lru_cache(maxsize=4)
def _service(api_url: str | None) -> Any:
    """The Drive API; at another address than Google's where `api_url` is set, which then wants no credentials."""
    import google.auth
    from google.auth.credentials import AnonymousCredentials
    from google.auth.exceptions import DefaultCredentialsError
    from google.auth.transport.requests import AuthorizedSession
    from googleapiclient.discovery import build_from_document
    from googleapiclient.discovery_cache import get_static_doc

    described = json.loads(get_static_doc("drive", "v3"))
    if api_url:
        # An endpoint given as an option loses its path for uploads.
        described["rootUrl"] = f"{api_url}/"
        credentials: Any = AnonymousCredentials()  # type: ignore[no-untyped-call]
    else:
        try:
            credentials, _ = google.auth.default(scopes=SCOPES)
        except DefaultCredentialsError as error:
            raise PermanentError(f"Drive cannot be used: {error}") from None
    session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
    return build_from_document(described, http=_Transport(session))


class _Transport:
    """Sends what the API client asks for once, and waits for the answer for a bounded time."""

    def __init__(self, session: requests.Session) -> None:
        self._session = session

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        **_options: Any,
    ) -> tuple[Any, bytes]:
        """The response and its body, in the shapes of the API client's own transport."""
        import httplib2

        answer = self._session.request(
            method, uri, data=body, headers=headers, timeout=TIMEOUTS, allow_redirects=False
        )
        response = httplib2.Response({**answer.headers, "status": str(answer.status_code)})
        response.reason = answer.reason
        return response, answer.content

    def close(self) -> None:
        """The API client closes what it was given."""
        self._session.close()
