"""Each playbook's cost in a month, summed by Firestore from `execution_summaries`.

Reads: the newest 100 playbooks' summaries, one sum for each of them and one for all runs of the org; a sum costs
one read for each thousand runs. What is not one of these playbooks (deleted, or older ones) is the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.billing.ledger import SMALLEST_USD
from shared.gcp import clients
from shared.runs.summaries import COLLECTION
from shared.triggers import playbook_summaries
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from google.cloud.firestore import Query

MAX_PLAYBOOKS = 100
_AT_ONCE = 8


class _Answer(CamelModel, frozen=True):
    pass


class PlaybookCost(_Answer):
    """What the runs of one playbook that began in the month have cost, in USD."""

    playbook_id: str
    name: str
    runs: int
    cost_usd: float


class OtherCosts(_Answer):
    """The same of all other playbooks, deleted ones too."""

    runs: int
    cost_usd: float


class PlaybookCosts(_Answer):
    """`items`: those that ran, the dearest first."""

    month: str
    items: tuple[PlaybookCost, ...]
    others: OtherCosts | None = None


@dataclass(frozen=True, slots=True)
class _Sum:
    runs: int
    usd: Decimal


def costs_by_playbook(org_id: str, timezone: str, month: str) -> PlaybookCosts:
    """The month `YYYY-MM` of the zone."""
    start, end = bounds(month, timezone)
    names = _names(org_id)
    of_org = _runs(org_id, start, end)
    with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="sums") as pool:
        total = pool.submit(copy_context().run, _sum, of_org)
        futures = {one: pool.submit(copy_context().run, _sum, _runs_of(org_id, one, start, end)) for one in names}
        sums = {one: future.result() for one, future in futures.items()}
    items = [
        PlaybookCost(playbook_id=one, name=names[one], runs=found.runs, cost_usd=float(found.usd))
        for one, found in sums.items()
        if found.runs
    ]
    items.sort(key=lambda item: (-item.cost_usd, -item.runs, item.name.casefold()))
    return PlaybookCosts(month=month, items=tuple(items), others=_others(total.result(), list(sums.values())))


def bounds(month: str, timezone: str) -> tuple[datetime, datetime]:
    """The instants at which the month begins in the zone, and at which the next one does."""
    year, number = (int(part) for part in month.split("-"))
    zone = ZoneInfo(timezone)
    return datetime(year, number, 1, tzinfo=zone), datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone)


def _names(org_id: str) -> dict[str, str]:
    query = (
        clients.firestore()
        .collection(playbook_summaries.COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .order_by("createdAt", direction="DESCENDING")
        .select(["playbookId", "name"])
    )
    found = [one.to_dict() or {} for one in query.limit(MAX_PLAYBOOKS).stream()]
    ids = ((one.get("playbookId"), one.get("name")) for one in found)
    return {one: name if isinstance(name, str) else one for one, name in ids if isinstance(one, str) and one}


def _runs(org_id: str, start: datetime, end: datetime) -> Query:
    # Ordered so that the index holds the summed field too, which a sum over filtered documents needs.
    return (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("createdAt", ">=", start))
        .where(filter=FieldFilter("createdAt", "<", end))
        .order_by("createdAt", direction="DESCENDING")
        .order_by("costUsd", direction="DESCENDING")
    )


def _runs_of(org_id: str, playbook_id: str, start: datetime, end: datetime) -> Query:
    return (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("playbookId", "==", playbook_id))
        .where(filter=FieldFilter("createdAt", ">=", start))
        .where(filter=FieldFilter("createdAt", "<", end))
        .order_by("createdAt", direction="DESCENDING")
        .order_by("costUsd", direction="DESCENDING")
    )


def _sum(query: Any) -> _Sum:
    (answers,) = query.count(alias="runs").sum("costUsd", alias="usd").get()
    found = {one.alias: one.value for one in answers}
    usd = Decimal(str(found["usd"] or 0)).quantize(SMALLEST_USD)
    return _Sum(int(found["runs"] or 0), usd)


def _others(total: _Sum, named: Sequence[_Sum]) -> OtherCosts | None:
    """None where nothing else ran. A run that ends between two sums makes no cost below zero."""
    runs = total.runs - sum(one.runs for one in named)
    usd = total.usd - sum((one.usd for one in named), Decimal(0))
    return OtherCosts(runs=runs, cost_usd=float(max(usd, Decimal(0)))) if runs > 0 else None
