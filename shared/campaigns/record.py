"""Stored campaigns: `campaign_runs/{id}`, and their pages in `campaign_pages/{planId}-{number}`.

A campaign belongs to one step of one run. Its pages are written before it starts, so its audience is fixed. A page
holds each customer's outcome per channel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from shared.compliance.frequency import Channel
from shared.documents.stored import Stored
from shared.gcp.clients import firestore
from shared.values.camel_model import CamelModel

CAMPAIGNS = "campaign_runs"
PAGES = "campaign_pages"
KEPT_FOR = timedelta(days=90)
OVERDUE_AFTER = timedelta(minutes=10)

CampaignStatus = Literal["planning", "sending", "completed", "cancelled", "failed", "stopped"]
"""`failed`: the provider rejects everything; `stopped`: its run was notified and may resume it."""

SENT, FAILED, UNKNOWN = "sent", "failed", "unknown"
OPEN = ""
"""Outcome of a message not handled yet."""


class ChangedError(Exception):
    """The document changed since it was read: another process took over."""


class _Versioned(CamelModel):
    """Base: camelCase in Firestore, unknown fields ignored."""

    id: str = Field(exclude=True)
    version: Any = Field(default=None, exclude=True)

    def document(self) -> dict[str, Any]:
        return self.model_dump(by_alias=True)


class EmailWords(Stored):
    """A campaign's email, rendered once; tokens stand for each customer's details."""

    subject: str
    text: str
    html: str
    token: str
    """The prefix of its tokens."""
    unsubscribe_url: str | None = None
    """The link rendered for the placeholder address; each customer's own link replaces it."""
    payload: str | None = None


class TextWords(Stored):
    """A campaign's text message, with the same tokens."""

    body: str
    token: str


class Totals(Stored):
    """Outcomes: sent + skipped + failed + unknown is the number of messages handled."""

    sent: int = 0
    emails: int = 0
    texts: int = 0
    failed: int = 0
    unknown: int = 0
    """Texts that may or may not have arrived; they aren't sent again."""
    skipped: dict[str, int] = Field(default_factory=dict)

    def plus(self, other: Totals) -> Totals:
        numbers = ("sent", "emails", "texts", "failed", "unknown")
        sums = {name: getattr(self, name) + getattr(other, name) for name in numbers}
        return Totals(**sums, skipped=dict(Counter(self.skipped) + Counter(other.skipped)))


class Campaign(_Versioned):
    """One campaign of one step. `total`: audience size; `plan_id`: the plan that counts."""

    org_id: str
    org_name: str = ""
    timezone: str
    playbook_id: str
    execution_id: str
    step_id: str
    campaign_id: str
    status: CampaignStatus
    status_reason: str | None = None
    plan_id: str = ""
    email: EmailWords | None = None
    sms: TextWords | None = None
    together: bool = False
    """Whether customers get both messages; otherwise only those not reached by email get the text."""
    total: int = 0
    unreadable: int = 0
    """Unreadable customer documents; they are in no page."""
    pages: int = 0
    pages_done: int = 0
    totals: Totals = Field(default_factory=Totals)
    generation: int = 0
    """How often it was resumed; part of task names, because used names can't be reused."""
    created_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    shown_at: AwareDatetime | None = None
    """When its progress was last copied to the run."""
    due_at: AwareDatetime | None = None
    expire_at: AwareDatetime

    def page_id(self, number: int) -> str:
        """The page's id; numbers start at 0."""
        return f"{self.plan_id}-{number}"

    @property
    def effects(self) -> str:
        """The prefix of its messages' keys."""
        return f"{self.id}:"

    def effect_of(self, channel: Channel, customer_id: str) -> str:
        """The key of a customer's message."""
        return f"{self.effects}{'sms:' if channel == 'sms' else ''}{customer_id}"

    def used(self) -> dict[str, int]:
        """Usage through the last finished page, by price table item; already counted in the month."""
        quantities = {"email": self.totals.emails, "sms_customer": self.totals.texts + self.totals.unknown}
        return {item: quantity for item, quantity in quantities.items() if quantity}

    def counted(self) -> Totals:
        """The totals plus unreadable documents."""
        unreadable = {"unreadable": self.unreadable} if self.unreadable else {}
        return self.totals.plus(Totals(skipped=unreadable))

    def progress(self) -> dict[str, Any]:
        """The progress shown in the run's document."""
        return {
            **self.counted().model_dump(by_alias=True),
            "campaignId": self.campaign_id,
            "status": self.status,
            "total": self.total,
            "pages": self.pages,
            "pagesDone": self.pages_done,
        }


class Intent(Stored):
    """Messages about to be sent: the customers' places in the page."""

    channel: Channel
    places: list[int]
    at: AwareDatetime


class PageLease(Stored):
    owner: str
    until: AwareDatetime


class Page(_Versioned):
    """Some of a campaign's customers, and each one's outcome per channel, by place."""

    org_id: str
    run_id: str
    """The campaign's id in `campaign_runs`."""
    number: int
    customers: list[str]
    email: list[str] = Field(default_factory=list)
    sms: list[str] = Field(default_factory=list)
    intent: Intent | None = None
    lease: PageLease | None = None
    status: Literal["open", "done"] = "open"
    not_before: AwareDatetime | None = None
    """Set when the provider asked for a pause or during customers' quiet hours."""
    slowed: int = 0
    """Consecutive postponements."""
    tries: int = 0
    """How often single messages were answered with "not now"."""
    expire_at: AwareDatetime

    def progress(self) -> dict[str, Any]:
        """The fields that change during sending."""
        return self.model_dump(by_alias=True, exclude={"org_id", "run_id", "number", "customers", "expire_at"})

    def outcomes(self, channel: Channel) -> list[str]:
        """Each customer's outcome on the channel; empty if the campaign doesn't use it."""
        return self.email if channel == "email" else self.sms

    def left(self, channel: Channel) -> list[int]:
        """Places not handled yet."""
        return [place for place, outcome in enumerate(self.outcomes(channel)) if outcome == OPEN]

    def tally(self, *, together: bool) -> Totals:
        """Counts outcomes; if a customer got a text instead of an email, the text counts."""
        mails = [outcome for outcome in self.email if outcome]
        if self.email and self.sms and not together:
            mails = [
                outcome for outcome, text in zip(self.email, self.sms, strict=True) if outcome in (SENT, UNKNOWN)
            ]
            texts = [
                text for outcome, text in zip(self.email, self.sms, strict=True) if outcome not in (SENT, UNKNOWN)
            ]
        else:
            texts = [outcome for outcome in self.sms if outcome]
        counts = Counter(outcome for outcome in (*mails, *texts) if outcome != OPEN)
        ended = {name: counts.pop(name, 0) for name in (SENT, FAILED, UNKNOWN)}
        emails, texted = mails.count(SENT), texts.count(SENT)
        return Totals(emails=emails, texts=texted, skipped=dict(counts), **ended)


def read_campaign(run_id: str) -> Campaign | None:
    found = firestore().collection(CAMPAIGNS).document(run_id).get()
    return parse_campaign(found.id, found.to_dict(), found.update_time)


def parse_campaign(run_id: str, fields: Mapping[str, Any] | None, version: Any) -> Campaign | None:
    """Parses a campaign document.

    Raises:
        ValidationError: it is malformed.
    """
    return None if fields is None else Campaign.model_validate({**fields, "id": run_id, "version": version})


def read_page(page_id: str) -> Page | None:
    found = firestore().collection(PAGES).document(page_id).get()
    fields = found.to_dict()
    return None if fields is None else Page.model_validate({**fields, "id": found.id, "version": found.update_time})


def write_page(page: Page, extra_write: tuple[str, dict[str, Any]] | None = None) -> None:
    """Writes the page if it hasn't changed since it was read, and updates its version.

    `extra_write`: path and fields to merge into another document in the same commit.

    Raises:
        ChangedError: it has changed or was deleted.
    """
    from google.api_core.exceptions import FailedPrecondition, NotFound

    client = firestore()
    batch = client.batch()
    reference = client.collection(PAGES).document(page.id)
    batch.update(reference, page.progress(), client.write_option(last_update_time=page.version))
    if extra_write is not None:
        batch.set(client.document(extra_write[0]), extra_write[1], merge=True)
    try:
        page.version = batch.commit()[0].update_time
    except (FailedPrecondition, NotFound) as error:
        raise ChangedError(f"{PAGES}/{page.id} was written by somebody else") from error


def due(now: datetime) -> datetime:
    """When the sweep should check for lack of progress."""
    return now + OVERDUE_AFTER
