"""Whether a site's robots.txt lets programs like ours read a page (RFC 9309)."""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from shared.competitors.failures import DisallowedError, LeftAloneError
from shared.competitors.fetching.pace import PACE, is_our_own
from shared.competitors.fetching.site_access import SHARED, Rules
from shared.errors import PermanentError, TransientError
from shared.gcp import logging
from shared.web.address import WebAddress, parse_address
from shared.web.fetch import USER_AGENT, fetch

if TYPE_CHECKING:
    from protego import Protego

log = logging.get_logger(__name__)

KEPT_SECONDS = 24 * 3600.0
KEPT_AFTER_A_FAILURE_SECONDS = 300.0
MAX_SITES = 200
_AGENT = USER_AGENT.split("/")[0]
_TIMEOUT_SECONDS = 5.0
_READ_BYTES = 500 * 1024
"""What the standard asks a reader to take at least; what follows is not read."""
_GROUP = re.compile(r"(?im)^[ \t]{0,40}user-?agent[ \t]{0,40}:[ \t]{0,40}([^\s#/]{0,200})[^\r\n]*$")
_SOMEBODY_ELSE = "somebody-else"


@dataclass(slots=True)
class _Site:
    """One site's rules; None where it has none, which allows everything."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    rules: Protego | None = None
    failure: str | None = None
    """Why the rules could not be read, which allows nothing until they can."""
    read_again_at: float = 0.0


_sites: OrderedDict[tuple[str, str, int], _Site] = OrderedDict()
_sites_lock = threading.Lock()


def require_allowed(url: str) -> None:
    """Pass when the page's site lets our user agent read it. What it says is remembered for a day.

    Raises:
        PermanentError: its robots.txt disallows it, or the URL is none.
        TransientError: its robots.txt cannot be read now, or the site asks to be left alone.
    """
    address = parse_address(url)
    site = _known(address)
    if site.failure is not None:
        raise TransientError(
            f"the robots.txt of {address.shown} cannot be read, so its pages are not: {site.failure}",
            retry_after_seconds=KEPT_AFTER_A_FAILURE_SECONDS,
        )
    if site.rules is not None and not site.rules.can_fetch(f"{address.page}{_query(address)}", _AGENT):
        raise DisallowedError(f"the site's robots.txt does not allow {_AGENT} to read {address.shown}")


def forget() -> None:
    """Read every robots.txt anew when it is next needed."""
    with _sites_lock:
        _sites.clear()


def rules_of(text: str) -> Protego:
    """The rules in a robots.txt. A group is ours only by our whole name, in any case, or by `*`.

    The library takes a part of the name for it, so the names of other programs are put out of its way.
    """
    from protego import Protego

    return Protego.parse(_GROUP.sub(_for_us_or_not, text.removeprefix("\ufeff")))


def _for_us_or_not(group: re.Match[str]) -> str:
    name = group[1]
    return f"User-agent: {name if name == '*' or name.lower() == _AGENT.lower() else _SOMEBODY_ELSE}"


def _query(address: WebAddress) -> str:
    return f"?{address.query}" if address.query else ""


def _known(address: WebAddress) -> _Site:
    with _sites_lock:
        site = _sites.setdefault(address.origin, _Site())
        _sites.move_to_end(address.origin)
        if len(_sites) > MAX_SITES:
            _sites.popitem(last=False)
    with site.lock:
        if time.monotonic() >= site.read_again_at:
            _read(address, site)
    return site


def _read(address: WebAddress, site: _Site) -> None:
    """What another instance has read today, else the site's own."""
    shared = _of_others(address)
    if shared is None:
        _fetch(address, site)
        return
    site.failure, site.rules = None, rules_of(shared.text) if shared.text is not None else None
    left = (shared.expires_at - datetime.now(UTC)).total_seconds()
    site.read_again_at = time.monotonic() + min(max(left, 0.0), KEPT_SECONDS)


def _fetch(address: WebAddress, site: _Site) -> None:
    """A refusal (4xx) means that there are no rules; a failing site, that nothing may be read."""
    site.rules, site.failure, kept_for = None, None, KEPT_SECONDS
    text: str | None = None
    try:
        PACE.wait_for_turn(address)
        answer = fetch(
            f"{address.scheme}://{address.authority}/robots.txt",
            timeout=_TIMEOUT_SECONDS,
            max_bytes=_READ_BYTES,
            cut=True,
        )
        text = answer.body.decode("utf-8-sig", errors="replace")
        site.rules = rules_of(text)
    except LeftAloneError:
        raise
    except TransientError as error:
        if error.retry_after_seconds:
            PACE.leave_alone(address, error.retry_after_seconds)
        site.failure, kept_for = str(error), KEPT_AFTER_A_FAILURE_SECONDS
    except PermanentError as error:
        log.info("%s has no robots.txt to obey: %s", address.shown, error)
    site.read_again_at = time.monotonic() + kept_for
    if site.failure is None:
        _share_with_others(address, text)


def _of_others(address: WebAddress) -> Rules | None:
    if is_our_own(address):
        return None
    try:
        return SHARED.rules(address)
    except Exception as error:  # noqa: BLE001 - the site's own word is as good
        log.warning("robots.txt is read by this instance alone", extra={"site": address.host, "reason": str(error)})
        return None


def _share_with_others(address: WebAddress, text: str | None) -> None:
    if is_our_own(address):
        return
    try:
        SHARED.keep_rules(address, text, timedelta(seconds=KEPT_SECONDS))
    except Exception as error:  # noqa: BLE001 - this instance has it
        log.warning("robots.txt is kept by this instance alone", extra={"site": address.host, "reason": str(error)})
