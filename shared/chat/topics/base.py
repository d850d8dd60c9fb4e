"""What a topic is: the steps of the closed catalog for it, filled from what was understood and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shared.chat.language.schedules import Schedule
from shared.chat.topics.audience import Audience, literal
from shared.chat.topics.rhythm import Line, is_often
from shared.chat.understood import Subject, Threshold, Wish

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """What a topic is built from: a wish with nothing open, and what it resolves to in the org."""

    wish: Wish
    schedules: tuple[Schedule, ...] = ()
    threshold: Threshold | None = None
    """With its subject and operator, which the topic completes where nobody said them."""
    audience: Audience = field(default_factory=Audience)
    competitor_ids: tuple[str, ...] = ()
    """Of the competitors that were named, or of all but those that were left out."""
    competitor_names: tuple[str, ...] = ()
    by_event: bool = False
    """Only the topic's own events start it, so that its steps may speak of the event."""
    once: bool = False
    """Somebody asks for it now: then it tells whatever it finds."""
    roads: tuple[tuple[Audience, Threshold | None], ...] = ()
    """Other ways to tell, each under a condition of its own, or always."""
    at_most: int | None = None
    """To how many customers it writes in a run."""

    @property
    def often(self) -> bool:
        """Whether it looks many times a day: then it tells only when there is something to tell."""
        return any(is_often(schedule.cron) for schedule in self.schedules if schedule.cron)

    @property
    def lines(self) -> list[Line]:
        """Its schedules, as what follows from them is reckoned."""
        return [(schedule.cron, schedule.occurrence) for schedule in self.schedules if schedule.cron]

    def limited(self, operator: str, kind: str) -> tuple[str, ...]:
        """What `only` or `except` binds, of one kind."""
        found = (one.values for one in self.wish.limits if (one.operator, one.kind) == (operator, kind))
        return tuple(dict.fromkeys(value for values in found for value in values))

    @property
    def products(self) -> tuple[str, ...]:
        """The products and categories that it is about alone; all, for none."""
        named = [event.product for event in self.wish.events if event.product]
        return tuple(dict.fromkeys([*self.wish.products, *named, *self.limited("only", "product")]))

    @property
    def left_out(self) -> tuple[str, ...]:
        """The products and categories that it leaves out."""
        return self.limited("except", "product")

    @property
    def segment(self) -> str | None:
        """The only customers that it is about."""
        return self.wish.segment or next(iter(self.limited("only", "segment")), None)

    def product_filter(self, of: str, field: str = "name") -> str:
        """The condition that `event` or `item` (its `field`) is of the wanted products; empty where all are."""
        wanted = " or ".join(f"({is_product(name, of, field)})" for name in self.products)
        unwanted = " and ".join(f"not ({is_product(name, of, field)})" for name in self.left_out)
        parts = [f"({wanted})" if wanted and unwanted else wanted, unwanted]
        return " and ".join(part for part in parts if part)


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
class Work:
    """What a topic makes: the work, what is told of it, and both in plain words."""

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
    rows: str | None = None
    """The path of the list that a file of it holds; None: the topic's own."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's playbook. Its phrases stand in the lexicon under its key, its examples in `EXAMPLES`."""

    key: str
    name: str
    category: str
    agent: str
    build: Callable[[Order], Work]
    own_events: tuple[str, ...] = ()
    """The events whose data its message may speak of."""
    event: str | None = None
    """What starts it where nobody said when."""
    thresholds: Mapping[str, str] = field(default_factory=dict)
    """What it can compare, by a threshold's subject: the path of the value in its steps' outputs."""
    scheduled: bool = True
    """Whether it makes sense at a time of day."""
    filters: frozenset[str] = frozenset()
    """What of a wish its steps can express (`product`, `competitor`, `segment`, `top`, `period`, `message`), of
    limits as well; another one is asked about."""
    writes_to_customers: bool = False
    """Whether it may write to customers: then every word that was not read is asked about."""
    subject: Subject | None = None
    """What a bare limit ("more than 10%") is of."""
    rows: str | None = None
    """The path of the list that it makes, which can be saved as a table."""
    daily: bool = False
    """Whether a time of day alone means every day."""
    events_at: Mapping[float, str] = field(default_factory=dict)
    """The event that says the same as a threshold, where nobody said when."""

    def compared(self, threshold: Threshold) -> Threshold:
        """The threshold with the subject and the direction that the topic means."""
        subject = threshold.subject or self.subject
        usual = "<" if subject == "quantity" else ">"
        return threshold.model_copy(update={"subject": subject, "op": threshold.op or usual})


def action(action_name: str, agent: str | None = None, /, **params: Any) -> Step:
    """A step."""
    step: Step = {"action": action_name, "params": params}
    return {**step, "agent": agent} if agent else step


def is_product(words: str, of: str, field: str = "name") -> str:
    """Whether the name or the category of `event` or `item` holds the words, in the singular and in any case."""
    said = json.dumps(_stem_of(words), ensure_ascii=False)
    return f'{said} in ({of}.{field} | lower) or {said} in ({of}.category | default("") | lower)'


_SHORT_WORD = 3


def _stem_of(words: str) -> str:
    """`Blue Dreams` as `blue dream`, `gummies` as `gumm`: what stands in singular and plural alike."""
    plain = " ".join(words.lower().split())
    if plain.endswith("ies") and len(plain) > _SHORT_WORD + 2:
        return plain[:-3]
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") and len(plain) > _SHORT_WORD else plain


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


DIRECT = ("email", "dashboard", "sms")
"""The channels of `notify`."""


def delivery_steps(work: Work, order: Order, topic: Topic) -> list[Step]:
    """The steps that tell what the work found: one `notify`, one for each other road, and first the approval."""
    steps = [dict(step) for step in work.own_delivery]
    if work.message is not None:
        message = replace(work.message, title=topic.name)
        rows = work.rows or topic.rows
        file = order.wish.file if rows else None
        ways = [(who, _compared(topic, one) if one else None) for who, one in order.roads]
        if order.audience.tells_too:
            ways.insert(0, (order.audience, work.condition))
        for audience, when in ways:
            steps += message_steps(message, audience, when, rows if file else None, file)
    return [_approval(work, topic), *steps] if order.wish.approval else steps


def _approval(work: Work, topic: Topic) -> Step:
    """Somebody else of the org looks at what is to be sent; refused, nothing is."""
    details = work.message.body if work.message else work.delivery_words
    step = action("wait_for_approval", title=f"Send “{topic.name}”?", details=details)
    return {**step, "condition": work.condition} if work.condition else step


def _compared(topic: Topic, threshold: Threshold) -> str:
    return condition(threshold, topic.thresholds[threshold.subject or ""])


def message_steps(
    message: Message, audience: Audience, when: str | None = None, rows: str | None = None, file: str | None = None
) -> list[Step]:
    """The message over every channel of the audience; with `rows`, Drive gets that list as CSV or a spreadsheet."""
    steps = []
    direct = [channel for channel in audience.channels if channel in DIRECT]
    if direct:
        steps.append(_notify(message, audience, direct))
    if "slack" in audience.channels:
        steps.append(action("slack_post", text=f"{message.subject}\n{message.body}"))
    if "drive" in audience.channels and rows:
        sheet = {"convert": True} if file == "sheet" else {}
        steps.append(action("save_to_drive", name=f"{message.title}.csv", content=f"{{{{{rows}}}}}", **sheet))
    elif "drive" in audience.channels:
        name = f"{message.title}.{'html' if message.html else 'txt'}"
        steps.append(action("save_to_drive", name=name, content=message.html or message.body))
    return [{**step, "condition": when} for step in steps] if when else steps


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


def items_in_words(order: Order) -> str:
    """`items matching “Blue Dream”, except accessories`."""
    wanted = " or ".join(f"“{name}”" for name in order.products)
    but = f", except {' and '.join(order.left_out)}" if order.left_out else ""
    return f"items matching {wanted}{but}" if wanted else f"items{but}"
