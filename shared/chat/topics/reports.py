"""Topics that one reporting action makes, read from the lexicon, and reports about some products alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from shared.chat.lexicon import load
from shared.chat.topics.audience import literal
from shared.chat.topics.base import (
    COMPARED,
    Order,
    Step,
    Topic,
    Work,
    action,
    amount,
    condition,
    items_in_words,
    report_of,
)
from shared.chat.understood import Threshold

MOST_ROWS = 500
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "=="}
_NAMES = {
    "price_gap": "the price gap is",
    "quantity": "the quantity is",
    "sales": "sales are",
    "sales_change": "sales change by",
    "days_inactive": "somebody was away for",
    "spent": "the money spent is",
    "count": "there are",
}
Column = tuple[str, str, str]
"""A table's column: its label, the field, and how it is written."""


def _days(order: Order) -> int | None:
    """The days that were said: unsold, not seen, until something ends."""
    threshold = order.threshold
    return int(threshold.value) if threshold and threshold.subject in ("days_inactive", "days_ahead") else None


_PARAMS: Mapping[str, Callable[[int], dict[str, Any]]] = {
    "vip_customers": lambda days: {"inactiveDays": days},
    "slow_movers": lambda days: {"days": days, "maxSold": 0},
    "licenses": lambda days: {"soonDays": days},
}
"""What of the params a threshold settles, for one that has no path to compare."""


def reports() -> Iterable[Topic]:
    """The topics of the lexicon's `reports`."""
    return [_report(key, entry) for key, entry in load().data["reports"].items()]


def _report(key: str, entry: Mapping[str, Any]) -> Topic:
    work, thresholds, top = entry.get("action", key), entry.get("thresholds", {}), entry.get("top")
    columns: list[Column] = [(label, field, form) for label, field, form in entry.get("columns", ())]

    def build(order: Order) -> Work:
        days = _days(order)
        params = _PARAMS[key](days) if days and key in _PARAMS else {}
        if top and order.wish.top:
            params[top] = order.wish.top
        step = action(work, entry["agent"], **params)
        said = f" ({days} days)" if params and days else ""
        made, counted = Work((step,), report_of(work), f"{entry['does']}{said}"), entry.get("found")
        if order.product_filter("item"):
            made = narrowed(order, (step,), entry["rows"], columns, topic.name, entry["does"])
            counted = "steps.filter.count"
        threshold = order.threshold
        path = thresholds.get(threshold.subject or "") if threshold else None
        if threshold and path:
            path = counted if threshold.subject == "count" and counted else path
            return replace(made, condition=condition(threshold, path), when=when_in_words(threshold))
        if counted and (order.often or (entry.get("alerts") and order.wish.alert)):
            return replace(made, condition=f"{{{{{counted}}}}} > 0", when="if there is any")
        return made

    filters = {name for name, has in (("top", top), ("product", columns)) if has}
    topic = Topic(
        key,
        entry["name"],
        entry["category"],
        entry["agent"],
        build,
        thresholds=thresholds,
        filters=frozenset(filters),
        rows=entry["rows"],
    )
    return topic


def narrowed(
    order: Order,
    steps: tuple[Step, ...],
    rows: str,
    columns: Iterable[Column],
    title: str,
    does: str,
    *,
    where: str = "",
    field: str = "name",
    alert_type: str | None = None,
) -> Work:
    """A table of those rows of the last step that are of the wanted products; `field` holds a product's name.

    `where`: what else holds for them.
    """
    last = steps[-1]
    most = {"top": 100} if last["action"] == "sales_summary" else {"limit": MOST_ROWS}
    whole = {**last, "params": {**last["params"], **most}} if last["action"] != "analyze_pricing" else last
    wanted = order.product_filter("item", field)
    table = {
        "title": title,
        "rows": "{{steps.filter.items}}",
        "columns": [{"label": label, "field": name, "format": form} for label, name, form in columns],
        "limit": order.wish.top or 50,
        "total": "{{steps.filter.count}}",
        "empty": "Nothing right now.",
    }
    about = items_in_words(order)
    work = (
        *steps[:-1],
        whole,
        action("filter", input=f"{{{{{rows}}}}}", where=f"{where} and ({wanted})" if where else wanted),
        action("compose_report", subject=f"{title}: {literal(about)}", sections=[table]),
    )
    message = report_of("compose_report", alert_type)
    return Work(work, message, f"{does}, only {about}", rows="steps.filter.items")


def when_in_words(threshold: Threshold) -> str:
    """`if sales are less than $500`."""
    if threshold.subject == "price_gap":
        rises = "if one undercuts us" if (threshold.op, threshold.value) == (">", 0) else ""
        return rises or f"if they undercut us by {_compared(threshold)}"
    if threshold.subject == "sales_change" and threshold.value < 0:
        fallen = threshold.model_copy(update={"value": -threshold.value, "op": _TURNED[threshold.op or ">"]})
        return f"if sales fall by {_compared(fallen)}"
    return f"if {_NAMES[threshold.subject or 'count']} {_compared(threshold)}"


def _compared(threshold: Threshold) -> str:
    compared = COMPARED[threshold.op or ">"]
    if threshold.unit in {"usd", "percent"}:
        compared = compared.replace("fewer", "less")
    return f"{compared} {amount(threshold)}"
