"""Rate-limited provider accounts (429): no step calls the provider for them until the pause is over.

The limit applies to the account, whichever run hits it: the run waits without using up a retry. The refused
process records the pause in `provider_pauses/{account}` and stops calling until it is over; other processes learn
of it by being refused once, and then wait just as long. Successful calls cost nothing extra.
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
"""If the provider names no delay: doubled each time it refuses right after a pause."""
FORGOTTEN_AFTER = timedelta(minutes=10)
SPREAD, LONGEST_SPREAD_SECONDS = 0.25, 60.0
"""Waiters resume spread over this share of the pause."""

_now: ContextVar[Callable[[], datetime] | None] = ContextVar("throttle_clock", default=None)


@dataclass(frozen=True, slots=True)
class Pause:
    """When it ends, and how many pauses directly preceded it."""

    until: datetime
    streak: int = 0


@contextmanager
def by_clock(now: Callable[[], datetime]) -> Iterator[None]:
    """Enforces pauses inside the block, using this clock. Elsewhere callers handle waiting themselves."""
    token = _now.set(now)
    try:
        yield
    finally:
        _now.reset(token)


def account_of(name: str, *secrets: str) -> str:
    """A name for the provider account with these credentials that doesn't reveal them."""
    digest = hex_digest(*secrets, digits=16)
    return f"{name.lower()}-{digest}"


def require_open(account: str, name: str) -> None:
    """Checks that the account may call the provider.

    Raises:
        ThrottledError: the account is paused.
    """
    clock = _now.get()
    pause = _known.get(account)
    if clock is None or pause is None:
        return
    left = (pause.until - clock()).total_seconds()
    if left > 0:
        raise ThrottledError(
            f"{name} asked us to slow down for at least {left:.0f} more seconds",
            retry_after_seconds=left + _spread(left),
        )


def refused(account: str, message: str, asked_seconds: float) -> ThrottledError:
    """Records a 429 and returns the error to raise, with how long to wait."""
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
    """The pause after a refusal at `now`."""
    if known is not None and now < known.until:
        # This call was already in flight when another was refused.
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
        log.warning("could not read a provider's pause", extra={"account": account, "reason": str(error)})
        return None
    until, streak = found.get("until"), found.get("streak")
    if not isinstance(until, datetime) or not isinstance(streak, int):
        return None
    return Pause(until, streak)


def _write(account: str, pause: Pause) -> None:
    from google.api_core.exceptions import GoogleAPICallError

    log.warning("provider asked us to slow down", extra={"account": account, "until": pause.until.isoformat()})
    try:
        clients.firestore().document(COLLECTION, account).set({"until": pause.until, "streak": pause.streak})
    except GoogleAPICallError as error:
        log.warning("could not save a provider's pause", extra={"account": account, "reason": str(error)})
