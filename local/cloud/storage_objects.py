"""In-memory buckets and objects with metadata, preconditions and checksums."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import google_crc32c
from pydantic import BaseModel, ConfigDict, Field

CAPACITY_BYTES = 512 * 1024 * 1024
MAX_NAME_BYTES = 1024
_MICROSECONDS = 1_000_000

_log = logging.getLogger(__name__)


class StorageRefusalError(Exception):
    """An error response of Cloud Storage: HTTP status, reason and text."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class ObjectMetadata(BaseModel):
    """An upload's metadata; unneeded fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str | None = None
    content_type: str | None = Field(default=None, alias="contentType")
    metadata: dict[str, str] = {}
    crc32c: str | None = None
    md5: str | None = Field(default=None, alias="md5Hash")


class Preconditions(BaseModel):
    """Query parameters with the required generation of the object; 0 means it must not exist."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    match: int | None = Field(default=None, alias="ifGenerationMatch", ge=0)
    not_match: int | None = Field(default=None, alias="ifGenerationNotMatch", ge=0)
    meta_match: int | None = Field(default=None, alias="ifMetagenerationMatch", ge=0)
    generation: int | None = Field(default=None, ge=0)

    def check(self, present: StoredObject | None) -> None:
        """Raises StorageRefusalError (412) if the precondition fails."""
        generation = present.generation if present else 0
        metageneration = 1 if present else 0
        holds = (
            self.match in (None, generation)
            and (self.not_match is None or self.not_match != generation)
            and self.meta_match in (None, metageneration)
        )
        if not holds:
            raise StorageRefusalError(
                412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold."
            )


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object; a new upload to its name creates a new generation."""

    bucket: str
    name: str
    data: bytes = field(repr=False)
    content_type: str
    metadata: dict[str, str]
    generation: int
    created_at: datetime

    @property
    def crc32c(self) -> str:
        return base64.b64encode(google_crc32c.value(self.data).to_bytes(4, "big")).decode()

    @property
    def md5(self) -> str:
        return base64.b64encode(hashlib.md5(self.data, usedforsecurity=False).digest()).decode()

    def resource(self) -> dict[str, Any]:
        """The object in the JSON API's format."""
        made = _timestamp(self.created_at)
        shown: dict[str, Any] = {
            "kind": "storage#object",
            "id": f"{self.bucket}/{self.name}/{self.generation}",
            "name": self.name,
            "bucket": self.bucket,
            "generation": str(self.generation),
            "metageneration": "1",
            "contentType": self.content_type,
            "storageClass": "STANDARD",
            "size": str(len(self.data)),
            "md5Hash": self.md5,
            "crc32c": self.crc32c,
            "etag": f"g{self.generation}",
            "timeCreated": made,
            "updated": made,
        }
        return {**shown, "metadata": self.metadata} if self.metadata else shown


class Objects:
    """All buckets of the local project. Beyond `capacity` bytes the oldest objects are dropped with a warning."""

    def __init__(self, now: Callable[[], datetime], capacity: int = CAPACITY_BYTES) -> None:
        self._now = now
        self._capacity = capacity
        self._buckets: dict[str, datetime] = {}
        self._objects: dict[tuple[str, str], StoredObject] = {}
        self._bytes = 0
        self._last_generation = 0

    def make_bucket(self, name: str) -> dict[str, Any]:
        """Raises StorageRefusalError: 409 where there is one of that name."""
        if name in self._buckets:
            raise StorageRefusalError(409, "conflict", f"The bucket {name} exists already and is yours.")
        self._buckets[name] = self._now()
        return self.bucket(name)

    def bucket(self, name: str) -> dict[str, Any]:
        """The bucket in the JSON API's format.

        Raises:
            StorageRefusalError: 404.
        """
        if name not in self._buckets:
            raise StorageRefusalError(404, "notFound", f"The specified bucket does not exist: {name}")
        made = _timestamp(self._buckets[name])
        return {
            "kind": "storage#bucket",
            "id": name,
            "name": name,
            "location": "US",
            "storageClass": "STANDARD",
            "metageneration": "1",
            "timeCreated": made,
            "updated": made,
        }

    def put(
        self, bucket: str, given: ObjectMetadata, content_type: str, data: bytes, only_if: Preconditions
    ) -> StoredObject:
        """Stores `data` under the name.

        Raises:
            StorageRefusalError: no such bucket, a bad name, or a failed checksum or precondition.
        """
        self.bucket(bucket)
        name = _checked_name(given.name)
        present = self._objects.get((bucket, name))
        only_if.check(present)
        kept = StoredObject(
            bucket=bucket,
            name=name,
            data=data,
            content_type=given.content_type or content_type,
            metadata=given.metadata,
            generation=self._next_generation(),
            created_at=self._now(),
        )
        check_hashes(kept, crc32c=given.crc32c, md5=given.md5)
        self._keep(kept, present)
        return kept

    def get(self, bucket: str, name: str, only_if: Preconditions) -> StoredObject:
        """Raises StorageRefusalError: 404, or 412 where a precondition does not hold."""
        self.bucket(bucket)
        found = self._objects.get((bucket, name))
        if found is None or only_if.generation not in (None, found.generation):
            raise StorageRefusalError(404, "notFound", f"No such object: {bucket}/{name}")
        only_if.check(found)
        return found

    def delete(self, bucket: str, name: str, only_if: Preconditions) -> None:
        """Raises StorageRefusalError: 404, or 412 where a precondition does not hold."""
        found = self.get(bucket, name, only_if)
        del self._objects[bucket, name]
        self._bytes -= len(found.data)

    def named(self, bucket: str, prefix: str) -> list[StoredObject]:
        """The bucket's objects with the prefix, sorted by name.

        Raises:
            StorageRefusalError: 404.
        """
        self.bucket(bucket)
        return sorted(self._with_prefix(bucket, prefix), key=lambda each: each.name.encode())

    @property
    def buckets(self) -> dict[str, datetime]:
        """Creation times by bucket name."""
        return dict(self._buckets)

    @property
    def everything(self) -> list[StoredObject]:
        """All objects, oldest first."""
        return list(self._objects.values())

    def restore(self, buckets: Mapping[str, datetime], objects: Iterable[StoredObject]) -> None:
        """Restores an earlier stack's state."""
        self._buckets.update(buckets)
        for one in objects:
            self._keep(one, self._objects.get((one.bucket, one.name)))
            self._last_generation = max(self._last_generation, one.generation)

    def _with_prefix(self, bucket: str, prefix: str) -> Iterator[StoredObject]:
        return (each for each in self._objects.values() if each.bucket == bucket and each.name.startswith(prefix))

    def _keep(self, kept: StoredObject, present: StoredObject | None) -> None:
        if present is not None:
            del self._objects[present.bucket, present.name]
            self._bytes -= len(present.data)
        self._objects[kept.bucket, kept.name] = kept
        self._bytes += len(kept.data)
        while self._bytes > self._capacity and len(self._objects) > 1:
            oldest = self._objects.pop(next(iter(self._objects)))
            self._bytes -= len(oldest.data)
            _log.warning("storage is full (%d bytes): dropped %s", self._capacity, oldest.name)

    def _next_generation(self) -> int:
        """In microseconds like the real service, always increasing."""
        self._last_generation = max(self._last_generation + 1, int(self._now().timestamp() * _MICROSECONDS))
        return self._last_generation


def check_hashes(stored: StoredObject, *, crc32c: str | None, md5: str | None) -> None:
    """Raises StorageRefusalError (400) if a checksum doesn't match."""
    for kind, sent, found in (("CRC32C", crc32c, stored.crc32c), ("MD5", md5, stored.md5)):
        if sent is not None and sent != found:
            text = f'Provided {kind} "{sent}" doesn\'t match calculated {kind} "{found}".'
            raise StorageRefusalError(400, "invalid", text)


def _checked_name(name: str | None) -> str:
    if not name:
        raise StorageRefusalError(400, "required", "Required object name")
    if len(name.encode()) > MAX_NAME_BYTES or "\n" in name or "\r" in name or name in (".", ".."):
        text = f"Invalid object name: expected at most {MAX_NAME_BYTES} bytes on one line"
        raise StorageRefusalError(400, "invalid", text)
    return name


def _timestamp(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
