"""`forecast_demand`: each item's expected sales, and when it will run out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from pydantic import Field

from shared.messages.template.build import product
from shared.messages.template.models import Cell
from shared.retail.figures import first, number
from shared.retail.forecast import HISTORY_DAYS, Backtest, Forecast, ItemForecast, build_history, forecast
from shared.retail.inventory import in_categories
from shared.retail.load import OrderStream, load_items
from shared.retail.periods import local_day, start_of_day
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._output import LimitedParams, Name, Names, ShopReportOutput, build, table, unread_note
from shared.values.words import counted, day_words


class ForecastDemandParams(LimitedParams):
    """`days`: how far to look ahead, including today."""

    days: int = Field(default=14, ge=1, le=90)
    category: Name | Names | None = None


class ForecastDemandOutput(ShopReportOutput):
    """`items`: what runs out soonest first. `runningOut` counts those that run out within the forecast.

    `method` is the one that erred least in the `backtest` on the days that just passed; without enough past there
    is no backtest.
    """

    items: tuple[ItemForecast, ...]
    count: int
    running_out: int
    expected_units: float
    method: str
    backtest: Backtest | None
    history_days: int
    first_day: date
    last_day: date
    left_out: int


class ForecastDemand(Action[ForecastDemandParams, ForecastDemandOutput]):
    """Forecasts each item's sales and the day it runs out, and tells how accurate the method has been lately."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"days": 14, "limit": 10}

    def run(self, params: ForecastDemandParams, context: StepContext) -> ForecastDemandOutput:
        """Forecast."""
        org_id, zone = context.org.id, context.org.timezone
        today = local_day(context.now, zone)
        since = start_of_day(today - timedelta(days=HISTORY_DAYS), zone)
        loaded = context.effects.read(lambda: load_items(org_id))
        orders = OrderStream(org_id, (since, start_of_day(today, zone)))
        history = context.effects.read(lambda: build_history(loaded.records, orders, today, zone))
        found = forecast(in_categories(loaded.records, params.category), history, today, params.days)
        malformed = loaded.malformed + orders.malformed
        return _answer(found, params, context.org.name, malformed)


def _answer(found: Forecast, params: ForecastDemandParams, org_name: str, malformed: int) -> ForecastDemandOutput:
    shown, left_out = first(found.items, params.limit)
    running_out = sum(row.stock_out_date is not None and row.stock_out_date <= found.last for row in found.items)
    expected = round(sum(row.expected_units for row in found.items), 1)
    finding = _finding(running_out)
    report = build(
        f"Demand at {org_name}, next {counted(params.days, 'day')}: {finding}",
        [_headline(found, params.days, expected, finding), _method(found), unread_note(malformed)],
        [
            table(
                "By item",
                ("Item", "In stock", "Expected to sell", "Outlook"),
                [_entry(row) for row in shown],
                left_out,
            )
        ],
    )
    return ForecastDemandOutput(
        **report,
        malformed=malformed,
        items=shown,
        count=len(found.items),
        running_out=running_out,
        expected_units=expected,
        method=found.method,
        backtest=found.backtest,
        history_days=found.history_days,
        first_day=found.first,
        last_day=found.last,
        left_out=left_out,
    )


def _finding(running_out: int) -> str:
    if not running_out:
        return "nothing runs out"
    return f"{counted(running_out, 'item')} will run out"


def _headline(found: Forecast, days: int, expected: float, finding: str) -> str:
    if not found.items:
        return "There are no items to forecast."
    if not found.history_days:
        return "Nothing was sold in the last eight weeks, so there is nothing to forecast from."
    return f"You should sell about {round(expected):,} units in the next {counted(days, 'day')}; {finding}."


def _method(found: Forecast) -> str:
    if not found.history_days or not found.items:
        return ""
    method = f"Method: {found.method_words}, from {counted(found.history_days, 'day')} of sales."
    test = found.backtest
    if test is None:
        return f"{method} That isn't enough to test it."
    if test.error_percent is None:
        return f"{method} Nothing was sold in the last {test.days} days to test it with."
    return (
        f"{method} On the last {test.days} days it would have been off by {number(test.error_percent)}% by item, "
        f"and by {number(test.daily_error_percent or 0)}% by day for the shop as a whole."
    )


def _entry(row: ItemForecast) -> tuple[str | Cell, ...]:
    when = f"runs out {day_words(row.stock_out_date)}" if row.stock_out_date else "lasts over a year"
    return product(row.name, row.image_url), number(row.on_hand), number(row.expected_units), when
