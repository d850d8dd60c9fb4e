"""Whether an org's tier allows what a step is about to use. It reads only for tiers that stop at a limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.billing import gauges, limits
from shared.billing.limits import TierLimitError
from shared.billing.metering import METRIC_OF_ITEM
from shared.billing.tiers import Metric
from shared.steps.context import StepContext

MODEL_ITEMS = "model:"


def require_within_tier(context: StepContext, item: str, wanted: int = 1) -> None:
    """Pass when `wanted` more of the item of the price table may be used: where it is about to be, not before.

    An effect that was performed already, and is only looked up again by a retry, must not ask.

    Raises:
        TierLimitError: the tier includes no more; the message says what helps.
    """
    org, in_run = context.org, context.used_in_run()
    unbilled = in_run[item].unbilled if item in in_run else 0
    context.effects.read(
        lambda: limits.require(
            org.id,
            org.tier_id,
            org.timezone,
            METRIC_OF_ITEM[item],
            wanted,
            context.now,
            already_in_run=unbilled,
        )
    )


def require_zip_code_within_tier(
    context: StepContext, collection: str, document_id: str, fields: Mapping[str, Any]
) -> None:
    """Pass when the document, where it is a location, may have the zip code that is among the fields.

    Raises:
        TierLimitError: the tier includes no more zip codes; the message says what helps.
    """
    if collection != gauges.LOCATIONS or gauges.ZIP_FIELD not in fields:
        return
    org, code = context.org, fields[gauges.ZIP_FIELD]
    context.effects.read(lambda: limits.require_zip_code(org.id, org.tier_id, document_id, code))


def why_no_session(context: StepContext) -> str | None:
    """Why the tier lets the run ask no model; None where it may, or has asked one: a run is one session."""
    used = [*context.used_in_run(), *(cost.item for cost in context.costs)]
    if any(item.startswith(MODEL_ITEMS) for item in used):
        return None
    org = context.org
    try:
        context.effects.read(
            lambda: limits.require(org.id, org.tier_id, org.timezone, Metric.AI_SESSIONS, 1, context.now)
        )
    except TierLimitError as error:
        return str(error)
    return None
