"""What Firestore keeps, as models: their base, and reading a document that may be malformed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from shared.gcp import logging
from shared.quarantine.failures import describe

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

M = TypeVar("M", bound=BaseModel)


class Stored(BaseModel):
    """Base: camelCase in Firestore, where there may be fields that the model does not know."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True, defer_build=True
    )


def parsed(model: type[M], found: DocumentSnapshot[Any], **beside: Any) -> M | None:
    """The document; None if there is none. A malformed one is logged and counts as none.

    `beside`: what the model knows of it that is not in its fields, like its id.
    """
    fields = found.to_dict()
    if not fields:
        return None
    try:
        return model.model_validate({**fields, **beside} if beside else fields)
    except ValidationError as error:
        log.error("malformed document passed over", extra={"path": found.reference.path, "reason": describe(error)})
        return None
