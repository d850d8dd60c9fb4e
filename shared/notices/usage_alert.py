"""Telling an org that it has used 80 % of what its tier includes: once a month for each metric.

The domain event, the mark in the month's document and what is still to be told are one commit with the sums that
show it. The org's people hear of it over the router, which tells an alert of one id once; it stands in the month's
document until the router has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.notices import router
from shared.notices.alert import Alert
from shared.notices.inbox import Severity
from shared.tenants import overages, roll_up
from shared.tenants.ledger import Ledger
from shared.tenants.months import month_path
from shared.tenants.roll_up import Crossing, Rolled, Telling
from shared.tenants.tenant import Tenant
from shared.tenants.tiers import Metric, find_tier
from shared.values.words import month_words

EVENT = "usage.at_80_percent"
UNTOLD_FIELD = "alertsUntold"
"""In the month's document: crossings that the router does not have yet, `{metric: {used, limit, percent}}`."""

WORDS = {
    Metric.AI_SESSIONS: "AI sessions",
    Metric.SMS_CUSTOMER: "texts to customers",
    Metric.SMS_INTERNAL: "texts to staff",
    Metric.EMAILS: "emails",
    Metric.COMPETITORS: "tracked competitors",
    Metric.ZIP_CODES: "active zip codes",
    Metric.CREATIVE_ASSETS: "creative assets",
}


def roll_up_and_tell(org_id: str, month: str, number: int, now: datetime) -> Rolled:
    """Set the document of the org's month `YYYY-MM`, and tell what has crossed 80 %.

    Raises:
        NotFoundError: there is no such org.
        PermanentError: the org's document is malformed.
        TransientError: the document kept changing, or an alert could not be stored; to be done again.
    """

    def tell(tenant: Tenant, read: Ledger, crossings: Sequence[Crossing]) -> Telling:
        return _telling(tenant, read, crossings, now)

    rolled = roll_up.roll_up(org_id, month, number, now, tell)
    for name, figures in sorted(_untold(rolled.fields).items()):
        router.deliver_alert(rolled.tenant, usage_alert(rolled.tenant, month, Metric(name), figures), now)
        _take_out(org_id, month, name)
    return rolled


def alert_id(org_id: str, month: str, metric: Metric) -> str:
    """The id of the event and of the alert: the same one whoever finds the crossing."""
    return f"usage-80-{org_id}-{month}-{metric.value}"


def usage_alert(tenant: Tenant, month: str, metric: Metric, figures: Mapping[str, Any]) -> Alert:
    """What is told of `{used, limit, percent}` of a metric."""
    percent = f"{figures['percent']:.0f}"
    severity: Severity = "critical" if figures["percent"] >= 100 else "warning"
    return Alert(
        id=alert_id(tenant.id, month, metric),
        type=AlertType.USAGE_ALERT,
        key=metric.value,
        title=f"You've used {percent}% of your {WORDS[metric]} for {month_words(month)}",
        body=_body(tenant, metric, figures),
        severity=severity,
        data={"metric": WORDS[metric], "percent": percent},
        link=links.USAGE,
    )


def _telling(tenant: Tenant, read: Ledger, crossings: Sequence[Crossing], now: datetime) -> Telling:
    events: dict[str, dict[str, Any]] = {}
    untold = _untold(read.document)
    for one in crossings:
        figures = {"used": one.used, "limit": one.limit, "percent": one.percent}
        untold[one.metric.value] = figures
        events[f"tenants/{tenant.id}/events/{alert_id(tenant.id, read.month, one.metric)}"] = {
            "name": EVENT,
            "data": {"metric": one.metric.value, **figures, "period": read.month},
            "createdAt": now,
        }
    return Telling(events, {UNTOLD_FIELD: untold})


def _body(tenant: Tenant, metric: Metric, figures: Mapping[str, Any]) -> str:
    """What comes at the limit: a charge, or a stop."""
    tier = find_tier(tenant.tier_id)
    each = overages.rate(tier, metric)
    ahead = (
        f"After that, each one costs ${each.normalize():f}."
        if each is not None
        else "At the limit, anything that needs more stops. A higher tier includes more."
    )
    used = f"{figures['used']:,} of the {figures['limit']:,} {WORDS[metric]}"
    return f"You've used {used} in your {tier.id.value.title()} plan. {ahead}"


def _untold(fields: Mapping[str, Any]) -> dict[str, Any]:
    found = fields.get(UNTOLD_FIELD)
    return dict(found) if isinstance(found, Mapping) else {}


def _take_out(org_id: str, month: str, name: str) -> None:
    from google.cloud.firestore import Transaction

    reference = firestore().document(month_path(org_id, month))

    def take(transaction: Transaction) -> None:
        there = _untold(reference.get(transaction=transaction).to_dict() or {})
        if there.pop(name, None) is not None:
            transaction.update(reference, {UNTOLD_FIELD: there})

    in_transaction(take, month_path(org_id, month))
