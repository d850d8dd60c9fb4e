"""An org's month as of now: the sum of its shards and of its document's own additions.

`usage/{orgId}-{YYYY-MM}` says in `counted` what the shards held when it was last set. What it says beyond that was
put there by a person or another system (a goodwill credit, what was used before there were shards): it is carried,
in every reading and through every roll-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shared.billing.metering import COST_FIELD, METRIC_OF_ITEM, SHARDS, shard_path
from shared.billing.months import month_path, period
from shared.billing.tiers import Metric
from shared.gcp.clients import firestore

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

COUNTED_FIELD = "counted"
METERED = tuple(dict.fromkeys(METRIC_OF_ITEM.values()))
"""The metrics that effects add to; the others are gauges, which are counted where they are asked for."""
SMALLEST_USD = Decimal("0.00000001")
"""A token of the cheapest model costs 0.0000001; sums of floats are rounded to that."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """One month. `document`: its fields as they are stored; `version`: of that document, None without one."""

    org_id: str
    month: str
    document: Mapping[str, Any]
    version: datetime | None
    counted: Mapping[Metric, int]
    """What the shards hold."""
    counted_usd: Decimal

    def used(self, metric: Metric) -> int:
        """How many of it were used, of a metric that effects add to."""
        carried = _count(self.document.get(metric)) - _count(self._before().get(metric))
        return max(0, self.counted.get(metric, 0) + carried)

    def usd(self) -> Decimal:
        """What the month has cost us."""
        carried = _usd(self.document.get(COST_FIELD)) - _usd(self._before().get(COST_FIELD))
        return max(Decimal(0), (self.counted_usd + carried).quantize(SMALLEST_USD))

    def counted_fields(self) -> dict[str, Any]:
        """The field `counted` of a document that is set to these sums."""
        return {
            **{metric.value: self.counted.get(metric, 0) for metric in METERED},
            COST_FIELD: float(self.counted_usd),
        }

    def _before(self) -> Mapping[str, Any]:
        before = self.document.get(COUNTED_FIELD)
        return before if isinstance(before, Mapping) else {}


def read(org_id: str, month: str) -> Ledger:
    """The month `YYYY-MM` of the org: nine documents in one request."""
    db = firestore()
    path = month_path(org_id, month)
    found = {one.reference.path: one for one in db.get_all([db.document(path), *_shards(org_id, month)])}
    document = found.pop(path)
    return _ledger(org_id, month, document, found.values())


def read_in_order(org_id: str, month: str) -> Ledger:
    """`read`, but the document certainly before the shards: for who will set it if it still has that version."""
    db = firestore()
    document = db.document(month_path(org_id, month)).get()
    return _ledger(org_id, month, document, db.get_all(_shards(org_id, month)))


def _shards(org_id: str, month: str) -> list[Any]:
    db = firestore()
    return [db.document(shard_path(org_id, month, shard)) for shard in range(SHARDS)]


def _ledger(
    org_id: str, month: str, document: DocumentSnapshot[Any], shards: Iterable[DocumentSnapshot[Any]]
) -> Ledger:
    held = [one.to_dict() or {} for one in shards]
    return Ledger(
        org_id,
        month,
        document.to_dict() or {},
        document.update_time if document.exists else None,
        {metric: sum(_count(fields.get(metric)) for fields in held) for metric in METERED},
        sum((_usd(fields.get(COST_FIELD)) for fields in held), Decimal(0)).quantize(SMALLEST_USD),
    )


def _count(value: Any) -> int:
    """A stored count. One that cannot be meant counts as nothing, so that a slip of a hand stops no counting."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _usd(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Decimal(0)
    usd = Decimal(str(value))
    return usd.quantize(SMALLEST_USD) if usd.is_finite() else Decimal(0)


def spent(org_id: str, timezone: str, now: datetime) -> Decimal:
    """What the org's month has cost until now, in USD, to the last run that has ended."""
    return read(org_id, period(timezone, now)).usd()
