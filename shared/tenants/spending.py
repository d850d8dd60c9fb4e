"""What an org has spent in a month of its own time zone: `costUsd` in `usage/{orgId}-{YYYY-MM}`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from shared.gcp.clients import firestore
from shared.tenants.months import period, usage_id, usage_path

__all__ = ["increments", "period", "spent", "spent_in", "usage_id", "usage_path"]

_SMALLEST = Decimal("0.00000001")
"""A token of the cheapest model costs 0.0000001; sums of floats are rounded to what can be meant."""


def increments(org_id: str, timezone: str, now: datetime, usd: Decimal) -> tuple[str, dict[str, Any]]:
    """The path, and the fields to merge into it: in the commit that ends a run, so that a run counts once."""
    from google.cloud.firestore import Increment

    fields = {"orgId": org_id, "period": period(timezone, now), "costUsd": Increment(float(usd))}
    return usage_path(org_id, timezone, now), fields


def spent(org_id: str, timezone: str, now: datetime) -> Decimal:
    """What the org's month has cost so far, in USD, in one read."""
    return spent_in(firestore().document(usage_path(org_id, timezone, now)).get().to_dict())


def spent_in(fields: Mapping[str, Any] | None) -> Decimal:
    """What a month's document says was spent; nothing where there is none or it says nothing usable."""
    try:
        usd = Decimal(str((fields or {}).get("costUsd", 0))).quantize(_SMALLEST)
        return max(usd, Decimal(0))
    except InvalidOperation:
        return Decimal(0)
