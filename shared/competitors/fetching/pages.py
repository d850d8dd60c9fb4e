"""A competitor's page as it came: straight from its site, or where APIFY_TOKEN is set through Apify."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.competitors.failures import is_another_sites_home, no_menu, refusal
from shared.competitors.fetching import apify
from shared.competitors.fetching.pace import PACE
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
VERSION = "3"
"""Increment it when the way pages are read changes: older menus are then read again."""
_COMMENT = re.compile(rb"<!--[^<>]{0,500}-->")
_FIELD = re.compile(rb"<(?:meta|input)\b[^<>]{0,1000}>", re.IGNORECASE)
_NONCE = re.compile(rb"""\bnonce=(?:"[^"<>]{0,200}"|'[^'<>]{0,200}')""", re.IGNORECASE)
_PASSING_FIELD = re.compile(rb"csrf|token|nonce|hidden|timestamp|generated|request-id", re.IGNORECASE)
_SCRIPT_END = b"</script"
_UNSURE = (b"<script", b"<!--", b"-->")
_MAY_HOLD_A_MENU = (b"price", b"__next_f")
"""In the states that single-page shops embed."""


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


def page_hash(body: bytes) -> str:
    """A hash of the page without what changes on every load: nonces, form tokens, short comments, plain scripts.

    What it leaves out can hold no menu: data and scripts that name a price stay in, and so do those whose end is
    in doubt.
    """
    kept = _NONCE.sub(b"", _FIELD.sub(_lasting, _COMMENT.sub(b"", _without_scripts(body))))
    return f"{VERSION}:{hashlib.sha256(kept).hexdigest()}"


def _lasting(field: re.Match[bytes]) -> bytes:
    return b"" if _PASSING_FIELD.search(field.group()) else field.group()


def _without_scripts(body: bytes) -> bytes:
    """One walk from left to right: time grows with the page's length, whatever it holds."""
    lower = body.lower()
    kept: list[bytes] = []
    position = 0
    while True:
        start = lower.find(b"<script", position)
        opened = lower.find(b">", start) if start >= 0 else -1
        end = lower.find(_SCRIPT_END, opened) if opened >= 0 else -1
        if end < 0:
            kept.append(body[position:])
            return b"".join(kept)
        code = lower[opened + 1 : end]
        is_data = b"json" in lower[start:opened]
        is_kept = is_data or any(mark in code for mark in (*_UNSURE, *_MAY_HOLD_A_MENU))
        kept.append(body[position : end if is_kept else opened + 1])
        position = end
