"""Sums that look at each order once say what sums over lists of them say."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shared.documents.orders import Order
from shared.documents.shop import Location
from shared.retail import sales
from shared.retail.periods import Period, compared, local_day
from tests.unit.retail import listed_sales
from tests.unit.retail.builders import NOW, ZONES

_PRICES = st.decimals(-100, 500, places=3, allow_nan=False)
_LINES = st.fixed_dictionaries(
    {
        "item_id": st.sampled_from(("a", "b", None)),
        "name": st.sampled_from(("A", "a", "B", "C")),
        "category": st.sampled_from(("Flower", "flower ", "", None)),
        "quantity": st.sampled_from((1.0, 0.1, 0.2, 3.5, -1.0)),
        "price": st.decimals(0, 500, places=3),
    }
)
_ORDERS = st.fixed_dictionaries(
    {
        "id": st.just("o"),
        "placed_at": st.integers(0, 65 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
        "total": _PRICES,
        "status": st.sampled_from(("completed", "completed", "pending", "cancelled", "refunded")),
        "location_id": st.sampled_from(("one", "gone", None)),
        "items": st.lists(_LINES, max_size=3),
    }
)
ORDERS = st.lists(_ORDERS.map(Order.model_validate), max_size=25)
LOCATIONS = [Location(id="one", name="One"), Location(id="two", name="Two")]


@given(ORDERS, st.sampled_from(Period), ZONES)
def test_a_summary(orders: list[Order], period: Period, zone: str) -> None:
    span = compared(period, NOW, zone)
    assert sales.summarize(iter(orders), span, zone) == listed_sales.summarize(orders, span, zone)


@given(ORDERS, st.sampled_from(Period), ZONES)
def test_locations(orders: list[Order], period: Period, zone: str) -> None:
    span = compared(period, NOW, zone)
    assert sales.by_location(LOCATIONS, iter(orders), span) == listed_sales.by_location(LOCATIONS, orders, span)


@given(ORDERS, st.integers(1, 9), ZONES)
def test_weeks(orders: list[Order], weeks: int, zone: str) -> None:
    today = local_day(NOW, zone)
    assert sales.by_week(iter(orders), today, weeks, zone) == listed_sales.by_week(orders, today, weeks, zone)


@given(ORDERS)
def test_what_a_campaign_brought(orders: list[Order]) -> None:
    takings = sales.Takings()
    paid = [order for order in orders if order.is_revenue]
    for order in paid:
        takings.add(order)
    assert (takings.orders, takings.revenue) == (len(paid), listed_sales.revenue_of(orders))
    assert isinstance(takings.revenue, Decimal)
