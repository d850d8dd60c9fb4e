"""Objects in Cloud Storage: large run data, and files for the org's people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import NotFound

from local.operators.erasure.report import Report
from local.operators.erasure.traces import Person
from shared.documents.org import org_path
from shared.gcp import clients
from shared.gcp.settings import settings

if TYPE_CHECKING:
    from google.cloud.storage import Blob

PLACE = "Cloud Storage"


def of_run(execution_id: str) -> str:
    """The prefix of a run's objects."""
    return f"executions/{execution_id}/"


def files_of(org_id: str) -> str:
    return f"{org_path(org_id)}/"


def delete(report: Report, prefix: str) -> None:
    """Deletes all objects below the prefix; already deleted ones don't count."""
    for blob in _below(prefix):
        if not report.dry_run:
            try:
                blob.delete()
            except NotFound:
                continue
        report.count(PLACE, "deleted")


def take_out(report: Report, prefix: str, person: Person) -> None:
    """Removes the person from all objects below the prefix, which contain text or JSON."""
    for blob in _below(prefix):
        try:
            after = _without(blob.download_as_bytes(), blob.content_type or "", person)
        except NotFound:
            continue
        if after is None:
            continue
        if not report.dry_run:
            blob.upload_from_string(after, content_type=blob.content_type, if_generation_match=blob.generation)
        report.count(PLACE, "changed")


def _without(data: bytes, content_type: str, person: Person) -> bytes | None:
    """The content without the person; None if it doesn't mention them."""
    text = data.decode(errors="replace")
    if content_type.startswith("application/json"):
        try:
            value: Any = json.loads(text)
        except ValueError:
            pass  # Not JSON after all: treat as text.
        else:
            after, places = person.without(value)
            return json.dumps(after).encode() if places else None
    after_text, places = person.without_in_text(text)
    return after_text.encode() if places else None


def _below(prefix: str) -> Iterator[Blob]:
    yield from clients.storage().bucket(settings().storage_bucket).list_blobs(prefix=prefix)
