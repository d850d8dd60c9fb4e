"""`low_stock_report`: what is out or below its reorder point, and how long the rest of it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shared.messages.template.build import product
from shared.messages.template.models import Cell
from shared.retail.figures import first, number
from shared.retail.inventory import StockItem, low_stock
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._loading import LowShelves, read_low_shelves, read_shelves
from shared.steps.retail._output import LimitedParams, Name, Names, ShopReportOutput, build, table, unread_note
from shared.values.words import about_days, counted, plural


class LowStockReportParams(LimitedParams):
    """`category`: only of these. `only`: ids of the items to list; the counts are of all that are low."""

    category: Name | Names | None = None
    only: Name | Names | None = None


class LowStockReportOutput(ShopReportOutput):
    """`items`: what is out first, then what runs out soonest at the pace of the last 30 days."""

    items: tuple[StockItem, ...]
    count: int
    """Out and low together."""
    low_count: int
    out_count: int
    checked: int
    """Items looked at."""
    left_out: int


class LowStockReport(Action[LowStockReportParams, LowStockReportOutput]):
    """Lists what is out or below its reorder point, with how many days the rest lasts."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {}

    def run(self, params: LowStockReportParams, context: StepContext) -> LowStockReportOutput:
        """Look at the shelves."""
        shelves = _shelves(params, context)
        rows = low_stock(shelves.items, shelves.speed)
        shown, left_out = first(_asked_for(rows, params), params.limit)
        out = sum(row.status == "out" for row in rows)
        finding = _finding(out, len(rows) - out)
        report = build(
            f"Low stock at {context.org.name}: {finding}",
            [_headline(out, len(rows) - out, shelves.checked), unread_note(shelves.malformed)],
            [
                table(
                    "To reorder",
                    ("Item", "Left", "Reorder point", "Sold a day", "Supply", "Supplier"),
                    [_entry(row) for row in shown],
                    left_out,
                )
            ],
        )
        return LowStockReportOutput(
            **report,
            malformed=shelves.malformed,
            items=shown,
            count=len(rows),
            low_count=len(rows) - out,
            out_count=out,
            checked=shelves.checked,
            left_out=left_out,
        )


def _shelves(params: LowStockReportParams, context: StepContext) -> LowShelves:
    few = read_low_shelves(context, _ids(params)) if params.only is not None and params.category is None else None
    if few is not None:
        return few
    every = read_shelves(context, params.category)
    return LowShelves(every.items, every.speed, len(every.items), every.malformed)


def _asked_for(rows: list[StockItem], params: LowStockReportParams) -> list[StockItem]:
    return rows if params.only is None else [row for row in rows if row.id in _ids(params)]


def _ids(params: LowStockReportParams) -> set[str]:
    return {params.only} if isinstance(params.only, str) else set(params.only or ())


def _finding(out: int, low: int) -> str:
    parts = [f"{count:,} {word}" for count, word in ((out, "out"), (low, "low")) if count]
    return ", ".join(parts) or "nothing low"


def _headline(out: int, low: int, checked: int) -> str:
    if not checked:
        return "Your inventory is empty."
    if not out and not low:
        return f"Nothing is low: all {counted(checked, 'item')} are at or above their reorder points."
    parts = []
    if out:
        parts.append(f"{counted(out, 'item')} {plural(out, 'is', 'are')} out of stock")
    if low:
        parts.append(f"{low if out else counted(low, 'item')} {plural(low, 'is', 'are')} below the reorder point")
    return f"{' and '.join(parts)}, of {counted(checked, 'item')}."


def _entry(row: StockItem) -> tuple[str | Cell, ...]:
    left, point, pace = number(row.quantity), number(row.reorder_point), number(row.sold_per_day)
    return product(row.name, row.image_url), left, point, pace, _supply(row), row.supplier or "—"


def _supply(row: StockItem) -> str:
    if row.status == "out":
        return "out of stock"
    return "no recent sales" if row.days_of_cover is None else f"{about_days(row.days_of_cover)} left"
