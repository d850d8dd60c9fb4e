"""The playbook document that a topic's template makes of a spec."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from shared.chat.language.schedules import Schedule
from shared.chat.topics.topic import (
    TOPICS,
    Audience,
    Message,
    Spec,
    Step,
    Template,
    ToCustomers,
    Topic,
    action,
    events_of,
    is_product,
    limited,
    literal,
    number,
    when_in_words,
)
from shared.chat.topics.variables import VARIABLES, filtered_table, items_in_words
from shared.chat.understood import Event, Threshold

DIRECT = ("email", "dashboard", "sms")
"""The channels of `notify`."""
MAX_CUSTOMERS = 500
_PRICE_CHANGE = "competitor.price_change"
_FILTERED, _ANY_FOUND = "steps.filter.items", "{{steps.filter.count}} > 0"
_NOT_PARAMS = ("action", "agent", "condition")
_VARIABLE = re.compile(r"\$(\w+)")


def _compares(subject: str) -> Callable[[Spec], bool]:
    return lambda spec: spec.threshold is not None and spec.threshold.subject == subject


CASES: Mapping[str, Callable[[Spec], bool]] = {
    "price_change": lambda spec: spec.by_event and {one.name for one in spec.request.events} == {_PRICE_CHANGE},
    "by_event": lambda spec: spec.by_event,
    "about": lambda spec: bool(spec.request.message),
    "narrowed": lambda spec: bool(spec.product_filter("item")),
    "quantity": _compares("quantity"),
    "spent": _compares("spent"),
    "rising": lambda spec: bool((one := spec.threshold) and (one.op == ">" or (one.op == ">=" and one.value > 0))),
    "compared": lambda spec: spec.threshold is not None,
    "often": lambda spec: spec.often,
}
"""When another template than the usual one is used: the first that the topic has and that holds."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a playbook does and tells; `when` is `condition` in words."""

    steps: tuple[Step, ...]
    message: Message
    does: str
    condition: str | None = None
    when: str = ""
    only_news: bool = False
    to_customers: tuple[Step, ...] = ()
    to_customers_words: str = ""
    rows: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A playbook that isn't written yet."""

    topic: Topic
    content: Content
    spec: Spec
    triggers: tuple[dict[str, Any], ...]
    steps: tuple[dict[str, Any], ...]


def draft(spec: Spec, timezone: str) -> Draft:
    """The playbook of the spec's topic; schedules that name no zone are in `timezone`."""
    topic = TOPICS[spec.request.topic or ""]
    triggers = (
        *(schedule_trigger(schedule, timezone) for schedule in spec.schedules),
        *(_event_trigger(name, spec) for name in dict.fromkeys(event.name for event in events_of(spec.request))),
    )
    content = _content(topic, spec)
    if spec.once and spec.threshold is None:
        content = replace(content, condition=None, when="")
    steps = (*(dict(step) for step in content.steps), *_delivery_steps(content, spec, topic))
    unique = tuple(one for place, one in enumerate(triggers) if one not in triggers[:place])
    return Draft(topic, content, spec, unique or ({"type": "manual"},), steps)


def schedule_trigger(schedule: Schedule, timezone: str) -> dict[str, Any]:
    """The trigger as a document has it."""
    if schedule.at:
        return {"type": "once", "at": schedule.at}
    fields = {"cron", "occurrence", "every", "starts_at", "ends_at", "max_runs"}
    said = schedule.model_dump(by_alias=True, exclude_none=True, include=fields)
    return {"type": "schedule", **said, "timezone": schedule.timezone or timezone}


def _event_trigger(name: str, spec: Spec) -> dict[str, Any]:
    wanted = spec.product_filter("event") if name.startswith("inventory.") else ""
    if name.startswith("competitor.") and spec.competitor_ids:
        wanted = f"event.competitorId in {json.dumps(list(spec.competitor_ids), ensure_ascii=False)}"
    if name == "order.completed" and spec.threshold is not None and spec.threshold.subject == "order_total":
        wanted = f"(event.total | default(0)) {spec.threshold.op} {number(spec.threshold.value)}"
    return event_trigger(Event(name=name)) | ({"filter": wanted} if wanted else {})


def event_trigger(event: Event) -> dict[str, Any]:
    """The trigger as a document has it, for the event's product alone if it names one."""
    of_product = {"filter": is_product(event.product, "event", "name")} if event.product else {}
    return {"type": "event", "eventName": event.name, **of_product}


def _content(topic: Topic, spec: Spec) -> Content:
    if spec.threshold is None and spec.often:
        spec = replace(spec, threshold=topic.if_often)
    case = next((one for one, holds in CASES.items() if one in topic.cases and holds(spec)), None)
    template = topic.cases[case] if case else topic
    steps = tuple(_step(one, topic.agent, spec) for one in template.steps)
    tells_if, when = _condition(topic, template, spec)
    if _is_narrowed(template, spec):
        return replace(_narrowed(topic, template, steps, spec), condition=tells_if, when=when)
    message = template.message or _report_of(steps[-1]["action"])
    texts = {"subject": _filled(message.subject, spec), "body": _filled(message.body, spec)}
    content = Content(
        steps,
        replace(message, type=template.type, **texts),
        _filled(template.does, spec),
        tells_if,
        when,
        template.only_news,
        rows=template.rows,
    )
    if template.customer and spec.audience.to_customer:
        return _written_to_customers(content, template.customer, spec)
    return content


def _step(written: Mapping[str, Any], agent: str, spec: Spec) -> Step:
    values = {name: _filled(value, spec) for name, value in written.items()}
    params = {name: value for name, value in values.items() if name not in _NOT_PARAMS and value is not None}
    step = action(written["action"], written.get("agent", agent), **params)
    return {**step, "condition": values["condition"]} if "condition" in written else step


def _filled(written: Any, spec: Spec) -> Any:
    """What is written, with its variables filled in; a variable alone is its value, and no text."""
    if not isinstance(written, str):
        return written
    if alone := _VARIABLE.fullmatch(written):
        return VARIABLES[alone[1]](spec)
    return _VARIABLE.sub(lambda found: str(VARIABLES[found[1]](spec)), written)


def _report_of(step_id: str) -> Message:
    """The report that a step wrote: all reporting actions put out subject, text and html."""
    subject, body, html = (f"{{{{steps.{step_id}.{name}}}}}" for name in ("subject", "text", "html"))
    return Message(subject=subject, body=body, html=html)


def _is_narrowed(template: Template, spec: Spec) -> bool:
    return bool(template.columns and spec.product_filter("item"))


def _condition(topic: Topic, template: Template, spec: Spec) -> tuple[str | None, str]:
    """When what was found is told: the condition, and in words."""
    limit, is_narrowed = spec.threshold, _is_narrowed(template, spec)
    if limit and is_narrowed and template.each:
        return _ANY_FOUND, when_in_words(limit)
    if limit and (path := topic.thresholds.get(limit.subject or "")):
        of_filtered = is_narrowed and limit.subject == "count"
        return _exceeds(limit, "steps.filter.count" if of_filtered else path), when_in_words(limit)
    if template.news is None:
        return None, str(_filled(template.when or "", spec))
    asked = spec.request.only_news or (template.alerts and spec.request.alert)
    if not (template.always or spec.often or asked):
        return None, ""
    return _ANY_FOUND if is_narrowed else template.news, template.when or "if there is any"


def _exceeds(threshold: Threshold, path: str) -> str:
    return f"{{{{{path}}}}} {threshold.op} {number(threshold.value)}"


def _narrowed(topic: Topic, template: Template, steps: Sequence[Step], spec: Spec) -> Content:
    """A table of those rows of the last step that are of the wanted products."""
    *before, last = steps
    limit, title, about = spec.threshold, template.title or topic.name, items_in_words(spec)
    compared = f"{template.each} {limit.op} {number(limit.value)}" if limit and template.each else ""
    wanted = spec.product_filter("item", template.product)
    others = [part for part in (template.where, compared) if part]
    where = " and ".join([*others, f"({wanted})"]) if others else wanted
    table = filtered_table(title, template.columns, spec, "Nothing right now.")
    narrowed = (
        *before,
        {**last, "params": {**last["params"], **template.most}},
        action("filter", input=f"{{{{{template.rows}}}}}", where=where),
        action("compose_report", subject=f"{title}: {literal(about)}", sections=[table]),
    )
    message = replace(_report_of("compose_report"), type=template.type)
    only = f"only {about}" if spec.products else about.removeprefix("items, ")
    return Content(narrowed, message, f"{_filled(template.does, spec)}, {only}", rows=_FILTERED)


class _Way(NamedTuple):
    """How customers are written to: the channel in words, and the action with its params."""

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


def _written_to_customers(content: Content, written: ToCustomers, spec: Spec) -> Content:
    """What the event's customer, or each customer that is found, is sent on each channel."""
    ways = [way for way in _WAYS if way.channel in spec.request.channels] or [*_WAYS[:1]]
    by, where = " and ".join(way.by for way in ways), " and ".join(way.where for way in ways)
    does = _filled(written.does, spec)
    if not content.steps:
        sent = tuple(_to_customer(way, "event", written, spec) for way in ways)
        where = f"at the {where} they gave"
        return replace(content, does=f"{does} by {by}", to_customers=sent, to_customers_words=where)
    [cohort] = content.steps
    items = f"steps.{cohort['action']}.customers"
    reachable = {"reachableBy": ways[0].channel} if len(ways) == 1 else {}
    limit = spec.at_most if spec.at_most and spec.request.vip_spend is None else MAX_CUSTOMERS
    found: tuple[Step, ...] = ({**cohort, "params": {**cohort["params"], "limit": limit, **reachable}},)
    if (spend := spec.request.vip_spend) is not None:
        others = "vip" in limited(spec.request, "except", "segment")
        of_them = f"item.totalSpent {'<' if others else '>='} {spend:g}"
        found = (*found, action("filter", "mrs_parker", input=f"{{{{{items}}}}}", where=of_them))
        does += f", {'but not those' if others else 'only those'} who spent ${spend:,.0f} or more"
        items = _FILTERED
    does += f", at most {spec.at_most} of them" if spec.at_most else ""
    each = [
        {**_to_customer(way, "item", written, spec), "condition": f"{{{{item.{way.to}}}}} != null"} for way in ways
    ]
    loop = action("for_each", "mrs_parker", items=f"{{{{{items}}}}}", steps=each, onItemError="continue")
    return replace(content, steps=found, does=does, to_customers=(loop,), to_customers_words=f"and {by} each")


def _to_customer(way: _Way, who: str, written: ToCustomers, spec: Spec) -> Step:
    words = literal(spec.request.message) if spec.request.message else written.text
    subject = {"subject": written.subject} if way.action == "send_email" else {}
    return action(way.action, "mrs_parker", **{"to": f"{{{{{who}.{way.to}}}}}", way.text: words, **subject})


def _delivery_steps(content: Content, spec: Spec, topic: Topic) -> list[Step]:
    """First the approval, then what customers are sent, then one `notify` for each audience."""
    message, file = replace(content.message, title=topic.name), spec.request.file
    rows = content.rows if file else None
    steps = [dict(step) for step in content.to_customers]
    if spec.audience.to_team:
        steps += message_steps(message, spec.audience, content.condition, rows, file)
    for audience, limit in spec.routes:
        when = _exceeds(limit, topic.thresholds[limit.subject or ""]) if limit else None
        steps += message_steps(message, audience, when, rows, file)
    if not spec.request.approval:
        return steps
    approval = action("wait_for_approval", title=f"Send “{topic.name}”?", details=content.message.body)
    return [{**approval, **({"condition": content.condition} if content.condition else {})}, *steps]


def message_steps(
    message: Message, audience: Audience, when: str | None = None, rows: str | None = None, file: str | None = None
) -> list[Step]:
    """The message over every channel of the audience; with `rows`, Drive gets that list as CSV or a spreadsheet."""
    steps = []
    if direct := [channel for channel in audience.channels if channel in DIRECT]:
        fields = {"to": audience.to, "html": message.html, "type": message.type}
        said = {name: value for name, value in fields.items() if value is not None}
        steps.append(action("notify", subject=message.subject, body=message.body, channels=direct, **said))
    if "slack" in audience.channels:
        steps.append(action("slack_post", text=f"{message.subject}\n{message.body}"))
    if "drive" in audience.channels:
        name = f"{message.title}.{'csv' if rows else 'html' if message.html else 'txt'}"
        content = f"{{{{{rows}}}}}" if rows else message.html or message.body
        sheet = {"convert": True} if rows and file == "sheet" else {}
        steps.append(action("save_to_drive", name=name, content=content, **sheet))
    return [{**step, "condition": when} for step in steps] if when else steps
