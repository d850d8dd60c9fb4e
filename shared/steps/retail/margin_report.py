"""`margin_report`: margins after cost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field

from shared.messages.template.build import product
from shared.messages.template.models import Cell, Section
from shared.retail import margins
from shared.retail.figures import Percent, first, percent_words, usd
from shared.retail.margins import CategoryMargin, Margins, ThinMargin
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._loading import read_shelves
from shared.steps.retail._output import LimitedParams, Name, Names, ShopReportOutput, build, table, unread_note
from shared.values.money import Money
from shared.values.words import counted, plural


class MarginReportParams(LimitedParams):
    """`targetPercent`: the margin (of the price) that every item should reach. `category`: only of these."""

    target_percent: Annotated[Decimal, Field(gt=0, le=90)] = Decimal(40)
    category: Name | Names | None = None


class MarginReportOutput(ShopReportOutput):
    """`thin`: items below the target, what a better price brings most first."""

    thin: tuple[ThinMargin, ...]
    count: int
    categories: tuple[CategoryMargin, ...]
    margin_percent: Percent | None
    """Across all items with a price and a cost, weighted by sales."""
    target_percent: Percent
    priced: int
    """Items with a price and a cost."""
    without_cost: int
    profit_per_month: Money
    gain_per_month: Money
    """What the suggested prices for all thin items would add."""
    left_out: int


class MarginReport(Action[MarginReportParams, MarginReportOutput]):
    """Finds items with a margin below the target, suggests prices, and shows each category's margin."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"targetPercent": 40}

    def run(self, params: MarginReportParams, context: StepContext) -> MarginReportOutput:
        shelves = read_shelves(context, params.category)
        found = margins.margins(shelves.items, shelves.speed, params.target_percent)
        shown, left_out = first(found.thin, params.limit)
        report = build(
            f"Margins of {context.org.name}: {_finding(found)}",
            [_headline(found, params.target_percent), _uncosted(found), unread_note(shelves.malformed)],
            [_thin_table(shown, left_out), _category_table(found)],
        )
        return MarginReportOutput(
            **report,
            malformed=shelves.malformed,
            thin=shown,
            count=len(found.thin),
            categories=found.categories,
            margin_percent=found.margin_percent,
            target_percent=params.target_percent,
            priced=found.priced,
            without_cost=found.without_cost,
            profit_per_month=found.profit_per_month,
            gain_per_month=found.gain_per_month,
            left_out=left_out,
        )


def _finding(found: Margins) -> str:
    if found.margin_percent is None:
        return "no item has a price and a cost"
    return f"{percent_words(found.margin_percent)} on average, {counted(len(found.thin), 'item')} below the target"


def _headline(found: Margins, target: Decimal) -> str:
    if found.margin_percent is None:
        return "No item has both a price and a cost, so there is no margin to compute."
    if not found.thin:
        return f"All {counted(found.priced, 'item')} reach the target of {percent_words(target)}."
    are = plural(len(found.thin), "is", "are")
    return (
        f"{counted(len(found.thin), 'item')} of {found.priced:,} {are} below the target of "
        f"{percent_words(target)}; better prices would bring {usd(found.gain_per_month)} more per month."
    )


def _uncosted(found: Margins) -> str:
    if not found.without_cost:
        return ""
    return f"The cost of {counted(found.without_cost, 'item')} is not known."


def _thin_table(rows: tuple[ThinMargin, ...], left_out: int) -> list[Section]:
    columns = ("Item", "Price", "Cost", "Margin", "Suggested price", "Gain per month")
    return table("Below the target", columns, [_thin_entry(row) for row in rows], left_out)


def _thin_entry(row: ThinMargin) -> tuple[str | Cell, ...]:
    prices = (usd(row.price), usd(row.cost), percent_words(row.margin_percent))
    better = (usd(row.suggested_price), usd(row.gain_per_month))
    return product(row.name, row.image_url), *prices, *better


def _category_table(found: Margins) -> list[Section]:
    entries = [
        (row.category, f"{row.items:,}", percent_words(row.margin_percent), usd(row.profit_per_month))
        for row in found.categories
    ]
    return table("By category", ("Category", "Items", "Margin", "Profit per month"), entries)
