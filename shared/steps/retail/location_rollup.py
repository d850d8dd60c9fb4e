"""`location_rollup`: how each location did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from shared.retail.figures import first, percent_words, usd, usd_or
from shared.retail.load import load_locations
from shared.retail.periods import Against, Compared, Period, compared
from shared.retail.sales import LocationSales, by_location
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._loading import orders_of
from shared.steps.retail._output import LimitedParams, ShopReportOutput, build, table, unread_note
from shared.values.money import Money
from shared.values.words import counted


class LocationRollupParams(LimitedParams):
    """`period`: in the org's zone. `against`: as in `sales_summary`."""

    period: Period = Period.LAST_7_DAYS
    against: Against = "period_before"


class LocationRollupOutput(ShopReportOutput):
    """`locations`: best first, including those that sold nothing. Changes are against the period before."""

    period: Period
    since: datetime
    until: datetime
    locations: tuple[LocationSales, ...]
    count: int
    revenue: Money
    orders: int
    best: str | None
    """The name of the location with the most revenue; null where nothing was sold."""
    left_out: int


class LocationRollup(Action[LocationRollupParams, LocationRollupOutput]):
    """Compares the locations: revenue, orders, share and change."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"period": "last_30_days"}

    def run(self, params: LocationRollupParams, context: StepContext) -> LocationRollupOutput:
        org_id = context.org.id
        period = compared(params.period, context.now, context.org.timezone, params.against)
        listed = context.effects.read(lambda: load_locations(org_id))
        orders = orders_of(org_id, period)
        rows = context.effects.read(lambda: by_location(listed.records, orders, period))
        malformed = listed.malformed + orders.malformed
        shown, left_out = first(rows, params.limit)
        revenue = sum((row.revenue for row in rows), Decimal(0))
        count = sum(row.orders for row in rows)
        report = build(
            f"{context.org.name} by location, {period.words}: {usd(revenue)}",
            [_headline(rows, revenue, count, period), unread_note(malformed)],
            [
                table(
                    "Locations",
                    ("Location", "Revenue", "Orders", "Average", "Share", "Change"),
                    [_entry(row) for row in shown],
                    left_out,
                )
            ],
        )
        return LocationRollupOutput(
            **report,
            malformed=malformed,
            period=params.period,
            since=period.current.start,
            until=period.current.end,
            locations=shown,
            count=len(rows),
            revenue=revenue,
            orders=count,
            best=rows[0].name if rows and rows[0].orders else None,
            left_out=left_out,
        )


def _headline(rows: list[LocationSales], revenue: Decimal, orders: int, period: Compared) -> str:
    words = period.words[0].upper() + period.words[1:]
    if not rows:
        return "There are no locations and no orders."
    if not orders:
        return f"{words} none of your locations sold anything."
    best = rows[0]
    return (
        f"{words}: {usd(revenue)} from {counted(orders, 'order')}; {best.name} leads with "
        f"{usd(best.revenue)} ({percent_words(best.share_percent)})."
    )


def _entry(row: LocationSales) -> tuple[str, ...]:
    return (
        row.name,
        usd(row.revenue),
        f"{row.orders:,}",
        usd_or(row.average_order),
        percent_words(row.share_percent),
        percent_words(row.change_percent),
    )
