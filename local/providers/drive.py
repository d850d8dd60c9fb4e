"""The Google Drive stand-in: v3 multipart upload, download, and search by app properties.

Serves below its prefix `POST /upload/drive/v3/files?uploadType=multipart` (multipart/related: JSON
metadata, then the media), `GET /drive/v3/files/{id}` (`?alt=media` for the content) and
`GET /drive/v3/files?q=appProperties has { key='…' and value='…' }`, the only supported query. The
metadata's `appProperties` may carry `executionId` and `stepId`, which mark the outbox message.
"""

import re
import uuid
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import MIMEPart
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.providers.faults import Faults
from local.providers.outbox import Outbox
from local.providers.standin import under_faults

CAPACITY = 1_000

_PROPERTY_QUERY = re.compile(
    r"appProperties has \{\s*key='(?P<key>(?:[^'\\]|\\.)*)' and value='(?P<value>(?:[^'\\]|\\.)*)'\s*\}"
)


_REASONS = {
    400: "badRequest",
    401: "authError",
    403: "insufficientFilePermissions",
    404: "notFound",
    429: "rateLimitExceeded",
}
"""Drive's messages by status, in the format of its error guide."""


class _Metadata(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str = "Untitled"
    mime_type: str | None = Field(default=None, alias="mimeType")
    parents: list[str] = ["root"]
    app_properties: dict[str, str] = Field(default={}, alias="appProperties")


@dataclass(frozen=True, slots=True)
class _File:
    resource: dict[str, Any]
    media: bytes


class _BadUploadError(Exception):
    """An invalid upload; says what was expected."""


class Drive:
    def __init__(self, outbox: Outbox, faults: Faults) -> None:
        self._outbox = outbox
        self._files: dict[str, _File] = {}
        upload = under_faults("drive", self._upload, faults, _refusal)
        show = under_faults("drive", self._show, faults, _refusal)
        search = under_faults("drive", self._search, faults, _refusal, lookup=True)
        self.routes = [
            Route("/upload/drive/v3/files", upload, methods=["POST"]),
            Route("/drive/v3/files", search, methods=["GET"]),
            Route("/drive/v3/files/{file_id}", show, methods=["GET"]),
        ]

    async def _upload(self, request: Request) -> Response:
        try:
            metadata, media_type, media = await _parts(request)
        except _BadUploadError as error:
            return _refusal(400, str(error))
        file = _new_file(metadata, media_type, media)
        self._keep(file)
        self._record(metadata, file)
        return JSONResponse(file.resource)

    def _keep(self, file: _File) -> None:
        self._files[file.resource["id"]] = file
        if len(self._files) > CAPACITY:
            del self._files[next(iter(self._files))]

    def _record(self, metadata: _Metadata, file: _File) -> None:
        mime_type = file.resource["mimeType"]
        text = file.media.decode(errors="replace") if mime_type.startswith("text/") else None
        is_html = mime_type == "text/html"
        self._outbox.record(
            "drive",
            to=", ".join(metadata.parents),
            subject=metadata.name,
            text=None if is_html else text,
            html=text if is_html else None,
            execution_id=metadata.app_properties.get("executionId"),
            step_id=metadata.app_properties.get("stepId"),
        )

    async def _search(self, request: Request) -> Response:
        wanted = _property_asked_for(request.query_params.get("q", ""))
        if wanted is None:
            return _refusal(400, "Invalid Value: q: expected appProperties has { key='…' and value='…' }")
        found = [
            file.resource
            for file in reversed(self._files.values())
            if wanted in file.resource.get("appProperties", {}).items()
        ]
        return JSONResponse({"kind": "drive#fileList", "incompleteSearch": False, "files": found})

    async def _show(self, request: Request) -> Response:
        file_id = request.path_params["file_id"]
        file = self._files.get(file_id)
        if file is None:
            return _refusal(404, f"File not found: {file_id}.")
        if request.query_params.get("alt") == "media":
            return Response(file.media, media_type=file.resource["mimeType"])
        return JSONResponse(file.resource)


def _property_asked_for(query: str) -> tuple[str, str] | None:
    """The queried app property's name and value; None for any other query."""
    match = _PROPERTY_QUERY.fullmatch(query.strip())
    if match is None:
        return None
    key, value = (re.sub(r"\\(.)", r"\1", match[name]) for name in ("key", "value"))
    return key, value


async def _parts(request: Request) -> tuple[_Metadata, str, bytes]:
    if request.query_params.get("uploadType") != "multipart":
        raise _BadUploadError("uploadType: expected multipart")
    content_type = request.headers.get("content-type", "")
    whole = message_from_bytes(
        b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + await request.body(),
        policy=policy.HTTP,
    )
    parts = list(whole.iter_parts())
    if whole.get_content_type() != "multipart/related" or len(parts) != 2:
        raise _BadUploadError("body: expected multipart/related with two parts, metadata and media")
    try:
        metadata = _Metadata.model_validate_json(_content(parts[0]))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(["metadata", *(str(part) for part in first["loc"])])
        raise _BadUploadError(f"{field}: {first['msg']}") from error
    return metadata, parts[1].get_content_type(), _content(parts[1])


def _content(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        raise _BadUploadError("body: expected plain parts, found a multipart inside a part")
    return content


def _new_file(metadata: _Metadata, media_type: str, media: bytes) -> _File:
    file_id = uuid.uuid4().hex
    resource: dict[str, Any] = {
        "kind": "drive#file",
        "id": file_id,
        "name": metadata.name,
        "mimeType": metadata.mime_type or media_type,
        "parents": metadata.parents,
        "size": str(len(media)),
        "webViewLink": f"https://drive.google.com/file/d/{file_id}/view",
    }
    if metadata.app_properties:
        resource["appProperties"] = metadata.app_properties
    return _File(resource, media)


def _refusal(status: int, message: str = "The service cannot answer this call now.") -> Response:
    reason = _REASONS.get(status, "backendError")
    errors = [{"domain": "global", "reason": reason, "message": message}]
    return JSONResponse({"error": {"code": status, "message": message, "errors": errors}}, status)
