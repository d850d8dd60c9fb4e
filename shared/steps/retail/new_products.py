"""`new_products`: recently listed products."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.messages.template.build import product
from shared.messages.template.models import Cell
from shared.retail import inventory
from shared.retail.figures import first, number, usd_or
from shared.retail.inventory import NewProduct, in_categories
from shared.retail.load import load_items
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._output import (
    LimitedParams,
    Name,
    Names,
    ShopReportOutput,
    build,
    listed,
    table,
    unread_note,
)
from shared.values.words import counted, day_words


class NewProductsParams(LimitedParams):
    """Products listed today or in the previous `days` days."""

    days: int = Field(default=7, ge=0, le=365)
    category: Name | Names | None = None


class NewProductsOutput(ShopReportOutput):
    """`items`: the newest first. `names`: of the first three, and how many more there are, as one text."""

    items: tuple[NewProduct, ...]
    count: int
    names: str
    left_out: int


class NewProducts(Action[NewProductsParams, NewProductsOutput]):
    """Lists recently added products, newest first."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"days": 14}

    def run(self, params: NewProductsParams, context: StepContext) -> NewProductsOutput:
        org_id = context.org.id
        loaded = context.effects.read(lambda: load_items(org_id))
        items = in_categories(loaded.records, params.category)
        rows = inventory.new_products(items, context.now, context.org.timezone, params.days)
        shown, left_out = first(rows, params.limit)
        names = listed([row.name for row in rows])
        report = build(
            f"New at {context.org.name}: {counted(len(rows), 'product')}",
            [_headline(len(rows), names, params.days), unread_note(loaded.malformed)],
            [
                table(
                    "New products",
                    ("Item", "Category", "Price", "In stock", "Listed"),
                    [_entry(row) for row in shown],
                    left_out,
                )
            ],
        )
        return NewProductsOutput(
            **report,
            malformed=loaded.malformed,
            items=shown,
            count=len(rows),
            names=names,
            left_out=left_out,
        )


def _headline(count: int, names: str, days: int) -> str:
    since = f"in the last {counted(days, 'day')}" if days else "today"
    return f"{counted(count, 'new product')} {since}: {names}." if count else f"No new products {since}."


def _entry(row: NewProduct) -> tuple[str | Cell, ...]:
    return (
        product(row.name, row.image_url),
        row.category or "—",
        usd_or(row.price),
        number(row.quantity),
        day_words(row.listed_on),
    )
