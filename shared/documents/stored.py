"""What Firestore keeps, as models: their base, reading a document that may be malformed, creating one once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.gcp import clients, logging
from shared.quarantine.failures import describe
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

M = TypeVar("M", bound=BaseModel)


class Stored(CamelModel, frozen=True):
    """Base: camelCase in Firestore, where there may be fields that the model does not know."""


def parsed(model: type[M], found: DocumentSnapshot[Any], **extra_fields: Any) -> M | None:
    """The document; None if there is none. A malformed one is logged and counts as none.

    `extra_fields`: fields of the model that the document lacks, like its id.
    """
    fields = found.to_dict()
    if not fields:
        return None
    try:
        return model.model_validate({**fields, **extra_fields} if extra_fields else fields)
    except ValidationError as error:
        log.error("malformed document passed over", extra={"path": found.reference.path, "reason": describe(error)})
        return None


def create_unless_there(path: str, fields: Mapping[str, Any]) -> bool:
    """Create the document; False where there is one under that id, which stays as it is.

    Of an id that follows from its cause, that keeps what people have done to it (approved it, say) when whatever
    creates it runs again.
    """
    from google.api_core.exceptions import AlreadyExists

    try:
        clients.firestore().document(path).create(dict(fields))
    except AlreadyExists:
        return False
    return True
