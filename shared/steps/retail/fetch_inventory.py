"""`fetch_inventory`: the shop's items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field

from shared.documents.inventory import Item
from shared.messages.template.build import product
from shared.messages.template.models import Cell
from shared.retail.figures import first, number, usd, usd_or
from shared.retail.inventory import cost_of, in_categories, status_of, value_of
from shared.retail.load import load_items
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._output import LimitedParams, Name, Names, ShopReportOutput, build, table, unread_note
from shared.values.money import Money
from shared.values.words import counted

FieldName = Literal[
    "name",
    "category",
    "price",
    "cost",
    "quantity",
    "reorderPoint",
    "supplier",
    "locationId",
    "description",
    "imageUrl",
    "thcPercent",
    "expiresAt",
    "createdAt",
    "status",
    "value",
]
USUAL_FIELDS: tuple[FieldName, ...] = (
    "name",
    "category",
    "price",
    "quantity",
    "reorderPoint",
    "supplier",
    "status",
    "value",
)


class FetchInventoryParams(LimitedParams):
    """Without filters: everything. `category`: one or several. `fields`: which of an item's to answer with."""

    category: Name | Names | None = None
    supplier: Name | None = None
    location_id: Name | None = None
    below_reorder_point: bool = False
    """Only items below their reorder point."""
    in_stock_only: bool = False
    sort_by: Literal["name", "quantity", "price", "value"] = "name"
    fields: list[FieldName] | None = Field(default=None, min_length=1)


class FetchInventoryOutput(ShopReportOutput):
    """`items` hold `id` and the fields asked for; `count` and the sums are of all that match, listed or not."""

    items: list[dict[str, Any]]
    count: int
    units: float
    total_value: Money
    """Value at our prices."""
    total_cost: Money
    """Value at cost, for items whose cost is known."""
    left_out: int


class FetchInventory(Action[FetchInventoryParams, FetchInventoryOutput]):
    """Reads the shop's items, filtered and sorted, with what they are worth."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"category": "Flower", "sortBy": "value", "limit": 5}

    def run(self, params: FetchInventoryParams, context: StepContext) -> FetchInventoryOutput:
        org_id = context.org.id
        loaded = context.effects.read(lambda: load_items(org_id))
        items = _sorted(_matching(loaded.records, params), params.sort_by)
        shown, left_out = first(items, params.limit)
        total = sum((value_of(item) for item in items), Decimal(0))
        headline = f"{counted(len(items), 'item')} worth {usd(total)} at your prices."
        report = build(
            f"Inventory of {context.org.name}: {counted(len(items), 'item')}",
            [headline, unread_note(loaded.malformed)],
            [
                table(
                    "Items",
                    ("Item", "Category", "Price", "In stock", "Worth"),
                    [_entry(item) for item in shown],
                    left_out,
                )
            ],
        )
        return FetchInventoryOutput(
            **report,
            malformed=loaded.malformed,
            items=[_row(item, params.fields or USUAL_FIELDS) for item in shown],
            count=len(items),
            units=round(sum(item.on_hand for item in items), 3),
            total_value=total,
            total_cost=sum((cost_of(item) for item in items), Decimal(0)),
            left_out=left_out,
        )


def _matching(items: Iterable[Item], params: FetchInventoryParams) -> list[Item]:
    return [
        item
        for item in in_categories(items, params.category)
        if (params.supplier is None or (item.supplier or "").casefold() == params.supplier.casefold())
        and (params.location_id is None or item.location_id == params.location_id)
        and (item.is_low or not params.below_reorder_point)
        and (item.on_hand > 0 or not params.in_stock_only)
    ]


def _sorted(items: list[Item], by: str) -> list[Item]:
    """By name, or largest first; items without a price come last."""
    items = sorted(items, key=lambda item: (item.name.casefold(), item.id))
    match by:
        case "quantity":
            return sorted(items, key=lambda item: -item.quantity)
        case "price":
            return sorted(items, key=lambda item: -(item.price if item.price is not None else Decimal(-1)))
        case "value":
            return sorted(items, key=lambda item: -value_of(item))
    return items


def _row(item: Item, names: Iterable[str]) -> dict[str, Any]:
    computed = {"status": status_of(item), "value": float(value_of(item))}
    known = {**item.model_dump(mode="json", by_alias=True), **computed}
    return {"id": item.id, **{name: known[name] for name in names}}


def _entry(item: Item) -> tuple[str | Cell, ...]:
    return (
        product(item.name, item.image_url),
        item.category or "—",
        usd_or(item.price),
        number(item.quantity),
        usd(value_of(item)),
    )
