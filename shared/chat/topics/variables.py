"""The `$` variables of the lexicon's templates: words and params."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.chat.language.cron_lines import range_of
from shared.chat.lexicon import load
from shared.chat.topics.topic import Spec, compared_words, is_often, limited, literal, number
from shared.chat.understood import Threshold
from shared.values.words import listed

_OPPOSITES = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
_USUAL_DAYS, _NOON, _EVENING, _SUBJECT_CHARS, _MAX_ROWS = 30, 12, 20, 80, 50
_MOST_DAYS = 16
"""Days of a month: on more of them than that, it runs about daily."""
_SPENDERS = (("Customer", "name", "text"), ("Spent", "totalSpent", "money"), ("Orders", "orderCount", "number"))


def items_in_words(spec: Spec) -> str:
    """`items matching “Blue Dream”, except accessories`."""
    wanted, left_out = (
        " or ".join(f"“{name}”" for name in spec.products),
        limited(spec.request, "except", "product"),
    )
    but = f", except {' and '.join(left_out)}" if left_out else ""
    return f"items matching {wanted}{but}" if wanted else f"items{but}"


def filtered_table(title: str, columns: Sequence[tuple[str, str, str]], spec: Spec, empty: str) -> dict[str, Any]:
    """The section of a report with the rows that a `filter` step has kept."""
    return {
        "title": title,
        "rows": "{{steps.filter.items}}",
        "columns": [{"label": label, "field": name, "format": form} for label, name, form in columns],
        "limit": spec.request.top or _MAX_ROWS,
        "total": "{{steps.filter.count}}",
        "empty": empty,
    }


def _threshold(spec: Spec) -> Threshold:
    assert spec.threshold is not None
    return spec.threshold


def _opposite(spec: Spec) -> str:
    threshold = _threshold(spec)
    return f"{_OPPOSITES[threshold.op or '>']} {number(threshold.value)}"


def _days(spec: Spec) -> int | None:
    """The days that were said: unsold, not seen, until something ends."""
    limit = spec.threshold
    return int(limit.value) or None if limit and limit.subject in ("days_inactive", "days_ahead") else None


def _paces(spec: Spec) -> str:
    """`hour`, `evening`, `day`, `week` or `month`, of each schedule: how far apart its runs are."""
    found = set()
    for schedule in spec.schedules:
        if not schedule.cron:
            continue
        _, hour, day, _, weekday = schedule.cron.split()
        if is_often(schedule.cron):
            found.add("hour")
        elif schedule.occurrence or (day != "*" and sum(map(len, map(range_of, day.split(",")))) <= _MOST_DAYS):
            found.add("month")
        elif weekday != "*" and not set(weekday) & {",", "-", "/"}:
            found.add("week")
        else:
            # From then on a daily summary is of the day that ends.
            found.add("evening" if hour.isdigit() and int(hour) >= _EVENING else "day")
    return " ".join(found)


def _compares(spec: Spec, subject: str) -> bool:
    return spec.threshold is not None and spec.threshold.subject == subject


def _in_the_afternoon(spec: Spec) -> bool:
    hours = [schedule.cron.split()[1] for schedule in spec.schedules if schedule.cron]
    return all(hour.isdigit() and int(hour) > _NOON for hour in hours)


def _period(spec: Spec) -> str:
    """The period that was named; else what is new since the last run, in whole days where a fall is compared."""
    if spec.request.period:
        return spec.request.period
    since = {"hour": "today", "evening": "today", "week": "last_7_days", "month": "last_30_days"}
    found = since.get(_paces(spec), "yesterday")
    if found == "yesterday" and _compares(spec, "sales") and _in_the_afternoon(spec):
        # "If sales are below $500 by 3pm".
        return "today"
    return "yesterday" if _compares(spec, "sales_change") and found == "today" else found


def _birthdays_ahead(spec: Spec) -> int:
    """The days until the next run, so that no birthday falls between two runs."""
    paces = _paces(spec)
    return 30 if "month" in paces else 6 if paces == "week" else 0


def _days_listed(spec: Spec) -> int:
    return {"": 7, "week": 7, "month": 31}.get(_paces(spec), 1)


def _since(spec: Spec) -> str:
    days = _days_listed(spec)
    return "since the day before" if days == 1 else f"in the last {days} days"


def _segment(spec: Spec) -> str | None:
    return spec.request.segment or next(iter(limited(spec.request, "only", "segment")), None)


def _people(spec: Spec) -> str:
    segment = _segment(spec) or ""
    return str(load().data["segments"].get(segment, segment))


def _purpose(spec: Spec) -> str:
    readers = _people(spec).replace("your", "our") or "customers"
    return literal(spec.request.message) if spec.request.message else f"Bring {readers} to {{{{org.name}}}}"


def _short_message(spec: Spec) -> str:
    words = spec.request.message or ""
    return literal(words if len(words) <= _SUBJECT_CHARS else f"{words[:_SUBJECT_CHARS].rpartition(' ')[0]} …")


VARIABLES: Mapping[str, Callable[[Spec], Any]] = {
    "competitors": lambda spec: (
        listed(spec.competitor_names) or f"your {f'top {spec.request.top} ' if spec.request.top else ''}competitors"
    ),
    "competitor_ids": lambda spec: [literal(one) for one in spec.competitor_ids] or None,
    "scan_top": lambda spec: None if spec.competitor_ids else spec.request.top or None,
    "top": lambda spec: spec.request.top or None,
    "at_the_top": lambda spec: f" (the top {spec.request.top})" if spec.request.top else "",
    "top_sellers": lambda spec: f", with the top {spec.request.top} sellers" if spec.request.top else "",
    "items": items_in_words,
    "and_items": lambda spec: f" and ({wanted})" if (wanted := spec.product_filter("item")) else "",
    "limit": lambda spec: f"{_threshold(spec).op} {number(_threshold(spec).value)}",
    "opposite_limit": _opposite,
    "spenders": lambda spec: [
        filtered_table(
            f"Customers who spent {compared_words(_threshold(spec))}", _SPENDERS, spec, "Nobody right now."
        )
    ],
    "compared": lambda spec: compared_words(_threshold(spec)),
    "days": _days,
    "in_days": lambda spec: f" ({days} days)" if (days := _days(spec)) else "",
    "none_sold": lambda spec: 0 if _days(spec) else None,
    "days_away": lambda spec: _days(spec) or _USUAL_DAYS,
    "days_listed": _days_listed,
    "since": _since,
    "period": _period,
    "period_words": lambda spec: load().data["sales_periods"][_period(spec)],
    "birthdays_ahead": _birthdays_ahead,
    "is_ahead": lambda spec: f"is in the next {days} days" if (days := _birthdays_ahead(spec)) else "it is",
    "purpose": _purpose,
    "segment": lambda spec: literal(segment) if (segment := _segment(spec)) else None,
    "for_people": lambda spec: f" for {people}" if (people := _people(spec)) else "",
    "about": lambda spec: f" about “{spec.request.message}”" if spec.request.message else "",
    "words": lambda spec: spec.request.message or "",
    "message": lambda spec: literal(spec.request.message or ""),
    "short_message": _short_message,
}
