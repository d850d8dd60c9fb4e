"""`supplier_scorecard`: how suppliers' products perform."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import Field

from shared.retail.figures import first, percent_words, usd
from shared.retail.load import OrderStream, load_items
from shared.retail.reorder import NO_SUPPLIER
from shared.retail.suppliers import SupplierScore, scorecard
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._output import LimitedParams, ShopReportOutput, build, table, unread_note
from shared.values.money import Money
from shared.values.words import counted


class SupplierScorecardParams(LimitedParams):
    """Compares the last `days` days with the same number before."""

    days: int = Field(default=30, ge=1, le=90)


class SupplierScorecardOutput(ShopReportOutput):
    """`suppliers`: most revenue first; items without a supplier are under one name."""

    suppliers: tuple[SupplierScore, ...]
    count: int
    """Suppliers that have a name."""
    revenue: Money
    stock_cost: Money
    best: str | None
    """The supplier with the most revenue; null where nothing was sold."""
    days: int
    left_out: int


class SupplierScorecard(Action[SupplierScorecardParams, SupplierScorecardOutput]):
    """Scores each supplier: revenue, share, change, margin, money on the shelf, what is low or out."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"days": 30}

    def run(self, params: SupplierScorecardParams, context: StepContext) -> SupplierScorecardOutput:
        org_id, now = context.org.id, context.now
        items = context.effects.read(lambda: load_items(org_id))
        orders = OrderStream(org_id, (now - timedelta(days=2 * params.days), now))
        rows = context.effects.read(lambda: scorecard(items.records, orders, now, params.days))
        shown, left_out = first(rows, params.limit)
        revenue = sum((row.revenue for row in rows), Decimal(0))
        named = sum(row.supplier != NO_SUPPLIER for row in rows)
        malformed = items.malformed + orders.malformed
        report = build(
            f"Partners of {context.org.name}: {usd(revenue)} in {counted(params.days, 'day')}",
            [_headline(rows, named, revenue, params.days), unread_note(malformed)],
            [
                table(
                    "Partners",
                    ("Supplier", "Revenue", "Share", "Change", "Margin", "Stock at cost", "Low or out"),
                    [_entry(row) for row in shown],
                    left_out,
                )
            ],
        )
        return SupplierScorecardOutput(
            **report,
            malformed=malformed,
            suppliers=shown,
            count=named,
            revenue=revenue,
            stock_cost=sum((row.stock_cost for row in rows), Decimal(0)),
            best=rows[0].supplier if rows and rows[0].revenue > 0 else None,
            days=params.days,
            left_out=left_out,
        )


def _headline(rows: list[SupplierScore], named: int, revenue: Decimal, days: int) -> str:
    if not rows:
        return "You have no products yet, so there are no partners to compare."
    if not revenue:
        return f"Nothing from your {counted(named, 'partner')} sold in the last {counted(days, 'day')}."
    best = rows[0]
    return (
        f"{counted(named, 'partner')} brought in {usd(revenue)} in the last {counted(days, 'day')}; "
        f"{best.supplier} leads with {usd(best.revenue)} ({percent_words(best.share_percent)})."
    )


def _entry(row: SupplierScore) -> tuple[str, ...]:
    lacking = row.low_count + row.out_count
    return (
        row.supplier,
        usd(row.revenue),
        percent_words(row.share_percent),
        percent_words(row.change_percent),
        percent_words(row.margin_percent),
        usd(row.stock_cost),
        f"{lacking} of {row.products}",
    )
