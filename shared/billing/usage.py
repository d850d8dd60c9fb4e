"""An org's usage in a month against its tier's limits, as of now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pydantic import Field, ValidationError

from shared.billing import gauges, ledger
from shared.billing.ledger import Ledger
from shared.billing.months import month_path, period
from shared.billing.overages import Charges, charges
from shared.billing.tiers import Metric, Tier, find_tier
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.playbooks.problems import problem_lines
from shared.values.camel_model import CamelModel

AT_RISK_PERCENT = 80


class MonthUsage(CamelModel, allow_inf_nan=False, frozen=True):
    """One month. What was not used is zero."""

    period: str
    used: dict[Metric, int]
    cost_usd: float = Field(default=0, ge=0)


@dataclass(frozen=True, slots=True)
class MetricUse:
    """`limit` None: unlimited. `percent` of the limit, to a tenth; None without one, or with a limit of zero."""

    used: int
    limit: int | None
    percent: float | None
    at_risk: bool
    """At 80 % of its limit or more; anything at all where nothing is included."""

    @property
    def unlimited(self) -> bool:
        """Whether the tier sets no limit."""
        return self.limit is None


@dataclass(frozen=True, slots=True)
class UsageWithLimits:
    """A month against a tier: each of the seven limited metrics, and the eighth, what is charged on top, in USD."""

    org_id: str
    tier_id: str
    period: str
    metrics: Mapping[Metric, MetricUse]
    at_risk: tuple[Metric, ...]
    overage_charges: Charges
    cost_usd: float

    def document(self) -> dict[str, Any]:
        """`{period, tierId, metrics{name: {used, limit, percent, unlimited}}, atRisk, overageCharges, costUsd}`."""
        return {
            "period": self.period,
            "tierId": self.tier_id,
            "metrics": {
                metric.value: {
                    "used": use.used,
                    "limit": use.limit,
                    "percent": use.percent,
                    "unlimited": use.unlimited,
                }
                for metric, use in self.metrics.items()
            },
            "atRisk": [metric.value for metric in self.at_risk],
            "overageCharges": self.overage_charges.fields(),
            "costUsd": self.cost_usd,
        }


def usage_with_limits(org_id: str, tier_id: str, timezone: str, now: datetime) -> UsageWithLimits:
    """The month of the org's zone that `now` is in, against the tier.

    Raises:
        PermanentError: there is no such tier, or the month's document is malformed.
    """
    return against(org_id, find_tier(tier_id), load_usage(org_id, timezone, now))


def against(org_id: str, tier: Tier, usage: MonthUsage) -> UsageWithLimits:
    """A month's figures against the tier."""
    found = uses(tier, usage)
    return UsageWithLimits(
        org_id=org_id,
        tier_id=tier.id.value,
        period=usage.period,
        metrics=found,
        at_risk=tuple(metric for metric, use in found.items() if use.at_risk),
        overage_charges=charges(tier, usage.used),
        cost_usd=usage.cost_usd,
    )


def load_usage(org_id: str, timezone: str, now: datetime) -> MonthUsage:
    """The month of the org's zone that `now` is in: what was counted until now, and the gauges as they are.

    Raises:
        PermanentError: its document is malformed.
    """
    month = ledger.read(org_id, period(timezone, now))
    parse_usage(month_path(org_id, month.month), month.month, month.document)
    return usage_of(month, gauges.look(org_id))


def usage_of(month: Ledger, gauged: Mapping[Metric, int]) -> MonthUsage:
    """The month's figures: sums of what effects have added, and the gauges as they were looked at."""
    used = {metric: gauged[metric] if metric in gauged else month.used(metric) for metric in Metric}
    return MonthUsage(period=month.month, used=used, cost_usd=float(month.usd()))


def parse_usage(path: str, month: str, fields: Mapping[str, Any]) -> MonthUsage:
    """The month that the document says; a field that is null counts as left out.

    Raises:
        PermanentError: naming each wrong field, what was found and what was expected.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    used = {metric: given.get(metric, 0) for metric in Metric}
    try:
        usage = MonthUsage.model_validate({**given, "period": month, "used": used})
    except ValidationError as error:
        raise PermanentError(
            f"{path} cannot be used: {'; '.join(problem_lines(error))}", code=ErrorCode.INVALID_DOCUMENT
        ) from None
    below_zero = [metric for metric, count in usage.used.items() if count < 0]
    if below_zero:
        raise PermanentError(
            f"{path} cannot be used: {', '.join(below_zero)} is below zero; expected 0 or more",
            code=ErrorCode.INVALID_DOCUMENT,
        )
    return usage


def uses(tier: Tier, usage: MonthUsage) -> dict[Metric, MetricUse]:
    """Each metric against the tier's limit."""
    return {metric: metric_use(usage.used[metric], tier.limit(metric)) for metric in Metric}


def metric_use(used: int, limit: int | None) -> MetricUse:
    if not limit:
        return MetricUse(used, limit, percent=None, at_risk=limit == 0 and used > 0)
    percent = Decimal(used) * 100 / limit
    shown = percent.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return MetricUse(used, limit, percent=float(shown), at_risk=percent >= AT_RISK_PERCENT)
