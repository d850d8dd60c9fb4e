"""`check_usage`: the org's usage this month against its tier's limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.billing.tiers import Metric
from shared.billing.usage import MetricUse, usage_with_limits
from shared.steps.base import Action, Effect, Output, Params, StepContext


class CheckUsageParams(Params):
    """`metrics`: some of the seven that tiers limit; all if left out."""

    metrics: list[Metric] | None = Field(default=None, min_length=1)


class MetricOutput(Output):
    """`limit` null: `unlimited`. `percent` of the limit; null without one, or with a limit of zero."""

    used: int
    limit: int | None
    percent: float | None
    unlimited: bool


class OverageOutput(Output):
    """What is charged on top of the tier, in USD."""

    sms: float
    email: float
    creative_assets: float
    total: float


class CheckUsageOutput(Output):
    """`period`: the month in the org's zone, `YYYY-MM`. `atRisk`: metrics at 80 % of their limit or more.

    Money in USD: `overageCharges` is what the org is charged on top of its tier by kind, `overageUsd` their total,
    and `costUsd` what its runs have cost. Only ended runs are counted.
    """

    period: str
    tier_id: str
    metrics: dict[Metric, MetricOutput]
    at_risk: list[Metric]
    overage_charges: OverageOutput
    overage_usd: float
    cost_usd: float


class CheckUsage(Action[CheckUsageParams, CheckUsageOutput]):
    """Compares what the org has used this month with what its tier includes."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"metrics": ["emailsUsed", "smsCustomerUsed"]}

    def run(self, params: CheckUsageParams, context: StepContext) -> CheckUsageOutput:
        """Compare usage and limits; a month without usage counts as zero.

        Raises:
            PermanentError: the org's tier does not exist, or the month's document is malformed.
        """
        org, now = context.org, context.now
        month = context.effects.read(lambda: usage_with_limits(org.id, org.tier_id, org.timezone, now))
        asked = params.metrics or list(Metric)
        charged = month.overage_charges
        return CheckUsageOutput(
            period=month.period,
            tier_id=month.tier_id,
            metrics={metric: _shown(use) for metric, use in month.metrics.items() if metric in asked},
            at_risk=[metric for metric in month.at_risk if metric in asked],
            overage_charges=OverageOutput.model_validate(charged.fields()),
            overage_usd=float(charged.total),
            cost_usd=month.cost_usd,
        )


def _shown(use: MetricUse) -> MetricOutput:
    return MetricOutput(used=use.used, limit=use.limit, percent=use.percent, unlimited=use.unlimited)
