"""A competitor's page as it came: straight from its site, or where APIFY_TOKEN is set through Apify."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.competitors.fetching import apify
from shared.competitors.fetching.pace import PACE
from shared.competitors.fetching.refusals import is_another_sites_home, no_menu, refusal
from shared.competitors.menus.charset import decode_page
from shared.competitors.snapshots.snapshot import Head
from shared.error_codes import ErrorCode
from shared.errors import PlaybookError, TransientError, retry_after_seconds
from shared.web.address import WebAddress, parse_address
from shared.web.fetch import fetch
from shared.web.response import HttpResponse

PAGE_TIMEOUT_SECONDS = 20.0
MAX_PAGE_BYTES = 5_000_000
_NOT_MODIFIED = 304
_FAILED = 400
_MAY_ASK_TO_WAIT = frozenset({429, 503})
LONGEST_LEFT_ALONE_SECONDS = 24 * 3600.0
"""The longest pause a site can ask for, so that no site can block scans forever."""
_LONGEST_VALIDATOR = 200


@dataclass(frozen=True, slots=True)
class Page:
    """The response. `not_modified`: the site says that nothing changed, and sent no page."""

    shown_url: str
    text: str
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False


PageReader = Callable[[str, Head | None], Page]
"""Reads the page at a URL of which `Head` was known before; raises a PlaybookError if there is none."""


def fetch_page(url: str, head: Head | None) -> Page:
    """Ask the site itself, on condition that the page has changed where it said when that is.

    Raises:
        PlaybookError: see `shared.web.fetch.fetch`.
    """
    condition = _condition(url, head)
    address = parse_address(url)
    PACE.wait_for_turn(address)
    answer = fetch(
        url,
        headers={"Accept": "text/html,application/xhtml+xml", **condition},
        timeout=PAGE_TIMEOUT_SECONDS,
        max_bytes=MAX_PAGE_BYTES,
        any_status=True,
    )
    text = decode_page(answer.body, answer.headers.get("content-type"))
    if answer.status >= _FAILED:
        _obey_retry_after(address, answer)
        raise refusal(answer.shown_url, answer.status, text, answer.headers)
    if is_another_sites_home(address, answer.moved_to):
        raise no_menu("moved", address.shown, f"it leads to {answer.shown_url}")
    if answer.status == _NOT_MODIFIED and not condition:
        raise TransientError(
            f"{answer.shown_url} answered 304 to a request without a condition", code=ErrorCode.PROVIDER_UNAVAILABLE
        )
    return Page(
        answer.shown_url,
        text,
        answer.body,
        etag=_validator(answer.headers.get("etag")),
        last_modified=_validator(answer.headers.get("last-modified")),
        not_modified=answer.status == _NOT_MODIFIED,
    )


def _obey_retry_after(address: WebAddress, answer: HttpResponse) -> None:
    if answer.status not in _MAY_ASK_TO_WAIT:
        return
    asked = retry_after_seconds(answer.headers.get("retry-after"), datetime.now(UTC), LONGEST_LEFT_ALONE_SECONDS)
    if asked:
        PACE.leave_alone(address, asked)


def through_apify(urls: Iterable[str]) -> PageReader:
    """A reader of pages that one run of an Apify actor has fetched together."""
    wanted = list(dict.fromkeys(urls))
    try:
        fetched: list[apify.Fetched | PlaybookError] = apify.fetch_pages(wanted)
    except PlaybookError as error:
        fetched = [error] * len(wanted)
    pages = dict(zip(wanted, fetched, strict=True))

    def read(url: str, _head: Head | None) -> Page:
        found = pages[url]
        if isinstance(found, PlaybookError):
            raise found
        return Page(found.shown_url, found.html, found.html.encode(errors="replace"))

    return read


def _condition(url: str, head: Head | None) -> dict[str, str]:
    """The headers that ask for the page only if it has changed since `head`."""
    if head is None or head.menu_url != url:
        return {}
    given = {"If-None-Match": head.etag, "If-Modified-Since": head.last_modified}
    return {name: value for name, value in given.items() if value}


def _validator(value: str | None) -> str | None:
    """An ETag or a date that can be sent back as it is."""
    if value and len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable():
        return value
    return None
