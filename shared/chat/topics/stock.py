"""Topics about what is on the shelves."""

from __future__ import annotations

from dataclasses import replace

from shared.chat.topics.base import (
    COMPARED,
    Message,
    Order,
    Topic,
    Work,
    action,
    amount,
    items_in_words,
    number,
    report_of,
)
from shared.chat.topics.reports import MOST_ROWS, narrowed
from shared.chat.topics.rhythm import days_listed

CATEGORY = "inventory"
_ROWS = "steps.low_stock_report.items"
_NEW_ROWS = "steps.new_products.items"
_COLUMNS = (("Item", "name", "text"), ("Left", "quantity", "number"), ("Reorder below", "reorderPoint", "number"))
_NEW = (("Item", "name", "text"), ("Category", "category", "text"), ("Price", "price", "money"))
_LEFT = "{{event.quantity}} left; we reorder below {{event.reorderPoint}}."


def _low_stock(order: Order) -> Work:
    if order.by_event:
        return Work((), Message("Low stock: {{event.name}}", _LEFT), "")
    threshold = order.threshold
    if threshold is not None and threshold.subject == "quantity":
        fewer = f"{COMPARED[threshold.op or '<']} {amount(threshold)}"
        return _looked_up(order, f"item.quantity {threshold.op or '<'} {number(threshold.value)}", fewer)
    return _listed(order, "list what is below its reorder point", "count", "if there is any", "true")


def _out_of_stock(order: Order) -> Work:
    if order.by_event:
        message = Message(
            "Sold out: {{event.name}}", "{{event.name}} is sold out; we reorder below {{event.reorderPoint}}."
        )
        return Work((), message, "")
    does = "list what is sold out or below its reorder point"
    return _listed(order, does, "outCount", "if anything is sold out", 'item.status == "out"')


def _listed(order: Order, does: str, count: str, when: str, where: str) -> Work:
    """What is low, whole or of some products alone."""
    report = action("low_stock_report", "pops")
    if order.product_filter("item"):
        work = narrowed(order, (report,), _ROWS, _COLUMNS, "Low stock", does, where=where)
        return replace(work, condition="{{steps.filter.count}} > 0", when="if there is any")
    return Work((report,), report_of("low_stock_report"), does, f"{{{{steps.low_stock_report.{count}}}}} > 0", when)


def _looked_up(order: Order, where: str, fewer: str) -> Work:
    """The items below a limit: of all, or of the products that are wanted."""
    wanted = order.product_filter("item")
    fields = ["name", "category", "quantity", "reorderPoint"]
    return Work(
        (
            action("fetch_inventory", "pops", fields=fields, limit=MOST_ROWS),
            action(
                "filter",
                "pops",
                input="{{steps.fetch_inventory.items}}",
                where=f"{where} and ({wanted})" if wanted else where,
            ),
            action("sort", "pops", input="{{steps.filter.items}}", by="quantity"),
        ),
        Message(
            "{{steps.filter.count | counted('item is', 'items are')}} low at {{org.name}}",
            "{{steps.filter.count | counted('item has', 'items have')}} " + fewer + " left. "
            "The lowest: {{steps.sort.items[0].name}} with {{steps.sort.items[0].quantity}}.",
        ),
        f"look for {items_in_words(order)} with {fewer} left",
        "{{steps.filter.count}} > 0",
        "if there are any",
        rows="steps.sort.items",
    )


def _restocked(_order: Order) -> Work:
    message = Message("Back in stock: {{event.name}}", "{{event.name}} is back: {{event.quantity}} on the shelf.")
    return Work((), message, "")


def _new_products(order: Order) -> Work:
    if order.by_event:
        message = Message(
            "New product: {{event.name}}",
            "{{event.name}} is new in the inventory: {{event.quantity}} on the shelf.",
        )
        return Work((), message, "")
    days = days_listed(order.lines)
    since = "since the day before" if days == 1 else f"in the last {days} days"
    report, does = action("new_products", "pops", days=days), f"list the products that were added {since}"
    if order.product_filter("item"):
        work = narrowed(order, (report,), _NEW_ROWS, _NEW, "New products", does)
        return replace(work, condition="{{steps.filter.count}} > 0", when="if there are any")
    return Work((report,), report_of("new_products"), does, "{{pops.count}} > 0", "if there are any")


def _our_price_changed(_order: Order) -> Work:
    message = Message(
        "Price changed: {{event.name}}",
        "{{event.name}} now costs {{event.price | money}}; it was {{event.before.price | money}}.",
    )
    return Work((), message, "")


_PRODUCT = frozenset({"product"})


TOPICS = (
    Topic(
        "low_stock",
        "Low Stock Alert",
        CATEGORY,
        "pops",
        _low_stock,
        own_events=("inventory.low_stock", "inventory.out_of_stock"),
        event="inventory.low_stock",
        thresholds={"quantity": "steps.filter.count"},
        subject="quantity",
        filters=_PRODUCT,
        rows=_ROWS,
    ),
    *(
        Topic(
            key,
            name,
            CATEGORY,
            "pops",
            build,
            own_events=(event,),
            event=event,
            filters=_PRODUCT,
            scheduled=rows is not None,
            rows=rows,
        )
        for key, name, category, agent, build, event, rows in (
            (
                "out_of_stock",
                "Out of Stock Alert",
                CATEGORY,
                "pops",
                _out_of_stock,
                "inventory.out_of_stock",
                _ROWS,
            ),
            ("restocked", "Back in Stock Alert", CATEGORY, "pops", _restocked, "inventory.restocked", None),
            ("new_products", "New Products", CATEGORY, "pops", _new_products, "inventory.new_product", _NEW_ROWS),
            (
                *("our_price_changed", "Price Change Alert", "pricing", "money_mike"),
                *(_our_price_changed, "inventory.price_changed", None),
            ),
        )
    ),
)
