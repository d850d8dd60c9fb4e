"""`create_pricing_suggestion`: a new price for an item, for a person to approve."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationError, model_validator

from shared.documents import suggestions
from shared.documents.inventory import Item
from shared.documents.org import INVENTORY, PRICING_SUGGESTIONS, org_path
from shared.documents.stored import create_unless_there
from shared.documents.suggestions import Suggestion
from shared.error_codes import ErrorCode
from shared.errors import NotFoundError, PermanentError
from shared.gcp.clients import firestore
from shared.playbooks.problems import problem_lines
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.data._collections import DocumentId
from shared.steps.documents import effect_id, origin

MAX_CHANGE_PERCENT = 50
"""A larger change is usually a data error, not a decision."""
_CENT = Decimal("0.01")
_NAMESAKES = 5


class CreatePricingSuggestionParams(Params):
    """The item by `itemId`, or by `product`, its exact name. Prices in USD.

    `currentPrice`: only for an item that has no price of its own. `force`: allows a change of over 50 %.
    """

    item_id: DocumentId | None = None
    product: str | None = Field(default=None, min_length=1, max_length=300)
    current_price: Decimal | None = Field(default=None, gt=0)
    suggested_price: Decimal = Field(gt=0, le=1_000_000)
    reason: str = Field(min_length=1, max_length=5_000)
    priority: Literal["low", "medium", "high", "critical"] = "medium"
    force: bool = False

    @model_validator(mode="after")
    def _names_an_item(self) -> CreatePricingSuggestionParams:
        if (self.item_id is None) == (self.product is None):
            raise ValueError("expected either itemId or product, to say which item is meant")
        return self


class CreatePricingSuggestionOutput(Output):
    """The suggestion's id and the change in percent; negative if the price falls."""

    suggestion_id: str
    item_id: str
    current_price: float
    suggested_price: float
    change_percent: float


class CreatePricingSuggestion(Action[CreatePricingSuggestionParams, CreatePricingSuggestionOutput]):
    """Suggests a new price for an item; a person decides whether to apply it."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {
        "itemId": "blue-dream-3-5g",
        "suggestedPrice": 36,
        "reason": "Higher Level Syracuse sells it for 34.00.",
    }

    def run(self, params: CreatePricingSuggestionParams, context: StepContext) -> CreatePricingSuggestionOutput:
        """Create the suggestion.

        Raises:
            NotFoundError: the org has no such item.
            PermanentError: several items have the name, the item has no price, or the change is over 50 %.
        """
        item = context.effects.read(lambda: _find_item(params, context.org.id))
        current = _current_price(item, params)
        suggested = _cents(params.suggested_price)
        change = _change_percent(current, suggested)
        if abs(change) > MAX_CHANGE_PERCENT and not params.force:
            raise PermanentError(
                f"suggestedPrice {suggested} is {change:+}% away from {item.name}'s {current}; expected at most "
                f"{MAX_CHANGE_PERCENT}% (or force: true)"
            )
        output = CreatePricingSuggestionOutput(
            suggestion_id=effect_id(context),
            item_id=item.id,
            current_price=float(current),
            suggested_price=float(suggested),
            change_percent=float(change),
        )
        _suggest(params, context, item, output)
        return output


def _suggest(
    params: CreatePricingSuggestionParams, context: StepContext, item: Item, output: CreatePricingSuggestionOutput
) -> None:
    figures = output.model_dump(by_alias=True, exclude={"suggestion_id"})
    suggestion = Suggestion(
        agent=context.agent,
        created_at=context.now,
        source=origin(context),
        **figures,
        product=item.name,
        category=item.category,
        reason=params.reason,
        priority=params.priority,
    )
    path = suggestions.path_of(context.org.id, PRICING_SUGGESTIONS, output.suggestion_id)
    context.effects.write(
        "suggestion",
        {"channel": PRICING_SUGGESTIONS, "product": item.name, "reason": params.reason, **figures},
        lambda: create_unless_there(path, suggestion.document()),
        sample=None,
    )


def _find_item(params: CreatePricingSuggestionParams, org_id: str) -> Item:
    if params.item_id is not None:
        found = [firestore().document(org_path(org_id, INVENTORY, params.item_id)).get()]
    else:
        found = list(_named(org_id, params.product or ""))
    items = [(one.id, one.to_dict() or {}) for one in found if one.exists]
    if not items:
        field = "product" if params.item_id is None else "itemId"
        raise NotFoundError(f"{field}: found no such item in the inventory; expected one that exists")
    if len(items) > 1:
        ids = ", ".join(item_id for item_id, _ in items)
        raise PermanentError(f"product: found {len(items)} items of that name; expected itemId, one of {ids}")
    return _item(*items[0])


def _named(org_id: str, name: str) -> Any:
    from google.cloud.firestore_v1.base_query import FieldFilter

    return (
        firestore()
        .collection(org_path(org_id, INVENTORY))
        .where(filter=FieldFilter("name", "==", name))
        .limit(_NAMESAKES)
        .stream()
    )


def _item(item_id: str, fields: Mapping[str, Any]) -> Item:
    try:
        return Item.read({**fields, "id": item_id})[0]
    except ValidationError as error:
        raise PermanentError(
            f"inventory/{item_id} cannot be read: {'; '.join(problem_lines(error))}",
            code=ErrorCode.INVALID_DOCUMENT,
        ) from None


def _current_price(item: Item, params: CreatePricingSuggestionParams) -> Decimal:
    current = item.price or params.current_price
    if not current:
        raise PermanentError(f"{item.name} ({item.id}) has no price; expected currentPrice, to compare with")
    return _cents(current)


def _change_percent(current: Decimal, suggested: Decimal) -> Decimal:
    return ((suggested - current) * 100 / current).quantize(_CENT, rounding=ROUND_HALF_UP)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)
