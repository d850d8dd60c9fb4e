"""Endpoints for an org's competitors, usage and alerts; and other systems' endpoints."""

from __future__ import annotations

from functions import _member
from functions.alerts import ListQuery as AlertsQuery
from functions.alerts import MarkedAlerts
from functions.competitors import ListQuery as CompetitorsQuery
from functions.competitors import NewCompetitor, OneQuery, PricesQuery, RemovedCompetitor, TrackedCompetitor
from functions.mailjet_events import CountedEvents
from functions.usage import CostsQuery, UsageQuery
from local.openapi import shapes
from local.openapi.door import Credential, Door
from shared.billing.usage_months import Usage
from shared.competitors.overview import CompetitorDetail, CompetitorList
from shared.competitors.snapshots.price_history import PriceHistories
from shared.notices.sms_replies import InboundText
from shared.runs.playbook_costs import PlaybookCosts

_READS = "every member; agents: `executions:read`"
_PEOPLE: tuple[Credential, ...] = ("user",)
_HTML = "text/html"


ORGS: tuple[Door, ...] = (
    Door(
        "competitors",
        "GET",
        "/api/competitors",
        "List the competitors that the org tracks",
        {200: CompetitorList},
        needs=_READS,
        query=CompetitorsQuery,
        names="listCompetitors",
    ),
    Door(
        "competitors",
        "POST",
        "/api/competitors",
        "Track a competitor",
        {201: TrackedCompetitor, 200: TrackedCompetitor},
        needs="the role `editor`; agents: `competitors:write`",
        takes=NewCompetitor,
        names="trackCompetitor",
    ),
    Door(
        "competitors",
        "GET",
        "/api/competitors/{competitorId}",
        "Show a competitor's menu beside ours",
        {200: CompetitorDetail},
        needs=_READS,
        query=OneQuery,
        names="getCompetitor",
    ),
    Door(
        "competitors",
        "DELETE",
        "/api/competitors/{competitorId}",
        "Track a competitor no longer",
        {200: RemovedCompetitor},
        needs="the role `editor`; agents: `competitors:write`",
        query=OneQuery,
        names="removeCompetitor",
    ),
    Door(
        "competitors",
        "GET",
        "/api/competitors/{competitorId}/prices",
        "Show a competitor's prices over 30 days",
        {200: PriceHistories},
        needs=_READS,
        query=PricesQuery,
        names="getPrices",
    ),
    Door(
        "usage",
        "GET",
        "/api/usage",
        "Show what the org has used, month by month",
        {200: Usage},
        needs=_READS,
        query=UsageQuery,
        names="getUsage",
    ),
    Door(
        "usage",
        "GET",
        "/api/usage/{month}/playbooks",
        "Show what each playbook has cost in a month",
        {200: PlaybookCosts},
        needs=_READS,
        query=CostsQuery,
        names="getPlaybookCosts",
    ),
    Door(
        "alerts",
        "GET",
        "/api/alerts",
        "List the org's alerts",
        {200: shapes.AlertList},
        who=_PEOPLE,
        needs="every member",
        query=AlertsQuery,
        names="listAlerts",
    ),
    Door(
        "alerts",
        "POST",
        "/api/alerts/{alertId}/read",
        "Mark an alert as read",
        {200: MarkedAlerts},
        who=_PEOPLE,
        needs="every member",
        takes=_member.OrgBody,
        body_required=False,
        names="readAlert",
    ),
    Door(
        "alerts",
        "POST",
        "/api/alerts/mark-all-read",
        "Mark all alerts as read",
        {200: MarkedAlerts},
        who=_PEOPLE,
        needs="every member",
        takes=_member.OrgBody,
        body_required=False,
        names="readAllAlerts",
    ),
    Door(
        "unsubscribe",
        "GET",
        "/api/unsubscribe",
        "The page that a mail's link to unsubscribe opens; nothing happens",
        {200: _HTML},
        who=(),
        query=shapes.LinkQuery,
        names="askToUnsubscribe",
    ),
    Door(
        "unsubscribe",
        "POST",
        "/api/unsubscribe",
        "Unsubscribe, or take it back",
        {200: _HTML},
        who=(),
        query=shapes.LinkQuery,
        takes=shapes.Resumed,
        body_required=False,
        form=True,
        names="unsubscribe",
    ),
    Door(
        "mailjet_events",
        "POST",
        "/api/mailjet/events",
        "What happened to mails, told by Mailjet",
        {200: CountedEvents},
        who=("mailjet",),
        takes=shapes.MailjetEvents,
        names="takeMailjetEvents",
    ),
    Door(
        "sms_inbound",
        "POST",
        "/api/sms/inbound/{secret}",
        "What people reply to texts, told by the SMS provider",
        {200: shapes.HeardKeyword},
        who=(),
        takes=InboundText,
        form=True,
        names="takeText",
    ),
)
