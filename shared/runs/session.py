"""One claimed run in this process: the execution in memory, its fence, and its saves."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from shared.error_codes import ErrorCode
from shared.errors import PlaybookError
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.runs import traced
from shared.runs.billing import Month, bill
from shared.runs.errors import CancelRequestedError, LeaseLostError
from shared.runs.fenced_writer import FencedWriter
from shared.runs.outputs import short
from shared.runs.parts import Attempt, Lease
from shared.runs.record import Execution, ExecutionStatus
from shared.runs.room import make_room
from shared.runs.startable import is_asked_for
from shared.runs.state import Claim
from shared.runs.store import Stored

log = logging.get_logger(__name__)

SAVE_AFTER_SECONDS = 0.25
"""Between two steps the run is saved if it was not for so long: its progress shows, its lease is renewed, and a
cancel is noticed. A run shorter than that pays for no such write."""
UNWATCHED_SAVE_AFTER_SECONDS = 2.0
"""The same of a run that nobody asked for."""
SHOWN_AFTER = timedelta(seconds=1)
"""So long a run of which no step is slow need not be seen to run."""
SOON_OVER = timedelta(seconds=3)
"""So long one that nobody asked for need not."""
LEASE_FIELDS = frozenset({"lease", "dueAt"})
WORK_FIELDS = frozenset({"stepResults", "progress", "effects", "waits", "archives"})
"""What grows with the steps."""
MAX_ATTEMPTS_KEPT = 40
"""Of a run that people send back again and again."""


class Session:
    """The one writer of an execution between its claim and its end; its threads write in turn."""

    def __init__(self, stored: Stored, clock: Clock, lease_seconds: int) -> None:
        self._stored = stored
        self._clock = clock
        self._lease = timedelta(seconds=lease_seconds)
        self._owner = uuid.uuid4().hex
        self._saved_at = clock.now()
        self._writer = FencedWriter(stored, self._owner)
        self.lock = threading.RLock()
        self._held_until: datetime | None = None
        self._is_claimed = False

    @property
    def execution(self) -> Execution:
        """The execution as this process knows it."""
        return self._stored.execution

    @property
    def clock(self) -> Clock:
        """The time of this delivery."""
        return self._clock

    def claim(self, claim: Claim) -> None:
        """Take the lease; lazily, with the first save.

        A lazy claim saves a run of a few quick steps one of its writes; one that lasts is saved from beside
        (`claimed_after`). Until that save two deliveries may run the same steps, none of which happens once only. A
        process that dies before it is followed by a delivery that is not fresh, which claims at once, and so is
        counted if it dies too.

        Raises:
            LeaseLostError: somebody else was faster.
            CancelRequestedError: the run has been asked to stop meanwhile.
        """
        with self.lock:
            self._claim(claim)

    def _claim(self, claim: Claim) -> None:
        execution, now = self.execution, self._clock.now()
        if claim.interrupted:
            execution.interruptions += 1
            # Whoever died may have left it at "queued".
            self._stored.is_summary_behind = True
            traced.keep(execution)
            self._close_attempt("the process that ran it died; another one goes on", ErrorCode.PROCESS_DIED)
        execution.status = ExecutionStatus.RUNNING
        execution.attempt = claim.attempt
        if not claim.resumed:
            begun = Attempt(number=claim.attempt, started_at=now)
            execution.attempts = [*execution.attempts, begun][-MAX_ATTEMPTS_KEPT:]
        execution.started_at = execution.started_at or now
        execution.next_attempt_at = None
        self._is_claimed = True
        if not claim.lazily:
            self._commit()

    def claimed_after(self) -> float:
        """Seconds after which a claim that was not written at once is to be."""
        return (SHOWN_AFTER if is_asked_for(self.execution) else SOON_OVER).total_seconds()

    def require_claim(self) -> None:
        """`save`, if the claim has not been written yet: the run may take a while now, and people look at it."""
        if self.execution.lease is None:
            self.save()

    def save(self) -> None:
        """Write what has been reached, and renew the lease.

        Raises:
            LeaseLostError: another delivery runs it now.
            CancelRequestedError: the run has been asked to stop; what was reached has been saved.
        """
        self._commit()

    def renew(self) -> None:
        """Renew the lease from beside the step that is working; nothing before the claim and after the end.

        Raises:
            LeaseLostError: another delivery runs it now.
            CancelRequestedError: the run has been asked to stop; the lease has been renewed.
        """
        with self.lock:
            if self._is_claimed:
                self._commit(lease_only=self._writer.written.keys() >= LEASE_FIELDS)

    def close(self) -> None:
        """Renew no more. What is under way in another thread ends first."""
        with self.lock:
            self._is_claimed = False

    def require_lease(self) -> None:
        """Pass when enough of the lease is left for a provider's call, whose time-outs are under half of it.

        A process that was held up since its last save must not make a call that its successor may be making.

        Raises:
            LeaseLostError: too little is left, or none.
        """
        # What another thread is only trying to write is no lease yet.
        held_until = self._held_until
        if held_until is None or held_until - self._clock.now() < self._lease / 2:
            raise LeaseLostError(f"execution {self.execution.id} was held up for most of its lease")

    def save_if_stale(self) -> None:
        """`save`, if the last write is a while ago, or if one beside the steps has brought news of the run."""
        with self.lock:
            has_news = self._writer.is_lost or self.execution.cancel_requested_at is not None
            longest = SAVE_AFTER_SECONDS if is_asked_for(self.execution) else UNWATCHED_SAVE_AFTER_SECONDS
            if has_news or (self._clock.now() - self._saved_at).total_seconds() >= longest:
                self.save()

    def park(self, until: datetime, reason: str) -> None:
        """Leave the run waiting, with nothing running; the attempt goes on when it is woken.

        Raises:
            PlaybookError: what it has reached cannot be kept; it does not wait then.
        """
        with self.lock:
            make_room(self.execution)
            self.execution.status, self.execution.status_reason = ExecutionStatus.WAITING, reason
            self.execution.error_code = None
            self._end(due_at=until)
            if self._writer.was_woken:
                # Before it slept: what it waits for may be there already, so it is looked at again at once.
                self._end(due_at=self._clock.now())

    def finish(
        self,
        status: ExecutionStatus,
        reason: str | None = None,
        step_id: str | None = None,
        code: ErrorCode | None = None,
    ) -> None:
        """End the run: completed, failed (at the step `step_id`, where it was one) or cancelled.

        Raises:
            PlaybookError: it is completed, and what it has reached cannot be kept; it has not ended then.
        """
        with self.lock:
            execution, now = self.execution, self._clock.now()
            is_completed = status is ExecutionStatus.COMPLETED
            if is_completed:
                make_room(execution)
            execution.status, execution.status_reason = status, short(reason) if reason else None
            execution.error_code, execution.completed_at = code, now
            self._close_attempt(reason, code, step_id)
            self._end(due_at=now if status is ExecutionStatus.FAILED else None, has_room=is_completed)

    def retry_at(self, reason: str, code: ErrorCode, at: datetime, step_id: str | None = None) -> None:
        """End this attempt, which failed at the step `step_id`, if at one; the next is due at that instant."""
        with self.lock:
            execution = self.execution
            execution.status, execution.status_reason = ExecutionStatus.RETRYING, short(reason)
            execution.error_code, execution.next_attempt_at = code, at
            self._close_attempt(reason, code, step_id)
            self._end(due_at=at)

    def _close_attempt(self, error: str | None, code: ErrorCode | None = None, step_id: str | None = None) -> None:
        attempts = self.execution.attempts
        if attempts and attempts[-1].ended_at is None:
            end = {
                "ended_at": self._clock.now(),
                "error": error and short(error),
                "error_code": code,
                "failed_step_id": step_id,
            }
            ended = attempts[-1].model_copy(update=end)
            self.execution.attempts = [*attempts[:-1], ended]

    def _commit(self, *, lease_only: bool = False) -> None:
        """A write in the middle of the run: it keeps the lease."""
        with self.lock:
            if not lease_only:
                make_room(self.execution)
            execution, held_until = self.execution, self._clock.now() + self._lease
            execution.lease = Lease(owner=self._owner, expires_at=held_until)
            execution.due_at = held_until
            if lease_only:
                self._write(self._lease_renewed, None)
            else:
                self._write_all()
            self._held_until = held_until
            if execution.cancel_requested_at is not None:
                raise CancelRequestedError

    def _end(self, *, due_at: datetime | None, has_room: bool = False) -> None:
        """The last write of this delivery: it gives the lease back.

        `has_room`: there is room for the run, as has just been seen.
        """
        with self.lock:
            self._is_claimed = False
            self.execution.lease, self.execution.due_at, self._held_until = None, due_at, None
            try:
                if not has_room:
                    make_room(self.execution)
            except PlaybookError as error:
                # A run that does not go well ends all the same, with what was written of it before.
                log.warning("what the run has reached since its last save is lost", extra={"reason": str(error)})
                self._write(self._without_recent_work, bill(self.execution, self._clock.now()))
            else:
                self._write_all()

    def _write_all(self) -> None:
        """Write the fields that have changed since the last write, and beside them what was used, to the month."""
        self._write(self.execution.moving_part, bill(self.execution, self._clock.now()))
        self._saved_at = self._clock.now()

    def _lease_renewed(self) -> dict[str, Any]:
        fields = self.execution.model_dump(by_alias=True, include={"lease", "due_at"})
        return {**self._writer.written, **fields}

    def _without_recent_work(self) -> dict[str, Any]:
        fields = {name: value for name, value in self.execution.moving_part().items() if name not in WORK_FIELDS}
        return fields | {name: value for name, value in self._writer.written.items() if name in WORK_FIELDS}

    def _write(self, document: Callable[[], dict[str, Any]], month: Month | None) -> None:
        self._stored.has_just_begun = self._has_just_begun()
        try:
            self._writer.write(document, month)
        except LeaseLostError:
            self._held_until = None
            raise

    def _has_just_begun(self) -> bool:
        """Whether nobody waits to see it run, and it may be over soon: one write less of the many that are."""
        execution = self.execution
        begun_at = execution.started_at
        return begun_at is not None and not is_asked_for(execution) and self._clock.now() - begun_at < SOON_OVER
