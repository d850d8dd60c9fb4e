"""`reorder_plan`: what to order, and how much, by supplier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.messages.template.build import product
from shared.messages.template.models import Cell, Section
from shared.retail import reorder
from shared.retail.figures import number, usd, usd_or
from shared.retail.reorder import OrderedItem, SupplierOrder
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._loading import read_shelves
from shared.steps.retail._output import LimitedParams, Name, Names, ShopReportOutput, build, table, unread_note
from shared.values.money import Money
from shared.values.words import counted


class ReorderPlanParams(LimitedParams):
    """`leadDays`: until an order arrives. `coverDays`: how long it should last then, above the reorder point."""

    cover_days: int = Field(default=14, ge=1, le=180)
    lead_days: int = Field(default=7, ge=0, le=90)
    category: Name | Names | None = None


class ReorderPlanOutput(ShopReportOutput):
    """`suppliers` list the most urgent lines; `count`, `totalUnits` and `totalCost` are of all of them."""

    suppliers: tuple[SupplierOrder, ...]
    count: int
    total_units: int
    total_cost: Money
    lines_without_cost: int
    left_out: int
    cover_days: int
    lead_days: int


class ReorderPlan(Action[ReorderPlanParams, ReorderPlanOutput]):
    """Plans orders by supplier from the last 30 days' sales, in whole units, with their cost."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"coverDays": 14, "leadDays": 7}

    def run(self, params: ReorderPlanParams, context: StepContext) -> ReorderPlanOutput:
        shelves = read_shelves(context, params.category)
        planned = reorder.plan(shelves.items, shelves.speed, params.cover_days, params.lead_days, params.limit)
        report = build(
            f"Reorder plan for {context.org.name}: {_finding(planned)}",
            [_headline(planned), _method(params), _uncosted(planned), unread_note(shelves.malformed)],
            [_table(order) for order in planned.orders],
        )
        return ReorderPlanOutput(
            **report,
            malformed=shelves.malformed,
            suppliers=planned.orders,
            count=planned.count,
            total_units=planned.units,
            total_cost=planned.cost,
            lines_without_cost=planned.without_cost,
            left_out=planned.left_out,
            cover_days=params.cover_days,
            lead_days=params.lead_days,
        )


def _finding(planned: reorder.ReorderPlan) -> str:
    return f"{counted(planned.count, 'item')}, {usd(planned.cost)}" if planned.count else "nothing to order"


def _headline(planned: reorder.ReorderPlan) -> str:
    if not planned.count:
        return "You don't need to order anything now."
    rest = f" The {planned.left_out:,} least urgent aren't listed." if planned.left_out else ""
    return (
        f"Order {counted(planned.units, 'unit')} of {counted(planned.count, 'item')} "
        f"from {counted(len(planned.orders), 'supplier')} for {usd(planned.cost)}.{rest}"
    )


def _method(params: ReorderPlanParams) -> str:
    return (
        f"This assumes {counted(params.lead_days, 'day')} until delivery and then "
        f"{counted(params.cover_days, 'day')} of sales above the reorder point, at the pace of the last 30 days."
    )


def _uncosted(planned: reorder.ReorderPlan) -> str:
    if not planned.without_cost:
        return ""
    return f"The cost of {counted(planned.without_cost, 'item')} isn't known and isn't in the total."


def _table(order: SupplierOrder) -> list[Section]:
    title = f"{order.supplier}: {counted(order.units, 'unit')}, {usd(order.cost)}"
    columns = ("Item", "Order", "In stock", "Sold a day", "Cost")
    return table(title, columns, [_entry(line) for line in order.lines])


def _entry(line: OrderedItem) -> tuple[str | Cell, ...]:
    stock, pace = number(line.on_hand), number(line.sold_per_day)
    return product(line.name, line.image_url), f"{line.quantity:,}", stock, pace, usd_or(line.cost)
