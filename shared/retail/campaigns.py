"""Revenue, cost and return of campaigns, from the orders that name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from shared.billing.prices import cost
from shared.campaigns.stats import CampaignStats
from shared.documents.orders import Order
from shared.documents.shop import Campaign
from shared.retail.figures import Percent, Row, change_percent, percent_of
from shared.retail.periods import local_day
from shared.retail.sales import Takings
from shared.values.money import Money

UNSENT = frozenset({"draft", "scheduled", "pending_approval", "rejected", "cancelled"})


class CampaignResult(Row):
    """`roiPercent`: (revenue − cost) as a percent of cost; None without a cost.

    `partial`: it began before the window, so earlier revenue is missing while its full cost is counted.
    """

    id: str
    name: str
    channel: str | None
    started_on: date | None
    revenue: Money
    orders: int
    customers: int
    recipients: int
    conversion_percent: Percent | None
    cost: Money | None
    roi_percent: Percent | None
    partial: bool
    sent: int = 0
    """Emails and texts we sent for it, over all runs; `opens` and `clicks` count its emails only."""
    opens: int = 0
    clicks: int = 0


@dataclass(frozen=True, slots=True)
class CampaignResults:
    """Best campaign first; `unattributed` is revenue from orders that name no campaign."""

    campaigns: tuple[CampaignResult, ...]
    revenue: Decimal
    cost: Decimal
    roi_percent: Decimal | None
    unattributed: Decimal
    unknown: Decimal
    """Revenue from orders that name a campaign that doesn't exist."""


class _Brought(Takings):
    """A campaign's orders and revenue, and who bought."""

    def __init__(self) -> None:
        super().__init__()
        self.customers: set[str] = set()

    def add(self, order: Order) -> None:
        super().add(order)
        if order.customer_id:
            self.customers.add(order.customer_id)


def results(
    campaigns: Iterable[Campaign],
    orders: Iterable[Order],
    since: datetime,
    until: datetime,
    zone: str,
    stats: Iterable[CampaignStats] = (),
) -> CampaignResults:
    """The campaigns that ran or brought in orders from `since` until before `until`.

    `stats`: the campaigns we sent; they count even if the shop has no document for them.
    """
    sent = {one.campaign_id: one for one in stats}
    brought: defaultdict[str | None, _Brought] = defaultdict(_Brought)
    for order in orders:
        if order.is_revenue and since <= order.placed_at < until:
            brought[order.campaign_id].add(order)
    listed = list(campaigns)
    recorded = {campaign.id for campaign in listed}
    listed += [_sent_campaign(one) for one in sent.values() if one.campaign_id not in recorded]
    known = {campaign.id for campaign in listed}
    rows = [
        _result(campaign, brought[campaign.id], since, zone, sent.get(campaign.id))
        for campaign in listed
        if brought[campaign.id].orders or _ran(campaign, since, until)
    ]
    rows.sort(key=lambda row: (-row.revenue, row.name.casefold(), row.id))
    cost = sum((row.cost or Decimal(0) for row in rows), Decimal(0))
    # The overall return covers only campaigns with a known cost.
    costed = sum((row.revenue for row in rows if row.cost), Decimal(0))
    return CampaignResults(
        campaigns=tuple(rows),
        revenue=sum((row.revenue for row in rows), Decimal(0)),
        cost=cost,
        roi_percent=change_percent(costed, cost),
        unattributed=brought[None].revenue,
        unknown=sum((found.revenue for key, found in brought.items() if key and key not in known), Decimal(0)),
    )


def _ran(campaign: Campaign, since: datetime, until: datetime) -> bool:
    if campaign.status in UNSENT or campaign.starts_at is None:
        return False
    return campaign.starts_at < until and (campaign.ends_at or campaign.starts_at) >= since


def _sent_campaign(stats: CampaignStats) -> Campaign:
    """The campaign document the shop would have written."""
    return Campaign(
        id=stats.campaign_id,
        name=stats.campaign_id,
        channel="email" if stats.emails >= stats.texts + stats.unknown else "sms",
        starts_at=stats.last_sent_at,
        recipients=stats.emails + stats.texts,
        cost=cost("email", stats.emails).usd + cost("sms_customer", stats.texts + stats.unknown).usd,
    )


def _result(
    campaign: Campaign, brought: _Brought, since: datetime, zone: str, stats: CampaignStats | None
) -> CampaignResult:
    revenue = brought.revenue
    return CampaignResult(
        id=campaign.id,
        name=campaign.name,
        channel=campaign.channel,
        started_on=local_day(campaign.starts_at, zone) if campaign.starts_at else None,
        revenue=revenue,
        orders=brought.orders,
        customers=len(brought.customers),
        recipients=campaign.recipients,
        conversion_percent=percent_of(brought.orders, campaign.recipients),
        cost=campaign.cost,
        roi_percent=None if campaign.cost is None else change_percent(revenue, campaign.cost),
        partial=campaign.starts_at is not None and campaign.starts_at < since,
        sent=stats.emails + stats.texts if stats else 0,
        opens=stats.opens if stats else 0,
        clicks=stats.clicks if stats else 0,
    )
