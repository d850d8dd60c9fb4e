"""What a topic is, what it is asked for, and what it makes: work, and what is told of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.chat.language.schedules import Schedule
from shared.chat.topics.audience import Audience
from shared.chat.understood import Request, Subject, Threshold

Step = dict[str, Any]
COMPARED = {">": "more than", ">=": "at least", "<": "fewer than", "<=": "at most", "==": "exactly"}
_UNITS = {"percent": "{}%", "usd": "${}", "days": "{} days"}
_SHORT_WORD = 3


@dataclass(frozen=True, slots=True)
class Order:
    """What a topic is built from: a request with nothing open, and what it resolves to in the org."""

    request: Request
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
    routes: tuple[tuple[Audience, Threshold | None], ...] = ()
    """Other ways to tell, each under a condition of its own, or always."""
    at_most: int | None = None
    """To how many customers it writes in a run."""

    @property
    def often(self) -> bool:
        """Whether it looks many times a day: then it tells only when there is something to tell."""
        return any(is_often(schedule.cron) for schedule in self.schedules if schedule.cron)

    def limited(self, operator: str, kind: str) -> tuple[str, ...]:
        """What `only` or `except` binds, of one kind."""
        found = (one.values for one in self.request.limits if (one.operator, one.kind) == (operator, kind))
        return tuple(dict.fromkeys(value for values in found for value in values))

    @property
    def products(self) -> tuple[str, ...]:
        """The products and categories that it is about alone; all, for none."""
        named = [event.product for event in self.request.events if event.product]
        return tuple(dict.fromkeys([*self.request.products, *named, *self.limited("only", "product")]))

    @property
    def left_out(self) -> tuple[str, ...]:
        """The products and categories that it leaves out."""
        return self.limited("except", "product")

    def product_filter(self, of: str, field: str = "name") -> str:
        """The condition that `event` or `item` (its `field`) is of the wanted products; empty where all are."""
        wanted = " or ".join(f"({is_product(name, of, field)})" for name in self.products)
        unwanted = " and ".join(f"not ({is_product(name, of, field)})" for name in self.left_out)
        parts = [f"({wanted})" if wanted and unwanted else wanted, unwanted]
        return " and ".join(part for part in parts if part)


def is_often(cron: str) -> bool:
    """Whether it is due many times a day."""
    minute, hour, *_ = cron.split()
    return bool(set(minute) & set("*/,-")) or bool(set(hour) & set("*/-")) or hour.count(",") > 1


def is_product(words: str, of: str, field: str) -> str:
    """Whether the name or the category of `event` or `item` holds the words, in the singular and in any case."""
    said = json.dumps(stem_of(words), ensure_ascii=False)
    return f'{said} in ({of}.{field} | lower) or {said} in ({of}.category | default("") | lower)'


def stem_of(words: str) -> str:
    """`Blue Dreams` as `blue dream`, `gummies` as `gumm`: what stands in singular and plural alike."""
    plain = " ".join(words.lower().split())
    if plain.endswith("ies") and len(plain) > _SHORT_WORD + 2:
        return plain[:-3]
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") and len(plain) > _SHORT_WORD else plain


class _Written(BaseModel):
    """Part of the lexicon's `topics`."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class ToCustomers(_Written):
    """What is written to customers where they are, and what that does in words."""

    does: str
    subject: str
    text: str


class WorkWritten(_Written):
    """A work as the lexicon has it."""

    steps: tuple[dict[str, Any], ...] = ()
    does: str = ""
    """Continues "I …": `scan your competitors`; empty where it only tells."""
    message: Message | None = None
    """None: the report that the last step wrote."""
    type: str | None = None
    news: str | None = None
    """The condition that there is something to tell. It counts where the work looks often."""
    always: bool = False
    """Whether `news` counts however often it looks."""
    alerts: bool = False
    """Whether it counts where somebody asked for an alert."""
    when: str | None = None
    """`news` in words."""
    only_news: bool = False
    """Whether it holds once for each thing that happens, and not as long as it is so."""
    rows: str | None = None
    """The path of the list that it makes, which can be saved as a table."""
    columns: tuple[tuple[str, str, str], ...] = ()
    """Label, field and format of the columns of a table of some products' rows alone."""
    title: str | None = None
    product: str = "name"
    """The field of a row that has the product's name."""
    where: str = ""
    """What else holds of such a row."""
    each: str | None = None
    """What a limit compares in such a row."""
    most: dict[str, int] = {"limit": 500}
    """Params of the last step, for a list long enough to filter."""
    customer: ToCustomers | None = None


class Topic(WorkWritten):
    """What can be asked for; its phrases stand in the lexicon under its key."""

    key: str
    name: str
    category: str
    agent: str
    examples: tuple[str, ...]
    """Sentences that ask for it; the tests set each of them up."""
    cases: dict[str, WorkWritten] = {}
    """Other works, by the case in which they take this one's place."""
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
    filters: frozenset[str] = frozenset()
    """What of a request its steps can express (`product`, `competitor`, `segment`, `top`, `period`, `message`), of
    limits as well; another one is asked about."""
    thresholds: Mapping[str, str] = {}
    """What it can compare, by a threshold's subject: the path of the value in its steps' outputs, if it has one."""
    compares: Subject | None = None
    """What a bare limit ("more than 10%") is of."""
    if_often: Threshold | None = None
    """The limit where it looks often and nobody said one."""

    @property
    def writes_to_customers(self) -> bool:
        """Whether it may write to customers: then every word that was not read is asked about."""
        return self.customer is not None

    def compared(self, threshold: Threshold) -> Threshold:
        """The threshold with the subject and the direction that the topic means."""
        subject = threshold.subject or self.compares
        usual = "<" if subject == "quantity" else ">"
        return threshold.model_copy(update={"subject": subject, "op": threshold.op or usual})


@dataclass(frozen=True, slots=True)
class Work:
    """What a topic makes of an order: see `WorkWritten`; `when`: its condition in words."""

    work: tuple[Step, ...]
    message: Message
    does: str
    condition: str | None = None
    when: str = ""
    only_news: bool = False
    own_delivery: tuple[Step, ...] = ()
    """Steps that tell people by themselves (a mail to each customer)."""
    delivery_words: str = ""
    rows: str | None = None


def action(action_name: str, agent: str | None = None, /, **params: Any) -> Step:
    """A step."""
    step: Step = {"action": action_name, "params": params}
    return {**step, "agent": agent} if agent else step


def condition(threshold: Threshold, path: str) -> str:
    """`{{money_mike.price_gap}} > 10`."""
    return f"{{{{{path}}}}} {threshold.op} {number(threshold.value)}"


def number(value: float) -> str:
    """A threshold's value as it is written: `10`, `2.5`."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def amount(threshold: Threshold) -> str:
    """The value with its unit: `10%`, `$25`, `14 days`."""
    return _UNITS.get(threshold.unit or "", "{}").format(number(threshold.value))
