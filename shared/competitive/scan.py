"""Many competitors' menu pages read at once; one that fails does not fail the others."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime

from shared.competitive.menu import parse_menu
from shared.competitive.models import Competitor
from shared.competitive.snapshots import Snapshot, take_snapshot
from shared.errors import PermanentError, PlaybookError, TransientError
from shared.web.fetch import fetch

AT_ONCE = 8
PAGE_TIMEOUT_SECONDS = 20.0
MAX_PAGE_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one competitor: a snapshot, or the failure that there is instead."""

    competitor: Competitor
    snapshot: Snapshot | None = None
    failure: PlaybookError | None = None


def read_menus(competitors: Sequence[Competitor], now: datetime) -> list[Reading]:
    """Fetch and read every menu, eight at a time, and answer in the order given."""
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="menu") as pool:
        # Each in a copy of this context, so that its log lines name the run too.
        futures = [pool.submit(copy_context().run, _read_menu, competitor, now) for competitor in competitors]
        return [future.result() for future in futures]


def raise_if_all_failed(readings: Sequence[Reading]) -> None:
    """Fail the scan when there is nothing at all to go on with.

    Raises:
        TransientError: at least one competitor may answer later.
        PermanentError: none will.
    """
    failures = [(reading.competitor.name, reading.failure) for reading in readings if reading.failure]
    if not readings or len(failures) < len(readings):
        return
    message = "no competitor's menu could be read: " + "; ".join(f"{name}: {why}" for name, why in failures)
    if any(isinstance(why, TransientError) for _, why in failures):
        raise TransientError(message)
    raise PermanentError(message)


def _read_menu(competitor: Competitor, now: datetime) -> Reading:
    if not competitor.menu_url:
        return Reading(competitor, failure=PermanentError("its menuUrl is missing; expected an http(s) address"))
    try:
        page = fetch(
            competitor.menu_url,
            headers={"Accept": "text/html,application/xhtml+xml"},
            timeout=PAGE_TIMEOUT_SECONDS,
            max_bytes=MAX_PAGE_BYTES,
        )
        menu = parse_menu(page.text)
    except PlaybookError as error:
        return Reading(competitor, failure=error)
    if not menu.products:
        return Reading(competitor, failure=PermanentError(f"no products were found at {page.shown_url}"))
    return Reading(competitor, take_snapshot(competitor.id, menu, now))
