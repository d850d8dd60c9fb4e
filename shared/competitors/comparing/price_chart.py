"""Competitors' prices for a product over the last 30 days, next to ours, as a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from shared.competitors.models import Undercut, product_label
from shared.competitors.snapshots.price_history import PriceHistory, price_histories
from shared.competitors.snapshots.snapshot import Snapshot
from shared.messages.template.timeline import MAX_SERIES, Point, Series, Timeline, day_name
from shared.values.words import dollars

OURS = "Your price now"
MAX_TOLD = 4
"""The maximum number of prices per competitor listed in words; the newest."""

WalkBack = Callable[[str], Iterable[Snapshot | None]]


@dataclass(frozen=True, slots=True)
class PriceChart:
    """`product` with its size, and the chart of its prices."""

    product: str
    chart: Timeline


def price_chart(undercuts: Sequence[Undercut], walk_back: WalkBack, now: datetime, zone: str) -> PriceChart | None:
    """Of the first product that is sold in our size: each competitor below us, at most 4, and our price.

    None where none is, and where its prices are known of a single day. `walk_back`: a competitor's snapshots by its
    name, the newest first.
    """
    alike = [cut for cut in undercuts if cut.unit is None]
    found: list[tuple[Undercut, dict[date, Decimal]]] = []
    same = [one for one in alike if (one.product, one.size) == (alike[0].product, alike[0].size)]
    for cut in same[: MAX_SERIES - 1]:
        histories = price_histories(walk_back(cut.competitor), now, cut.their_product or cut.product)
        history = _of(cut, histories.items)
        if history is not None:
            found.append(
                (cut, {point.at.astimezone(ZoneInfo(zone)).date(): point.price for point in history.points})
            )
    days = sorted({day for _, prices in found for day in prices})
    if len(days) < 2:
        return None
    ours = found[0][0].our_price
    label = product_label(found[0][0].product, found[0][0].size)
    text = "; ".join(f"{label} at {cut.competitor}: {_prices_text(prices)}" for cut, prices in found)
    lines = [
        (OURS, {days[0]: ours, days[-1]: ours}),
        *((cut.competitor, prices) for cut, prices in found),
    ]
    chart = Timeline(
        series=tuple(
            Series(name=name, points=tuple(Point(day=day, amount=float(price)) for day, price in prices.items()))
            for name, prices in lines
        ),
        alt=f"{text}; yours {dollars(ours)} now.",
    )
    return PriceChart(label, chart)


def _of(cut: Undercut, histories: Sequence[PriceHistory]) -> PriceHistory | None:
    """The one whose last price is the one that was found; the product may be on a menu in several sizes."""
    return next((one for one in histories if one.points[-1].price == cut.their_price), None)


def _prices_text(prices: Mapping[date, Decimal]) -> str:
    """`$40 on Oct 1, $36 on Oct 20, $34 now`."""
    ordered = sorted(prices.items())
    moved = [one for number, one in enumerate(ordered) if not number or ordered[number - 1][1] != one[1]]
    if len(moved) == 1:
        return f"{dollars(moved[0][1])} since {day_name(moved[0][0])}"
    *earlier, last = moved[-MAX_TOLD:]
    texts = [f"{dollars(price)} on {day_name(day)}" for day, price in earlier]
    return ", ".join([*texts, f"{dollars(last[1])} now"])
