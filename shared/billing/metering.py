"""Counts an org's usage per month of its own time zone, in `usage_shards/{orgId}-{YYYY-MM}-{0..7}`.

Firestore sustains about one write a second to one document, and a busy org ends more runs than that; so a month has
eight documents to be added to, and which one is decided by what causes the addition (a run's id). Every addition is
an `Increment` in the very commit that stores the receipt of what was used: it counts exactly once, however often a
run is delivered, and no two of them wait for each other. Eight shards carry about eight ended runs a second for
each org and cost nothing more to write than one document would.

What people read is `usage/{orgId}-{YYYY-MM}`, where `shared.billing.roll_up` sets the sums some seconds later: that
document may be late by as much. A door that spends does not look there: it sums the shards (`tenants.ledger`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from shared.billing.months import period
from shared.billing.tiers import Metric

COLLECTION = "usage_shards"
SHARDS = 8
COST_FIELD = "costUsd"

METRIC_OF_ITEM: Mapping[str, Metric] = MappingProxyType(
    {
        "email": Metric.EMAILS,
        "sms_customer": Metric.SMS_CUSTOMER,
        "sms_internal": Metric.SMS_INTERNAL,
        "ai_session": Metric.AI_SESSIONS,
        "creative_asset": Metric.CREATIVE_ASSETS,
    }
)
"""The metric that each item of the price table counts toward; others cost money but count toward none."""


def counted(quantities: Mapping[str, int]) -> dict[Metric, int]:
    """What the quantities, by item of the price table, add to the metrics; those they add nothing to are absent."""
    found: Counter[Metric] = Counter()
    for item, quantity in quantities.items():
        if item in METRIC_OF_ITEM and quantity:
            found[METRIC_OF_ITEM[item]] += quantity
    return dict(found)


def shard_of(spread_key: str) -> int:
    """The shard to add to: the same one for the same key, in every process."""
    return hashlib.sha256(spread_key.encode()).digest()[0] % SHARDS


def shard_path(org_id: str, month: str, shard: int) -> str:
    """The path of one of the shards of the month `YYYY-MM`."""
    return f"{COLLECTION}/{org_id}-{month}-{shard}"


def increments(
    org_id: str, timezone: str, now: datetime, spread_key: str, usd: Decimal, quantities: Mapping[str, int]
) -> tuple[str, dict[str, Any]]:
    """The path, and the fields to merge into it, in the commit that stores the receipt of what was used.

    Args:
        org_id: whose month it is.
        timezone: the org's, which says which month `now` is in.
        now: when it was used.
        spread_key: what causes it, like the execution's id.
        usd: what it cost the product.
        quantities: by item of the price table; `ai_session` for a run or message that asked a model at least once.
    """
    return month_increments(org_id, period(timezone, now), spread_key, usd, quantities)


def month_increments(
    org_id: str, month: str, spread_key: str, usd: Decimal, quantities: Mapping[str, int]
) -> tuple[str, dict[str, Any]]:
    """`increments` of the month `YYYY-MM`."""
    from google.cloud.firestore import Increment

    added = {metric.value: Increment(quantity) for metric, quantity in counted(quantities).items()}
    fields = {"orgId": org_id, "period": month, COST_FIELD: Increment(float(usd)), **added}
    return shard_path(org_id, month, shard_of(spread_key)), fields
