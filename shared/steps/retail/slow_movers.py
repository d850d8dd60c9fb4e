"""`slow_movers`: stock that hardly sells."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import Field

from shared.messages.template.build import product
from shared.messages.template.models import Cell
from shared.retail import inventory
from shared.retail.figures import first, number, usd, usd_or
from shared.retail.inventory import SlowMover
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._loading import read_shelves
from shared.steps.retail._output import LimitedParams, Name, Names, ShopReportOutput, build, table, unread_note
from shared.values.money import Money
from shared.values.words import counted, day_words, plural


class SlowMoversParams(LimitedParams):
    """Items that sold at most `maxSold` units in the last `days` days while in stock throughout."""

    days: int = Field(default=30, ge=1, le=180)
    max_sold: float = Field(default=2, ge=0, le=10_000)
    category: Name | Names | None = None


class SlowMoversOutput(ShopReportOutput):
    """`items`: the most money first. `count` and `tiedUp` are of all of them, listed or not."""

    items: tuple[SlowMover, ...]
    count: int
    tied_up: Money
    left_out: int
    days: int


class SlowMovers(Action[SlowMoversParams, SlowMoversOutput]):
    """Finds stock that hardly sells, the money in it, and a markdown that never goes below cost."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"days": 30, "maxSold": 3}

    def run(self, params: SlowMoversParams, context: StepContext) -> SlowMoversOutput:
        shelves = read_shelves(context, params.category, params.days)
        rows = inventory.slow_movers(
            shelves.items,
            shelves.speed,
            context.now,
            context.org.timezone,
            days=params.days,
            max_sold=params.max_sold,
        )
        shown, left_out = first(rows, params.limit)
        tied_up = sum((row.tied_up or Decimal(0) for row in rows), Decimal(0))
        report = build(
            f"Slow movers at {context.org.name}: {_finding(len(rows), tied_up)}",
            [_headline(len(rows), tied_up, params), unread_note(shelves.malformed)],
            [
                table(
                    "Slow movers",
                    ("Item", "In stock", f"Sold in {params.days} days", "Tied up", "Suggestion"),
                    [_entry(row) for row in shown],
                    left_out,
                )
            ],
        )
        return SlowMoversOutput(
            **report,
            malformed=shelves.malformed,
            items=shown,
            count=len(rows),
            tied_up=tied_up,
            left_out=left_out,
            days=params.days,
        )


def _finding(count: int, tied_up: Decimal) -> str:
    return f"{counted(count, 'item')}, {usd(tied_up)} tied up" if count else "none"


def _headline(count: int, tied_up: Decimal, params: SlowMoversParams) -> str:
    bound = f"at most {number(params.max_sold)}" if params.max_sold else "none"
    if not count:
        return f"No slow movers: everything in stock sold more than {number(params.max_sold)} times."
    return (
        f"{counted(count, 'item')} in stock sold {bound} in the last {counted(params.days, 'day')}; "
        f"{usd(tied_up)} is tied up in {plural(count, 'it', 'them')}."
    )


def _entry(row: SlowMover) -> tuple[str | Cell, ...]:
    advice = []
    if row.suggested_price is not None:
        advice.append(f"try {usd(row.suggested_price)} ({row.suggested_markdown_percent}% off)")
    if row.expires_on:
        advice.append(f"expires {day_words(row.expires_on)}")
    return (
        product(row.name, row.image_url),
        number(row.quantity),
        number(row.sold),
        usd_or(row.tied_up),
        "; ".join(advice) or "—",
    )
