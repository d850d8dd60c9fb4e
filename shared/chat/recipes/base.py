"""What a recipe is: a topic's steps of the closed catalog, filled from what was understood and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shared.chat.people import Audience, literal
from shared.chat.rhythm import Line, is_often
from shared.chat.understanding import Threshold, Topic, Understanding
from shared.chat.words import stem_of

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """What a recipe is cooked from."""

    wish: Understanding
    audience: Audience = field(default_factory=Audience)
    competitor_ids: tuple[str, ...] = ()
    """Of the competitors that were named."""
    competitor_names: tuple[str, ...] = ()
    by_event: bool = False
    """Only the topic's own events start it, so that its steps may speak of the event."""

    once: bool = False
    """Somebody asks for it now: then it tells whatever it finds."""

    @property
    def often(self) -> bool:
        """Whether it looks many times a day: then it tells only when there is something to tell."""
        return any(is_often(schedule.cron) for schedule in self.wish.schedules)

    @property
    def lines(self) -> list[Line]:
        """Its schedules, as what follows from them is reckoned."""
        return [(schedule.cron, schedule.occurrence) for schedule in self.wish.schedules]


@dataclass(frozen=True, slots=True)
class Message:
    """What is told: templates."""

    subject: str
    body: str
    html: str | None = None
    title: str = "Report"
    """What a file of it is called."""
    type: str | None = None
    """The alert type that an org's preferences know it as; None: as `notify` finds fit."""


@dataclass(frozen=True, slots=True)
class Dish:
    """What a recipe makes: the work, what is told of it, and both in plain words."""

    work: tuple[Step, ...]
    message: Message | None
    does: str
    """Continues "I …": `scan your competitors and compare their prices with ours`; empty where it only tells."""
    condition: str | None = None
    when: str = ""
    """The condition in words: `if one undercuts us by more than 10%`."""
    only_news: bool = False
    """Whether the condition holds once for each thing that happens, and not as long as it is so."""
    own_delivery: tuple[Step, ...] = ()
    """Steps that tell people by themselves (a mail to each customer)."""
    delivery_words: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A topic's playbook."""

    topic: Topic
    name: str
    category: str
    agent: str
    cook: Callable[[Order], Dish]
    own_events: tuple[str, ...] = ()
    """The events whose data its message may speak of."""
    event: str | None = None
    """What starts it where nobody said when."""
    thresholds: Mapping[str, str] = field(default_factory=dict)
    """What it can compare, by a threshold's subject: the path of the value in its steps' outputs."""
    scheduled: bool = True
    """Whether it makes sense at a time of day."""


def action(action_name: str, agent: str | None = None, /, **params: Any) -> Step:
    """A step."""
    step: Step = {"action": action_name, "params": params}
    return {**step, "agent": agent} if agent else step


def is_product(words: str, of: str) -> str:
    """Whether the name or the category of `event` or `item` holds the words, in the singular and in any case."""
    said = json.dumps(stem_of(words), ensure_ascii=False)
    return f'{said} in ({of}.name | lower) or {said} in ({of}.category | default("") | lower)'


def report_of(step_id: str, alert_type: str | None = None) -> Message:
    """The report that a step wrote: all reporting actions put out subject, text and html."""
    return Message(
        subject=f"{{{{steps.{step_id}.subject}}}}",
        body=f"{{{{steps.{step_id}.text}}}}",
        html=f"{{{{steps.{step_id}.html}}}}",
        type=alert_type,
    )


def condition(threshold: Threshold, path: str) -> str:
    """`{{money_mike.price_gap}} > 10`."""
    return f"{{{{{path}}}}} {threshold.op} {number(threshold.value)}"


def number(value: float) -> str:
    """A threshold's value as it is written: `10`, `2.5`."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def amount(threshold: Threshold) -> str:
    """The value with its unit: `10%`, `$25`, `14 days`."""
    value = number(threshold.value)
    match threshold.unit:
        case "percent":
            return f"{value}%"
        case "usd":
            return f"${value}"
        case "days":
            return f"{value} days"
    return value


COMPARED = {">": "more than", ">=": "at least", "<": "fewer than", "<=": "at most", "==": "exactly"}


def delivery_steps(dish: Dish, audience: Audience, title: str) -> list[Step]:
    """The steps that tell what the dish found: one `notify`, and one for each other road."""
    steps = [dict(step) for step in dish.own_delivery]
    if dish.message is not None:
        steps += message_steps(replace(dish.message, title=title), audience, dish.condition)
    return steps


def message_steps(message: Message, audience: Audience, when: str | None = None) -> list[Step]:
    """The message over every channel of the audience."""
    steps = []
    direct = [channel for channel in audience.channels if channel in {"email", "dashboard", "sms"}]
    if direct:
        steps.append(_notify(message, audience, direct))
    if "slack" in audience.channels:
        steps.append(action("slack_post", text=f"{message.subject}\n{message.body}"))
    if "drive" in audience.channels:
        steps.append(action("save_to_drive", name=_file_name(message), content=message.html or message.body))
    return [{**step, "condition": when} for step in steps] if when else steps


def _file_name(message: Message) -> str:
    return f"{message.title}.{'html' if message.html else 'txt'}"


def _notify(message: Message, audience: Audience, channels: Sequence[str]) -> Step:
    params: dict[str, Any] = {
        "to": audience.to,
        "subject": message.subject,
        "body": message.body,
        "html": message.html,
        "channels": list(channels),
        "type": message.type,
    }
    return action("notify", **{name: value for name, value in params.items() if value is not None})


def scan(order: Order) -> Step:
    """The step that reads the competitors' menus."""
    params: dict[str, Any] = {}
    if order.competitor_ids:
        params["competitorIds"] = [literal(one) for one in order.competitor_ids]
    elif order.wish.top:
        params["top"] = order.wish.top
    return action("scan_competitors", "ezal", **params)


def competitors_in_words(order: Order) -> str:
    """`your top 3 competitors`."""
    if order.competitor_names:
        names = list(order.competitor_names)
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"your top {order.wish.top} competitors" if order.wish.top else "your competitors"
