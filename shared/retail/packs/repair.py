"""Once a day, for every org: the packs that are missing are built, and those that changed are counted again.

So orders and customers from before there were packs get into them, so many days a night; and what a lost event left
out of a pack is put right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.daily_walk import WalkPage, begin_if_due
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.retail.packs import customer_shards, order_days
from shared.retail.periods import ONE_DAY
from shared.retail.shelf import repair as shelf

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

QUEUE = "repairPacks"
STATES = "pack_repairs"
ORGS_A_PAGE = 10
DAYS_A_NIGHT = 70
"""How many days from before are packed in one night, for one org."""
CUSTOMERS_EVERY = timedelta(days=7)
OVERLAP = timedelta(hours=1)
_FORMAT = f"{order_days.KIND.format} {customer_shards.KIND.format}"
MOST_CHANGED = 60
"""Days in which something changed since the night before, that are counted again; the later ones first."""


class Progress(BaseModel):
    """`pack_repairs/{orgId}`: every day from `first` to `last` is packed, in that format."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)

    first: date | None = None
    last: date | None = None
    repaired_at: AwareDatetime | None = None
    customers_at: AwareDatetime | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Repaired:
    """How many orgs were looked at, and how many packs were not as they should be."""

    orgs: int
    packs: int
    failed: int = 0
    passed_over: int = 0


def begin_repair(clock: Clock) -> bool:
    """Have all orgs' packs repaired, unless that was begun within the last day."""
    return begin_if_due("pack-repair", lambda walk: _ask(WalkPage(walk)), clock)


def _ask(page: WalkPage) -> None:
    page.enqueue(QUEUE)


def repair_page(page: WalkPage, clock: Clock) -> Repaired:
    """Have the next page asked for, and repair this one's orgs.

    Raises:
        TransientError: some could not be repaired now; the page is to come again.
    """
    query = clients.firestore().collection("tenants").order_by("__name__").select(["status"])
    if page.after is not None:
        query = query.start_after({"__name__": page.after})
    found = list(query.limit(ORGS_A_PAGE).stream())
    if len(found) == ORGS_A_PAGE:
        _ask(replace(page, after=found[-1].id))
    active = [org for org in found if (org.to_dict() or {}).get("status", "active") == "active"]
    with Isolation("pack-repair") as isolation:
        outcomes = isolation.each(active, Item.of, lambda org: repair(org.id, clock.now()))
    counts = isolation.counts
    done = Repaired(len(active), sum(one or 0 for one in outcomes), counts.failed, counts.passed_over)
    log.info("packs repaired", extra={"orgs": done.orgs, "packs": done.packs})
    isolation.require_no_waiting()
    return done


def repair(org_id: str, now: datetime) -> int:
    """Repair the org's packs; how many were not as they should be.

    Raises:
        TransientError: others keep writing one of them.
    """
    shelf.repair(org_id, now)
    reference = clients.firestore().document(f"{STATES}/{org_id}")
    known = _progress(reference.get())
    today = now.astimezone(UTC).date()
    last = known.last or today - ONE_DAY
    differed = _changed(org_id, known, now)
    differed += _pack(org_id, last, today, now) if last < today else 0
    first, oldest = known.first or last, today - timedelta(days=order_days.KEPT_DAYS)
    if first > oldest:
        begin = max(first - timedelta(days=DAYS_A_NIGHT), oldest)
        differed += _pack(org_id, begin, first, now)
        first = begin
    customers_at = known.customers_at
    if customers_at is None or now - customers_at >= CUSTOMERS_EVERY:
        differed += customer_shards.settle(org_id, now)
        customers_at = now
    days = {"first": first.isoformat(), "last": (today - ONE_DAY).isoformat()}
    reference.set({**days, "repairedAt": now, "customersAt": customers_at, "format": _FORMAT})
    return differed


def _pack(org_id: str, begin: date, end: date, now: datetime) -> int:
    """Every day from the one on and before the other."""
    days = [(begin + timedelta(days=number)).isoformat() for number in range((end - begin).days)]
    return order_days.settle(org_id, days, now) if days else 0


def _changed(org_id: str, known: Progress, now: datetime) -> int:
    """Count the days again that were written since the last time."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    if known.repaired_at is None:
        return 0
    query = (
        clients.firestore()
        .collection(f"tenants/{org_id}/order_days")
        .where(filter=FieldFilter("updatedAt", ">=", known.repaired_at - OVERLAP))
        .order_by("updatedAt", direction="DESCENDING")
        .select([])
        .limit(MOST_CHANGED)
    )
    return sum(order_days.settle(org_id, [day.id], now) for day in query.stream())


def _progress(snapshot: DocumentSnapshot[Any]) -> Progress:
    """Where the last night ended; nowhere if nobody can read that or packs have another format now."""
    try:
        known = Progress.model_validate(snapshot.to_dict() or {})
        return known if known.format == _FORMAT else Progress()
    except ValidationError:
        log.warning("the repair begins anew", extra={"path": snapshot.reference.path})
        return Progress()
