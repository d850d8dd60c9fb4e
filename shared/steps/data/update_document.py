"""`update_document`: changes fields of a document that the org owns."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, JsonValue, StrictInt, model_validator

from shared.api.storable import check_storable
from shared.documents.org import org_path
from shared.error_codes import ErrorCode
from shared.errors import NotFoundError, PermanentError
from shared.gcp.clients import firestore
from shared.redaction import shape_of
from shared.retail.packs.written import note_written
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.data._collections import DocumentId, Updatable, is_fixed, path_of
from shared.steps.data._customer_fields import consent_problems, require_consent_kept, unset_with_e164, with_e164
from shared.steps.data._query import FieldName
from shared.steps.data._record_shapes import is_readable, require_readable
from shared.steps.data._values import stored
from shared.steps.documents import effect_id, origin
from shared.steps.within_tier import require_zip_code_within_tier

Number = int | float
APPLIED = "applied_effects"
"""`tenants/{orgId}/applied_effects/{id}`: which increments have been made."""
KEPT_FOR = timedelta(days=90)
"""As long as an execution, which may be retried until it's deleted."""

Values = Annotated[dict[FieldName, JsonValue], AfterValidator(check_storable)]
Amount = StrictInt | Annotated[float, Field(strict=True, allow_inf_nan=False)]


def overlapping(fields: Iterable[str]) -> tuple[str, str] | None:
    """Two of the fields that are the same, or one inside the other (`address` and `address.city`)."""
    ordered = sorted(fields, key=lambda field: field.split("."))
    for one, other in itertools.pairwise(ordered):
        if other == one or other.startswith(f"{one}."):
            return one, other
    return None


def changed(
    document: Mapping[str, Any],
    set_: Mapping[str, Any],
    unset: Sequence[str] = (),
    increment: Mapping[str, Number] | None = None,
) -> dict[str, Any]:
    """The document after the update; the fields are paths (`address.city`), and none overlaps another.

    Raises:
        PermanentError: the value to increment isn't a number.
    """
    after = copy.deepcopy(dict(document))
    for field, value in set_.items():
        owner, name = _owner(after, field)
        owner[name] = value
    for field in unset:
        owner, name = _owner(after, field)
        owner.pop(name, None)
    for field, amount in (increment or {}).items():
        owner, name = _owner(after, field)
        owner[name] = _number(owner.get(name), field) + amount
    return after


def _owner(document: dict[str, Any], field: str) -> tuple[dict[str, Any], str]:
    """The object that holds the field, created if it's missing or not an object, as Firestore does."""
    *above, name = field.split(".")
    owner = document
    for part in above:
        inner = owner.get(part)
        if not isinstance(inner, dict):
            inner = owner[part] = {}
        owner = inner
    return owner, name


def _number(value: Any, field: str) -> Number:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PermanentError(f"increment.{field}: found {shape_of(value)}; expected a number, or nothing yet")
    return value


class UpdateDocumentParams(Params):
    """Fields are paths: `price`, `address.city`. `set` gives values, `unset` removes, `increment` adds to numbers.

    Texts in `set` like `2026-11-23T09:00:00Z` are stored as instants. `updatedAt` and `updatedBy` are added. An
    opt-out may be set to true and never undone; what a person has consented to is not a playbook's to write.
    """

    collection: Updatable
    id: DocumentId
    set: Values = Field(default_factory=dict)
    unset: list[FieldName] = Field(default_factory=list)
    increment: dict[FieldName, Amount] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fields_may_change(self) -> UpdateDocumentParams:
        fields = [*self.set, *self.unset, *self.increment]
        if not fields:
            raise ValueError("nothing is to change; expected set, unset or increment")
        fixed = [field for field in fields if is_fixed(self.collection, field)]
        if fixed:
            raise ValueError(f"{', '.join(fixed)} cannot be changed by a playbook; expected other fields")
        # Removed or added to, an opt-out would be undone.
        if problems := consent_problems({**dict.fromkeys([*self.unset, *self.increment]), **self.set}):
            raise ValueError("; ".join(problems))
        if twice := overlapping(fields):
            raise ValueError(f"{twice[0]} and {twice[1]} overlap; expected each field once")
        return self


class UpdateDocumentOutput(Output):
    """The document's id and the fields that were changed."""

    id: str
    changed: list[str]


class UpdateDocument(Action[UpdateDocumentParams, UpdateDocumentOutput]):
    """Sets, removes and increments fields of one of the org's documents; an increment counts once."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {
        "collection": "inventory",
        "id": "blue-dream-3-5g",
        "set": {"supplier": "Finger Lakes Growers"},
        "increment": {"quantity": 24},
    }

    def run(self, params: UpdateDocumentParams, context: StepContext) -> UpdateDocumentOutput:
        """Change it.

        Raises:
            NotFoundError: the org has no such document.
            TierLimitError: it's a location whose new zip code exceeds the tier's limit.
            PermanentError: what is to be incremented is no number, or reports could not read the document any more.
        """
        output = UpdateDocumentOutput(id=params.id, changed=[*params.set, *params.unset, *params.increment])
        update = _Update(params, context)
        before = context.effects.read(update.read)
        if before.applied:
            return output
        update.require_possible(before.fields)
        require_zip_code_within_tier(context, params.collection, params.id, params.set)
        context.effects.write("update", update.summary(), update.apply, sample=None)
        return output


@dataclass(frozen=True, slots=True)
class _Before:
    fields: dict[str, Any] | None
    applied: bool


class _Update:
    """One call of `update_document`.

    What is set twice is set, but what is incremented twice is wrong. So an increment goes in one commit with the
    creation of a marker document whose id is made of the step's key: a second commit fails as a whole. A marker
    field in the document itself would have to keep the keys of every step that has ever touched it, since another
    step's increment may come between this one's and its retry.
    """

    def __init__(self, params: UpdateDocumentParams, context: StepContext) -> None:
        self._params, self._context = params, context
        self._path = path_of(context.org.id, params.collection, params.id)
        self._marker = org_path(context.org.id, APPLIED, effect_id(context)) if params.increment else None
        self._values = with_e164(params.collection, stored(params.set))

    def read(self) -> _Before:
        db = firestore()
        paths = [path for path in (self._path, self._marker) if path]
        found = {one.reference.path: one.to_dict() for one in db.get_all([db.document(path) for path in paths])}
        return _Before(found.get(self._path), applied=found.get(self._marker or "") is not None)

    def require_possible(self, fields: dict[str, Any] | None) -> None:
        """Pass when the update can be made and leaves a document that those who read it understand."""
        name, params = f"{self._params.collection}/{self._params.id}", self._params
        if fields is None:
            raise NotFoundError(
                f"id: found no such document in {self._params.collection}; expected one that exists"
            )
        require_consent_kept(name, fields, [*params.set, *params.unset])
        after = changed(fields, self._values, params.unset, params.increment)
        if is_readable(params.collection, params.id, fields):
            # It may have been broken before: this update may be part of repairing it.
            require_readable(params.collection, params.id, after)

    def summary(self) -> dict[str, Any]:
        params = self._params
        summary = {"set": params.set, "unset": params.unset, "increment": params.increment}
        path = f"{params.collection}/{params.id}"
        return {"channel": "document", "path": path, **{name: value for name, value in summary.items() if value}}

    def apply(self) -> None:
        from google.api_core.exceptions import AlreadyExists, InvalidArgument, NotFound

        db = firestore()
        batch = db.batch()
        if self._marker:
            batch.create(
                db.document(self._marker),
                {
                    "document": f"{self._params.collection}/{self._params.id}",
                    "by": origin(self._context),
                    "expireAt": self._context.now + KEPT_FOR,
                },
            )
        batch.update(db.document(self._path), self._firestore_fields())
        try:
            batch.commit()
        except AlreadyExists:
            # An attempt that seemed dead has made the change meanwhile.
            return
        except NotFound:
            raise NotFoundError(f"the document in {self._params.collection} was deleted meanwhile") from None
        except InvalidArgument as error:
            raise PermanentError(
                f"Firestore refuses this update: {error.message}", code=ErrorCode.PLATFORM_REFUSED
            ) from error
        note_written(self._context.org.id, self._params.collection, self._params.id, self._context.now)

    def _firestore_fields(self) -> dict[str, Any]:
        from google.cloud.firestore import DELETE_FIELD, Increment

        return {
            **self._values,
            **dict.fromkeys(unset_with_e164(self._params.collection, self._params.unset), DELETE_FIELD),
            **{field: Increment(amount) for field, amount in self._params.increment.items()},
            "updatedAt": self._context.now,
            "updatedBy": origin(self._context),
        }
