"""Every topic by its key, and the playbook document that one makes."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from shared.chat.language.schedules import Schedule
from shared.chat.lexicon import load
from shared.chat.topics.audience import Audience
from shared.chat.topics.base import Message, Order, Step, Topic, Work, action, condition, is_product
from shared.chat.topics.works import work_of
from shared.chat.understood import Event, Request, Threshold

TOPICS = {key: Topic.model_validate({"key": key, **written}) for key, written in load().data["topics"].items()}
DIRECT = ("email", "dashboard", "sms")
"""The channels of `notify`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A playbook that was understood and not written yet."""

    topic: Topic
    work: Work
    order: Order
    triggers: tuple[dict[str, Any], ...]
    steps: tuple[dict[str, Any], ...]

    @property
    def name(self) -> str:
        """What it is called where its author did not say."""
        return self.order.request.name or self.topic.name


def events_of(request: Request) -> tuple[Event, ...]:
    """The events that start it: those that were named, else the topic's own where no time was named either."""
    if request.whens or request.topic is None:
        return ()
    topic = TOPICS[request.topic]
    if not request.events and (
        said := [topic.events_at.get(one.value) for one in request.thresholds if request.alert]
    ):
        return tuple(Event(name=one) for one in said if one)
    if any(one.subject in (None, "quantity") for one in request.thresholds):
        # The stock events fire as an item crosses its own reorder point, not at just any number: that is looked up.
        return ()
    if request.events or not topic.event or not (request.alert or not topic.scheduled):
        return request.events
    return (Event(name=topic.event),)


def draft(order: Order, timezone: str) -> Draft:
    """The playbook of the order's topic; schedules that name no zone are in `timezone`."""
    request = order.request
    assert request.topic is not None
    topic = TOPICS[request.topic]
    triggers = (
        *(schedule_trigger(schedule, timezone) for schedule in order.schedules),
        *(_event_trigger(name, order) for name in dict.fromkeys(event.name for event in events_of(request))),
    )
    work = work_of(topic, order)
    if order.once and order.threshold is None:
        work = replace(work, condition=None, when="")
    steps = (*(dict(step) for step in work.work), *_delivery_steps(work, order, topic))
    unique = tuple(one for place, one in enumerate(triggers) if one not in triggers[:place])
    return Draft(topic, work, order, unique or ({"type": "manual"},), steps)


def is_by_event(request: Request) -> bool:
    """Whether the topic's own events alone start it."""
    events = events_of(request)
    if request.topic is None or not events:
        return False
    own = TOPICS[request.topic].own_events
    return all(event.name in own for event in events)


def schedule_trigger(schedule: Schedule, timezone: str) -> dict[str, Any]:
    """The trigger as a document has it."""
    if schedule.at:
        return {"type": "once", "at": schedule.at}
    said = schedule.model_dump(
        by_alias=True,
        exclude_none=True,
        include={"cron", "occurrence", "every", "starts_at", "ends_at", "max_runs"},
    )
    return {"type": "schedule", **said, "timezone": schedule.timezone or timezone}


def _event_trigger(name: str, order: Order) -> dict[str, Any]:
    filters = []
    if name.startswith("competitor.") and order.competitor_ids:
        filters.append(f"event.competitorId in {json.dumps(list(order.competitor_ids), ensure_ascii=False)}")
    if name.startswith("inventory.") and (wanted := order.product_filter("event")):
        filters.append(wanted)
    trigger = event_trigger(Event(name=name))
    return (
        {**trigger, "filter": " and ".join(f"({one})" if len(filters) > 1 else one for one in filters)}
        if filters
        else trigger
    )


def event_trigger(event: Event) -> dict[str, Any]:
    """The trigger as a document has it, of the product alone where one is named."""
    of_product = {"filter": is_product(event.product, "event", "name")} if event.product else {}
    return {"type": "event", "eventName": event.name, **of_product}


def _delivery_steps(work: Work, order: Order, topic: Topic) -> list[Step]:
    """Tells what the work found: first the approval, then one `notify`, and one for each other recipient."""
    message = replace(work.message, title=topic.name)
    rows = work.rows if order.request.file else None
    ways = [(who, _compared(topic, one) if one else None) for who, one in order.routes]
    if order.audience.tells_too:
        ways.insert(0, (order.audience, work.condition))
    steps = [dict(step) for step in work.own_delivery]
    for audience, when in ways:
        steps += message_steps(message, audience, when, rows, order.request.file)
    return [_approval(work, topic), *steps] if order.request.approval else steps


def _compared(topic: Topic, threshold: Threshold) -> str:
    return condition(threshold, topic.thresholds[threshold.subject or ""])


def _approval(work: Work, topic: Topic) -> Step:
    """Somebody else of the org looks at what is to be sent; refused, nothing is."""
    step = action("wait_for_approval", title=f"Send “{topic.name}”?", details=work.message.body)
    return {**step, "condition": work.condition} if work.condition else step


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
    if "drive" in audience.channels and rows:
        sheet = {"convert": True} if file == "sheet" else {}
        steps.append(action("save_to_drive", name=f"{message.title}.csv", content=f"{{{{{rows}}}}}", **sheet))
    elif "drive" in audience.channels:
        name = f"{message.title}.{'html' if message.html else 'txt'}"
        steps.append(action("save_to_drive", name=name, content=message.html or message.body))
    return [{**step, "condition": when} for step in steps] if when else steps
