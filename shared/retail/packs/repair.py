"""Once a day, for every org: the packs that are missing are built, and those that changed are counted again.

So orders and customers from before there were packs get into them, so many days a night; and what a lost event left
out of a pack is put right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from shared.documents.org import TENANTS
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.daily_walk import WalkPage, begin_if_due
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.retail.packs import customer_shards, order_days
from shared.retail.packs.order_days import ONE_WEEK
from shared.retail.periods import ONE_DAY
from shared.retail.shelf import repair as shelf

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

QUEUE = "repairPacks"
STATES = "pack_repairs"
ORGS_A_PAGE = 10
WEEKS_A_NIGHT = 10
"""How many weeks from before are packed in one night, for one org."""
CUSTOMERS_EVERY = timedelta(days=28)
"""All customers are read for it, and only an event that failed for a day leaves one out."""
OVERLAP = timedelta(hours=1)
MOST_CHANGED = 30
"""How many days, and how many weeks, are counted again where something changed since the night before."""
_FORMAT = f"{order_days.DAYS.format} {customer_shards.KIND.format}"


class Progress(BaseModel):
    """`pack_repairs/{orgId}`: every week from `first` to `week` is packed, and every day after that until `day`."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)

    first: date | None = None
    week: date | None = None
    day: date | None = None
    repaired_at: AwareDatetime | None = None
    customers_at: AwareDatetime | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class PackRepair:
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


def repair_page(
    page: WalkPage, clock: Clock, beside: Callable[[str, datetime], object] | None = None
) -> PackRepair:
    """Have the next page asked for, and repair this one's orgs. `beside`: what else is done with each, afterwards.

    Raises:
        TransientError: some could not be repaired now; the page is to come again.
    """
    query = clients.firestore().collection(TENANTS).order_by("__name__").select(["status"])
    if page.after is not None:
        query = query.start_after({"__name__": page.after})
    found = list(query.limit(ORGS_A_PAGE).stream())
    if len(found) == ORGS_A_PAGE:
        _ask(replace(page, after=found[-1].id))
    active = [org for org in found if (org.to_dict() or {}).get("status", "active") == "active"]
    with Isolation("pack-repair") as isolation:
        outcomes = isolation.each(active, Item.of, lambda org: repair(org.id, clock.now()))
    counts = isolation.counts
    done = PackRepair(len(active), sum(one or 0 for one in outcomes), counts.failed, counts.passed_over)
    log.info("packs repaired", extra={"orgs": done.orgs, "packs": done.packs})
    isolation.require_no_waiting()
    if beside is not None:
        with Isolation("night-work") as isolation:
            isolation.each(active, Item.of, lambda org: beside(org.id, clock.now()))
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
    week = order_days.newest_week(today)
    # The last night's day once more: what was lost since is put right. A week's days have all been through that.
    days = _from(known.day or week + ONE_WEEK, today, ONE_DAY)
    weeks = _from(known.week + ONE_WEEK if known.week else week, week + ONE_WEEK, ONE_WEEK)
    differed = order_days.settle_days(org_id, days, now) + order_days.settle_weeks(org_id, weeks, now)
    if known.repaired_at is not None:
        since = known.repaired_at - OVERLAP
        differed += order_days.settle_changed(org_id, since, MOST_CHANGED, now, days, weeks)
    first = known.first or week
    begin = max(first - WEEKS_A_NIGHT * ONE_WEEK, order_days.monday(today - timedelta(days=order_days.KEPT_DAYS)))
    differed += order_days.settle_weeks(org_id, _from(begin, first, ONE_WEEK), now)
    customers_at = known.customers_at
    if customers_at is None or now - customers_at >= CUSTOMERS_EVERY:
        differed += customer_shards.settle(org_id, now)
        customers_at = now
    periods = {"first": min(begin, first), "week": week, "day": today - ONE_DAY}
    reference.set(
        {
            **{name: day.isoformat() for name, day in periods.items()},
            "repairedAt": now,
            "customersAt": customers_at,
            "format": _FORMAT,
        }
    )
    return differed


def _from(begin: date, end: date, step: timedelta) -> list[date]:
    """Every day, or every seventh, from the one on and before the other."""
    return [begin + number * step for number in range(-((begin - end) // step))]


def _progress(snapshot: DocumentSnapshot[Any]) -> Progress:
    """Where the last night ended; nowhere if nobody can read that or packs have another format now."""
    try:
        known = Progress.model_validate(snapshot.to_dict() or {})
        return known if known.format == _FORMAT else Progress()
    except ValidationError:
        log.warning("the repair begins anew", extra={"path": snapshot.reference.path})
        return Progress()
