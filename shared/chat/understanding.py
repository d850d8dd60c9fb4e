"""What somebody meant with a sentence: the one shape that the parser fills, and Claude where it is unsure."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from shared.playbooks.models import Condition, EventName
from shared.playbooks.time_triggers import Cron, Occurrence, Timezone

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


Gap = (
    Literal["intent", "topic", "schedule", "event", "threshold"]
    | Literal["channel", "recipient", "competitor", "playbook", "message"]
)


SalesPeriod = Literal["today", "yesterday", "last_7_days", "last_30_days", "week_to_date", "month_to_date"]


class Intent(StrEnum):
    """What is to be done."""

    CREATE = "create"
    """A new playbook."""
    CHANGE = "change"
    """Another time, channel, threshold … of an existing one."""
    PAUSE = "pause"
    RESUME = "resume"
    DELETE = "delete"
    RUN = "run"
    """Now: an existing playbook (`playbook`), or a topic's work once (`topic`: "run a competitor scan")."""
    LIST = "list"
    SHOW = "show"
    """One playbook: what it does, when it runs next."""
    CONFIRM = "confirm"
    """Yes, to what was asked before."""
    REFUSE = "refuse"
    """No, to what was asked before."""
    ANSWER = "answer"
    """Only details ("at 8", "by text"): an answer to a question, or a change of what was talked about last."""
    HELP = "help"
    SMALLTALK = "smalltalk"
    """A greeting, thanks, praise: nothing is to be done."""
    UNCLEAR = "unclear"


class Topic(StrEnum):
    """What a playbook is about; each has a recipe of steps from the catalog."""

    PRICE_WATCH = "price_watch"
    """Our prices against the competitors'; tells when they undercut us."""
    COMPETITOR_REPORT = "competitor_report"
    COMPETITOR_CHANGES = "competitor_changes"
    """What changed on their menus."""
    COMPETITIVE_ACTIONS = "competitive_actions"
    """Findings turned into suggestions and drafts for a person to approve."""
    LOW_STOCK = "low_stock"
    OUT_OF_STOCK = "out_of_stock"
    RESTOCKED = "restocked"
    REORDER_PLAN = "reorder_plan"
    SLOW_MOVERS = "slow_movers"
    SALES_SUMMARY = "sales_summary"
    DEMAND_FORECAST = "demand_forecast"
    MENU_HEALTH = "menu_health"
    NEW_PRODUCTS = "new_products"
    CAMPAIGN_ROI = "campaign_roi"
    CAMPAIGN_DRAFT = "campaign_draft"
    LOCATION_ROLLUP = "location_rollup"
    CUSTOMER_SEGMENTS = "customer_segments"
    VIP_CUSTOMERS = "vip_customers"
    WIN_BACK = "win_back"
    BIRTHDAYS = "birthdays"
    LOYALTY_HEALTH = "loyalty_health"
    WELCOME = "welcome"
    """A new customer signed up."""
    THANK_YOU = "thank_you"
    """An order was completed."""
    OUR_PRICE_CHANGED = "our_price_changed"
    COMPLIANCE_CHECK = "compliance_check"
    USAGE = "usage"
    REMINDER = "reminder"
    """Only the words in `message`, at a time or an event."""


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class ScheduleWish(_Part):
    """One schedule. `timezone` is None where nobody named a zone: the org's counts then."""

    cron: Cron
    timezone: Timezone | None = None
    occurrence: Occurrence | None = None
    """Which of the cron's days in a month: the `first` Monday."""
    words: str = ""
    """As it was said, for the reply."""
    assumed_time: bool = False
    """Whether no time of day was said ("every morning", "daily") and the usual one was taken."""
    only_time: bool = False
    """Whether no days were said ("make it 8"): the cron has every day, a change keeps the days that were."""


class EventWish(_Part):
    """One event to listen to. `filter` is a condition over `event`: `event.quantity < 5`."""

    event_name: EventName
    filter: Condition | None = None


class Threshold(_Part):
    """When it is worth telling: `subject op value`, like `price_gap > 10`."""

    subject: Literal["price_gap", "quantity", "sales", "sales_change", "days_inactive", "spent", "count"]
    op: Literal[">", ">=", "<", "<=", "=="]
    value: float
    unit: Literal["percent", "usd", "units", "days"] | None = None
    only_value: bool = False
    """Whether only the number was said ("change the threshold to 15%"): a change keeps subject and op."""


class Unclear(_Part):
    """Something that must be asked before anything is done."""

    about: Literal[
        "intent",
        "topic",
        "schedule",
        "event",
        "threshold",
        "channel",
        "recipient",
        "competitor",
        "playbook",
        "message",
    ]
    question: Words
    """To the person, in plain words, with the choices where there are some."""
    said: str = Field(default="", max_length=300)
    """The words that the question is about, read again together with the answer ("every day at 5" + "pm")."""


class Understanding(_Part):
    """What a message says. Nothing in it was guessed: what was not said is absent."""

    intent: Intent
    topic: Topic | None = None
    schedules: tuple[ScheduleWish, ...] = Field(default=(), max_length=5)
    events: tuple[EventWish, ...] = Field(default=(), max_length=5)
    threshold: Threshold | None = None
    channels: tuple[Literal["email", "sms", "dashboard", "slack", "drive"], ...] = ()
    dropped_channels: tuple[Literal["email", "sms", "dashboard", "slack", "drive"], ...] = ()
    """Of a change: "stop texting me"."""
    recipients: tuple[Words, ...] = Field(default=(), max_length=20)
    """`me`, `owner`, `staff`, `customer`, or an address or phone number exactly as it was written."""
    competitors: tuple[Words, ...] = Field(default=(), max_length=20)
    """Names as they were written."""
    top: int | None = Field(default=None, ge=1, le=100)
    """"Top 3": how many of the competitors (or products, customers)."""
    message: Words | None = None
    """The words to say, of a reminder; what a campaign is about."""
    segment: Words | None = None
    """The group of customers that a campaign is for: `vip`, `loyal`, `new`, `at_risk`, `lapsed`."""
    product: Words | None = None
    """The product or category that an alert about stock is for ("when Blue Dream runs low"); None: any."""
    period: SalesPeriod | None = None
    """The days whose sales are meant, where they were named ("week over week")."""
    name: Words | None = None
    """What the new playbook is to be called."""
    playbook: Words | None = None
    """The words that name an existing playbook ("the price alert", "it")."""
    every_playbook: bool = False
    """"Pause all of them": each of the playbooks that the person owns."""
    unclear: tuple[Unclear, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether it can be acted on without asking anybody."""
        return self.intent is not Intent.UNCLEAR and not self.unclear
