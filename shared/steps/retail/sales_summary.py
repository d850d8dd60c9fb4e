"""`sales_summary`: what was sold in a period, against the one before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field

from shared.documents.orders import Order
from shared.messages.template.build import timeline, titled
from shared.messages.template.models import Section
from shared.messages.template.timeline import Point, Series, Timeline, day_name
from shared.retail.figures import change_words, first, number, percent_words, rough_percent, usd
from shared.retail.load import OrderStream
from shared.retail.periods import Against, Compared, Period, compared, local_day, start_of_day
from shared.retail.sales import (
    CategorySales,
    Change,
    DaySales,
    ProductSales,
    Totals,
    WeekSales,
    by_week,
    summarize,
)
from shared.retail.sales import (
    SalesSummary as Summary,
)
from shared.steps.base import Action, Effect, Params, StepContext
from shared.steps.retail._loading import orders_of
from shared.steps.retail._output import Name, ShopReportOutput, build, table, unread_note
from shared.values.money import Money
from shared.values.words import counted, day_words, dollars

MAX_CATEGORIES = 50
_WHOSE = {Period.YESTERDAY: "Yesterday's sales", Period.LAST_7_DAYS: "Last week's sales"}
_WHEN = {Period.LAST_7_DAYS: "last week"}
"""As a report of that morning or that Monday says it."""


class SalesSummaryParams(Params):
    """`period`: in the org's zone. `top`: how many products to list. `locationId`: only that one's orders.

    `against`: `week_before` compares yesterday with the same day of the week before, not with the day before.
    `weeks`: how many weeks, the last of which ended yesterday, are in `byWeek` and in the chart.
    """

    period: Period = Period.YESTERDAY
    against: Against = "period_before"
    top: int = Field(default=10, ge=1, le=100)
    location_id: Name | None = None
    weeks: int = Field(default=0, ge=0, le=26)


class SalesSummaryOutput(ShopReportOutput):
    """Completed orders only. `change` is in percent against the period before, null where there was nothing.

    `comparedWith` is that period in words, `revenueWords` like `$4,210, up 12% from last Friday`.
    `sentence` says both and the orders, with no end: there may be more to say.
    `chart`: the weeks' revenue for a section of `compose_report`; null without `weeks`, or with less than two.
    """

    period: Period
    since: datetime
    until: datetime
    revenue: Money
    orders: int
    units: float
    average_order: Money | None
    top_products: tuple[ProductSales, ...]
    product_count: int
    by_category: tuple[CategorySales, ...]
    by_day: tuple[DaySales, ...]
    by_week: tuple[WeekSales, ...] = ()
    chart: Timeline | None = None
    previous: Totals
    change: Change
    compared_with: str
    revenue_words: str
    sentence: str
    pending_orders: int
    returned_orders: int
    """Canceled or refunded."""
    left_out: int
    """Products that sold but aren't listed."""


class SalesSummary(Action[SalesSummaryParams, SalesSummaryOutput]):
    """Summarizes revenue, orders, best sellers, categories and days, and compares them with the period before."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"period": "last_7_days"}

    def run(self, params: SalesSummaryParams, context: StepContext) -> SalesSummaryOutput:
        """Summarize it."""
        zone = context.org.timezone
        period = compared(params.period, context.now, zone, params.against)
        orders = orders_of(context.org.id, period)
        found = context.effects.read(lambda: summarize(_wanted(orders, params), period, zone))
        malformed = orders.malformed
        products, left_out = first(found.products, params.top)
        weeks = _weeks(params, context)
        chart = _chart(weeks)
        report = build(
            f"{context.org.name}, {period.words}: {usd(found.current.revenue)} "
            f"from {counted(found.current.orders, 'order')}",
            [_headline(found, period), _comparison(found, period), _unpaid(found), unread_note(malformed)],
            [titled("Revenue by week", timeline(chart)), *_tables(found, products, left_out)],
        )
        return SalesSummaryOutput(
            **report,
            malformed=malformed,
            period=params.period,
            since=found.current.since,
            until=found.current.until,
            revenue=found.current.revenue,
            orders=found.current.orders,
            units=found.current.units,
            average_order=found.current.average_order,
            top_products=products,
            product_count=len(found.products),
            by_category=found.categories[:MAX_CATEGORIES],
            by_day=found.days,
            by_week=tuple(weeks),
            chart=chart,
            previous=found.previous,
            change=found.change,
            compared_with=period.previous_words,
            revenue_words=_revenue_words(found, period),
            sentence=_sentence(found, period, params.period),
            pending_orders=found.pending,
            returned_orders=found.returned,
            left_out=left_out,
        )


def _revenue_words(found: Summary, period: Compared) -> str:
    percent, revenue = found.change.revenue, dollars(found.current.revenue)
    if percent is None:
        return revenue
    if percent == 0:
        return f"{revenue}, the same as {period.previous_words}"
    return (
        f"{revenue}, {'up' if percent > 0 else 'down'} {rough_percent(abs(percent))} from {period.previous_words}"
    )


def _sentence(found: Summary, period: Compared, asked: Period) -> str:
    """`Yesterday's sales were $4,210, up 12% from last Friday, from 60 orders`."""
    if not found.current.orders:
        then = found.previous.revenue
        when = _WHEN.get(asked, period.words.replace("the last", "in the last"))
        return f"You had no sales {when}" + (f" ({dollars(then)} {period.previous_words})" if then else "")
    whose = _WHOSE.get(asked, f"Sales for {period.words}")
    return f"{whose} were {_revenue_words(found, period)}, from {counted(found.current.orders, 'order')}"


def _wanted(orders: Iterable[Order], params: SalesSummaryParams) -> Iterator[Order]:
    return (one for one in orders if params.location_id in (None, one.location_id))


def _weeks(params: SalesSummaryParams, context: StepContext) -> list[WeekSales]:
    if not params.weeks:
        return []
    org_id, zone = context.org.id, context.org.timezone
    today = local_day(context.now, zone)
    since = start_of_day(today - timedelta(days=7 * params.weeks), zone)

    def read() -> list[WeekSales]:
        orders = OrderStream(org_id, (since, start_of_day(today, zone)), with_lines=False)
        return by_week(_wanted(orders, params), today, params.weeks, zone)

    return context.effects.read(read)


def _chart(weeks: Sequence[WeekSales]) -> Timeline | None:
    if len(weeks) < 2:
        return None
    points = tuple(Point(day=one.week, amount=float(one.revenue)) for one in weeks)
    text = ", ".join(f"{dollars(one.revenue)} in the week of {day_name(one.week)}" for one in weeks)
    return Timeline(
        form="columns", series=(Series(name="Revenue", points=points),), alt=f"Revenue by week: {text}."
    )


def _headline(found: Summary, period: Compared) -> str:
    now = found.current
    words = period.words[0].upper() + period.words[1:]
    if not now.orders or now.average_order is None:
        return f"{words} there were no sales."
    return f"{words}: {usd(now.revenue)} from {counted(now.orders, 'order')}, {usd(now.average_order)} on average."


def _comparison(found: Summary, period: Compared) -> str:
    if found.change.revenue is None:
        return f"There were no sales {period.previous_words} to compare with."
    return f"Revenue is {change_words(found.change.revenue, period.previous_words)}."


def _unpaid(found: Summary) -> str:
    parts = []
    if found.pending:
        parts.append(f"{counted(found.pending, 'order')} not paid yet")
    if found.returned:
        parts.append(f"{counted(found.returned, 'order')} canceled or refunded")
    return f"Not counted: {' and '.join(parts)}." if parts else ""


def _tables(found: Summary, products: tuple[ProductSales, ...], left_out: int) -> list[list[Section]]:
    days = [(day_words(day.date), f"{day.orders:,}", usd(day.revenue)) for day in found.days]
    categories = [_named(row.category, row) for row in found.categories[:MAX_CATEGORIES]]
    columns = ("Units", "Revenue", "Share")
    return [
        table("Best sellers", ("Product", *columns), [_named(row.name, row) for row in products], left_out),
        table(
            "By category",
            ("Category", *columns),
            categories,
            max(len(found.categories) - MAX_CATEGORIES, 0),
        ),
        table("By day", ("Day", "Orders", "Revenue"), days if len(days) > 1 and found.current.orders else []),
    ]


def _named(name: str, row: ProductSales | CategorySales) -> tuple[str, ...]:
    return name, number(row.units), usd(row.revenue), percent_words(row.share_percent)
