"""`create_document`: adds a document to one of the org's collections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import field_validator

from shared.api.storable import StorableObject
from shared.errors import ConflictError
from shared.gcp.clients import firestore
from shared.retail.packs.written import note_written
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.data._collections import ACCESS_FIELDS, Creatable, DocumentId, path_of
from shared.steps.data._customer_fields import consent_problems, with_e164
from shared.steps.data._record_shapes import require_readable
from shared.steps.data._values import stored
from shared.steps.documents import effect_id, origin
from shared.steps.within_tier import require_zip_code_within_tier

CREATED_BY = "createdBy"
_OURS = ACCESS_FIELDS | {"id", "orgId", CREATED_BY}


class CreateDocumentParams(Params):
    """Without an `id` the document gets one that is the same in every attempt of this step.

    Texts in `data` like `2026-11-23T09:00:00Z` are stored as instants. `createdAt` and `createdBy` are added.
    `ifExists`: what to do where another document has the id already; `keep` leaves that one as it is.
    """

    collection: Creatable
    id: DocumentId | None = None
    data: StorableObject
    if_exists: Literal["fail", "keep"] = "fail"

    @field_validator("data")
    @classmethod
    def _leaves_our_fields(cls, data: dict[str, Any]) -> dict[str, Any]:
        taken = [name for name in data if name in _OURS]
        if taken:
            raise ValueError(f"{', '.join(taken)} cannot be set; expected the document's own fields only")
        if problems := consent_problems(data):
            raise ValueError("; ".join(problems))
        return data


class CreateDocumentOutput(Output):
    """The document's id; `created` is false where another one had it and was kept."""

    id: str
    created: bool


class CreateDocument(Action[CreateDocumentParams, CreateDocumentOutput]):
    """Adds a document to one of the org's collections, once; never overwrites one."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {
        "collection": "notes",
        "data": {"title": "Shelf check", "text": "The flower shelf was counted.", "tags": ["stock"]},
    }

    def run(self, params: CreateDocumentParams, context: StepContext) -> CreateDocumentOutput:
        """Create it.

        Raises:
            ConflictError: another document has the id.
            TierLimitError: it's a location whose zip code exceeds the tier's limit.
            PermanentError: reports couldn't read the document.
        """
        document_id = params.id or effect_id(context)
        made_by = origin(context)
        fields = {
            "createdAt": context.now,
            **with_e164(params.collection, stored(params.data)),
            CREATED_BY: made_by,
        }
        require_readable(params.collection, document_id, fields)
        require_zip_code_within_tier(context, params.collection, document_id, params.data)
        created = context.effects.write(
            "create",
            {"channel": "document", "path": f"{params.collection}/{document_id}", "data": params.data},
            lambda: _create(context, params.collection, document_id, fields),
            sample=True,
        )
        if not created and params.if_exists == "fail":
            raise ConflictError(
                f"{params.collection}/{document_id} exists already; expected an id that is free (or ifExists: keep)"
            )
        return CreateDocumentOutput(id=document_id, created=created)


def _create(context: StepContext, collection: str, document_id: str, fields: Mapping[str, Any]) -> bool:
    """Whether the document is this step's own: made now, or by an attempt before this one."""
    from google.api_core.exceptions import AlreadyExists

    reference = firestore().document(path_of(context.org.id, collection, document_id))
    try:
        reference.create(dict(fields))
    except AlreadyExists:
        there = reference.get([CREATED_BY]).to_dict() or {}
        return bool(there.get(CREATED_BY) == fields[CREATED_BY])
    note_written(context.org.id, collection, document_id, context.now)
    return True
