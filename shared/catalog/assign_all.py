"""Brings all orgs in line with the catalog: once a day, and after a deploy that changes it.

`python -m shared.catalog.assign_all` does it by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.billing import trigger_counts
from shared.catalog.assigning import StartOnboarding, assign
from shared.documents.org import TENANTS
from shared.errors import TransientError
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.daily_walk import WalkPage, begin_if_due
from shared.gcp.pages import page_after
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

QUEUE = "assignCatalog"
ORGS_A_PAGE = 100
YOUNG = timedelta(days=2)
"""How old an org may be for its creation to be told here; what tells it at once tries for a day."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was done to a page of orgs; `next` is where the next one begins, None after the last."""

    orgs: int
    changed: int
    failed: int
    waiting: int
    passed_over: int
    next: str | None


def begin_assigning(clock: Clock) -> bool:
    """Have all orgs brought in line, unless that was begun within the last day."""
    return begin_if_due("assignment", lambda walk: _ask(WalkPage(walk)), clock)


def assign_page(page: WalkPage, clock: Clock, start: StartOnboarding | None = None) -> Page:
    """`reconcile_all` for a page of the day's walk; the next one is asked for before anything can fail.

    Raises:
        TransientError: some orgs could not be brought in line now; the others were.
    """
    done = reconcile_all(
        clock, page=page.after, start=start, ask_next=lambda after: _ask(replace(page, after=after))
    )
    if done.waiting:
        raise TransientError(f"{done.waiting} orgs could not be brought in line now")
    return done


def _ask(page: WalkPage) -> None:
    page.enqueue(QUEUE)


def reconcile_all(
    clock: Clock,
    *,
    page: str | None = None,
    start: StartOnboarding | None = None,
    ask_next: Callable[[str], None] = lambda _: None,
) -> Page:
    """Bring the orgs of one page in line. One org's malformed document stops no other.

    `page`: the `next` of the page before, None for the first; `ask_next` is given it at the beginning. An org that
    is older than two days is told nothing of its creation: it was there before there was a catalog.
    """
    query = clients.firestore().collection(TENANTS).order_by("__name__").select([])
    found, last = page_after(query, page, ORGS_A_PAGE)
    following = last.id if last is not None else None
    if following is not None:
        ask_next(following)
    with Isolation("catalog-assignment") as isolation:
        # One at a time: transactions with queries can block each other, and most orgs need no transaction at all.
        outcomes = isolation.each(found, Item.of, lambda org: _one(org, clock, start))
    counts = isolation.counts
    done = Page(
        orgs=len(found),
        changed=sum(outcome is True for outcome in outcomes),
        failed=counts.failed,
        waiting=counts.waiting,
        passed_over=counts.passed_over,
        next=following,
    )
    log.info("orgs assigned", extra={"orgs": done.orgs, "changed": done.changed, "failed": done.failed})
    return done


def _one(org: DocumentSnapshot[Any], clock: Clock, start: StartOnboarding | None) -> bool:
    """Whether there was anything to do."""
    trigger_counts.add_up(org.id)
    is_young = org.create_time is not None and clock.now() - org.create_time < YOUNG
    return not assign(org.id, clock, announce=is_young and start is not None, start=start).is_settled


def pages(clock: Clock) -> Iterator[Page]:
    """All pages, one after the other."""
    page: str | None = None
    while True:
        done = reconcile_all(clock, page=page)
        yield done
        page = done.next
        if page is None:
            return


def main() -> int:
    """The command; 1 where an org could not be brought in line."""
    done = list(pages(Clock()))
    orgs, changed = (sum(getattr(page, name) for page in done) for name in ("orgs", "changed"))
    failed = sum(page.failed + page.waiting + page.passed_over for page in done)
    sys.stdout.write(f"{orgs} orgs: {changed} brought in line, {failed} could not be\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
