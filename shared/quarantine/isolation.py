"""Runs a worker over many documents or orgs, each on its own, so that a bad one never stops the rest."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from shared.errors import TransientError
from shared.gcp import logging
from shared.quarantine import entries
from shared.quarantine.entries import Entry, Item
from shared.quarantine.failures import describe, may_pass, stack_of

log = logging.get_logger(__name__)

One = TypeVar("One")
Result = TypeVar("Result")

BROKEN_WORKER = 20
"""So many failures and not one success: it is not the documents that are broken."""
MOST_COUNTED = 200
"""How many failures a round counts; where there are more, the next rounds get to them."""


@dataclass(slots=True)
class Counts:
    """What happened to the items. `failed`: they are to blame; `waiting`: it may pass, they are to come again."""

    done: int = 0
    failed: int = 0
    waiting: int = 0
    passed_over: int = 0


@dataclass(slots=True)
class Isolation:
    """One round of a worker through its items, as a context manager: what failed is counted when it ends.

    An item that fails is logged with its path and the reason, and the round goes on. What is to blame itself is
    counted in `quarantine/{id}`, and passed over from its third failure on until it is written again, but for one
    try a day. A failure that may pass is never held against the item: `require_no_waiting`, at the end, asks for
    another delivery.

    `remembers`: False where the items are no documents (one call's events) or must be tried each time.
    `looks_up`: False on paths that must not wait for a look-up; what is in quarantine is then tried all the same.
    """

    worker: str
    remembers: bool = True
    looks_up: bool = True
    counts: Counts = field(default_factory=Counts)
    failed_paths: list[str] = field(default_factory=list)
    waiting_paths: list[str] = field(default_factory=list)
    _known: Mapping[str, Entry] | None = None
    _to_blame: list[tuple[Item, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, Exception):
            self._count_failures()

    def run(self, item: Item, call: Callable[[], Result]) -> Result | None:
        """What the call answers; None where the item failed or is passed over."""
        known = self._entry_of(item)
        if known is not None and known.passes_over(item, datetime.now(UTC)):
            with self._lock:
                self.counts.passed_over += 1
            return None
        with logging.bind(path=item.path, orgId=item.org_id):
            try:
                result = call()
            except Exception as error:  # noqa: BLE001 - whatever it is, the others must not wait for it
                self.note(item, error)
                return None
        with self._lock:
            self.counts.done += 1
        if known is not None:
            self._forget(item)
        return result

    def each(
        self,
        things: Iterable[One],
        item_of: Callable[[One], Item],
        call: Callable[[One], Result],
        *,
        at_once: int = 1,
    ) -> list[Result | None]:
        """`run` for each of the things, so many at a time; the answers in their order."""
        if at_once == 1:
            return list(self._one_by_one(things, item_of, call))
        self._look_up()
        with ThreadPoolExecutor(at_once, thread_name_prefix=self.worker) as pool:
            contexts = ((contextvars.copy_context(), thing) for thing in things)
            return list(
                pool.map(lambda given: given[0].run(self.run, item_of(given[1]), lambda: call(given[1])), contexts)
            )

    def _one_by_one(
        self, things: Iterable[One], item_of: Callable[[One], Item], call: Callable[[One], Result]
    ) -> Iterator[Result | None]:
        for thing in things:
            self._look_up()
            yield self.run(item_of(thing), lambda one=thing: call(one))  # type: ignore[misc]

    def require_no_waiting(self) -> None:
        """To be asked last.

        Raises:
            TransientError: some could not be dealt with just now. The others were, so a new delivery is harmless.
        """
        if self.counts.waiting:
            shown = ", ".join(self.waiting_paths[:5])
            raise TransientError(f"{self.worker}: {self.counts.waiting} could not be dealt with now: {shown}")

    def note(self, item: Item, error: Exception) -> None:
        """Log and count a failure with the item that came up elsewhere than in `run`."""
        reason = describe(error)
        details: dict[str, Any] = {"worker": self.worker, "reason": reason}
        if may_pass(error):
            with self._lock:
                self.counts.waiting += 1
                self.waiting_paths.append(item.path)
            log.warning("%s: not now: %s\n%s", self.worker, item.path, stack_of(error), extra=details)
            return
        with self._lock:
            self.counts.failed += 1
            self.failed_paths.append(item.path)
            self._to_blame.append((item, reason))
        log.error("%s: failed: %s\n%s", self.worker, item.path, stack_of(error), extra=details)

    def _entry_of(self, item: Item) -> Entry | None:
        if not (self.remembers and self.looks_up):
            return None
        entry_id = item.entry_id(self.worker)
        # A single item is looked up by itself: the entries of all others may be many.
        return entries.find(entry_id) if self._known is None else self._known.get(entry_id)

    def _look_up(self) -> None:
        """All entries of the worker in one query, once there is an item to look up."""
        if self._known is None and self.remembers and self.looks_up:
            self._known = entries.known_to(self.worker)

    def _forget(self, item: Item) -> None:
        try:
            entries.forget(item.entry_id(self.worker))
        except Exception as error:
            if not may_pass(error):
                raise
            log.warning("an entry of the quarantine stays for now", extra={"path": item.path})

    def _count_failures(self) -> None:
        """In `quarantine`. What cannot be counted now is counted at the next failure."""
        if not self.remembers:
            return
        if len(self._to_blame) >= BROKEN_WORKER and not self.counts.done:
            log.error(
                "nothing but failures: the worker is at fault, and nothing goes into quarantine",
                extra={"worker": self.worker, "failures": len(self._to_blame)},
            )
            return
        now = datetime.now(UTC)
        for item, reason in self._to_blame[:MOST_COUNTED]:
            try:
                entry = entries.record_failure(item, self.worker, reason, now)
            except Exception as error:  # noqa: BLE001 - it is counted at its next failure
                log.warning("a failure cannot be counted now", extra={"path": item.path, "reason": describe(error)})
                continue
            if entry.failures == entries.FAILURES and entry.last_failed_at == now:
                log.error(
                    "passed over from now on",
                    extra={"worker": self.worker, "path": item.path, "quarantineId": item.entry_id(self.worker)},
                )


def run_parts(parts: Mapping[str, Callable[[], object]]) -> tuple[dict[str, Any], list[str]]:
    """Run every part, even if others fail: their answers, and the names of the parts that failed."""
    answers: dict[str, Any] = {}
    failed: list[str] = []
    for name, part in parts.items():
        try:
            answers[name] = part()
        except Exception as error:  # noqa: BLE001 - the other parts must not wait for it
            log.error("part %s failed: %s\n%s", name, describe(error), stack_of(error), extra={"part": name})
            failed.append(name)
    return answers, failed
