"""What can be asked for, and what a playbook of it is made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from shared.chat.language.schedules import Schedule
from shared.chat.lexicon import load
from shared.chat.understood import Channel, Event, Request, Subject, Threshold
from shared.values.words import exact_dollars

Step = dict[str, Any]
ME = "{{user.email}}"
OWNER = "{{org.ownerEmail}}"
USUAL: tuple[Channel, ...] = ("email", "dashboard")
"""The channels where nobody named one."""
COMPARED = {">": "more than", ">=": "at least", "<": "fewer than", "<=": "at most", "==": "exactly"}
_UNITS = {"percent": "{}%", "days": "{} days"}
_SUBJECTS = {
    "price_gap": "they undercut us by",
    "quantity": "the quantity is",
    "sales": "sales are",
    "sales_change": "sales change by",
    "order_total": "the order is",
    "days_inactive": "somebody was away for",
    "spent": "the money spent is",
    "count": "there are",
}
_SHORT_WORD = 3


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told, and how. Addresses are templates, ready for a step's params."""

    channels: tuple[Channel, ...] = USUAL
    emails: tuple[str, ...] = (ME,)
    phones: tuple[str, ...] = ()
    """Empty: the org's staff phones are texted."""
    to_customer: bool = False
    to_team: bool = True
    """Whether anybody but customers is told."""
    email_words: str = "you"

    @property
    def to(self) -> str | list[str] | None:
        """The `to` of `notify`."""
        named = [
            *(self.emails if "email" in self.channels else ()),
            *(self.phones if "sms" in self.channels else ()),
        ]
        return named[0] if len(named) == 1 else named or None


@dataclass(frozen=True, slots=True)
class Spec:
    """What a playbook is made from: a request with nothing open, and what it resolves to in the org."""

    request: Request
    schedules: tuple[Schedule, ...] = ()
    threshold: Threshold | None = None
    """Complete: the topic adds the subject and the operator that nobody said."""
    audience: Audience = field(default_factory=Audience)
    competitor_ids: tuple[str, ...] = ()
    """Of the competitors that were named, or of all but those that were left out."""
    competitor_names: tuple[str, ...] = ()
    once: bool = False
    """It runs now, and tells whatever it finds."""
    routes: tuple[tuple[Audience, Threshold | None], ...] = ()
    """Other ways to tell, each with its own condition if it has one."""
    at_most: int | None = None
    """How many customers it writes to in a run."""

    @property
    def by_event(self) -> bool:
        """Whether only the topic's own events start it, so that its steps may speak of the event."""
        events = {one.name for one in events_of(self.request)}
        return bool(events) and events <= {*TOPICS[self.request.topic or ""].own_events}

    @property
    def often(self) -> bool:
        """Whether it runs many times a day: then it tells only when there is something to tell."""
        return any(is_often(schedule.cron) for schedule in self.schedules if schedule.cron)

    @property
    def products(self) -> tuple[str, ...]:
        """The products and categories that it is about; empty for all."""
        named = [event.product for event in self.request.events if event.product]
        return tuple(dict.fromkeys([*self.request.products, *named, *limited(self.request, "only", "product")]))

    def product_filter(self, of: str, field: str = "name") -> str:
        """The condition that `event` or `item` (its `field`) is one of the products; empty where all are."""
        wanted = " or ".join(f"({is_product(name, of, field)})" for name in self.products)
        left_out = limited(self.request, "except", "product")
        unwanted = " and ".join(f"not ({is_product(name, of, field)})" for name in left_out)
        return " and ".join(part for part in (f"({wanted})" if wanted and unwanted else wanted, unwanted) if part)


def limited(request: Request, operator: Literal["only", "except"], kind: str) -> tuple[str, ...]:
    """The values of that kind that an operator binds."""
    found = (one.values for one in request.limits if (one.operator, one.kind) == (operator, kind))
    return tuple(dict.fromkeys(value for values in found for value in values))


def is_often(cron: str) -> bool:
    """Whether it is due many times a day."""
    minute, hour, *_ = cron.split()
    return bool(set(minute) & set("*/,-")) or bool(set(hour) & set("*/-")) or hour.count(",") > 1


def is_product(words: str, of: str, field: str) -> str:
    """The condition that the name or the category of `event` or `item` has the words, in singular or plural."""
    said = json.dumps(stem_of(words), ensure_ascii=False)
    return f'{said} in ({of}.{field} | lower) or {said} in ({of}.category | default("") | lower)'


def stem_of(words: str) -> str:
    """`Blue Dreams` as `blue dream`, `gummies` as `gumm`: what singular and plural have in common."""
    plain = " ".join(words.lower().split())
    if plain.endswith("ies") and len(plain) > _SHORT_WORD + 2:
        return plain[:-3]
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") and len(plain) > _SHORT_WORD else plain


@dataclass(frozen=True, slots=True)
class Message:
    """What is told, as templates."""

    subject: str
    body: str
    html: str | None = None
    title: str = "Report"
    """The name of a file of it."""
    type: str | None = None
    """The alert type in an org's preferences; None: whichever `notify` picks."""


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ToCustomers(_Written):
    """What is written to customers where they are the audience, and what that does in words."""

    does: str
    subject: str
    text: str


class Template(_Written):
    """Steps and a message as the lexicon has them; `$name` is one of the `VARIABLES`."""

    steps: tuple[dict[str, Any], ...] = ()
    does: str = ""
    """Continues "I …": `scan your competitors`; empty where it only tells."""
    message: Message | None = None
    """None: the report that the last step wrote."""
    type: str | None = None
    news: str | None = None
    """The condition that there is something to tell, which counts where it runs often."""
    always: bool = False
    """Whether `news` counts however often it runs."""
    alerts: bool = False
    """Whether `news` counts where somebody asked for an alert."""
    when: str | None = None
    """`news` in words."""
    only_news: bool = False
    """Whether `news` holds once for each thing that happens, not as long as it is so."""
    rows: str | None = None
    """The path of the list that it makes, which can be saved as a table."""
    columns: tuple[tuple[str, str, str], ...] = ()
    """Label, field and format of each column of a table with the rows of some products."""
    title: str | None = None
    product: str = "name"
    """The field of a row that has the product's name."""
    where: str = ""
    """What else has to hold of a row."""
    each: str | None = None
    """What a threshold compares in a row."""
    most: dict[str, int] = {"limit": 500}
    """Params of the last step, for a list long enough to filter."""
    customer: ToCustomers | None = None


class Topic(Template):
    """Something that can be asked for; the lexicon has its phrases under the same key."""

    key: str
    name: str
    category: str
    agent: str
    examples: tuple[str, ...]
    """Sentences that ask for it; the tests set each of them up."""
    cases: dict[str, Template] = {}
    """Other templates, by the case in which they are used instead."""
    own_events: tuple[str, ...] = ()
    """The events whose data its message may speak of."""
    event: str | None = None
    """What starts it where nobody said when."""
    events_at: dict[float, str] = {}
    """The event that says the same as a threshold, where nobody said when."""
    scheduled: bool = True
    """Whether it makes sense at a time of day."""
    daily: bool = False
    """Whether a time of day alone means every day."""
    knows_vips: bool = False
    """Whether VIPs can be told apart, by what they have spent."""
    thresholds: Mapping[str, str] = {}
    """What it can compare, by a threshold's subject: the path of the value in its steps' outputs, if it has one."""
    compares: Subject | None = None
    """The subject of a bare limit ("more than 10%")."""
    if_often: Threshold | None = None
    """The threshold where it runs often and nobody said one."""

    @property
    def writes_to_customers(self) -> bool:
        """Whether it may write to customers: then every word that was not read is asked about."""
        return self.customer is not None

    def compared(self, threshold: Threshold) -> Threshold:
        """The threshold with the subject and the operator that the topic means."""
        subject = threshold.subject or self.compares
        usual = "<" if subject == "quantity" else ">"
        return threshold.model_copy(update={"subject": subject, "op": threshold.op or usual})


TOPICS = {key: Topic.model_validate({"key": key, **written}) for key, written in load().data["topics"].items()}


def events_of(request: Request) -> tuple[Event, ...]:
    """The events that start it: those that were named, else the topic's own where no time was named either."""
    if request.whens or request.topic is None:
        return ()
    topic = TOPICS[request.topic]
    said = [
        topic.events_at[one.value] for one in request.thresholds if request.alert and one.value in topic.events_at
    ]
    if said and not request.events:
        return tuple(Event(name=one) for one in said)
    if any(topic.compared(one).subject == "quantity" for one in request.thresholds):
        # The stock events fire as an item crosses its own reorder point, not at just any number: that is looked up.
        return ()
    if request.events or not topic.event or not (request.alert or not topic.scheduled):
        return request.events
    return (Event(name=topic.event),)


def action(action_name: str, agent: str | None = None, /, **params: Any) -> Step:
    """A step."""
    step: Step = {"action": action_name, "params": params}
    return {**step, "agent": agent} if agent else step


def literal(text: str) -> str:
    """`text` as a template that says just that: what people typed is never read as an expression."""
    return text.replace("{{", "{{ '{{' }}")


def number(value: float) -> str:
    """A threshold's value as it is written: `10`, `2.5`."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def amount(threshold: Threshold) -> str:
    """The value with its unit: `10%`, `$25`, `14 days`."""
    if threshold.unit == "usd":
        return exact_dollars(threshold.value)
    return _UNITS.get(threshold.unit or "", "{}").format(number(threshold.value))


def compared_words(threshold: Threshold) -> str:
    """`more than 10%`, `fewer than 5`."""
    words = f"{COMPARED[threshold.op or '>']} {amount(threshold)}"
    return words.replace("fewer", "less") if threshold.unit in ("usd", "percent") else words


def when_in_words(threshold: Threshold) -> str:
    """`if sales are less than $500`."""
    words, compared = _SUBJECTS[threshold.subject or "count"], compared_words(threshold)
    if threshold.subject == "price_gap" and (threshold.op, threshold.value) == (">", 0):
        return "if one undercuts us"
    if threshold.subject == "sales_change" and threshold.value < 0:
        turned: Any = {">": "<", ">=": "<=", "<": ">", "<=": ">="}.get(threshold.op or ">", threshold.op)
        fall = threshold.model_copy(update={"op": turned, "value": -threshold.value})
        words, compared = "sales fall by", compared_words(fall)
    return f"if {words} {compared}"
