"""The recipe of most topics: one action that reports, and somebody who is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.chat.recipes.base import COMPARED, Dish, Order, Recipe, action, amount, condition, report_of
from shared.chat.understanding import Threshold, Topic

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


def report(
    topic: Topic,
    name: str,
    category: str,
    agent: str,
    work: str,
    does: str,
    *,
    thresholds: Mapping[str, str] | None = None,
    alert_type: str | None = None,
    params: Callable[[Order], dict[str, Any]] | None = None,
    found: str | None = None,
) -> Recipe:
    """A recipe of the reporting action `work`; `found`: the path of how much it found.

    `params`: what the order says of its params. A threshold with an empty path is one that `params` takes care of.
    """

    def cook(order: Order) -> Dish:
        threshold = order.wish.threshold
        path = (thresholds or {}).get(threshold.subject) or None if threshold else None
        steps = (action(work, agent, **(params(order) if params else {})),)
        if threshold and path:
            limit, when = condition(threshold, path), when_in_words(threshold)
            return Dish(steps, report_of(work, alert_type), does, limit, when)
        if order.often and found:
            return Dish(steps, report_of(work, alert_type), does, f"{{{{{found}}}}} > 0", "if there is any")
        return Dish(steps, report_of(work, alert_type), does)

    return Recipe(topic, name, category, agent, cook, thresholds=thresholds or {})


def limited(order: Order) -> dict[str, Any]:
    """How many of what was found are listed: "the top 5"."""
    return {"limit": order.wish.top} if order.wish.top else {}


def when_in_words(threshold: Threshold) -> str:
    """`if sales are less than $500`."""
    if threshold.subject == "sales_change" and threshold.value < 0:
        fallen = threshold.model_copy(update={"value": -threshold.value, "op": _TURNED[threshold.op]})
        return f"if sales fall by {_compared(fallen)}"
    return f"if {_NAMES[threshold.subject]} {_compared(threshold)}"


def _compared(threshold: Threshold) -> str:
    compared = COMPARED[threshold.op]
    if threshold.unit in {"usd", "percent"}:
        compared = compared.replace("fewer", "less")
    return f"{compared} {amount(threshold)}"
