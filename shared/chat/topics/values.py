"""The values of a request that the lexicon's works name with a `$`: words and params. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.chat.lexicon import load
from shared.chat.topics.audience import literal
from shared.chat.topics.base import COMPARED, Order, amount, condition, is_often, number
from shared.chat.understood import Operator
from shared.values.words import listed

_OPPOSITES: Mapping[str, Operator] = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
_USUAL_DAYS, _NOON, _EVENING, _SUBJECT_CHARS = 30, 12, 20, 80


def items_in_words(order: Order) -> str:
    """`items matching “Blue Dream”, except accessories`."""
    wanted = " or ".join(f"“{name}”" for name in order.products)
    but = f", except {' and '.join(order.left_out)}" if order.left_out else ""
    return f"items matching {wanted}{but}" if wanted else f"items{but}"


def _competitors(order: Order) -> str:
    """`your top 3 competitors`."""
    top = f"top {order.request.top} " if order.request.top else ""
    return listed(order.competitor_names) or f"your {top}competitors"


def _few(order: Order) -> str:
    """Whether there are few of an item of the wanted products."""
    assert order.threshold is not None
    few = f"item.quantity {order.threshold.op} {number(order.threshold.value)}"
    wanted = order.product_filter("item")
    return f"{few} and ({wanted})" if wanted else few


def _is_not_beyond(order: Order) -> str:
    """Whether no competitor undercuts by as much as that."""
    assert order.threshold is not None
    opposite: Operator = _OPPOSITES[order.threshold.op or ">"]
    return condition(order.threshold.model_copy(update={"op": opposite}), "money_mike.price_gap")


def _spent(order: Order) -> str:
    """Whether a customer has spent as much as that."""
    assert order.threshold is not None
    return f"item.totalSpent {order.threshold.op} {number(order.threshold.value)}"


def _spenders(order: Order) -> list[dict[str, Any]]:
    """The table of those customers."""
    columns = (("Customer", "name", "text"), ("Spent", "totalSpent", "money"), ("Orders", "orderCount", "number"))
    table = {
        "title": f"Customers who spent {_compared(order)}".replace("fewer", "less"),
        "rows": "{{steps.filter.items}}",
        "columns": [{"label": label, "field": name, "format": form} for label, name, form in columns],
        "limit": order.request.top or 50,
        "total": "{{steps.filter.count}}",
        "empty": "Nobody right now.",
    }
    return [table]


def _compared(order: Order) -> str:
    assert order.threshold is not None
    return f"{COMPARED[order.threshold.op or '<']} {amount(order.threshold)}"


def _days(order: Order) -> int | None:
    """The days that were said: unsold, not seen, until something ends."""
    limit = order.threshold
    return int(limit.value) or None if limit and limit.subject in ("days_inactive", "days_ahead") else None


def _paces(order: Order) -> str:
    """`hour`, `evening`, `day`, `week` or `month`: how long it is from one run to the next, of each schedule."""
    found = set()
    for schedule in order.schedules:
        if not schedule.cron:
            continue
        _, hour, day, _, weekday = schedule.cron.split()
        if is_often(schedule.cron):
            found.add("hour")
        elif schedule.occurrence or day != "*":
            found.add("month")
        elif weekday != "*" and not set(weekday) & {",", "-", "/"}:
            found.add("week")
        else:
            # From then on a daily summary is of the day that ends.
            found.add("evening" if hour.isdigit() and int(hour) >= _EVENING else "day")
    return " ".join(found)


def _in_the_afternoon(order: Order) -> bool:
    hours = [schedule.cron.split()[1] for schedule in order.schedules if schedule.cron]
    return all(hour.isdigit() and int(hour) > _NOON for hour in hours)


def _period(order: Order) -> str:
    """The days that were named; else what is new since the last run, and for a fall whole days alone."""
    if order.request.period:
        return order.request.period
    since = {"hour": "today", "evening": "today", "week": "last_7_days", "month": "last_30_days"}
    found = since.get(_paces(order), "yesterday")
    if found == "yesterday" and order.threshold and order.threshold.subject == "sales" and _in_the_afternoon(order):
        # "If sales are below $500 by 3pm".
        return "today"
    compares = order.threshold is not None and order.threshold.subject == "sales_change"
    return "yesterday" if compares and found == "today" else found


def _birthdays_ahead(order: Order) -> int:
    """The days until the next run: no birthday is passed over between two weekly ones."""
    paces = _paces(order)
    return 30 if "month" in paces else 6 if paces == "week" else 0


def _days_listed(order: Order) -> int:
    """How far back a list of what is new goes."""
    return {"": 7, "week": 7, "month": 31}.get(_paces(order), 1)


def _since(order: Order) -> str:
    days = _days_listed(order)
    return "since the day before" if days == 1 else f"in the last {days} days"


def _people(order: Order) -> str | None:
    """The customers that a campaign is for, in words."""
    return load().data["segments"].get(segment, segment) if (segment := _segment(order)) else None


def _segment(order: Order) -> str | None:
    return order.request.segment or next(iter(order.limited("only", "segment")), None)


def _purpose(order: Order) -> str:
    """What a campaign is drafted for."""
    people = _people(order)
    readers = people.replace("your", "our") if people else "customers"
    return literal(order.request.message) if order.request.message else f"Bring {readers} to {{{{org.name}}}}"


def _shortened(words: str) -> str:
    return words if len(words) <= _SUBJECT_CHARS else f"{words[:_SUBJECT_CHARS].rpartition(' ')[0]} …"


VALUES: Mapping[str, Callable[[Order], Any]] = {
    "competitors": _competitors,
    "competitor_ids": lambda order: [literal(one) for one in order.competitor_ids] or None,
    "scan_top": lambda order: None if order.competitor_ids else order.request.top or None,
    "top": lambda order: order.request.top or None,
    "items": items_in_words,
    "few": _few,
    "is_not_beyond": _is_not_beyond,
    "spent": _spent,
    "spenders": _spenders,
    "compared": _compared,
    "days": _days,
    "in_days": lambda order: f" ({days} days)" if (days := _days(order)) else "",
    "none_sold": lambda order: 0 if _days(order) else None,
    "days_away": lambda order: _days(order) or _USUAL_DAYS,
    "days_listed": _days_listed,
    "since": _since,
    "period": _period,
    "period_words": lambda order: load().data["sales_periods"][_period(order)],
    "birthdays_ahead": _birthdays_ahead,
    "is_ahead": lambda order: f"is in the next {days} days" if (days := _birthdays_ahead(order)) else "it is",
    "purpose": _purpose,
    "segment": lambda order: literal(segment) if (segment := _segment(order)) else None,
    "for_people": lambda order: f" for {people}" if (people := _people(order)) else "",
    "about": lambda order: f" about “{order.request.message}”" if order.request.message else "",
    "words": lambda order: order.request.message or "",
    "message": lambda order: literal(order.request.message or ""),
    "short_message": lambda order: literal(_shortened(order.request.message or "")),
}
"""What the lexicon's works may name with a `$`."""
