"""`campaign_roi`: campaigns' revenue against their cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import Field

from shared.campaigns.stats import stats_of
from shared.messages.template.as_text import UNKNOWN
from shared.retail import campaigns
from shared.retail.campaigns import CampaignResult, CampaignResults
from shared.retail.figures import Percent, first, percent_words, usd, usd_or
from shared.retail.load import OrderStream, load_campaigns
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._output import LimitedParams, ShopReportOutput, build, table, unread_note
from shared.values.money import Money
from shared.values.words import counted


class CampaignRoiParams(LimitedParams):
    """Campaigns that ran, or had orders, in the last `days` days."""

    days: int = Field(default=30, ge=1, le=180)


class CampaignRoiOutput(ShopReportOutput):
    """`campaigns`: the most revenue first. Revenue is that of the orders of the window that name the campaign.

    `roiPercent` is of all campaigns whose cost is known; null where none has one.
    """

    campaigns: tuple[CampaignResult, ...]
    count: int
    revenue: Money
    cost: Money
    roi_percent: Percent | None
    unattributed_revenue: Money
    """Revenue of orders without a campaign."""
    unknown_campaign_revenue: Money
    """Revenue of orders whose campaign doesn't exist."""
    left_out: int
    days: int


class CampaignRoi(Action[CampaignRoiParams, CampaignRoiOutput]):
    """Compares each campaign's revenue, from orders that name it, with its cost."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"days": 30}

    def run(self, params: CampaignRoiParams, context: StepContext) -> CampaignRoiOutput:
        """Add it up."""
        org_id, now = context.org.id, context.now
        since = now - timedelta(days=params.days)
        listed = context.effects.read(lambda: load_campaigns(org_id))
        orders = OrderStream(org_id, (since, now), with_lines=False)
        stats = context.effects.read(lambda: stats_of(org_id))
        found = context.effects.read(
            lambda: campaigns.results(listed.records, orders, since, now, context.org.timezone, stats)
        )
        shown, left_out = first(found.campaigns, params.limit)
        malformed = listed.malformed + orders.malformed
        report = build(
            f"Campaigns of {context.org.name}: {_finding(found)}",
            [_headline(found, params.days), _rest(found), _partial(found), unread_note(malformed)],
            [
                table(
                    "Campaigns",
                    ("Campaign", "Sent", "Opened", "Clicked", "Orders", "Revenue", "Cost", "Return"),
                    [_entry(row) for row in shown],
                    left_out,
                )
            ],
        )
        return CampaignRoiOutput(
            **report,
            malformed=malformed,
            campaigns=shown,
            count=len(found.campaigns),
            revenue=found.revenue,
            cost=found.cost,
            roi_percent=found.roi_percent,
            unattributed_revenue=found.unattributed,
            unknown_campaign_revenue=found.unknown,
            left_out=left_out,
            days=params.days,
        )


def _finding(found: CampaignResults) -> str:
    return f"{usd(found.revenue)} for {usd(found.cost)}" if found.campaigns else "none ran"


def _headline(found: CampaignResults, days: int) -> str:
    if not found.campaigns:
        return f"No campaign ran in the last {counted(days, 'day')}."
    roi = f", a return of {percent_words(found.roi_percent)}" if found.roi_percent is not None else ""
    many = counted(len(found.campaigns), "campaign")
    return f"In the last {counted(days, 'day')} {many} brought in {usd(found.revenue)} for {usd(found.cost)}{roi}."


def _rest(found: CampaignResults) -> str:
    note = f"{usd(found.unattributed)} of revenue came from outside your campaigns." if found.unattributed else ""
    unknown = f"{usd(found.unknown)} came from campaigns that aren't on record." if found.unknown else ""
    return " ".join(part for part in (note, unknown) if part)


def _partial(found: CampaignResults) -> str:
    names = [row.name for row in found.campaigns if row.partial]
    if not names:
        return ""
    return f"Started earlier, so earlier revenue is not counted: {', '.join(names)}."


def _entry(row: CampaignResult) -> tuple[str, ...]:
    reach = [f"{count:,}" if row.sent else UNKNOWN for count in (row.sent, row.opens, row.clicks)]
    return row.name, *reach, f"{row.orders:,}", usd(row.revenue), usd_or(row.cost), percent_words(row.roi_percent)
