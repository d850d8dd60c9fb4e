"""The work of a topic: as the lexicon has it, filled with what was ordered. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from shared.chat.topics.audience import literal
from shared.chat.topics.base import (
    COMPARED,
    Message,
    Order,
    Step,
    ToCustomers,
    Topic,
    Work,
    WorkWritten,
    action,
    amount,
    condition,
    number,
)
from shared.chat.topics.values import VALUES, items_in_words
from shared.chat.understood import Threshold

MAX_CUSTOMERS = 500
_PRICE_CHANGE = "competitor.price_change"
_FILTERED, _ANY_FOUND = "steps.filter.items", "{{steps.filter.count}} > 0"
_OF_A_STEP = ("action", "agent", "condition")
_VALUE = re.compile(r"\$(\w+)")
_SUBJECTS = {
    "price_gap": "they undercut us by",
    "quantity": "the quantity is",
    "sales": "sales are",
    "sales_change": "sales change by",
    "days_inactive": "somebody was away for",
    "spent": "the money spent is",
    "count": "there are",
}


def _rises(order: Order) -> bool:
    limit = order.threshold
    return limit is not None and (limit.op == ">" or (limit.op == ">=" and limit.value > 0))


CASES: Mapping[str, Callable[[Order], bool]] = {
    "price_change": lambda order: order.by_event and {one.name for one in order.request.events} == {_PRICE_CHANGE},
    "by_event": lambda order: order.by_event,
    "about": lambda order: bool(order.request.message),
    "narrowed": lambda order: bool(order.product_filter("item")),
    "quantity": lambda order: order.threshold is not None and order.threshold.subject == "quantity",
    "spent": lambda order: order.threshold is not None and order.threshold.subject == "spent",
    "rising": _rises,
    "compared": lambda order: order.threshold is not None,
    "often": lambda order: order.often,
}
"""When another work than the usual one is done; the first that a topic has and that holds counts."""


def work_of(topic: Topic, order: Order) -> Work:
    """What the topic makes of the order."""
    if order.threshold is None and order.often:
        order = replace(order, threshold=topic.if_often)
    case = next((one for one, holds in CASES.items() if one in topic.cases and holds(order)), None)
    written = topic.cases[case] if case else topic
    steps = tuple(_step(one, topic.agent, order) for one in written.steps)
    tells_if, when = _condition(topic, written, order)
    if _is_narrowed(written, order):
        return replace(_narrowed(topic, written, steps, order), condition=tells_if, when=when)
    message = written.message or _report_of(steps[-1]["action"])
    filled = replace(
        message, type=written.type, subject=_filled(message.subject, order), body=_filled(message.body, order)
    )
    work = Work(
        steps,
        filled,
        _filled(written.does, order),
        tells_if,
        when,
        written.only_news,
        rows=written.rows,
    )
    return _to_customers(work, written.customer, order) if written.customer and order.audience.to_customer else work


def _step(written: Mapping[str, Any], agent: str, order: Order) -> Step:
    values = {name: _value(value, order) for name, value in written.items() if name not in _OF_A_STEP}
    params = {name: value for name, value in values.items() if value is not None}
    step = action(written["action"], written.get("agent", agent), **params)
    return {**step, "condition": _value(written["condition"], order)} if "condition" in written else step


def _value(written: Any, order: Order) -> Any:
    whole = _VALUE.fullmatch(written) if isinstance(written, str) else None
    return VALUES[whole[1]](order) if whole else written


def _filled(text: str, order: Order) -> str:
    return _VALUE.sub(lambda found: str(VALUES[found[1]](order)), text)


def _report_of(step_id: str) -> Message:
    """The report that a step wrote: all reporting actions put out subject, text and html."""
    subject, body, html = (f"{{{{steps.{step_id}.{name}}}}}" for name in ("subject", "text", "html"))
    return Message(subject=subject, body=body, html=html)


def _is_narrowed(written: WorkWritten, order: Order) -> bool:
    return bool(written.columns and order.product_filter("item"))


def _condition(topic: Topic, written: WorkWritten, order: Order) -> tuple[str | None, str]:
    """When what was found is told: the condition, and in words."""
    limit, is_narrowed = order.threshold, _is_narrowed(written, order)
    if limit and is_narrowed and written.each:
        return _ANY_FOUND, when_in_words(limit)
    if limit and (path := topic.thresholds.get(limit.subject or "")):
        of_filtered = is_narrowed and limit.subject == "count"
        return condition(limit, "steps.filter.count" if of_filtered else path), when_in_words(limit)
    if written.news is None:
        return None, _filled(written.when or "", order)
    if not (written.always or order.often or (written.alerts and order.request.alert)):
        return None, ""
    return _ANY_FOUND if is_narrowed else written.news, written.when or "if there is any"


def _narrowed(topic: Topic, written: WorkWritten, steps: Sequence[Step], order: Order) -> Work:
    """A table of those rows of the last step that are of the wanted products."""
    *before, last = steps
    limit, title, about = order.threshold, written.title or topic.name, items_in_words(order)
    compared = f"{written.each} {limit.op} {number(limit.value)}" if limit and written.each else ""
    wanted = order.product_filter("item", written.product)
    others = [part for part in (written.where, compared) if part]
    table = {
        "title": title,
        "rows": f"{{{{{_FILTERED}}}}}",
        "columns": [{"label": label, "field": name, "format": form} for label, name, form in written.columns],
        "limit": order.request.top or 50,
        "total": "{{steps.filter.count}}",
        "empty": "Nothing right now.",
    }
    where = " and ".join([*others, f"({wanted})"]) if others else wanted
    work = (
        *before,
        {**last, "params": {**last["params"], **written.most}},
        action("filter", input=f"{{{{{written.rows}}}}}", where=where),
        action("compose_report", subject=f"{title}: {literal(about)}", sections=[table]),
    )
    message = replace(_report_of("compose_report"), type=written.type)
    narrowed = f"only {about}" if order.products else about.removeprefix("items, ")
    return Work(work, message, f"{_filled(written.does, order)}, {narrowed}", rows=_FILTERED)


class _Way(NamedTuple):
    """How customers are written to: the channel, both in words, and the action with its params for each."""

    channel: str
    by: str
    where: str
    action: str
    to: str
    text: str


_WAYS = (
    _Way("email", "email", "address", "send_email", "email", "text"),
    _Way("sms", "text", "number", "send_sms", "phone", "body"),
)


def _to_customers(work: Work, written: ToCustomers, order: Order) -> Work:
    """What the event's customer, or each customer that the work finds, is sent on each channel."""
    ways = [way for way in _WAYS if way.channel in order.request.channels] or [*_WAYS[:1]]
    by, where = " and ".join(way.by for way in ways), " and ".join(way.where for way in ways)
    does = _filled(written.does, order)
    if not work.work:
        steps = tuple(_to_customer(way, "event", written, order) for way in ways)
        return replace(
            work, does=f"{does} by {by}", own_delivery=steps, delivery_words=f"at the {where} in the event"
        )
    [cohort] = work.work
    items = f"steps.{cohort['action']}.customers"
    reachable = {"reachableBy": ways[0].channel} if len(ways) == 1 else {}
    limit = order.at_most if order.at_most and order.request.vip_spend is None else MAX_CUSTOMERS
    found: tuple[Step, ...] = ({**cohort, "params": {**cohort["params"], "limit": limit, **reachable}},)
    if (spend := order.request.vip_spend) is not None:
        others = "vip" in order.limited("except", "segment")
        of_them = f"item.totalSpent {'<' if others else '>='} {spend:g}"
        found = (*found, action("filter", "mrs_parker", input=f"{{{{{items}}}}}", where=of_them))
        does += f", {'but not those' if others else 'only those'} who spent ${spend:,.0f} or more"
        items = _FILTERED
    does += f", at most {order.at_most} of them" if order.at_most else ""
    each = [
        {**_to_customer(way, "item", written, order), "condition": f"{{{{item.{way.to}}}}} != null"} for way in ways
    ]
    loop = action("for_each", "mrs_parker", items=f"{{{{{items}}}}}", steps=each, onItemError="continue")
    return replace(work, work=found, does=does, own_delivery=(loop,), delivery_words=f"and {by} each")


def _to_customer(way: _Way, who: str, written: ToCustomers, order: Order) -> Step:
    words = literal(order.request.message) if order.request.message else written.text
    params = {"to": f"{{{{{who}.{way.to}}}}}", way.text: words}
    subject = {"subject": written.subject} if way.action == "send_email" else {}
    return action(way.action, "mrs_parker", **params, **subject)


def when_in_words(threshold: Threshold) -> str:
    """`if sales are less than $500`."""
    subject, op = threshold.subject or "count", threshold.op or ">"
    words, compared, limit = _SUBJECTS[subject], COMPARED[op], amount(threshold)
    if subject == "price_gap" and (op, threshold.value) == (">", 0):
        return "if one undercuts us"
    if subject == "sales_change" and threshold.value < 0:
        turned = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
        words, compared, limit = "sales fall by", COMPARED[turned.get(op, op)], limit.replace("-", "")
    if threshold.unit in {"usd", "percent"}:
        compared = compared.replace("fewer", "less")
    return f"if {words} {compared} {limit}"
