"""The org's alerts, pending decisions, usage, and competitors with prices; read-only."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from shared.api.body import Body, DocumentId
from shared.api.cursors import MAX_CURSOR_CHARS
from shared.api.masking import masked
from shared.api.reading import SCOPE
from shared.billing.usage_months import MAX_MONTHS, usage_by_month
from shared.competitors import overview
from shared.competitors.snapshots.price_history import PriceHistories
from shared.decisions import approval_list
from shared.decisions import suggestion_store as decision_store
from shared.decisions.approvals import ApprovalStatus
from shared.documents.suggestions import KINDS
from shared.mcp.tool import Caller, Content, Tool
from shared.notices import alert_center
from shared.runs.may_decide import shown
from shared.runs.playbook_costs import costs_by_playbook
from shared.steps.data._values import plain
from shared.tenants.tenant import load_tenant

MAX_LISTED = 50
DEFAULT_LISTED = 20


class Page(Body):
    """Which page of a list, newest first: `after` is the `nextAfter` of an earlier answer."""

    limit: int = Field(default=DEFAULT_LISTED, ge=1, le=MAX_LISTED)
    after: str | None = Field(default=None, max_length=MAX_CURSOR_CHARS)


class DecisionsQuery(Page):
    """`status`: of the approvals. Suggestions are the undecided ones."""

    status: ApprovalStatus | None = ApprovalStatus.PENDING


class UsageQuery(Body):
    """`months`: how many, counting back from the current one. `costsOf`: a month (YYYY-MM) by playbook."""

    months: int = Field(default=1, ge=1, le=MAX_MONTHS)
    costs_of: str | None = Field(default=None, pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2026-11"])


class CompetitorsQuery(Body):
    """Which page: `after` is the `nextAfter` of an earlier answer."""

    limit: int = Field(default=DEFAULT_LISTED, ge=1, le=MAX_LISTED)
    after: DocumentId | None = None


class PricesQuery(Body):
    """For every product, or for those with one name."""

    competitor_id: DocumentId
    product: str | None = Field(default=None, min_length=1, max_length=200)


def list_alerts(caller: Caller, page: Page) -> Content:
    """The org's inbox."""
    now = caller.clock.now()
    found = alert_center.list_alerts(caller.org_id, now, limit=page.limit, after=page.after)
    return {
        "alerts": found.alerts,
        "unread": alert_center.count_unread(caller.org_id, now),
        **_next(found.next_after),
    }


def list_decisions(caller: Caller, query: DecisionsQuery) -> Content:
    """Pending decisions."""
    page = approval_list.list_approvals(
        caller.org_id, caller.clock.now(), status=query.status, limit=query.limit, after=query.after
    )
    answer: dict[str, Any] = {"approvals": shown(page.approvals, caller.principal, caller.clock)}
    if query.after is None and caller.sees_whole:
        answer["suggestions"] = {kind: masked(plain(decision_store.pending(caller.org_id, kind))) for kind in KINDS}
    return {**answer, **_next(page.next_after)}


def get_usage(caller: Caller, query: UsageQuery) -> Content:
    """What the org has used and spent."""
    answer: dict[str, Any] = {"usage": usage_by_month(caller.org_id, query.months, caller.clock.now())}
    if query.costs_of is not None:
        zone = load_tenant(caller.org_id).timezone
        answer["costs"] = costs_by_playbook(caller.org_id, zone, query.costs_of)
    return answer


def list_competitors(caller: Caller, query: CompetitorsQuery) -> Content:
    """The tracked competitors."""
    wanted = overview.CompetitorPage(org_id=caller.org_id, limit=query.limit, after=query.after)
    return overview.list_competitors(wanted, caller.clock.now())


def competitor_prices(caller: Caller, query: PricesQuery) -> Content:
    """A competitor's prices."""
    return overview.prices(caller.org_id, query.competitor_id, caller.clock.now(), query.product)


def _next(after: str | None) -> dict[str, str]:
    return {"nextAfter": after} if after else {}


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        "list_alerts",
        "List alerts",
        "Lists the org's alerts of the last 30 days, newest first, and how many are unread.",
        Page,
        list_alerts,
        scope=SCOPE,
        examples=({"limit": 5},),
    ),
    Tool(
        "list_decisions",
        "List decisions",
        "Lists the approvals that runs ask for, and the suggestions nobody has decided yet. Only people decide.",
        DecisionsQuery,
        list_decisions,
        scope=SCOPE,
        examples=({}, {"status": "approved", "limit": 5}),
    ),
    Tool(
        "get_usage",
        "Show usage and cost",
        "Shows what the org has used against its tier's limits and what that cost, by month; with costsOf also by "
        "playbook.",
        UsageQuery,
        get_usage,
        scope=SCOPE,
        examples=({"months": 3}, {"costsOf": "2026-11"}),
    ),
    Tool(
        "list_competitors",
        "List competitors",
        "Lists the competitors that the org tracks: when each was last scanned and where it undercuts us most.",
        CompetitorsQuery,
        list_competitors,
        scope=SCOPE,
        examples=({},),
    ),
    Tool(
        "competitor_prices",
        "Show a competitor's prices",
        "Shows what a competitor asked for each product over the last 30 days.",
        PricesQuery,
        competitor_prices,
        scope=SCOPE,
        examples=({"competitorId": "green-leaf", "product": "Blue Dream"},),
        output=PriceHistories,
    ),
)
