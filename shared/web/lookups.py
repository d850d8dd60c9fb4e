"""DNS lookups, which the operating system offers only without a time limit: capped in total and per org.

A name whose server doesn't answer blocks its thread as long as the system waits. So callers wait only up to their
own limit, an org can hold only a few threads, and an unresponsive name isn't tried again for a while.
"""

from __future__ import annotations

import contextlib
import contextvars
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to IP addresses in order of preference; raises `socket.gaierror`."""

MAX_AT_ONCE = 64
"""Lookup threads per process."""
MAX_OF_ONE_ORG = 8
MAX_SECONDS = 5.0
ENOUGH_SHARE = 0.8
"""Share of `MAX_SECONDS` after which an unanswered name counts as silent, for every org."""
SILENT_SECONDS = 60.0
"""How long a silent name is refused without a lookup."""
MAX_SILENT = 1_000

_caller: contextvars.ContextVar[str] = contextvars.ContextVar("lookups_caller", default="")


class LookupTimeoutError(Exception):
    """The name wasn't resolved in time, or too many lookups are waiting."""


@contextlib.contextmanager
def looked_up_for(org_id: str) -> Iterator[None]:
    """Counts lookups inside the block toward the org's limit."""
    token = _caller.set(org_id)
    try:
        yield
    finally:
        _caller.reset(token)


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Uses the operating system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(slots=True)
class _Answer:
    done: threading.Event = field(default_factory=threading.Event)
    addresses: Sequence[str] = ()
    error: Exception | None = None


class Lookups:
    """The lookups of one process."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: Counter[str] = Counter()
        self._silent: dict[str, float] = {}

    def resolve(self, resolve: Resolve, host: str, port: int, seconds: float) -> Sequence[str]:
        """The name's addresses.

        Raises:
            LookupTimeoutError: not resolved within `seconds` (at most 5), or the org has too many lookups waiting.
            OSError: the name does not exist.
        """
        caller = _caller.get()
        ends = time.monotonic() + min(seconds, MAX_SECONDS)
        self._enter(caller, host, ends)
        asked = time.monotonic()
        answer = _Answer()
        # One daemon thread each: a pool could fill up with silent servers and block process exit.
        threading.Thread(
            target=self._run, args=(resolve, host, port, caller, answer), name="name-lookup", daemon=True
        ).start()
        if not answer.done.wait(max(ends - time.monotonic(), 0)):
            # A caller with little time left didn't give the server its full time.
            if time.monotonic() - asked >= MAX_SECONDS * ENOUGH_SHARE:
                self._is_silent(host)
            raise LookupTimeoutError("the DNS lookup took too long")
        if answer.error is not None:
            raise answer.error
        return answer.addresses

    def _enter(self, caller: str, host: str, ends: float) -> None:
        def has_room() -> bool:
            return self._waiting.total() < MAX_AT_ONCE and self._waiting[caller] < MAX_OF_ONE_ORG

        with self._changed:
            if self._silent.get(host, 0) > time.monotonic():
                raise LookupTimeoutError("the DNS server didn't answer a moment ago")
            if not self._changed.wait_for(has_room, max(ends - time.monotonic(), 0)):
                raise LookupTimeoutError("too many DNS lookups are waiting")
            self._waiting[caller] += 1

    def _run(self, resolve: Resolve, host: str, port: int, caller: str, answer: _Answer) -> None:
        try:
            answer.addresses = resolve(host, port)
        except Exception as error:  # noqa: BLE001 - raised where the answer is waited for
            answer.error = error
        finally:
            with self._changed:
                self._waiting[caller] -= 1
                if not self._waiting[caller]:
                    del self._waiting[caller]
                self._changed.notify_all()
            answer.done.set()

    def _is_silent(self, host: str) -> None:
        now = time.monotonic()
        with self._changed:
            if len(self._silent) >= MAX_SILENT:
                self._silent = {name: until for name, until in self._silent.items() if until > now}
            if len(self._silent) < MAX_SILENT:
                self._silent[host] = now + SILENT_SECONDS


LOOKUPS = Lookups()
