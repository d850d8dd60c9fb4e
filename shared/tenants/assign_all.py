"""Bringing all orgs in line with the catalog: once a day, and after a deploy that brings another one.

`python -m shared.tenants.assign_all` does it by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import GoogleAPICallError

from shared.errors import PlaybookError
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.tenants.assigning import StartOnboarding, assign

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

ORGS_A_PAGE = 200
AT_ONCE = 8
YOUNG = timedelta(days=2)
"""How old an org may be for its creation to be told here; what tells it at once tries for a day."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was done to a page of orgs; `next` is where the next one begins, None after the last."""

    orgs: int
    changed: int
    failed: int
    next: str | None


def reconcile_all(clock: Clock, *, page: str | None = None, start: StartOnboarding | None = None) -> Page:
    """Bring the orgs of one page in line. One org's malformed document stops no other.

    `page`: the `next` of the page before, None for the first. An org that is older than two days is told nothing of
    its creation: it was there before there was a catalog.
    """
    query = clients.firestore().collection("tenants").order_by("__name__").select([])
    if page is not None:
        query = query.start_after({"__name__": page})
    found = list(query.limit(ORGS_A_PAGE).stream())
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="assign") as pool:
        outcomes = list(pool.map(lambda org: _one(org, clock, start), found))
    done = Page(
        orgs=len(found),
        changed=sum(outcome is True for outcome in outcomes),
        failed=sum(outcome is None for outcome in outcomes),
        next=found[-1].id if len(found) == ORGS_A_PAGE else None,
    )
    log.info("orgs assigned", extra={"orgs": done.orgs, "changed": done.changed, "failed": done.failed})
    return done


def pages(clock: Clock, start: StartOnboarding | None = None) -> Iterator[Page]:
    """All pages, one after the other."""
    page: str | None = None
    while True:
        done = reconcile_all(clock, page=page, start=start)
        yield done
        page = done.next
        if page is None:
            return


def _one(org: DocumentSnapshot[Any], clock: Clock, start: StartOnboarding | None) -> bool | None:
    """Whether there was anything to do; None where it could not be done."""
    is_young = org.create_time is not None and clock.now() - org.create_time < YOUNG
    try:
        return not assign(org.id, clock, announce=is_young and start is not None, start=start).is_settled
    except (PlaybookError, GoogleAPICallError) as error:
        log.error("the org's catalog cannot be assigned", extra={"orgId": org.id, "reason": str(error)})
        return None


def main() -> int:
    """The command; 1 where an org could not be brought in line."""
    done = list(pages(Clock()))
    orgs, changed, failed = (sum(getattr(page, name) for page in done) for name in ("orgs", "changed", "failed"))
    sys.stdout.write(f"{orgs} orgs: {changed} brought in line, {failed} could not be\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
