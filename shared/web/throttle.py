"""Accounts that a provider has asked to slow down (429): no step calls it for them until it may be called again.

The limit is the account's, whichever run meets it: the run waits and its ladder is not climbed. A process that
was refused notes the pause in `provider_pauses/{account}` and calls no more until it is over; another one learns of
it by being refused once, and waits as long as the note says. So a call that is not refused costs nothing.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.errors import ThrottledError
from shared.gcp import clients, logging
from shared.values.digests import hex_digest

log = logging.get_logger(__name__)

COLLECTION = "provider_pauses"
FIRST_SECONDS, LONGEST_SECONDS = 5.0, 300.0
"""Where the provider does not say how long: twice as long each time that it refuses right after a pause."""
FORGOTTEN_AFTER = timedelta(minutes=10)
SPREAD, LONGEST_SPREAD_SECONDS = 0.25, 60.0
"""The part of a pause over which those that waited for its end come back."""

_now: ContextVar[Callable[[], datetime] | None] = ContextVar("throttle_clock", default=None)


@dataclass(frozen=True, slots=True)
class Pause:
    """Until when, and how many came right after one another before."""

    until: datetime
    streak: int = 0


@contextmanager
def by_clock(now: Callable[[], datetime]) -> Iterator[None]:
    """Within it pauses are kept to, by this clock. Elsewhere callers have a patience of their own."""
    token = _now.set(now)
    try:
        yield
    finally:
        _now.reset(token)


def account_of(name: str, *secrets: str) -> str:
    """The account of a provider that these credentials open, as a name that does not tell them."""
    digest = hex_digest(*secrets, digits=16)
    return f"{name.lower()}-{digest}"


def require_open(account: str, name: str) -> None:
    """Pass when the provider may be called for the account.

    Raises:
        ThrottledError: it has asked us to slow down.
    """
    clock = _now.get()
    pause = _known.get(account)
    if clock is None or pause is None:
        return
    left = (pause.until - clock()).total_seconds()
    if left > 0:
        raise ThrottledError(
            f"{name} asked us to slow down, {left:.0f} s from now at least",
            retry_after_seconds=left + _spread(left),
        )


def refused(account: str, message: str, asked_seconds: float) -> ThrottledError:
    """Note that the provider has refused a call with 429; the error to raise, with how long to wait."""
    clock = _now.get()
    if clock is None:
        return ThrottledError(message, retry_after_seconds=asked_seconds)
    now = clock()
    with _lock:
        stored = _read(account)
        known = max((one for one in (stored, _known.get(account)) if one), key=lambda one: one.until, default=None)
        pause = following(known, now, asked_seconds)
        _known[account] = pause
        if pause != stored:
            _write(account, pause)
    left = (pause.until - now).total_seconds()
    return ThrottledError(message, retry_after_seconds=left + _spread(left))


def following(known: Pause | None, now: datetime, asked_seconds: float) -> Pause:
    """The pause after a refusal at this instant."""
    if known is not None and now < known.until:
        # The call was under way when another one was refused.
        return Pause(max(known.until, now + timedelta(seconds=asked_seconds)), known.streak)
    is_again = known is not None and now - known.until <= FORGOTTEN_AFTER
    streak = known.streak + 1 if known is not None and is_again else 0
    own = min(FIRST_SECONDS * 2 ** min(streak, 10), LONGEST_SECONDS)
    return Pause(now + timedelta(seconds=max(asked_seconds, own)), streak)


def forget() -> None:
    """Forget what this process knows (for tests)."""
    _known.clear()


_known: dict[str, Pause] = {}
_lock = threading.Lock()


def _spread(seconds: float) -> float:
    return random.uniform(0, min(SPREAD * seconds, LONGEST_SPREAD_SECONDS))  # noqa: S311 - no secret


def _read(account: str) -> Pause | None:
    from google.api_core.exceptions import GoogleAPICallError

    try:
        found: Mapping[str, Any] = clients.firestore().document(COLLECTION, account).get().to_dict() or {}
    except GoogleAPICallError as error:
        log.warning("a provider's pause cannot be read", extra={"account": account, "reason": str(error)})
        return None
    until, streak = found.get("until"), found.get("streak")
    if not isinstance(until, datetime) or not isinstance(streak, int):
        return None
    return Pause(until, streak)


def _write(account: str, pause: Pause) -> None:
    from google.api_core.exceptions import GoogleAPICallError

    log.warning("a provider asks us to slow down", extra={"account": account, "until": pause.until.isoformat()})
    try:
        clients.firestore().document(COLLECTION, account).set({"until": pause.until, "streak": pause.streak})
    except GoogleAPICallError as error:
        log.warning("a provider's pause cannot be noted", extra={"account": account, "reason": str(error)})
