"""An org's usage month by month against its tier's limits, for people.

The current month is exact to the moment; past ones are what their document was last set to, against the tier that
the org had then. Reads: the org, the month's nine documents, its gauges, and a document for each month before.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shared.billing import usage
from shared.billing.months import month_path
from shared.billing.overages import charge, rate
from shared.billing.tiers import UNLIMITED, Metric, find_tier
from shared.billing.usage import UsageWithLimits
from shared.errors import PermanentError
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.tenants.tenant import Tenant, load_tenant
from shared.values.camel_model import CamelModel

log = logging.get_logger(__name__)

MAX_MONTHS = 12


class _Answer(CamelModel, frozen=True):
    pass


class MetricMonth(_Answer):
    """One metric. `limit` −1: unlimited. `percent` of the limit; none without one, or with a limit of zero.

    `atRisk`: at 80 % or more. `overageRateUsd`: for each one over the limit, where the tier goes on and charges;
    without it the tier stops at its limit. `overageUsd`: what that has come to, whole cents.
    """

    metric: Metric
    used: int
    limit: int
    percent: float | None = None
    at_risk: bool
    overage_rate_usd: float | None = None
    overage_usd: float


class OverageCharges(_Answer):
    """USD, whole cents: the eighth metric."""

    sms: float
    email: float
    creative_assets: float
    total: float


class UsageMonth(_Answer):
    """`month` of the org's zone, `YYYY-MM`. `costUsd`: what its runs have cost. `problem`: why it is not read."""

    month: str
    tier_id: str | None = None
    metrics: tuple[MetricMonth, ...] = ()
    overage_charges: OverageCharges | None = None
    cost_usd: float | None = None
    problem: str | None = None


class Budget(_Answer):
    """This month's. `monthlyUsd` none: no budget is set. `percent`: how much of it is spent, to a tenth."""

    monthly_usd: float | None = None
    spent_usd: float
    percent: float | None = None


class Usage(_Answer):
    """`items`: the months in which something was counted, newest first; the first one is the current month."""

    tier_id: str
    month: str
    timezone: str
    items: tuple[UsageMonth, ...]
    budget: Budget


def usage_by_month(org_id: str, months: int, now: datetime) -> Usage:
    """The current month and the ones before it, `months` in all.

    Raises:
        NotFoundError: there is no such org.
        PermanentError: its document, or the current month's, is malformed.
    """
    tenant = load_tenant(org_id)
    current = usage.usage_with_limits(org_id, tenant.tier_id, tenant.timezone, now)
    past = _past(tenant, months_before(current.period, months - 1))
    return Usage(
        tier_id=tenant.tier_id.value,
        month=current.period,
        timezone=tenant.timezone,
        items=(_month(current), *past),
        budget=_budget(tenant, current),
    )


def months_before(month: str, count: int) -> list[str]:
    """So many months before `YYYY-MM`, the newest first."""
    year, number = (int(part) for part in month.split("-"))
    at = year * 12 + number - 1
    return [f"{one // 12:04}-{one % 12 + 1:02}" for one in range(at - 1, at - 1 - count, -1)]


def _past(tenant: Tenant, months: list[str]) -> list[UsageMonth]:
    db = firestore()
    paths = {month_path(tenant.id, month): month for month in months}
    documents = db.get_all([db.document(path) for path in paths])
    found = {one.reference.path: one.to_dict() or {} for one in documents if one.exists}
    return [_past_month(tenant, path, month, found[path]) for path, month in paths.items() if path in found]


def _past_month(tenant: Tenant, path: str, month: str, fields: dict[str, Any]) -> UsageMonth:
    """As it ended: with the tier of then where the document says one."""
    tier_id = fields.get("tierId")
    try:
        tier = find_tier(tier_id if isinstance(tier_id, str) else tenant.tier_id)
        return _month(usage.against(tenant.id, tier, usage.parse_usage(path, month, fields)))
    except PermanentError as error:
        log.warning("passed over a month's usage: %s", error, extra={"path": path})
        return UsageMonth(month=month, problem=str(error))


def _month(found: UsageWithLimits) -> UsageMonth:
    tier = find_tier(found.tier_id)
    metrics = []
    for metric, use in found.metrics.items():
        each = rate(tier, metric)
        metrics.append(
            MetricMonth(
                metric=metric,
                used=use.used,
                limit=UNLIMITED if use.limit is None else use.limit,
                percent=use.percent,
                at_risk=use.at_risk,
                overage_rate_usd=None if each is None else float(each),
                overage_usd=float(charge(tier, metric, use.used)),
            )
        )
    return UsageMonth(
        month=found.period,
        tier_id=found.tier_id,
        metrics=tuple(metrics),
        overage_charges=OverageCharges.model_validate(found.overage_charges.fields()),
        cost_usd=found.cost_usd,
    )


def _budget(tenant: Tenant, current: UsageWithLimits) -> Budget:
    monthly, spent = tenant.monthly_budget_usd, Decimal(str(current.cost_usd))
    percent = None
    if monthly:
        percent = float((spent * 100 / monthly).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))
    return Budget(
        monthly_usd=None if monthly is None else float(monthly), spent_usd=current.cost_usd, percent=percent
    )
