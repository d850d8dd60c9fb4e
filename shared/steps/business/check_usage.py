"""`check_usage`: what the org has used this month, against what its tier includes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.tenants.tiers import Metric, find_tier
from shared.tenants.usage import MetricUse, load_usage, uses


class CheckUsageParams(Params):
    """`metrics`: some of the seven that tiers limit; without it all of them."""

    metrics: list[Metric] | None = Field(default=None, min_length=1)


class MetricOutput(Output):
    """`limit` null: unlimited. `percent` of the limit; null without one, or with a limit of zero."""

    used: int
    limit: int | None
    percent: float | None


class CheckUsageOutput(Output):
    """`period`: the month in the org's zone, `YYYY-MM`. `atRisk`: metrics at 80 % of their limit or more.

    Money in USD: `overageUsd` is what the org is charged on top of its tier, `costUsd` what its runs have cost.
    """

    period: str
    tier_id: str
    metrics: dict[Metric, MetricOutput]
    at_risk: list[Metric]
    overage_usd: float
    cost_usd: float


class CheckUsage(Action[CheckUsageParams, CheckUsageOutput]):
    """Compares what the org has used this month with what its tier includes."""

    params = CheckUsageParams
    output = CheckUsageOutput
    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"metrics": ["emailsUsed", "smsCustomerUsed"]}

    def run(self, params: CheckUsageParams, context: StepContext) -> CheckUsageOutput:
        """Compare them; a month that nothing was used in reads as zeros.

        Raises:
            PermanentError: the org's tier does not exist, or the month's document is malformed.
        """
        tier = find_tier(context.org.tier_id)
        usage = context.effects.read(lambda: load_usage(context.org.id, context.org.timezone, context.now))
        asked = params.metrics or list(Metric)
        found = {metric: use for metric, use in uses(tier, usage).items() if metric in asked}
        return CheckUsageOutput(
            period=usage.period,
            tier_id=tier.id,
            metrics={metric: _shown(use) for metric, use in found.items()},
            at_risk=[metric for metric, use in found.items() if use.at_risk],
            overage_usd=usage.overage_charges.total,
            cost_usd=usage.cost_usd,
        )


def _shown(use: MetricUse) -> MetricOutput:
    return MetricOutput(used=use.used, limit=use.limit, percent=use.percent)
