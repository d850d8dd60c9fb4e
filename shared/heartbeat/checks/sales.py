"""Sales: a week far off the previous one, unusual orders, a day without orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from shared.heartbeat.findings import Finding, key_of
from shared.heartbeat.inputs import CheckInputs
from shared.heartbeat.shop_figures import Sale
from shared.notices.dedup.fact import Fact
from shared.retail.figures import cents, change_percent, percent_words
from shared.retail.periods import local_day, start_of_day
from shared.values.words import counted, day_words, dollars, moment_words

ORDER_DAYS = 29
"""How far back the checks look: four weeks before yesterday."""
CHANGE_PERCENT = 30
CHANGE_LEVELS = (30, 50, 70)
LEAST_ORDERS = 10
"""Orders in the earlier week; with fewer, a change means nothing."""
LEAST_HISTORY = 30
WEEKS = 4
LEAST_A_DAY = 5


def sales_velocity(facts: CheckInputs) -> list[Finding]:
    """Revenue of the last seven full days that differs by 30% or more from the seven before; worse at 50 and 70."""
    paid = facts.sales.paid
    last = _between(paid, facts, 7, 0)
    before = _between(paid, facts, 14, 7)
    if len(before) < LEAST_ORDERS:
        return []
    revenue, earlier = _sum(last), _sum(before)
    change = change_percent(revenue, earlier)
    if change is None or abs(change) < CHANGE_PERCENT:
        return []
    down = change < 0
    return [
        Finding(
            key="down" if down else "up",
            severity="warning" if down else "info",
            level=sum(abs(change) >= limit for limit in CHANGE_LEVELS),
            title=f"Sales are {'down' if down else 'up'} {percent_words(abs(change))} vs. the week before",
            body=f"{dollars(revenue)} in the last 7 days, {dollars(earlier)} in the 7 days before.",
            about=Fact("sales", ("last_7_days",), "Sales"),
        )
    ]


def order_anomalies(facts: CheckInputs) -> list[Finding]:
    """Orders since the start of yesterday that are far larger than usual, and a day without any."""
    paid = facts.sales.paid
    return [*_outliers(paid, facts), *_sudden_zero(paid, facts)]


def _outliers(paid: Sequence[Sale], facts: CheckInputs) -> list[Finding]:
    since = start_of_day(facts.today - timedelta(days=1), facts.timezone)
    usual = [order.total for order in paid if order.placed_at < since]
    if len(usual) < LEAST_HISTORY:
        return []
    low, middle, high = quantiles(usual, n=4)
    # Both, since where all orders are much alike the quartiles lie together.
    zone = ZoneInfo(facts.timezone)
    limit = max(high + 3 * (high - low), 3 * Decimal(median(usual)))
    return [
        Finding(
            key=key_of("order", order.id),
            severity="warning",
            title=f"An order for {dollars(order.total)} at {moment_words(order.placed_at.astimezone(zone))}",
            body=f"Half of your orders in recent weeks were below {dollars(cents(middle))}.",
        )
        for order in paid
        if order.placed_at >= since and order.total > limit
    ]


def _sudden_zero(paid: Sequence[Sale], facts: CheckInputs) -> list[Finding]:
    yesterday = facts.today - timedelta(days=1)
    if _on(paid, facts, yesterday):
        return []
    usual = [_on(paid, facts, yesterday - timedelta(weeks=week)) for week in range(1, WEEKS + 1)]
    if min(usual) < LEAST_A_DAY:
        return []
    return [
        Finding(
            key=key_of("none", yesterday.isoformat()),
            severity="critical",
            title=f"You had no orders on {day_words(yesterday)}",
            body=f"Your last four {yesterday:%A}s had {counted(min(usual), 'order')} or more each. "
            "If you were open, check that your point of sale still sends its orders.",
        )
    ]


def _between(orders: Sequence[Sale], facts: CheckInputs, first_days_ago: int, last_days_ago: int) -> list[Sale]:
    start = start_of_day(facts.today - timedelta(days=first_days_ago), facts.timezone)
    end = start_of_day(facts.today - timedelta(days=last_days_ago), facts.timezone)
    return [order for order in orders if start <= order.placed_at < end]


def _on(orders: Sequence[Sale], facts: CheckInputs, day: date) -> int:
    return sum(1 for order in orders if local_day(order.placed_at, facts.timezone) == day)


def _sum(orders: Sequence[Sale]) -> Decimal:
    return sum((order.total for order in orders), Decimal(0))
