"""`send_campaign`: one message to any number of customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from shared.billing.prices import Cost, cost
from shared.campaigns import planning, settling, tasks, utm
from shared.campaigns.planning import Audience
from shared.campaigns.preview import preview
from shared.campaigns.record import KEPT_FOR, Campaign, read_campaign
from shared.documents.org import org_path
from shared.errors import PermanentError
from shared.messages import email
from shared.playbooks.nesting import Deferred
from shared.retail.audience import SegmentOf, ids_in
from shared.steps.base import Action, Effect, Output, Params, Reach, StepContext
from shared.steps.delivery._campaign_words import email_words, text_words
from shared.tenants.tenant import Tenant, load_reachable
from shared.values.text import clean_text
from shared.waiting.ids import wait_id

MAX_CUSTOMERS = 50_000
"""For lists; segments have no limit."""
LONGEST = timedelta(days=28)
CUSTOMER = frozenset({"customer"})


class CampaignEmail(BaseModel):
    """A subject and a body: `text`, `html`, or `message`, which is a report of an earlier step."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: email.SubjectLine
    text: str | None = None
    html: str | None = None
    message: Any = None

    @model_validator(mode="after")
    def _has_a_body(self) -> CampaignEmail:
        if self.text is None and self.html is None and self.message is None:
            raise ValueError("text, html and message are all missing; expected one of them")
        return self


class CampaignSms(BaseModel):
    """What the text says. The way out is added where it opens a conversation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    body: str = Field(min_length=1)


class SendCampaignParams(Params):
    """To a `segment` (its name, or `{name, …}` with its days) or to `customers` (their ids, or rows with an `id`).

    `{{customer.firstName}}` and `{{customer.name}}` stand in `email` and `sms` for each customer's own, without
    filters. With both messages, customers get the text where no email reaches them; `sendTogether` sends both.
    `campaignId` is what statistics and orders know the campaign by, and what its links say: the playbook's id, if
    it is left out.
    """

    keeps_written: ClassVar[frozenset[str]] = frozenset({"email", "sms"})

    segment: SegmentOf | None = None
    customers: list[str] | None = Field(default=None, max_length=MAX_CUSTOMERS)
    email: CampaignEmail | None = None
    sms: CampaignSms | None = None
    send_together: bool = False
    campaign_id: str | None = Field(default=None, min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")

    @field_validator("segment", mode="before")
    @classmethod
    def _by_name(cls, given: Any) -> Any:
        return {"name": given} if isinstance(given, str) else given

    @field_validator("customers", mode="before")
    @classmethod
    def _ids(cls, given: Any) -> Any:
        if not isinstance(given, Sequence) or isinstance(given, str):
            return given
        return [one.get("id") if isinstance(one, Mapping) else one for one in given]

    @model_validator(mode="after")
    def _has_an_audience_and_a_message(self) -> SendCampaignParams:
        if (self.segment is None) == (self.customers is None):
            raise ValueError("expected either segment or customers")
        if self.email is None and self.sms is None:
            raise ValueError("email and sms are both missing; expected at least one of them")
        if any(not one or "/" in one for one in self.customers or ()):
            raise ValueError("customers: found an id that no customer can have; expected ids without slashes")
        return self

    @classmethod
    def deferred(cls, written: Mapping[str, Any]) -> Sequence[Deferred]:
        """The fields filled in for each customer."""
        return tuple(Deferred(name, CUSTOMER) for name in ("email", "sms") if name in written)


class SendCampaignOutput(Output):
    """What happened to the messages: `sent` is `emails` and `texts`; `skipped` counts by reason.

    `total`: customers in the audience. `unknown`: texts that may or may not have arrived. A dry run says what would
    become of it now, with nothing sent: `waiting` of the texts would go in the morning, and who is `notExamined`,
    past the first 20,000, is only counted, and paid for at most.
    """

    campaign_id: str
    total: int
    sent: int = 0
    emails: int = 0
    texts: int = 0
    skipped: dict[str, int] = Field(default_factory=dict)
    failed: int = 0
    unknown: int = 0
    pages: int = 0
    waiting: int = 0
    not_examined: int = 0
    cost_usd: float = 0.0
    dry_run: bool = False

    def reach(self) -> Reach | None:
        """A dry run reaches nobody."""
        return None if self.dry_run else Reach(self.sent, self.skipped)


class SendCampaign(Action[SendCampaignParams, SendCampaignOutput]):
    """Sends an email, a text or both to a segment of any size; each customer gets it at most once.

    The run waits meanwhile, and shows how far it is. Customers who opted out, gave no consent or were messaged
    recently are skipped and counted. Canceling the run stops it after the page at hand.
    """

    effect: ClassVar[Effect] = Effect.ONCE
    slow = True
    example: ClassVar[Mapping[str, Any]] = {
        "segment": {"name": "inactive", "days": 30},
        "email": {"subject": "We miss you", "text": "Hi {{customer.firstName}}, come by and say hello."},
        "campaignId": "win-back",
    }

    def run(self, params: SendCampaignParams, context: StepContext) -> SendCampaignOutput:
        """Start it and wait, or return its result.

        Raises:
            PermanentError: it cannot be sent at all, the provider refuses it as a whole, or it takes over 28 days.
        """
        run_id = wait_id(context.execution_id, context.step_id)
        known = context.effects.read(lambda: read_campaign(run_id))
        if known is None or known.status == "planning":
            org = context.effects.read(lambda: load_reachable(context.org.id))
            wanted = _wanted(params, context, org, run_id)
            summary = {"channel": "campaign", "campaignId": wanted.campaign_id, **_to(params)}
            known = context.effects.write(
                "campaign",
                summary,
                lambda: planning.begin(wanted, _audience(params, context), context.now),
                sample=None,
            )
            if known is None:
                return _dry_run(params, context, org, wanted.campaign_id)
        elif known.status == "stopped":
            known = _resumed(known, context)
        return _outcome(known, context)

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """One message for each customer of a list; how large a segment will be, it isn't known before."""
        people = params.get("customers")
        count = len(people) if isinstance(people, list) else 1
        return {item: count for name, item in (("email", "email"), ("sms", "sms_customer")) if params.get(name)}


def _to(params: SendCampaignParams) -> dict[str, Any]:
    return {"segment": params.segment.name} if params.segment else {"customers": len(params.customers or ())}


def _wanted(params: SendCampaignParams, context: StepContext, org: Tenant, run_id: str) -> Campaign:
    if params.email is not None and not org.postal_address:
        raise PermanentError(
            f"{org_path(org.id)}.postalAddress is missing; marketing email must carry the shop's postal address"
        )
    campaign_id = params.campaign_id or clean_text(context.playbook_id)
    names = campaign_id, utm.slug(params.campaign_id or context.playbook_name)
    mail, text = params.email, params.sms
    return Campaign(
        id=run_id,
        org_id=context.org.id,
        org_name=context.org.name,
        timezone=context.org.timezone,
        playbook_id=context.playbook_id,
        execution_id=context.execution_id,
        step_id=context.step_id,
        campaign_id=campaign_id,
        email=email_words(mail.model_dump(), context, org, run_id, names) if mail else None,
        sms=text_words(text.model_dump(), context, run_id, names) if text else None,
        together=params.send_together,
        status="planning",
        created_at=context.now,
        expire_at=context.now + KEPT_FOR,
    )


def _audience(params: SendCampaignParams, context: StepContext) -> Audience:
    segment, listed = params.segment, params.customers

    def ids(audience: Audience) -> Iterable[str]:
        if segment is None:
            return dict.fromkeys(listed or ())
        return ids_in(context.org.id, segment, context.now, context.org.timezone, audience.unreadable)

    return Audience(ids)


def _dry_run(params: SendCampaignParams, context: StepContext, org: Tenant, campaign_id: str) -> SendCampaignOutput:
    audience = _audience(params, context)
    channels = {"email": params.email is not None, "sms": params.sms is not None}
    found = context.effects.read(
        lambda: preview(org, audience.ids(audience), context.now, **channels, together=params.send_together)
    )
    # Whoever was only counted gets each message at most; where it is one of the two, a text costs more.
    mailed = channels["email"] and (params.send_together or not channels["sms"])
    used = {
        "email": found.emails + (found.not_examined if mailed else 0),
        "sms_customer": found.texts + (found.not_examined if channels["sms"] else 0),
    }
    costs = [cost(item, quantity) for item, quantity in used.items() if quantity]
    context.costs.extend(costs)
    unreadable = {"unreadable": len(audience.unreadable)} if audience.unreadable else {}
    return SendCampaignOutput(
        campaign_id=campaign_id,
        total=found.total + len(audience.unreadable),
        sent=found.emails + found.texts,
        emails=found.emails,
        texts=found.texts,
        waiting=found.waiting,
        not_examined=found.not_examined,
        skipped=dict(found.skipped + Counter(unreadable)),
        cost_usd=float(sum(one.usd for one in costs)),
        dry_run=True,
    )


def _resumed(known: Campaign, context: StepContext) -> Campaign:
    """After its run was sent back; tasks from before are spent, so the sweep's way finds the open pages."""
    resumed = settling.resume(known, context.now)
    tasks.enqueue_page(resumed, resumed.page_id(0), context.now)
    return resumed


def _outcome(known: Campaign, context: StepContext) -> SendCampaignOutput:
    if known.status == "failed":
        settling.mark_notified(known)
        raise PermanentError(f"the campaign was refused: {known.status_reason}")
    if known.status == "cancelled":
        raise PermanentError(f"the campaign was canceled: {known.status_reason}")
    if known.status != "completed":
        until = context.parking.until(context.now + LONGEST)
        if context.now >= until:
            raise PermanentError(f"the campaign has not ended within {LONGEST.days} days")
        reason = f"Sending to {known.total:,} {'customer' if known.total == 1 else 'customers'}"
        context.parking.park(until, {"channel": "campaign", "campaignId": known.campaign_id}, reason)
    used = [cost(item, quantity) for item, quantity in known.used().items()]
    context.costs.extend(Cost(one.item, one.quantity, one.usd, billed=True) for one in used)
    return SendCampaignOutput(
        campaign_id=known.campaign_id,
        total=known.total + known.unreadable,
        pages=known.pages,
        cost_usd=float(sum(one.usd for one in used)),
        **known.counted().model_dump(),
    )
