"""Alerts an org that it has used 80% of a tier's allowance, once per month and metric.

The domain event, the mark in the month's document and the outbox alert share one commit with the totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.billing import overages, roll_up
from shared.billing.ledger import Ledger
from shared.billing.roll_up import Crossing, ExtraWrites, Rolled
from shared.billing.tiers import Metric, find_tier
from shared.documents.org import EVENTS, org_path
from shared.messages import links
from shared.messages.alert_types import AlertType, Severity
from shared.notices import outbox
from shared.notices.alert import Alert, worded
from shared.notices.dedup.specialists import specialized_playbooks
from shared.notices.delivery import AlertDelivery
from shared.tenants.tenant import Tenant
from shared.values.words import month_words

EVENT = "usage.at_80_percent"

WORDS = {
    Metric.AI_SESSIONS: "AI sessions",
    Metric.SMS_CUSTOMER: "texts to customers",
    Metric.SMS_INTERNAL: "texts to staff",
    Metric.EMAILS: "emails",
    Metric.COMPETITORS: "tracked competitors",
    Metric.ZIP_CODES: "active zip codes",
    Metric.CREATIVE_ASSETS: "creative assets",
}


def roll_up_and_notify(org_id: str, month: str, number: int, now: datetime) -> Rolled:
    """Updates the org's document for month `YYYY-MM` and reports metrics that crossed 80%.

    Raises:
        NotFoundError: the org doesn't exist.
        PermanentError: the org's document is malformed.
        TransientError: the document kept changing; retry.
    """

    put: list[AlertDelivery] = []

    def writes_for(tenant: Tenant, read: Ledger, crossings: Sequence[Crossing]) -> ExtraWrites:
        # Otherwise the playbook started by the event reports it in more detail.
        alerted = [] if specialized_playbooks(org_id, {"usage"}, None) else crossings
        put[:] = [AlertDelivery.of(org_id, usage_alert(tenant, month, one), now) for one in alerted]
        events = dict(_event(org_id, read, one, now) for one in crossings)
        return ExtraWrites({**events, **{one.path: one.document() for one in put}})

    rolled = roll_up.roll_up(org_id, month, number, now, writes_for)
    for one in put if rolled.crossings else ():
        outbox.deliver(one, now)
    return rolled


def alert_id(org_id: str, month: str, metric: Metric) -> str:
    """The id of the event and the alert; deterministic."""
    return f"usage-80-{org_id}-{month}-{metric.value}"


def usage_alert(tenant: Tenant, month: str, crossing: Crossing) -> Alert:
    """The alert for a metric at 80% or more."""
    words, percent = WORDS[crossing.metric], f"{crossing.percent:.0f}"
    severity: Severity = "critical" if crossing.percent >= 100 else "warning"
    return Alert(
        id=alert_id(tenant.id, month, crossing.metric),
        type=AlertType.USAGE_ALERT,
        key=crossing.metric.value,
        message=worded(f"You've used {percent}% of your {words} for {month_words(month)}", _body(tenant, crossing)),
        severity=severity,
        link=links.USAGE,
    )


def _event(org_id: str, read: Ledger, one: Crossing, now: datetime) -> tuple[str, dict[str, Any]]:
    figures = {"metric": one.metric.value, "used": one.used, "limit": one.limit, "percent": one.percent}
    path = org_path(org_id, EVENTS, alert_id(org_id, read.month, one.metric))
    return path, {"name": EVENT, "data": {**figures, "period": read.month}, "createdAt": now}


def _body(tenant: Tenant, crossing: Crossing) -> str:
    """What happens at the limit: a charge or a stop."""
    tier = find_tier(tenant.tier_id)
    each = overages.rate(tier, crossing.metric)
    is_over = crossing.used >= crossing.limit
    if each is not None:
        ahead = f"Each one {'now' if is_over else 'after that'} costs ${each.normalize():f}."
    else:
        stops = "Steps that need more are stopped" if is_over else "At 100%, steps that need more will stop"
        ahead = f"{stops} until next month. A higher plan includes more."
    used = f"{crossing.used:,} of the {crossing.limit:,} {WORDS[crossing.metric]}"
    return f"You've used {used} in your {tier.id.value.title()} plan. {ahead}"
