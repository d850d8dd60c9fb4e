"""Enforces a tier's limits: usage over one is refused, or charged where the tier has a rate.

Only a limit that stops costs a read (of the shards: nine documents in one request), so the tiers that have none, or
that charge, pay nothing for being looked at. What runs that have not ended have used is in no shard yet: who asks
for one of them says how much that is. Runs of one org at the same moment do not see each other's, so a limit can be
passed by what they are sending just then; the next run is refused.
"""

from __future__ import annotations

from datetime import datetime

from shared.billing import gauges, ledger
from shared.billing.months import period
from shared.billing.overages import hard_limit
from shared.billing.tiers import Metric, Tier, find_tier, tiers_above
from shared.error_codes import ErrorCode
from shared.errors import PermanentError


class TierLimitError(PermanentError):
    """The org's tier includes no more of it; the message says the limit, what is used, and what helps."""

    code = ErrorCode.TIER_LIMIT


def require(
    org_id: str, tier_id: str, timezone: str, metric: Metric, wanted: int, now: datetime, *, already_in_run: int = 0
) -> None:
    """Pass when `wanted` more may be used now, included or charged.

    Args:
        org_id: who wants to use it.
        tier_id: the tier that counts.
        timezone: the org's, which says which month `now` is in.
        metric: what is to be used.
        wanted: how many.
        now: when.
        already_in_run: how many the run that asks has used and the month does not hold yet.

    Raises:
        TierLimitError: they would be over a limit that stops.
        PermanentError: there is no such tier.
    """
    tier = find_tier(tier_id)
    limit = hard_limit(tier, metric)
    if limit is None or wanted <= 0:
        return
    used = _used(org_id, timezone, metric, now) if limit else 0
    require_room(tier, metric, used + already_in_run, wanted)


def allows(
    org_id: str, tier_id: str, timezone: str, metric: Metric, wanted: int, now: datetime, *, already_in_run: int = 0
) -> bool:
    """Whether `require` passes.

    Raises:
        PermanentError: there is no such tier.
    """
    try:
        require(org_id, tier_id, timezone, metric, wanted, now, already_in_run=already_in_run)
    except TierLimitError:
        return False
    return True


def require_room(tier: Tier, metric: Metric, used: int, wanted: int) -> None:
    """`require` of figures that are known.

    Raises:
        TierLimitError: they would be over a limit that stops.
    """
    limit = hard_limit(tier, metric)
    if limit is None or used + wanted <= limit:
        return
    span = "" if metric in gauges.GAUGES else " this month"
    more = f", and this needs {wanted:,} more" if used < limit else ""
    hint = _hint(tier, metric, used + wanted)
    raise TierLimitError(f"{metric.value}: {used:,} of {limit:,} used{span} on {tier.id.value}{more}; {hint}")


def require_zip_code(org_id: str, tier_id: str, location_id: str, written: object) -> None:
    """Pass when the location may have that zip code: one that is active elsewhere is not one more.

    Raises:
        TierLimitError: it would be one more than the tier includes.
        PermanentError: there is no such tier.
    """
    tier, code = find_tier(tier_id), gauges.zip_code(written)
    if code is None or hard_limit(tier, Metric.ZIP_CODES) is None:
        return
    active = gauges.zip_codes_active(org_id, but_location=location_id)
    if code not in active:
        require_room(tier, Metric.ZIP_CODES, len(active), 1)


def _used(org_id: str, timezone: str, metric: Metric, now: datetime) -> int:
    if metric in gauges.GAUGES:
        return gauges.count(org_id, metric)
    return ledger.read(org_id, period(timezone, now)).used(metric)


def _hint(tier: Tier, metric: Metric, needed: int) -> str:
    """The lowest higher tier that would be enough."""
    for higher in tiers_above(tier):
        limit = higher.limit(metric)
        if limit is None:
            return f"upgrade to {higher.id.value} for unlimited use"
        if limit >= needed or hard_limit(higher, metric) is None:
            return f"upgrade to {higher.id.value} for {limit:,}"
    return "no tier includes more"
