"""The part of Cloud Storage's JSON API that `google.cloud.storage` needs to store and read objects.

Below its prefix (STORAGE_EMULATOR_HOST): create and read buckets; upload objects (multipart, resumable, media),
download them (whole or ranges, with checksums), describe, list by prefix and delete them; generation preconditions.
No access control, lifecycle or earlier generations.

gcp-storage-emulator 2026.7.19 is no substitute (this API's tests were run against it): it
ignores generation preconditions, loses objects with "%2F" in their names, accepts names and upload gaps that Cloud
Storage refuses, and keeps its files outside the checkpoint of `make up STATE=`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.cloud.storage_objects import ObjectMetadata, Objects, Preconditions, StorageRefusalError, StoredObject
from local.cloud.storage_uploads import (
    Session,
    Sessions,
    parse_content_range,
    parse_metadata,
    split_related,
)

_Model = TypeVar("_Model", bound=BaseModel)
Handler = Callable[[Request], Awaitable[Response]]
DEFAULT_TYPE = "application/octet-stream"
PAGE_SIZE = 1_000
RESUME_INCOMPLETE = 308
_RANGE = re.compile(r"bytes=(?P<first>\d*)-(?P<last>\d*)")


class _Bucket(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str = Field(pattern=r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")


class _Listing(BaseModel):
    model_config = ConfigDict(extra="ignore")

    prefix: str = ""
    delimiter: str = ""
    page_token: str = Field(default="", alias="pageToken")
    max_results: int = Field(default=PAGE_SIZE, alias="maxResults", ge=1)


class Storage:
    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._sessions = Sessions(objects)
        one = "/storage/v1/b/{bucket}/o/{name:path}"
        self.routes = [
            _route("/storage/v1/b", self._make_bucket, "POST"),
            _route("/storage/v1/b/{bucket}", self._show_bucket, "GET"),
            _route("/storage/v1/b/{bucket}/o", self._list, "GET"),
            _route(one, self._show, "GET"),
            _route(one, self._delete, "DELETE"),
            _route(f"/download{one}", self._download, "GET"),
            _route("/upload/storage/v1/b/{bucket}/o", self._upload, "POST"),
            _route("/upload/storage/v1/b/{bucket}/o", self._continue, "PUT"),
        ]

    async def _make_bucket(self, request: Request) -> Response:
        wanted = _validated(_Bucket.model_validate_json, await request.body())
        return JSONResponse(self._objects.make_bucket(wanted.name))

    async def _show_bucket(self, request: Request) -> Response:
        return JSONResponse(self._objects.bucket(request.path_params["bucket"]))

    async def _list(self, request: Request) -> Response:
        query = _validated(_Listing.model_validate, dict(request.query_params))
        found = self._objects.named(request.path_params["bucket"], query.prefix)
        after = [each for each in found if each.name.encode() > query.page_token.encode()]
        page = after[: query.max_results]
        folders = {_folder(each.name, query) for each in page} - {None}
        answer: dict[str, Any] = {"kind": "storage#objects"}
        if items := [each.resource() for each in page if _folder(each.name, query) is None]:
            answer["items"] = items
        if folders:
            answer["prefixes"] = sorted(str(folder) for folder in folders)
        if len(after) > len(page):
            answer["nextPageToken"] = page[-1].name
        return JSONResponse(answer)

    async def _show(self, request: Request) -> Response:
        if request.query_params.get("alt") == "media":
            return await self._download(request)
        return JSONResponse(self._named(request).resource())

    async def _download(self, request: Request) -> Response:
        return _media(self._named(request), request.headers.get("range"))

    async def _delete(self, request: Request) -> Response:
        self._objects.delete(request.path_params["bucket"], request.path_params["name"], _preconditions(request))
        return Response(status_code=204)

    async def _upload(self, request: Request) -> Response:
        kind = request.query_params.get("uploadType")
        body = await request.body()
        bucket, only_if = request.path_params["bucket"], _preconditions(request)
        content_type = request.headers.get("content-type", DEFAULT_TYPE)
        if kind == "resumable":
            return self._begin(request, body)
        if kind == "multipart":
            given, media_type, media = split_related(content_type, body)
        elif kind == "media":
            given, media_type, media = ObjectMetadata(), content_type, body
        else:
            raise StorageRefusalError(400, "invalid", f"uploadType: found {kind!r}")
        stored = self._objects.put(bucket, _with_name(given, request), media_type, media, only_if)
        return JSONResponse(stored.resource())

    def _begin(self, request: Request, body: bytes) -> Response:
        session = Session(
            bucket=request.path_params["bucket"],
            given=_with_name(parse_metadata(body), request),
            content_type=request.headers.get("x-upload-content-type", DEFAULT_TYPE),
            only_if=_preconditions(request),
        )
        upload_id = self._sessions.begin(session)
        location = str(request.url.include_query_params(upload_id=upload_id))
        return Response(headers={"Location": location, "X-GUploader-UploadID": upload_id})

    async def _continue(self, request: Request) -> Response:
        session = self._sessions.get(request.query_params.get("upload_id", ""))
        body = await request.body()
        chunk = parse_content_range(request.headers.get("content-range"), len(body))
        stored = self._sessions.add(session, chunk, body, request.headers.get("x-goog-hash", ""))
        if stored is not None:
            return JSONResponse(stored.resource())
        received = len(session.received)
        return Response(
            status_code=RESUME_INCOMPLETE, headers={"Range": f"bytes=0-{received - 1}"} if received else {}
        )

    def _named(self, request: Request) -> StoredObject:
        path = request.path_params
        return self._objects.get(path["bucket"], path["name"], _preconditions(request))


def _route(path: str, handler: Handler, method: str) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            return await handler(request)
        except StorageRefusalError as refused:
            return refusal(refused.status, refused.reason, str(refused))

    return Route(path, endpoint, methods=[method])


def refusal(status: int, reason: str, message: str) -> Response:
    """An error in the shape of Google's JSON APIs."""
    error = {"message": message, "domain": "global", "reason": reason}
    return JSONResponse({"error": {"code": status, "message": message, "errors": [error]}}, status)


def _validated(parse: Callable[[Any], _Model], raw: Any) -> _Model:
    try:
        return parse(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StorageRefusalError(400, "invalid", f"{where}: {first['msg']}") from error


def _preconditions(request: Request) -> Preconditions:
    return _validated(Preconditions.model_validate, dict(request.query_params))


def _with_name(given: ObjectMetadata, request: Request) -> ObjectMetadata:
    """The name may also be in the query string."""
    name = given.name or request.query_params.get("name")
    return given.model_copy(update={"name": name})


def _folder(name: str, query: _Listing) -> str | None:
    """The "folder" below the prefix that contains the name, if any."""
    rest = name[len(query.prefix) :]
    if not query.delimiter or query.delimiter not in rest:
        return None
    return query.prefix + rest[: rest.index(query.delimiter) + len(query.delimiter)]


def _media(stored: StoredObject, wanted: str | None) -> Response:
    size = len(stored.data)
    headers = {
        "Content-Type": stored.content_type,
        "X-Goog-Hash": f"crc32c={stored.crc32c},md5={stored.md5}",
        "X-Goog-Generation": str(stored.generation),
        "X-Goog-Metageneration": "1",
        "X-Goog-Stored-Content-Length": str(size),
        "X-Goog-Stored-Content-Encoding": "identity",
        "ETag": f'"g{stored.generation}"',
    }
    if wanted is None:
        return Response(stored.data, headers=headers)
    first, last = _bounds(wanted, size)
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(stored.data[first : last + 1], 206, headers=headers)


def _bounds(wanted: str, size: int) -> tuple[int, int]:
    """The inclusive first and last byte of a `Range` header.

    Raises:
        StorageRefusalError: 416 if it selects none of the object's bytes.
    """
    match = _RANGE.fullmatch(wanted.strip())
    if match is None or not (match["first"] or match["last"]):
        raise StorageRefusalError(416, "requestedRangeNotSatisfiable", f"Range: found {wanted!r}")
    if match["first"]:
        first, last = int(match["first"]), min(int(match["last"] or size - 1), size - 1)
    else:
        first, last = max(0, size - int(match["last"])), size - 1
    if first > last:
        raise StorageRefusalError(416, "requestedRangeNotSatisfiable", f"Range: {wanted!r} of {size} bytes")
    return first, last
