"""The models of a request: `language` fills them, `talk` completes them, `topics` turns them into steps."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.json_schema import SkipJsonSchema

from shared.chat.language.when import When

Channel = Literal["email", "sms", "dashboard", "slack", "drive"]
Subject = Literal[
    "price_gap", "quantity", "sales", "sales_change", "order_total", "days_inactive", "days_ahead", "spent", "count"
]
Operator = Literal[">", ">=", "<", "<=", "=="]


class ChatModel(BaseModel):
    """Immutable; stored in a conversation and sent in answers with camelCase names."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    def changed(self, **fields: Any) -> Self:
        """A copy with these fields instead, which must be of their types."""
        return self.model_copy(update=fields)


class Intent(StrEnum):
    """What the message asks for."""

    CREATE = "create"
    CHANGE = "change"
    PAUSE = "pause"
    RESUME = "resume"
    DELETE = "delete"
    RESTORE = "restore"
    COPY = "copy"
    SKIP = "skip"
    RUN = "run"
    UNDO = "undo"
    ASK = "ask"
    """A reading question; which one is in `question`."""
    CONFIRM = "confirm"
    REFUSE = "refuse"
    ANSWER = "answer"
    """Only details ("at 8", "by text")."""
    HELP = "help"
    SMALLTALK = "smalltalk"
    HOSTILE = "hostile"
    UNCLEAR = "unclear"


class Threshold(ChatModel):
    """When to notify: `subject op value`. `subject` is None if the topic decides it."""

    subject: Subject | None = None
    op: Operator | None = None
    """None if only a number is given ("make it 15%")."""
    value: float
    unit: Literal["percent", "usd", "units", "days"] | None = None


class Event(ChatModel):
    """An event to listen to, for one product if one is named."""

    name: str
    product: str | None = None


class Person(ChatModel):
    """A recipient: `me`, `owner`, `staff`, `customer`, an address, or a person whose address is unknown."""

    kind: Literal["me", "owner", "staff", "customer", "email", "phone", "unknown"]
    value: str = ""
    """The address, or the words for an unknown person ("my accountant")."""


class DeliveryRoute(ChatModel):
    """A second way to notify: "email me every gap, text me only if it's over 15%". No threshold means always."""

    channels: tuple[Channel, ...]
    people: tuple[Person, ...] = ()
    threshold: Threshold | None = None
    words: str = ""


class Limit(ChatModel):
    """An operator and its phrase: `except Green Leaf`, `only edibles`, `unless we are closed`."""

    operator: Literal["except", "only", "if", "unless"]
    kind: Literal["competitor", "product", "segment", "location", "people", "channel", "words", "amount"]
    values: tuple[str, ...]
    words: str
    """The operator and its phrase as they were typed: what a question about it names."""


class Unsupported(ChatModel):
    """Something that the product does not do, as it was typed. `key`: of the lexicon's `cannot`."""

    key: str
    words: str


class Correction(ChatModel):
    """A word that was read as another."""

    said: str
    read: str


class Option(ChatModel):
    """One way to answer. `sets` are the fields of the request that it settles."""

    value: str
    label: str
    sets: SkipJsonSchema[dict[str, Any]] = Field(default_factory=dict)


class Question(ChatModel):
    """Something that is asked before anything is made. `about` is the request's field that free words must fill."""

    id: str
    text: str
    options: tuple[Option, ...] = ()
    about: SkipJsonSchema[str] = ""


class Request(ChatModel):
    """One request: a partial reading, which answers complete."""

    intent: Intent = Intent.UNCLEAR
    topic: str | None = None
    topics: tuple[str, ...] = ()
    """All topics, if several are named."""
    other_topics: tuple[str, ...] = ()
    """Other topics with the same schedule and recipients; each becomes its own playbook."""
    question: str | None = None
    """The key of a reading question."""
    whens: tuple[When, ...] = ()
    """Its times; `language.schedules.resolve` turns them into schedules or a question."""
    events: tuple[Event, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    channels: tuple[Channel, ...] = ()
    dropped_channels: tuple[Channel, ...] = ()
    people: tuple[Person, ...] = ()
    routes: tuple[DeliveryRoute, ...] = ()
    competitors: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    segment: str | None = None
    period: str | None = None
    top: int | None = None
    message: str | None = None
    name: str | None = None
    playbook: str | None = None
    """A playbook's name, or a pronoun."""
    text: str = ""
    """Its own words, if the message has both a question and a request."""
    all_playbooks: bool = False
    alert: bool = False
    """Whether it asks for news as it happens ("alert", "let me know"); the topic's event is enough then."""
    only_news: str | None = None
    """The words of "only if there are any": it tells nothing where there is nothing to tell."""
    adds: bool = False
    """"Also", "add": a change keeps what was there."""
    adds_delivery: bool = False
    """ "Text me too": only the channels and people join those that were there."""
    limits: tuple[Limit, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()
    """What the product does not do; each is asked about, with the nearest thing that it does."""
    file: Literal["csv", "sheet"] | None = None
    """What is saved to Drive; the report itself, for None."""
    approval: bool = False
    """Whether a person approves each run before anything is sent."""
    vip_spend: float | None = None
    """USD: how much a customer must have spent in total to be a VIP, if chat asked."""
    unused: tuple[str, ...] = ()
    """What chat asked about and leaves out; the confirmation repeats it."""
    unread: tuple[str, ...] = ()
    """Words that were not understood, as typed."""
    must_ask: tuple[str, ...] = ()
    """Those of `unread` with an operator, a number or a condition: chat asks about them whatever the topic."""

    @property
    def each(self) -> tuple[Request, ...]:
        """A request for each topic."""
        first = self.model_copy(update={"other_topics": ()}) if self.other_topics else self
        return (first, *(first.model_copy(update={"topic": key, "name": None}) for key in self.other_topics))

    @property
    def named_playbook(self) -> str:
        """The name of a playbook; empty for none, and for a pronoun."""
        return "" if self.playbook in (None, "it") else str(self.playbook)

    @property
    def time_words(self) -> str:
        """What was said of time, as it was typed."""
        return " ".join(one.words for one in self.whens if one.words)

    @property
    def extends(self) -> bool:
        """Whether channels, people and things join what was there."""
        return self.adds or self.adds_delivery

    @property
    def not_used(self) -> tuple[str, ...]:
        """Words without an effect; the confirmation names them."""
        return tuple(dict.fromkeys((*self.unread, *self.unused)))


class Understood(ChatModel):
    """`understood` of the answer. What nobody said is empty or absent."""

    intent: Intent
    topic: str | None = None
    schedules: tuple[dict[str, Any], ...] = ()
    events: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    threshold: Threshold | None = None
    channels: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    segment: str | None = None
    exclusions: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    unread: tuple[str, ...] = ()


class EstimateAnswer(ChatModel):
    """USD: what one run costs, and what a month of its schedule does."""

    per_run_usd: float
    monthly_usd: float
    runs_per_month: int | None = None
    """Of its schedules; None where it has none."""
    on_events: bool = False
    """Whether each event costs a run besides."""


class Summary(ChatModel):
    """A playbook in plain words, for a card: `every day at 9:00 AM EST` · `scan your competitors` · `email you`."""

    name: str
    when: str
    does: str
    tells: str
    notes: tuple[str, ...] = ()
    """What was not used or read as something else, and what keeps it from finding anything."""


class Reply(ChatModel):
    """The answer of one turn. `reply` is plain text, never HTML."""

    reply: str
    agent: str
    understood: Understood
    conversation_id: str = ""
    proposes: Intent | None = None
    """Of a preview: what the same message without `preview`, or a yes, does."""
    playbook_id: str | None = None
    playbook: dict[str, Any] | None = None
    summary: Summary | None = None
    questions: tuple[Question, ...] = ()
    next_runs: tuple[datetime, ...] = ()
    execution_id: str | None = None
    estimate: EstimateAnswer | None = None
    unread: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def answer(self) -> dict[str, Any]:
        """As the door answers it: what an option sets stays here."""
        hidden: Any = {"questions": {"__all__": {"about": True, "options": {"__all__": {"sets"}}}}}
        shown = self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=hidden)
        return {name: value for name, value in shown.items() if value or name not in ("questions", "nextRuns")}
