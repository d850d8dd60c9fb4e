"""`save_file`: saves a file of the org in Cloud Storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, JsonValue

from shared.gcp import blobs
from shared.gcp.settings import settings
from shared.messages.channels import files
from shared.messages.channels.file_content import FileFormat, build_file, is_html
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.delivery._channels import document_id


class SaveFileParams(Params):
    """`content`: text or any JSON value; `csv` takes a list of objects. `format`: else what `name` ends in."""

    name: str = Field(min_length=1, max_length=200)
    content: JsonValue
    format: FileFormat | None = None

    @classmethod
    def markup(cls, written: Mapping[str, Any]) -> frozenset[str]:
        """The content, where it is HTML."""
        return frozenset({"content"}) if is_html(written) else frozenset()


class SaveFileOutput(Output):
    """`uri` is `gs://…` in the product's bucket; `file_id` names the document in `tenants/{orgId}/files`."""

    uri: str
    bytes: int
    content_type: str
    file_id: str
    name: str


class SaveFile(Action[SaveFileParams, SaveFileOutput]):
    """Saves text, a table or any result as a file (txt, csv, json, html, md) in the org's list of files.

    The object is private to the product: who may read the bucket fetches it.
    """

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {
        "name": "low stock.csv",
        "content": [{"name": "Blue Dream 3.5g", "quantity": 2}, {"name": "OG Kush", "quantity": 0}],
    }

    def run(self, params: SaveFileParams, context: StepContext) -> SaveFileOutput:
        """Save it; a retry saves the same object and the same document again.

        Raises:
            PermanentError: no usable name, content that the format cannot hold, over 10 MB.
            TransientError: Cloud Storage is unavailable right now.
        """
        file = build_file(params.name, params.content, params.format)
        file_id = document_id(context, "file")
        source = files.FileSource(
            playbook_id=context.playbook_id, execution_id=context.execution_id, step_id=context.step_id
        )
        path = files.object_path(context.org.id, source, file.name)
        saved = context.effects.write(
            "file",
            {"path": path, "contentType": file.content_type, "bytes": len(file.data)},
            lambda: files.save(context.org.id, file_id, file, source, context.now),
            sample={"uri": f"{blobs.SCHEME}{settings().storage_bucket}/{path}"},
        )
        return SaveFileOutput(
            uri=saved["uri"],
            bytes=len(file.data),
            content_type=file.content_type,
            file_id=file_id,
            name=file.name,
        )
