"""Inventory checks: low stock, slow movers, new products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from shared.documents.inventory import Item
from shared.retail.demand import Velocity
from shared.retail.figures import ProductPicture, Row, cents, times
from shared.retail.periods import local_day, start_of_day
from shared.values.money import Money

Status = Literal["ok", "low", "out"]

UNSOLD_MARKDOWN = 20
SLOW_MARKDOWN = 10
EXPIRING_MARKDOWN = 30
EXPIRING_DAYS = 30
EXPIRES_WITHIN = timedelta(days=14)
"""A batch that expires later raises no alert."""
LEAST_MARKUP = Decimal("1.2")


def status_of(item: Item) -> Status:
    return "out" if item.is_out else "low" if item.is_low else "ok"


def has_thin_margin(item: Item) -> bool:
    """Whether the price is below cost × 1.2."""
    return item.price is not None and bool(item.cost) and item.price < (item.cost or 0) * LEAST_MARKUP


def value_of(item: Item) -> Decimal:
    """Stock value at retail price; 0 without a price."""
    return times(item.price or Decimal(0), item.on_hand)


def cost_of(item: Item) -> Decimal:
    """Stock value at cost; 0 if the cost is unknown."""
    return times(item.cost or Decimal(0), item.on_hand)


def in_categories(items: Iterable[Item], category: str | Sequence[str] | None) -> list[Item]:
    """Items in these categories, ignoring case; all items if `category` is None."""
    if category is None:
        return list(items)
    wanted = {name.strip().casefold() for name in ([category] if isinstance(category, str) else category)}
    return [item for item in items if (item.category or "").strip().casefold() in wanted]


class StockItem(Row):
    """An item that is low or out of stock. `daysOfCover` is None without sales in the window."""

    id: str
    name: str
    category: str | None
    supplier: str | None
    status: Status
    quantity: float
    reorder_point: float
    sold_per_day: float
    days_of_cover: float | None
    image_url: ProductPicture = None


def low_stock(items: Iterable[Item], speed: Mapping[str, Velocity]) -> list[StockItem]:
    """Items out of stock, then low ones; shortest cover first."""
    rows = [_stock_item(item, speed.get(item.id, Velocity())) for item in items if item.is_out or item.is_low]
    return sorted(rows, key=_urgency)


def _stock_item(item: Item, velocity: Velocity) -> StockItem:
    return StockItem(
        id=item.id,
        name=item.name,
        category=item.category,
        supplier=item.supplier,
        status=status_of(item),
        quantity=item.quantity,
        reorder_point=item.reorder_point,
        sold_per_day=round(velocity.per_day, 2),
        days_of_cover=velocity.days_of_cover(item.on_hand),
        image_url=item.image_url,
    )


def _urgency(row: StockItem) -> tuple[bool, float, float, str]:
    cover = float("inf") if row.days_of_cover is None else row.days_of_cover
    return row.status != "out", cover, -row.sold_per_day, row.name.casefold()


class SlowMover(Row):
    """An item with stock that hardly sells.

    `tiedUp` is the stock value at cost, or at price if the cost is unknown (`tiedUpAt`). The suggested markdown
    never goes below cost; None if there is no room for one, or no price.
    """

    id: str
    name: str
    category: str | None
    quantity: float
    sold: float
    price: Money | None
    cost: Money | None
    tied_up: Money | None
    tied_up_at: Literal["cost", "price"] | None
    expires_on: date | None
    suggested_markdown_percent: int | None
    suggested_price: Money | None
    image_url: ProductPicture = None


def slow_movers(
    items: Iterable[Item], speed: Mapping[str, Velocity], now: datetime, zone: str, *, days: int, max_sold: float
) -> list[SlowMover]:
    """Items that sold at most `max_sold`, most money tied up first; items newer than the window are skipped."""
    since = now - timedelta(days=days)
    rows = [
        _slow_mover(item, speed.get(item.id, Velocity()).sold, now, zone)
        for item in items
        if item.on_hand > 0
        and (item.created_at is None or item.created_at <= since)
        and speed.get(item.id, Velocity()).sold <= max_sold
    ]
    return sorted(rows, key=lambda row: (-(row.tied_up or Decimal(0)), row.name.casefold(), row.id))


def _slow_mover(item: Item, sold: float, now: datetime, zone: str) -> SlowMover:
    basis: Literal["cost", "price"] | None = None
    if item.cost is not None:
        basis = "cost"
    elif item.price is not None:
        basis = "price"
    each = item.cost if basis == "cost" else item.price
    expires_on = local_day(item.expires_at, zone) if item.expires_at else None
    expiring = item.expires_at is not None and item.expires_at <= now + timedelta(days=EXPIRING_DAYS)
    wanted = EXPIRING_MARKDOWN if expiring else SLOW_MARKDOWN if sold > 0 else UNSOLD_MARKDOWN
    percent, price = markdown(item.price, item.cost, wanted)
    return SlowMover(
        id=item.id,
        name=item.name,
        category=item.category,
        quantity=item.quantity,
        sold=sold,
        price=item.price,
        cost=item.cost,
        tied_up=None if each is None else times(each, item.on_hand),
        tied_up_at=basis,
        expires_on=expires_on,
        suggested_markdown_percent=percent,
        suggested_price=price,
        image_url=item.image_url,
    )


def markdown(price: Decimal | None, cost: Decimal | None, percent: int) -> tuple[int | None, Decimal | None]:
    """The largest markdown up to `percent`, in steps of five, that stays at or above cost, and the new price."""
    if price is None or price <= 0:
        return None, None
    for step in range(percent, 0, -5):
        lowered = cents(price * (100 - step) / 100)
        if cost is None or lowered >= cost:
            return step, lowered
    return None, None


class NewProduct(Row):
    """A recently listed item."""

    id: str
    name: str
    category: str | None
    price: Money | None
    quantity: float
    listed_on: date
    image_url: ProductPicture = None


def new_products(items: Iterable[Item], now: datetime, zone: str, days: int) -> list[NewProduct]:
    """Items listed today or in the `days` days before, newest first."""
    since = start_of_day(local_day(now, zone) - timedelta(days=days), zone)
    fresh = [(item.listed_at, item) for item in items if item.listed_at and since <= item.listed_at <= now]
    fresh.sort(key=lambda pair: (-pair[0].timestamp(), pair[1].name.casefold(), pair[1].id))
    return [
        NewProduct(
            id=item.id,
            name=item.name,
            category=item.category,
            price=item.price,
            quantity=item.quantity,
            listed_on=local_day(listed, zone),
            image_url=item.image_url,
        )
        for listed, item in fresh
    ]
