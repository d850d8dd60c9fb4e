"""Decisions in Firestore: a suggestion, the action it came from and the prices it sets change in one commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.api.errors import ForbiddenError, not_found
from shared.competitors.actions import store as actions
from shared.competitors.actions.models import CompetitiveAction, Status
from shared.decisions.suggestions import (
    Decision,
    NewPrice,
    applied_prices,
    is_made,
    new_prices,
    require_applicable,
    updated_by,
)
from shared.documents import suggestions
from shared.documents.org import INVENTORY, org_path
from shared.documents.suggestions import SuggestionStatus
from shared.errors import ConflictError
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.playbooks.origins import people_behind

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, Transaction

MAX_PENDING = 25
BARRED = "this came from a run of yours, so someone else in the org has to decide"


def resource(kind: str, suggestion_id: str) -> str:
    """The suggestion as messages name it."""
    return f"suggestion {kind}/{suggestion_id}"


def find(org_id: str, kind: str, suggestion_id: str) -> dict[str, Any]:
    """The suggestion's document.

    Raises:
        NotFoundError: the org has no such suggestion.
    """
    fields = _reference(org_id, kind, suggestion_id).get().to_dict()
    if fields is None:
        raise not_found(resource(kind, suggestion_id))
    return fields


def pending(org_id: str, kind: str) -> list[dict[str, Any]]:
    """The newest suggestions of a kind that nobody has decided."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    found = (
        firestore()
        .collection(org_path(org_id, kind))
        .where(filter=FieldFilter("status", "==", SuggestionStatus.PENDING.value))
        .order_by("createdAt", direction="DESCENDING")
        .limit(MAX_PENDING)
        .stream()
    )
    return [{"suggestionId": one.id, **(one.to_dict() or {})} for one in found]


def decide(org_id: str, kind: str, suggestion_id: str, decision: Decision) -> dict[str, Any]:
    """Record a decision, once; returns the document as it is then. Repeating the same decision returns the same.

    Raises:
        NotFoundError: the org has no such suggestion.
        ForbiddenError: the run that made it goes back to the person who decides.
        ConflictError: it was decided otherwise, or its prices do not fit the items any more.
        PermanentError: prices are to be applied if there are none.
        TransientError: too many wrote it at this moment.
    """
    require_applicable(kind, decision)
    reference = _reference(org_id, kind, suggestion_id)

    def write(transaction: Transaction) -> dict[str, Any]:
        fields = reference.get(transaction=transaction).to_dict()
        if fields is None:
            raise not_found(resource(kind, suggestion_id))
        if is_made(fields, decision):
            return fields
        if is_barred(fields, decision.by):
            raise ForbiddenError(BARRED)
        # All reading comes before the first write: so transactions want it.
        origin = _open_action(org_id, fields, transaction)
        changes = decision.fields()
        if decision.apply:
            changes["appliedPrices"] = _set_prices(org_id, suggestion_id, fields, decision, transaction)
        if origin is not None:
            transaction.update(origin, actions.resolution(decision.by, decision.at))
        transaction.update(reference, changes)
        return {**fields, **changes}

    return in_transaction(write, resource(kind, suggestion_id))


def is_barred(fields: Mapping[str, Any], person: str) -> bool:
    """Whether the person is behind the run that made the suggestion, and so may not decide on it."""
    return person in people_behind(fields.get("source"))


def resolve_action(org_id: str, action_id: str, by: str, comment: str | None, now: datetime) -> CompetitiveAction:
    """Record once that someone resolved a competitive action. Repeating it as the same person returns the same.

    Raises:
        NotFoundError: the org has no such action.
        ConflictError: somebody else has resolved it.
        TransientError: too many wrote it at this moment.
    """
    action = actions.resolve(org_id, action_id, by, now, comment)
    if action.resolved_by != by:
        raise ConflictError("somebody else has resolved it already; expected one that is not resolved")
    return action


def _set_prices(
    org_id: str, suggestion_id: str, fields: Mapping[str, Any], decision: Decision, transaction: Transaction
) -> list[dict[str, Any]]:
    """Write the items' prices; what the suggestion keeps of it."""
    prices = new_prices(suggestion_id, fields)
    applied = applied_prices(prices, _items(org_id, prices, transaction))
    marks = {"updatedAt": decision.at, "updatedBy": updated_by(suggestion_id, fields, decision)}
    for one in applied:
        item = firestore().document(org_path(org_id, INVENTORY, one.item_id))
        transaction.update(item, {"price": one.price, **marks})
    return [one.fields() for one in applied]


def _items(
    org_id: str, prices: Sequence[NewPrice], transaction: Transaction
) -> list[tuple[str, Mapping[str, Any]]]:
    """The items that the prices may mean."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    db = firestore()
    references = [
        db.document(org_path(org_id, INVENTORY, one.item_id)) for one in prices if one.item_id is not None
    ]
    names = sorted({one.product for one in prices if one.item_id is None and one.product is not None})
    found = list(db.get_all(references, transaction=transaction)) if references else []
    if names:
        query = db.collection(org_path(org_id, INVENTORY)).where(filter=FieldFilter("name", "in", names))
        # One more than there are names is enough to see that one of them is no item's own.
        found += query.limit(len(names) + 1).stream(transaction=transaction)
    return [(one.id, one.to_dict() or {}) for one in found if one.exists]


def _open_action(org_id: str, fields: Mapping[str, Any], transaction: Transaction) -> DocumentReference | None:
    """The competitive action that the suggestion came from, unless it is resolved, or gone."""
    action_id = fields.get("actionId")
    if not isinstance(action_id, str) or not action_id or "/" in action_id:
        return None
    reference = firestore().document(f"{actions.collection(org_id)}/{action_id}")
    found = reference.get(transaction=transaction)
    return reference if found.exists and found.get("status") != Status.RESOLVED else None


def _reference(org_id: str, kind: str, suggestion_id: str) -> DocumentReference:
    return firestore().document(suggestions.path_of(org_id, kind, suggestion_id))
