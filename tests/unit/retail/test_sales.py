"""Revenue, best sellers, days and locations of a period."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from shared.documents.orders import Order
from shared.documents.shop import Location
from shared.retail.figures import change_percent
from shared.retail.periods import Period, compared
from shared.retail.sales import by_location, by_week, summarize
from tests.unit.retail.builders import NOW, ZONE, order, sale

YESTERDAY = compared(Period.YESTERDAY, NOW, ZONE)
WEEK = compared(Period.LAST_7_DAYS, NOW, ZONE)
STATUSES = st.sampled_from(("completed", "pending", "cancelled", "refunded"))
ORDERS = st.lists(
    st.builds(
        lambda cents, days, status, place: order(
            str(Decimal(cents) / 100), days_ago=days, status=status, location_id=place
        ),
        st.integers(0, 10**7),
        st.floats(0, 20),
        STATUSES,
        st.sampled_from((None, "l1", "l2")),
    ),
    max_size=30,
)


def test_only_completed_orders_are_revenue() -> None:
    orders = [order(10, status=status) for status in ("completed", "pending", "cancelled", "refunded")]
    found = summarize(orders, YESTERDAY, ZONE)
    assert (found.current.revenue, found.current.orders) == (Decimal("10.00"), 1)
    assert (found.pending, found.returned) == (1, 2)


def test_an_order_just_before_midnight_there_belongs_to_the_day_that_ends() -> None:
    late = datetime(2026, 11, 23, 4, 59, tzinfo=UTC)  # 23:59 on Sunday the 22nd
    orders = [order(7).model_copy(update={"placed_at": at}) for at in (late, late + timedelta(minutes=1))]
    assert summarize(orders, YESTERDAY, ZONE).current.revenue == 7


def test_the_average_is_rounded_half_up_and_null_without_orders() -> None:
    orders = [order("10.00"), order("10.01")]
    assert summarize(orders, YESTERDAY, ZONE).current.average_order == Decimal("10.01")
    assert summarize([], YESTERDAY, ZONE).current.average_order is None


def test_the_change_is_in_percent_of_the_period_before_and_null_where_there_was_nothing() -> None:
    grown = summarize([order(30), order(20, days_ago=2)], YESTERDAY, ZONE).change
    assert (grown.revenue, grown.orders, grown.average_order) == (Decimal(50), Decimal(0), Decimal(50))
    first = summarize([order(30)], YESTERDAY, ZONE).change
    assert (first.revenue, first.orders, first.average_order) == (None, None, None)
    assert change_percent(0, 10) == -100


def test_products_are_added_up_by_id_and_the_best_comes_first() -> None:
    orders = [
        sale("a", 2, price="10"),
        sale("b", 1, price="50"),
        sale("a", 1.5, price="12"),
        sale("b", 1, days_ago=9),
    ]
    found = summarize(orders, YESTERDAY, ZONE)
    assert [(row.item_id, row.units, row.revenue, row.share_percent) for row in found.products] == [
        ("b", 1, Decimal("50.00"), Decimal("56.8")),
        ("a", 3.5, Decimal("38.00"), Decimal("43.2")),
    ]
    assert [(row.category, row.units) for row in found.categories] == [("Flower", 4.5)]


def test_every_day_of_the_period_is_there_also_one_without_sales() -> None:
    days = summarize([order(5, days_ago=1), order(6, days_ago=3)], WEEK, ZONE).days
    assert [row.date.day for row in days] == [16, 17, 18, 19, 20, 21, 22]
    assert [int(row.revenue) for row in days] == [0, 0, 0, 0, 6, 0, 5]
    assert days[0].date == date(2026, 11, 16)


@given(ORDERS)
def test_days_add_up_to_the_whole(orders: list[Order]) -> None:
    found = summarize(orders, WEEK, ZONE)
    assert sum(row.revenue for row in found.days) == found.current.revenue
    assert sum(row.orders for row in found.days) == found.current.orders


@given(ORDERS)
def test_locations_add_up_to_the_whole(orders: list[Order]) -> None:
    rows = by_location([Location(id="l1", name="One"), Location(id="l3", name="Three")], orders, WEEK)
    found = summarize(orders, WEEK, ZONE)
    assert sum(row.revenue for row in rows) == found.current.revenue
    assert sum(row.orders for row in rows) == found.current.orders
    assert {"One", "Three"} <= {row.name for row in rows}
    shares = [row.share_percent for row in rows if row.share_percent is not None]
    assert not shares or abs(sum(shares, Decimal(0)) - 100) <= Decimal("0.2")


@given(ORDERS, st.randoms(use_true_random=False))
def test_the_order_of_orders_does_not_matter(orders: list[Order], chance: Random) -> None:
    shuffled = list(orders)
    chance.shuffle(shuffled)
    one, other = summarize(orders, WEEK, ZONE), summarize(shuffled, WEEK, ZONE)
    assert (one.current, one.previous, one.days) == (other.current, other.previous, other.days)


def test_an_unknown_location_is_listed_by_id() -> None:
    rows = by_location([], [order(5, location_id="gone"), order(9)], YESTERDAY)
    assert [(row.id, row.name, int(row.revenue)) for row in rows] == [
        (None, "No location", 9),
        ("gone", "gone", 5),
    ]


def test_weeks_end_yesterday_and_begin_with_the_first_that_sold_something() -> None:
    zone, today = ZoneInfo(ZONE), date(2026, 11, 23)
    clocks = ("11-22T23:30", "11-16T00:30", "11-15T12:00", "11-01T12:00", "11-23T08:00", "08-01T12:00")
    placed = [datetime.fromisoformat(f"2026-{clock}").replace(tzinfo=zone) for clock in clocks]
    orders = [order(order_id=f"o{number}", placed_at=at) for number, at in enumerate(placed)]
    pending = order(99, order_id="p", placed_at=placed[0], status="pending")
    found = by_week([*orders, pending], today, 8, ZONE)
    assert [(f"{row.week:%b %d}", row.revenue, row.orders) for row in found] == [
        ("Oct 26", Decimal(10), 1),
        ("Nov 02", Decimal(0), 0),
        ("Nov 09", Decimal(10), 1),
        ("Nov 16", Decimal(20), 2),
    ]
    assert by_week([], today, 8, ZONE) == []
