"""Daily repair for every org: builds missing packs and recounts changed ones.

Older orders and customers are packed a few weeks per night, and anything a lost event left out is corrected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, ValidationError

from shared.documents.org import TENANTS
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.daily_walk import WalkPage, begin_if_due
from shared.gcp.pages import page_after
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.retail.packs import customer_shards, order_days, recent_sales
from shared.retail.periods import ONE_DAY, ONE_WEEK
from shared.retail.shelf import repair as shelf
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

QUEUE = "repairPacks"
STATES = "pack_repairs"
BEGINS_AT = time(1, 5)
"""UTC, right after the day before may be added to the recent sales."""
ORGS_A_PAGE = 10
WEEKS_A_NIGHT = 10
"""Older weeks packed per night and org."""
CUSTOMERS_EVERY = timedelta(days=28)
"""Reads all customers, and only an event that failed for a day leaves one out."""
OVERLAP = timedelta(hours=1)
MOST_CHANGED = 30
"""Changed days, and changed weeks, recounted per night."""
_FORMAT = f"{order_days.DAYS.format} {customer_shards.KIND.format}"


class Progress(CamelModel, frozen=True):
    """`pack_repairs/{orgId}`: weeks `first` to `week` are packed, and every later day up to `day`."""

    first: date | None = None
    week: date | None = None
    day: date | None = None
    repaired_at: AwareDatetime | None = None
    customers_at: AwareDatetime | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class PackRepair:
    """How many orgs were checked, and how many packs were wrong."""

    orgs: int
    packs: int
    failed: int = 0
    passed_over: int = 0


def begin_repair(clock: Clock) -> bool:
    """Starts the day's repair of all orgs, unless it began already."""
    return begin_if_due("pack-repair", lambda walk: _ask(WalkPage(walk)), clock, BEGINS_AT)


def _ask(page: WalkPage) -> None:
    page.enqueue(QUEUE)


def repair_page(
    page: WalkPage, clock: Clock, also_repair: Callable[[str, datetime], object] | None = None
) -> PackRepair:
    """Enqueues the next page and repairs this page's orgs. `also_repair`: extra work per org, done afterward.

    Raises:
        TransientError: some could not be repaired now; retry the page.
    """
    query = clients.firestore().collection(TENANTS).order_by("__name__").select(["status"])
    found, last = page_after(query, page.after, ORGS_A_PAGE)
    if last is not None:
        _ask(replace(page, after=last.id))
    active = [org for org in found if (org.to_dict() or {}).get("status", "active") == "active"]
    with Isolation("pack-repair") as isolation:
        outcomes = isolation.each(active, Item.of, lambda org: repair(org.id, clock.now()))
    counts = isolation.counts
    done = PackRepair(len(active), sum(one or 0 for one in outcomes), counts.failed, counts.passed_over)
    log.info("packs repaired", extra={"orgs": done.orgs, "packs": done.packs})
    isolation.require_no_waiting()
    if also_repair is not None:
        with Isolation("night-work") as isolation:
            isolation.each(active, Item.of, lambda org: also_repair(org.id, clock.now()))
        isolation.require_no_waiting()
    return done


def repair(org_id: str, now: datetime) -> int:
    """Repairs the org's packs; returns how many were wrong.

    Raises:
        TransientError: too many concurrent writes to a pack.
    """
    shelf.repair(org_id, now)
    reference = clients.firestore().document(f"{STATES}/{org_id}")
    known = _progress(reference.get())
    today = now.astimezone(UTC).date()
    week = order_days.newest_week(today)
    # Repeat the last night's day to catch what was lost since. Every day of a finished week has been through that.
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
    recent_sales.bring_up(org_id, now)
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
    """Dates from `begin` until before `end`."""
    return [begin + number * step for number in range(-((begin - end) // step))]


def _progress(snapshot: DocumentSnapshot[Any]) -> Progress:
    """Where the last night ended; starts over if that is unreadable or the format changed."""
    try:
        known = Progress.model_validate(snapshot.to_dict() or {})
        return known if known.format == _FORMAT else Progress()
    except ValidationError:
        log.warning("restarting the pack repair", extra={"path": snapshot.reference.path})
        return Progress()
