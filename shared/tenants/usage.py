"""What an org has used in a month, `usage/{orgId}-{YYYY-MM}`, against what its tier includes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.playbooks.problems import problem_lines
from shared.tenants.spending import period, usage_path
from shared.tenants.tiers import Metric, Tier

AT_RISK_PERCENT = 80


class OverageCharges(BaseModel):
    """What the org is charged on top of its tier, in USD; the parts are in the document too."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, frozen=True)

    total: float = Field(default=0, ge=0)


class MonthUsage(BaseModel):
    """One month. What was not used, or not counted yet, is zero."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", allow_inf_nan=False, frozen=True
    )

    period: str
    used: dict[Metric, int]
    overage_charges: OverageCharges = OverageCharges()
    cost_usd: float = Field(default=0, ge=0)


@dataclass(frozen=True, slots=True)
class MetricUse:
    """`limit` None: unlimited. `percent` of the limit, to a tenth; None without one, or with a limit of zero."""

    used: int
    limit: int | None
    percent: float | None
    at_risk: bool
    """At 80 % of its limit or more; anything at all where nothing is included."""


def load_usage(org_id: str, timezone: str, now: datetime) -> MonthUsage:
    """The month of the org's zone that `now` is in, in one read.

    Raises:
        PermanentError: its document is malformed.
    """
    path = usage_path(org_id, timezone, now)
    return parse_usage(path, period(timezone, now), firestore().document(path).get().to_dict() or {})


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
        raise PermanentError(f"{path} cannot be used: {'; '.join(problem_lines(error))}") from None
    below_zero = [metric for metric, count in usage.used.items() if count < 0]
    if below_zero:
        raise PermanentError(f"{path} cannot be used: {', '.join(below_zero)} is below zero; expected 0 or more")
    return usage


def uses(tier: Tier, usage: MonthUsage) -> dict[Metric, MetricUse]:
    """Each metric against the tier's limit."""
    return {metric: _use(usage.used[metric], tier.limit(metric)) for metric in Metric}


def _use(used: int, limit: int | None) -> MetricUse:
    if not limit:
        return MetricUse(used, limit, percent=None, at_risk=limit == 0 and used > 0)
    percent = Decimal(used) * 100 / limit
    shown = percent.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return MetricUse(used, limit, percent=float(shown), at_risk=percent >= AT_RISK_PERCENT)
