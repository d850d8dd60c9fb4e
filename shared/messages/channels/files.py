"""Files that a run leaves for the org's people: an object in the bucket, and a document that tells of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.documents.org import org_path
from shared.gcp import blobs
from shared.gcp.clients import firestore
from shared.messages.channels.file_content import FileContent


class FileSource(BaseModel):
    """Which step of which run made it."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    playbook_id: str
    execution_id: str
    step_id: str


class FileRecord(BaseModel):
    """A document of `tenants/{orgId}/files`; `path` is the object's in the bucket."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    name: str
    path: str
    content_type: str
    bytes: int
    created_at: AwareDatetime
    source: FileSource


def object_path(org_id: str, source: FileSource, name: str) -> str:
    """Where the object lies: below its org, and for each step and name of a run another one."""
    return org_path(org_id, "files", source.execution_id, source.step_id, name)


def save(org_id: str, file_id: str, file: FileContent, source: FileSource, now: datetime) -> dict[str, Any]:
    """Keep the file, in place of what an earlier attempt kept; `{uri}`. The document comes after its object.

    Raises:
        PermanentError: Cloud Storage refused it.
        TransientError: Cloud Storage could not be reached, or answered that it cannot just now.
    """
    path = object_path(org_id, source, file.name)
    uri = blobs.put(path, file.data, file.content_type, {"orgId": org_id, "executionId": source.execution_id})
    record = FileRecord(
        name=file.name,
        path=path,
        content_type=file.content_type,
        bytes=len(file.data),
        created_at=now,
        source=source,
    )
    firestore().document(org_path(org_id, "files", file_id)).set(record.model_dump(by_alias=True))
    return {"uri": uri}
