"""Decisions on agents' suggestions, and how an approved price changes an item. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from pydantic import (
    Field,
    StrictFloat,
    StrictInt,
    StringConstraints,
    ValidationError,
    model_validator,
)

from shared.documents.org import PRICING_SUGGESTIONS
from shared.documents.suggestions import SuggestionStatus
from shared.error_codes import ErrorCode
from shared.errors import ConflictError, PermanentError
from shared.playbooks.problems import problem_lines
from shared.values.camel_model import CamelModel
from shared.values.money import HIGHEST_PRICE, parse_price

MAX_COMMENT_CHARS = 1_000
MAX_PRICES = 30
"""As many as one query looks up by name."""
_CENT = Decimal("0.01")
_ORIGIN = ("executionId", "stepId", "playbookId", "depth", "ancestors", "rootCause", "traceparent")

_Price = Annotated[StrictInt | StrictFloat, Field(ge=0.01, le=float(HIGHEST_PRICE))]
_Id = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^/]+$")]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on a suggestion. `apply`: the suggested prices become the items' prices."""

    status: SuggestionStatus
    by: str
    at: datetime
    comment: str | None = None
    apply: bool = False
    by_name: str | None = None
    """The person's display name."""

    def fields(self) -> dict[str, Any]:
        """What the suggestion's document keeps of it."""
        return {
            "status": self.status.value,
            "decidedBy": self.by,
            "decidedAt": self.at,
            "comment": self.comment,
            **({"decidedByName": self.by_name} if self.by_name else {}),
        }


class _Model(CamelModel, frozen=True):
    pass


class NewPrice(_Model):
    """A price that a suggestion names, for an item by its id or, where it has none, by its exact name."""

    item_id: _Id | None = None
    product: _Name | None = None
    current_price: _Price | None = None
    """What the item cost when this was suggested."""
    suggested_price: _Price

    @model_validator(mode="after")
    def _names_an_item(self) -> NewPrice:
        if self.item_id is None and self.product is None:
            raise ValueError("expected itemId or product, to say which item is meant")
        return self

    @property
    def what(self) -> str:
        """The item as a message names it."""
        return f"inventory/{self.item_id}" if self.item_id else f"product {self.product!r}"


class _Prices(_Model):
    products: tuple[NewPrice, ...] = Field(min_length=1, max_length=MAX_PRICES)


@dataclass(frozen=True, slots=True)
class AppliedPrice:
    """An item's price as an approval sets it, in USD. `previous`: None where the item had none."""

    item_id: str
    price: float
    previous: float | None

    def fields(self) -> dict[str, Any]:
        """What the suggestion's document keeps of it."""
        return {"itemId": self.item_id, "price": self.price, "previousPrice": self.previous}


def require_applicable(kind: str, decision: Decision) -> None:
    """Pass when what the decision asks for can be asked of such a suggestion.

    Raises:
        PermanentError: prices are to be applied, and it is no approval or no pricing suggestion.
    """
    if not decision.apply:
        return
    if kind != PRICING_SUGGESTIONS:
        raise PermanentError(f"apply: found true for {kind}; expected it for {PRICING_SUGGESTIONS} only")
    if decision.status is not SuggestionStatus.APPROVED:
        raise PermanentError("apply: found true with a rejection; expected it with decision approve only")


def is_made(fields: Mapping[str, Any], decision: Decision) -> bool:
    """Whether the suggestion carries this very decision already; False where it is open.

    Raises:
        ConflictError: somebody else has decided it, or it was decided otherwise.
    """
    status = fields.get("status")
    if status == SuggestionStatus.PENDING:
        return False
    if (status, fields.get("decidedBy")) != (decision.status, decision.by):
        raise ConflictError(f"it is {status!s:.40} already{_by_whom(fields)}; expected one that is pending")
    if decision.apply and not fields.get("appliedPrices"):
        raise ConflictError("it is approved already, and without applying its prices; expected one that is pending")
    return True


def _by_whom(fields: Mapping[str, Any]) -> str:
    """Who decided, and when, as far as that is known."""
    name, at = fields.get("decidedByName"), fields.get("decidedAt")
    who = f" by {name:.100}" if isinstance(name, str) else ""
    return f"{who} at {at.isoformat()}" if isinstance(at, datetime) else who


def new_prices(suggestion_id: str, fields: Mapping[str, Any]) -> tuple[NewPrice, ...]:
    """The prices that a pricing suggestion names: one item's, or one for each of its `products`.

    Raises:
        PermanentError: it names none, or not so that a price could be set by it.
    """
    raw = [dict(fields)] if fields.get("itemId") is not None else fields.get("products")
    try:
        return _Prices.model_validate({"products": raw}).products
    except ValidationError as error:
        problems = "; ".join(problem_lines(error))
        raise PermanentError(
            f"{PRICING_SUGGESTIONS}/{suggestion_id} cannot be applied: {problems}", code=ErrorCode.INVALID_DOCUMENT
        ) from None


def applied_prices(
    prices: Iterable[NewPrice], items: Iterable[tuple[str, Mapping[str, Any]]]
) -> tuple[AppliedPrice, ...]:
    """What the prices do to these items (ids and documents), which must be theirs and as they were.

    Raises:
        ConflictError: an item is missing, is not the only one of its name, is named twice, or costs something else
            by now.
    """
    known = list(items)
    applied = tuple(_applied(price, known) for price in prices)
    twice = [item_id for item_id, count in Counter(one.item_id for one in applied).items() if count > 1]
    if twice:
        raise ConflictError(f"apply: inventory/{twice[0]} is named more than once; expected each item once")
    return applied


def updated_by(suggestion_id: str, fields: Mapping[str, Any], decision: Decision) -> dict[str, Any]:
    """What an item keeps of the approval that set its price: where the suggestion came from, and who approved it.

    By the suggestion's `depth` the events that follow know how many playbooks have led to them.
    """
    source = fields.get("source")
    known = source if isinstance(source, Mapping) else {}
    origin = {name: known[name] for name in _ORIGIN if name in known}
    return {**origin, "suggestionId": suggestion_id, "decidedBy": decision.by}


def _applied(price: NewPrice, items: Iterable[tuple[str, Mapping[str, Any]]]) -> AppliedPrice:
    found = [(one, fields) for one, fields in items if _is_meant(price, one, fields)]
    if len(found) != 1:
        number = f"{len(found)} items" if found else "no such item"
        raise ConflictError(f"apply: the inventory has {number} for {price.what}; expected one")
    item_id, fields = found[0]
    present, suggested = parse_price(fields.get("price")), _cents(price.suggested_price)
    if present is not None and price.current_price is not None:
        expected = _cents(price.current_price)
        if present not in (expected, suggested):
            raise ConflictError(
                f"apply: {price.what} costs {present} by now; expected {expected}, as when {suggested} was advised"
            )
    return AppliedPrice(item_id, float(suggested), None if present is None else float(present))


def _is_meant(price: NewPrice, item_id: str, fields: Mapping[str, Any]) -> bool:
    return item_id == price.item_id if price.item_id is not None else fields.get("name") == price.product


def _cents(amount: float) -> Decimal:
    return Decimal(str(amount)).quantize(_CENT, ROUND_HALF_UP)
