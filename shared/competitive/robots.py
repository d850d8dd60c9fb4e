"""Whether a site's robots.txt lets programs like ours read a page."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from urllib.robotparser import RobotFileParser

from shared.errors import PermanentError, PlaybookError
from shared.web.address import WebAddress, parse_address
from shared.web.fetch import USER_AGENT, fetch

KEPT_SECONDS = 3600.0
KEPT_AFTER_A_FAILURE_SECONDS = 300.0
MAX_SITES = 200
_AGENT = USER_AGENT.split("/")[0]
_TIMEOUT_SECONDS = 5.0
_MAX_BYTES = 500_000
"""What the standard (RFC 9309) asks a reader to take at least."""


@dataclass(slots=True)
class _Site:
    """One site's rules; None where it has none or they could not be read, which allows everything."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    rules: RobotFileParser | None = None
    read_again_at: float = 0.0


_sites: OrderedDict[tuple[str, str, int], _Site] = OrderedDict()
_sites_lock = threading.Lock()


def require_allowed(url: str) -> None:
    """Pass when the page's site lets our user agent read it. What it says is remembered for an hour.

    Raises:
        PermanentError: its robots.txt disallows it, or the URL is none.
    """
    address = parse_address(url)
    rules = _rules(address)
    if rules is not None and not rules.can_fetch(_AGENT, f"{address.page}{_query(address)}"):
        raise PermanentError(f"the site's robots.txt does not allow {_AGENT} to read {address.shown}")


def forget() -> None:
    """Read every robots.txt anew when it is next needed."""
    with _sites_lock:
        _sites.clear()


def _query(address: WebAddress) -> str:
    return f"?{address.query}" if address.query else ""


def _rules(address: WebAddress) -> RobotFileParser | None:
    with _sites_lock:
        site = _sites.setdefault(address.origin, _Site())
        _sites.move_to_end(address.origin)
        if len(_sites) > MAX_SITES:
            _sites.popitem(last=False)
    with site.lock:
        if time.monotonic() >= site.read_again_at:
            site.rules, kept_for = _read(address)
            site.read_again_at = time.monotonic() + kept_for
        return site.rules


def _read(address: WebAddress) -> tuple[RobotFileParser | None, float]:
    try:
        answer = fetch(
            f"{address.scheme}://{address.authority}/robots.txt", timeout=_TIMEOUT_SECONDS, max_bytes=_MAX_BYTES
        )
    except PermanentError:
        return None, KEPT_SECONDS
    except PlaybookError:
        return None, KEPT_AFTER_A_FAILURE_SECONDS
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    return rules, KEPT_SECONDS
