"""Sets `usage/{orgId}-{YYYY-MM}`, the document that people read, to the sum of the month's shards.

It is level-triggered: it sets sums, so a second time, late or beside another one it ends the same. The document is
written only if it is the one that was read before the shards were, so an older sum never covers a newer one; other
fields of it (what was told of a budget) stay. Readers may see it late by the seconds that a roll-up waits.

A metric that is found at 80 % of its limit, and was not told this month, is told by whoever calls: what they make
of it is written in the same commit as the mark that it was told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.billing import gauges, ledger, roll_up_queue
from shared.billing.ledger import COUNTED_FIELD, Ledger
from shared.billing.metering import COST_FIELD
from shared.billing.months import month_path, period
from shared.billing.overages import charges
from shared.billing.tiers import Metric, Tier, find_tier
from shared.billing.usage import MetricUse, MonthUsage, usage_of, uses
from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp.clients import firestore
from shared.tenants.tenant import Tenant, load_tenant

NOTIFIED_FIELD = "alertSentAt80Percent"
"""The metrics already notified, `{metric: when}`."""
TRIES = 8


@dataclass(frozen=True, slots=True)
class Crossing:
    """A metric at 80% or more of its limit that the org hasn't been notified about this month."""

    metric: Metric
    used: int
    limit: int
    percent: float


@dataclass(frozen=True, slots=True)
class ExtraWrites:
    """What to write together with the mark: documents by path, and fields of the month's document."""

    documents: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    month_fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rolled:
    """The month as it was set. `fields`: everything its document now holds."""

    tenant: Tenant
    month: Ledger
    crossings: tuple[Crossing, ...]
    fields: Mapping[str, Any]


WriteMore = Callable[[Tenant, Ledger, Sequence[Crossing]], ExtraWrites]
"""Called with at least one crossing; again for the same one where another roll-up was faster."""


def roll_up(org_id: str, month: str, number: int, now: datetime, write_more: WriteMore) -> Rolled:
    """Set the document of the org's month `YYYY-MM`. `number`: as `roll_up_queue` gave it.

    Raises:
        NotFoundError: there is no such org.
        PermanentError: the org's document is malformed.
        TransientError: others kept writing into the month's document; to be done again.
    """
    from google.api_core.exceptions import Aborted, AlreadyExists, FailedPrecondition

    roll_up_queue.begin(org_id, month, number)
    tenant = load_tenant(org_id)
    for _ in range(TRIES):
        read = ledger.read_in_order(org_id, month)
        try:
            return _write(tenant, read, now, write_more)
        except (Aborted, AlreadyExists, FailedPrecondition):
            continue
    raise TransientError(f"{month_path(org_id, month)} kept changing while it was rolled up", code=ErrorCode.BUSY)


def _write(tenant: Tenant, read: Ledger, now: datetime, write_more: WriteMore) -> Rolled:
    is_over = period(tenant.timezone, now) > read.month
    tier = _tier(tenant, read, is_over=is_over)
    usage = usage_of(read, _gauges(read, is_over=is_over))
    crossings = crossed(uses(tier, usage), read.document.get(NOTIFIED_FIELD))
    more = write_more(tenant, read, crossings) if crossings else ExtraWrites()
    fields = {
        **sums(tier, usage, read),
        **_notified_fields(read, crossings, now),
        **more.month_fields,
        "updatedAt": now,
    }
    db = firestore()
    batch, reference = db.batch(), db.document(month_path(read.org_id, read.month))
    if read.version is None:
        batch.create(reference, fields)
    else:
        batch.update(reference, fields, db.write_option(last_update_time=read.version))
    for path, document in more.documents.items():
        batch.set(db.document(path), document)
    batch.commit()
    return Rolled(tenant, read, tuple(crossings), {**read.document, **fields})


def sums(tier: Tier, usage: MonthUsage, read: Ledger) -> dict[str, Any]:
    """The fields that say what was used and what that costs."""
    return {
        "orgId": read.org_id,
        "period": read.month,
        "tierId": tier.id.value,
        **{metric.value: usage.used[metric] for metric in Metric},
        "overageCharges": charges(tier, usage.used).fields(),
        COST_FIELD: usage.cost_usd,
        COUNTED_FIELD: read.counted_fields(),
    }


def crossed(found: Mapping[Metric, MetricUse], notified: Any) -> list[Crossing]:
    """The metrics at 80% that weren't notified. One of one is no warning: there is nothing between none and all."""
    known = notified if isinstance(notified, Mapping) else {}
    return [
        Crossing(metric, use.used, use.limit, use.percent)
        for metric, use in found.items()
        if use.at_risk and use.limit is not None and use.limit > 1 and use.percent is not None
        if metric.value not in known
    ]


def _notified_fields(read: Ledger, crossings: Sequence[Crossing], now: datetime) -> dict[str, Any]:
    before = read.document.get(NOTIFIED_FIELD)
    known = dict(before) if isinstance(before, Mapping) else {}
    return {NOTIFIED_FIELD: {**known, **{one.metric.value: now for one in crossings}}}


def _tier(tenant: Tenant, read: Ledger, *, is_over: bool) -> Tier:
    """The org's tier of now; of a month that is over, the one that it ended with."""
    last = read.document.get("tierId")
    return find_tier(last if is_over and isinstance(last, str) else tenant.tier_id)


def _gauges(read: Ledger, *, is_over: bool) -> dict[Metric, int]:
    """What there is now; of a month that is over, what there was when it was last looked at."""
    kept = {metric: read.document.get(metric) for metric in gauges.GAUGES}
    if is_over and all(isinstance(value, int) for value in kept.values()):
        return {metric: int(value or 0) for metric, value in kept.items()}
    return gauges.look(read.org_id)
