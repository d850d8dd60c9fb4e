"""Files a run saves for the org: an object in the bucket and a document describing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime

from shared.documents.org import org_path
from shared.gcp import blobs
from shared.gcp.clients import firestore
from shared.messages.channels.file_content import FileContent
from shared.values.camel_model import CamelModel


class FileSource(CamelModel, frozen=True):
    """The step and run that made it."""

    playbook_id: str
    execution_id: str
    step_id: str


class FileRecord(CamelModel, frozen=True):
    """A document in `tenants/{orgId}/files`; `path` is the object's path in the bucket."""

    name: str
    path: str
    content_type: str
    bytes: int
    created_at: AwareDatetime
    source: FileSource


def object_path(org_id: str, source: FileSource, name: str) -> str:
    """The object's path: below its org, distinct per run, step and name."""
    return org_path(org_id, "files", source.execution_id, source.step_id, name)


def save(org_id: str, file_id: str, file: FileContent, source: FileSource, now: datetime) -> dict[str, Any]:
    """Saves the file, replacing any earlier attempt; returns `{uri}`. The document is written after the object.

    Raises:
        PermanentError: Cloud Storage refused it.
        TransientError: Cloud Storage wasn't reached, or can't accept it right now.
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
