"""Reads many competitors' menu pages at once: failures are isolated, unchanged pages are skipped."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeVar

from shared.competitors.failures import NoAddressError, no_menu
from shared.competitors.fetching import apify
from shared.competitors.fetching.pages import VERSION, Page, PageReader, fetch_page, page_hash, through_apify
from shared.competitors.fetching.robots import require_allowed
from shared.competitors.menus.reading import parse_menu
from shared.competitors.models import Competitor
from shared.competitors.snapshots.snapshot import Head, PageState, Snapshot, take_snapshot
from shared.errors import PermanentError, PlaybookError, TransientError

AT_ONCE = 8
WORD_IS_TAKEN_FOR = timedelta(days=3)
"""How long a site's word that its page is unchanged is taken without reading the page: some answer so for ever."""

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Reading:
    """What happened to one competitor: a new snapshot, the stored one that still holds, or a failure."""

    competitor: Competitor
    snapshot: Snapshot | None = None
    unchanged: Head | None = None
    page: PageState | None = None
    """What was received; None where nothing was."""
    failure: PlaybookError | None = None


@dataclass(frozen=True, slots=True)
class Readings:
    """All of them in the order asked for, and what fetching them used."""

    entries: tuple[Reading, ...]
    item: Literal["menu_page", "apify_page"]
    pages: int
    """Pages received, whatever was on them."""


def read_menus(
    competitors: Sequence[Competitor],
    heads: Mapping[str, Head],
    now: datetime,
    execution_id: str,
    doubted: Container[str] = (),
) -> Readings:
    """Fetch every page, eight at a time, and read those that say something else than at the scan before.

    `heads` are the stored snapshots to compare with, by competitor. The pages of those that are `doubted` are asked
    for whatever their sites said before.
    """
    refusals = dict(zip([one.id for one in competitors], _each(_refusal, competitors), strict=True))
    allowed = {one.id: one.menu_url for one in competitors if refusals[one.id] is None and one.menu_url}
    with_apify = apify.is_wanted()
    reader = through_apify(allowed.values()) if with_apify else fetch_page

    def read(competitor: Competitor) -> Reading:
        url, refusal = allowed.get(competitor.id), refusals[competitor.id]
        if url is None:
            return Reading(competitor, failure=refusal)
        head = heads.get(competitor.id)
        takes_word = competitor.id not in doubted and _word_counts(head, now)
        return _read_menu(competitor, url, head, now, execution_id, reader, takes_word=takes_word)

    entries = _each(read, competitors)
    return Readings(
        tuple(entries),
        "apify_page" if with_apify else "menu_page",
        sum(entry.page is not None for entry in entries),
    )


def raise_if_all_failed(readings: Sequence[Reading]) -> None:
    """Fail the scan if no menu is usable.

    Raises:
        TransientError: at least one competitor may answer later.
        PermanentError: none will.
    """
    failures = [(reading.competitor.name, reading.failure) for reading in readings if reading.failure]
    if not readings or len(failures) < len(readings):
        return
    message = "no competitor's menu could be read: " + "; ".join(f"{name}: {why}" for name, why in failures)
    may_pass = [why for _, why in failures if isinstance(why, TransientError)]
    if may_pass:
        raise TransientError(message, retry_after_seconds=min(why.retry_after_seconds for why in may_pass))
    raise PermanentError(message)


def _each(function: Callable[[T], U], values: Sequence[T]) -> list[U]:
    """Each in a copy of this context, so that its log lines name the run too."""
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="menu") as pool:
        futures = [pool.submit(copy_context().run, function, value) for value in values]
        return [future.result() for future in futures]


def _refusal(competitor: Competitor) -> PlaybookError | None:
    if not competitor.menu_url:
        return NoAddressError(f"its menuUrl is {competitor.found_address}; expected an http(s) address")
    try:
        require_allowed(competitor.menu_url)
    except PlaybookError as error:
        return error
    return None


def _read_menu(
    competitor: Competitor,
    url: str,
    head: Head | None,
    now: datetime,
    execution_id: str,
    reader: PageReader,
    *,
    takes_word: bool,
) -> Reading:
    try:
        page = reader(url, head if takes_word else None)
    except PlaybookError as error:
        return Reading(competitor, failure=error)
    if page.not_modified:
        return Reading(competitor, unchanged=head)
    state = PageState(url, page_hash(page.body), page.etag, page.last_modified)
    if head is not None and head.fields.page_hash == state.page_hash:
        return Reading(competitor, unchanged=head, page=state)
    try:
        snapshot = _snapshot(competitor, page, state, now, execution_id)
    except PlaybookError as error:
        return Reading(competitor, page=state, failure=error)
    if head is not None and head.fields.content_hash == snapshot.content_hash:
        return Reading(competitor, unchanged=head, page=state)
    return Reading(competitor, snapshot=snapshot, page=state)


def _word_counts(head: Head | None, now: datetime) -> bool:
    if head is None or not head.fields.page_hash.startswith(f"{VERSION}:"):
        return False
    return now - (head.fields.read_at or head.fields.taken_at) < WORD_IS_TAKEN_FOR


def _snapshot(competitor: Competitor, page: Page, state: PageState, now: datetime, execution_id: str) -> Snapshot:
    menu = parse_menu(page.text)
    if not menu.products:
        raise no_menu(menu.verdict, page.shown_url, with_browser=apify.is_wanted())
    return take_snapshot(competitor.id, menu, now, state, execution_id)
