"""Uploads: one multipart/related body, or a resumable session of chunks."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field

from pydantic import ValidationError

from local.cloud.storage_objects import ObjectMetadata, Objects, Preconditions, StorageRefusalError, StoredObject

MAX_SESSIONS = 1_000
_BOUNDARY = re.compile(r'boundary="?([^";,]+)"?', re.IGNORECASE)
_CHUNK = re.compile(r"bytes (?:(?P<first>\d+)-(?P<last>\d+)|\*)/(?P<total>\d+|\*)")
_HASH = re.compile(r"(?P<kind>crc32c|md5)=(?P<value>[A-Za-z0-9+/=]+)")
_BREAK = b"\r\n"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk's position; `first` None asks for the progress, `total` None means unknown."""

    first: int | None
    total: int | None
    length: int


def parse_metadata(raw: bytes) -> ObjectMetadata:
    """Parses the object's metadata from JSON, which may be empty.

    Raises:
        StorageRefusalError: 400, naming the field.
    """
    try:
        return ObjectMetadata.model_validate_json(raw or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(["metadata", *(str(part) for part in first["loc"])])
        raise StorageRefusalError(400, "invalid", f"{where}: {first['msg']}") from error


def split_related(content_type: str, body: bytes) -> tuple[ObjectMetadata, str, bytes]:
    """The metadata, the media's content type and the media, byte for byte.

    Raises:
        StorageRefusalError: 400 if the body isn't multipart/related with two parts.
    """
    boundary = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/related") or boundary is None:
        raise StorageRefusalError(400, "badContent", "Expected multipart/related with a boundary")
    pieces = (_BREAK + body).split(f"\r\n--{boundary.group(1)}".encode())
    if len(pieces) != 4 or not pieces[3].startswith(b"--"):
        raise StorageRefusalError(400, "badContent", "Expected two parts, metadata and media")
    _, metadata = _headers_and_content(pieces[1])
    media_type, media = _headers_and_content(pieces[2])
    return parse_metadata(metadata), media_type, media


def _headers_and_content(part: bytes) -> tuple[str, bytes]:
    headers, _, content = part.partition(_BREAK * 2)
    for line in headers.split(_BREAK):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-type":
            return value.strip().decode("latin-1"), content
    return "application/octet-stream", content


def parse_content_range(header: str | None, length: int) -> Chunk:
    """Parses `Content-Range`; without one the body is the whole object.

    Raises:
        StorageRefusalError: 400 if it is malformed or doesn't fit the body's `length`.
    """
    if header is None:
        return Chunk(0, length, length)
    match = _CHUNK.fullmatch(header.strip())
    if match is None:
        raise StorageRefusalError(400, "badRequest", f"Content-Range: found {header!r}")
    total = None if match["total"] == "*" else int(match["total"])
    if match["first"] is None:
        return Chunk(None, total, length)
    if int(match["last"]) - int(match["first"]) + 1 != length:
        raise StorageRefusalError(400, "badRequest", f"Content-Range is {header!r}, the body has {length} bytes")
    return Chunk(int(match["first"]), total, length)


@dataclass(slots=True)
class Session:
    """One resumable upload; `done` is its object once complete."""

    bucket: str
    given: ObjectMetadata
    content_type: str
    only_if: Preconditions
    received: bytearray = field(default_factory=bytearray)
    done: StoredObject | None = None


class Sessions:
    """The newest thousand resumable uploads."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._sessions: dict[str, Session] = {}

    def begin(self, session: Session) -> str:
        """The upload's id.

        Raises:
            StorageRefusalError: the bucket is missing, or a precondition already fails.
        """
        self._objects.bucket(session.bucket)
        upload_id = uuid.uuid4().hex
        self._sessions[upload_id] = session
        if len(self._sessions) > MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        return upload_id

    def get(self, upload_id: str) -> Session:
        """Raises StorageRefusalError: 404."""
        if upload_id not in self._sessions:
            raise StorageRefusalError(404, "notFound", f"No such upload: {upload_id}")
        return self._sessions[upload_id]

    def add(self, session: Session, chunk: Chunk, body: bytes, hashes: str) -> StoredObject | None:
        """Adds a chunk; returns the object after the last one. Repeated bytes are skipped.

        Raises:
            StorageRefusalError: a gap, more bytes than announced, a checksum or precondition that fails.
        """
        if session.done is not None:
            return session.done
        if chunk.first is not None:
            if chunk.first > len(session.received):
                raise StorageRefusalError(503, "backendError", "A chunk before this one is missing")
            session.received += body[len(session.received) - chunk.first :]
        if chunk.total is None or len(session.received) < chunk.total:
            return None
        if len(session.received) > chunk.total:
            raise StorageRefusalError(400, "badRequest", f"Received more than the {chunk.total} bytes announced")
        return self._finish(session, hashes)

    def _finish(self, session: Session, hashes: str) -> StoredObject:
        sent = {match["kind"]: match["value"] for match in _HASH.finditer(hashes)}
        given = session.given.model_copy(
            update={"crc32c": sent.get("crc32c", session.given.crc32c), "md5": sent.get("md5", session.given.md5)}
        )
        session.done = self._objects.put(
            session.bucket, given, session.content_type, bytes(session.received), session.only_if
        )
        session.received = bytearray()
        return session.done
