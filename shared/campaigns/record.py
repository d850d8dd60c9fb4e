"""What is stored of a campaign: `campaign_runs/{id}`, and `campaign_pages/{planId}-{number}` for its pages.

A campaign belongs to one step of one run. Its pages are written before the campaign begins, so that the audience
does not change under it; a page says of each of its customers, over each channel, what happened to the message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.compliance.frequency import Channel
from shared.gcp.clients import firestore
from shared.quarantine.stored import Stored

CAMPAIGNS = "campaign_runs"
PAGES = "campaign_pages"
KEPT_FOR = timedelta(days=90)
OVERDUE_AFTER = timedelta(minutes=10)

CampaignStatus = Literal["planning", "sending", "completed", "cancelled", "failed", "stopped"]
"""`failed`: the provider refuses everything; `stopped`: its run has been told so and may resume it."""

SENT, FAILED, UNKNOWN = "sent", "failed", "unknown"
OPEN = ""
"""Of a customer over a channel: not dealt with yet."""


class ChangedError(Exception):
    """The document changed since it was read: another process has gone on with it."""


class _Versioned(BaseModel):
    """Base: camelCase in Firestore, unknown fields passed over."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    id: str = Field(exclude=True)
    version: Any = Field(default=None, exclude=True)

    def document(self) -> dict[str, Any]:
        """As Firestore stores it."""
        return self.model_dump(by_alias=True)


class EmailWords(Stored):
    """The mail of a campaign, rendered once; tokens stand for what differs from customer to customer."""

    subject: str
    text: str
    html: str
    token: str
    """What all of its tokens begin with."""
    unsubscribe_url: str | None = None
    """The link of the address that the mail was rendered for, which each customer's own replaces."""
    payload: str | None = None


class TextWords(Stored):
    """The text of a campaign, with the same tokens."""

    body: str
    token: str


class Totals(Stored):
    """What happened to the messages: sent + skipped + failed + unknown is how many were meant and are dealt
    with.
    """

    sent: int = 0
    emails: int = 0
    texts: int = 0
    failed: int = 0
    unknown: int = 0
    """Texts that may or may not have arrived; they were not sent again."""
    skipped: dict[str, int] = Field(default_factory=dict)

    def plus(self, other: Totals) -> Totals:
        """The sums."""
        numbers = ("sent", "emails", "texts", "failed", "unknown")
        sums = {name: getattr(self, name) + getattr(other, name) for name in numbers}
        return Totals(**sums, skipped=dict(Counter(self.skipped) + Counter(other.skipped)))


class Campaign(_Versioned):
    """One campaign of one step. `total`: customers in the audience; `plan_id`: of the plan that counts."""

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
    """Whether customers get both messages; otherwise only those that no mail reaches get the text."""
    total: int = 0
    unreadable: int = 0
    """Documents that could not be read when the audience was listed; they are in no page."""
    pages: int = 0
    pages_done: int = 0
    totals: Totals = Field(default_factory=Totals)
    generation: int = 0
    """How often it was resumed; part of the tasks' names, of which those used before are spent."""
    created_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    shown_at: AwareDatetime | None = None
    """When its progress was last written into the run."""
    due_at: AwareDatetime | None = None
    expire_at: AwareDatetime

    def page_id(self, number: int) -> str:
        """The id of the page with that number, from 0."""
        return f"{self.plan_id}-{number}"

    @property
    def effects(self) -> str:
        """What the keys of all its messages begin with."""
        return f"{self.id}:"

    def effect_of(self, channel: Channel, customer_id: str) -> str:
        """The key of the message to the customer."""
        return f"{self.effects}{'sms:' if channel == 'sms' else ''}{customer_id}"

    def used(self) -> dict[str, int]:
        """What it used until its last page that ended, by item of the price table; the month holds it already."""
        quantities = {"email": self.totals.emails, "sms_customer": self.totals.texts + self.totals.unknown}
        return {item: quantity for item, quantity in quantities.items() if quantity}

    def counted(self) -> Totals:
        """What happened to the messages, with the documents that could not be read."""
        unreadable = {"unreadable": self.unreadable} if self.unreadable else {}
        return self.totals.plus(Totals(skipped=unreadable))

    def progress(self) -> dict[str, Any]:
        """As the run's document shows it."""
        return {
            **self.counted().model_dump(by_alias=True),
            "campaignId": self.campaign_id,
            "status": self.status,
            "total": self.total,
            "pages": self.pages,
            "pagesDone": self.pages_done,
        }


class Intent(Stored):
    """Messages that are about to be handed over: the customers' places in the page."""

    channel: Channel
    places: list[int]
    at: AwareDatetime


class PageLease(Stored):
    """Who works on a page, and until when nobody else may."""

    owner: str
    until: AwareDatetime


class Page(_Versioned):
    """Some customers of a campaign, and what happened to each over each channel, by their places."""

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
    """The provider asked to slow down, or customers are asleep."""
    slowed: int = 0
    """How often in a row it was put off."""
    tries: int = 0
    """How often single messages of it were answered with "not now"."""
    expire_at: AwareDatetime

    def progress(self) -> dict[str, Any]:
        """What changes while it is sent."""
        return self.model_dump(by_alias=True, exclude={"org_id", "run_id", "number", "customers", "expire_at"})

    def outcomes(self, channel: Channel) -> list[str]:
        """What happened to each customer over the channel; empty where the campaign does not use it."""
        return self.email if channel == "email" else self.sms

    def left(self, channel: Channel) -> list[int]:
        """The places of those who are not dealt with."""
        return [place for place, said in enumerate(self.outcomes(channel)) if said == OPEN]

    def tally(self, *, together: bool) -> Totals:
        """What happened to its messages; of a customer who got a text instead of a mail, the text counts."""
        mails = [said for said in self.email if said]
        if self.email and self.sms and not together:
            mails = [said for said, text in zip(self.email, self.sms, strict=True) if said in (SENT, UNKNOWN)]
            texts = [text for said, text in zip(self.email, self.sms, strict=True) if said not in (SENT, UNKNOWN)]
        else:
            texts = [said for said in self.sms if said]
        counts = Counter(said for said in (*mails, *texts) if said != OPEN)
        ended = {name: counts.pop(name, 0) for name in (SENT, FAILED, UNKNOWN)}
        emails, texted = mails.count(SENT), texts.count(SENT)
        return Totals(emails=emails, texts=texted, skipped=dict(counts), **ended)


def read_campaign(run_id: str) -> Campaign | None:
    """The campaign; None if there is none."""
    found = firestore().collection(CAMPAIGNS).document(run_id).get()
    return parse_campaign(found.id, found.to_dict(), found.update_time)


def parse_campaign(run_id: str, fields: Mapping[str, Any] | None, version: Any) -> Campaign | None:
    """The campaign that a document's fields hold.

    Raises:
        ValidationError: it is malformed.
    """
    return None if fields is None else Campaign.model_validate({**fields, "id": run_id, "version": version})


def read_page(page_id: str) -> Page | None:
    """The page; None if there is none."""
    found = firestore().collection(PAGES).document(page_id).get()
    fields = found.to_dict()
    return None if fields is None else Page.model_validate({**fields, "id": found.id, "version": found.update_time})


def write_page(page: Page, beside: tuple[str, dict[str, Any]] | None = None) -> None:
    """Write the page if nobody has since it was read; moves its version on.

    `beside`: another document's path and the fields to merge into it, in the same commit.

    Raises:
        ChangedError: somebody has, or it is gone.
    """
    from google.api_core.exceptions import FailedPrecondition, NotFound

    client = firestore()
    batch = client.batch()
    reference = client.collection(PAGES).document(page.id)
    batch.update(reference, page.progress(), client.write_option(last_update_time=page.version))
    if beside is not None:
        batch.set(client.document(beside[0]), beside[1], merge=True)
    try:
        page.version = batch.commit()[0].update_time
    except (FailedPrecondition, NotFound) as error:
        raise ChangedError(f"{PAGES}/{page.id} was written by somebody else") from error


def due(now: datetime) -> datetime:
    """When the sweep should wonder why nothing happened."""
    return now + OVERDUE_AFTER
