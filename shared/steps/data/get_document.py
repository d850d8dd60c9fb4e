"""`get_document`: reads one document of the run's own org."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shared.errors import NotFoundError
from shared.gcp.clients import firestore
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.data._collections import ACROSS_TENANTS, DocumentId, Readable, path_of
from shared.steps.data._values import plain, require_small


class GetDocumentParams(Params):
    """`required`: a missing document is an error."""

    collection: Readable
    id: DocumentId
    required: bool = False


class GetDocumentOutput(Output):
    """The document with its `id`, instants as RFC 3339 text in UTC; null if there is none."""

    found: bool
    document: dict[str, Any] | None = None


class GetDocument(Action[GetDocumentParams, GetDocumentOutput]):
    """Reads one of the org's documents by id; another org's counts as missing."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"collection": "inventory", "id": "blue-dream-3-5g"}

    def run(self, params: GetDocumentParams, context: StepContext) -> GetDocumentOutput:
        """Read it.

        Raises:
            NotFoundError: it's required and doesn't exist.
            PermanentError: it's too large.
        """
        fields = context.effects.read(lambda: _read(params, context.org.id))
        if fields is None:
            if params.required:
                raise NotFoundError(f"id: found no such document in {params.collection}; expected one that exists")
            return GetDocumentOutput(found=False)
        document = {**plain(fields), "id": params.id}
        require_small(document, f"the document in {params.collection} has", "query the fields of smaller ones")
        return GetDocumentOutput(found=True, document=document)


def _read(params: GetDocumentParams, org_id: str) -> dict[str, Any] | None:
    path = path_of(org_id, params.collection, params.id)
    fields: dict[str, Any] | None = firestore().document(path).get().to_dict()
    if fields is not None and params.collection in ACROSS_TENANTS and fields.get("orgId") != org_id:
        return None
    return fields
