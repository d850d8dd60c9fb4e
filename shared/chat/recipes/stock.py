"""Recipes about what is on the shelves."""

from __future__ import annotations

from typing import Any

from shared.chat.recipes.base import (
    COMPARED,
    Dish,
    Message,
    Order,
    Recipe,
    action,
    amount,
    is_product,
    number,
    report_of,
)
from shared.chat.recipes.reports import limited, report
from shared.chat.rhythm import days_listed
from shared.chat.understanding import Topic

CATEGORY = "inventory"
MAX_ITEMS = 500
_LEFT = "{{event.quantity}} left; we reorder below {{event.reorderPoint}}."


def _low_stock(order: Order) -> Dish:
    if order.by_event:
        message = Message("Low stock: {{event.name}}", _LEFT)
        return Dish((), message, "")
    threshold, product = order.wish.threshold, order.wish.product
    if product is not None and (threshold is None or threshold.subject != "quantity"):
        return _looked_up(
            "item.quantity < (item.reorderPoint | default(0))", "fewer than their reorder point", product
        )
    if threshold is None or threshold.subject != "quantity":
        return Dish(
            (action("low_stock_report", "pops"),),
            report_of("low_stock_report"),
            "list what is below its reorder point",
            "{{steps.low_stock_report.count}} > 0",
            "if there is any",
        )
    fewer = f"{COMPARED[threshold.op]} {amount(threshold)}"
    return _looked_up(f"item.quantity {threshold.op} {number(threshold.value)}", fewer, product)


def _looked_up(where: str, fewer: str, product: str | None) -> Dish:
    """The items below a limit: of all, or of one product or category."""
    mine = f"{where} and ({is_product(product, 'item')})" if product else where
    fields = ["name", "category", "quantity", "reorderPoint"]
    return Dish(
        (
            action("fetch_inventory", "pops", fields=fields, limit=MAX_ITEMS),
            action("filter", "pops", input="{{steps.fetch_inventory.items}}", where=mine),
            action("sort", "pops", input="{{steps.filter.items}}", by="quantity"),
        ),
        Message(
            "{{steps.filter.count}} items run low at {{org.name}}",
            "{{steps.filter.count}} items have " + fewer + " left. The lowest: {{steps.sort.items[0].name}} with "
            "{{steps.sort.items[0].quantity}}.",
        ),
        f"look for {f'“{product}”' if product else 'items'} with {fewer} left",
        "{{steps.filter.count}} > 0",
        "if there are any",
    )


def _out_of_stock(order: Order) -> Dish:
    if order.by_event:
        message = Message(
            "Sold out: {{event.name}}", "{{event.name}} is sold out; we reorder below {{event.reorderPoint}}."
        )
        return Dish((), message, "")
    if order.wish.product is not None:
        return _looked_up("item.quantity <= 0", "nothing", order.wish.product)
    return Dish(
        (action("low_stock_report", "pops"),),
        report_of("low_stock_report"),
        "list what is sold out or below its reorder point",
        "{{steps.low_stock_report.outCount}} > 0",
        "if anything is sold out",
    )


def _restocked(_order: Order) -> Dish:
    message = Message("Back in stock: {{event.name}}", "{{event.name}} is back: {{event.quantity}} on the shelf.")
    return Dish((), message, "")


def _new_products(order: Order) -> Dish:
    if order.by_event:
        message = Message(
            "New product: {{event.name}}",
            "{{event.name}} is new in the inventory: {{event.quantity}} on the shelf.",
        )
        return Dish((), message, "")
    days = days_listed(order.lines)
    since = "since the day before" if days == 1 else f"in the last {days} days"
    return Dish(
        (action("new_products", "pops", days=days),),
        report_of("new_products"),
        f"list the products that were taken up {since}",
        "{{pops.count}} > 0",
        "if there are any",
    )


def _our_price_changed(_order: Order) -> Dish:
    message = Message(
        "Price changed: {{event.name}}",
        "{{event.name}} now costs {{event.price | money}}; it was {{event.before.price | money}}.",
    )
    return Dish((), message, "")


def _unsold(order: Order) -> dict[str, Any]:
    threshold = order.wish.threshold
    if threshold is None or threshold.subject != "days_inactive":
        return limited(order)
    return {"days": int(threshold.value), "maxSold": 0, **limited(order)}


RECIPES = (
    Recipe(
        Topic.LOW_STOCK,
        "Low Stock Alert",
        CATEGORY,
        "pops",
        _low_stock,
        own_events=("inventory.low_stock", "inventory.out_of_stock"),
        event="inventory.low_stock",
        thresholds={"quantity": "steps.filter.count"},
    ),
    Recipe(
        Topic.OUT_OF_STOCK,
        "Out of Stock Alert",
        CATEGORY,
        "pops",
        _out_of_stock,
        own_events=("inventory.out_of_stock",),
        event="inventory.out_of_stock",
    ),
    Recipe(
        Topic.RESTOCKED,
        "Back in Stock Alert",
        CATEGORY,
        "pops",
        _restocked,
        own_events=("inventory.restocked",),
        event="inventory.restocked",
        scheduled=False,
    ),
    Recipe(
        Topic.NEW_PRODUCTS,
        "New Products",
        CATEGORY,
        "pops",
        _new_products,
        own_events=("inventory.new_product",),
        event="inventory.new_product",
    ),
    Recipe(
        Topic.OUR_PRICE_CHANGED,
        "Price Change Alert",
        "pricing",
        "money_mike",
        _our_price_changed,
        own_events=("inventory.price_changed",),
        event="inventory.price_changed",
        scheduled=False,
    ),
    report(
        Topic.REORDER_PLAN,
        "Reorder Plan",
        CATEGORY,
        "pops",
        "reorder_plan",
        "work out what to reorder, and how much",
        thresholds={"count": "pops.count"},
        params=limited,
        found="pops.count",
    ),
    report(
        Topic.SLOW_MOVERS,
        "Slow Movers",
        CATEGORY,
        "pops",
        "slow_movers",
        "list what sells too slowly",
        thresholds={"days_inactive": "", "count": "pops.count"},
        params=_unsold,
        found="pops.count",
    ),
    report(
        Topic.DEMAND_FORECAST,
        "Demand Forecast",
        CATEGORY,
        "pops",
        "forecast_demand",
        "forecast what will sell in the coming weeks",
        params=limited,
    ),
    report(
        Topic.MENU_HEALTH,
        "Menu Health",
        CATEGORY,
        "smokey",
        "menu_health_scan",
        "check the menu for gaps and errors",
        thresholds={"count": "smokey.count"},
        found="smokey.count",
    ),
)
