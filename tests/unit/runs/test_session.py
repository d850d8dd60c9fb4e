"""The lease that a run's threads share: what one of them is only trying to write counts for none of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core.datetime_helpers import DatetimeWithNanoseconds

from shared.gcp.clients import forget_clients
from shared.gcp.clock import Clock
from shared.gcp.plain_firestore import Commit
from shared.runs import store
from shared.runs.errors import CancelRequestedError, LeaseLostError
from shared.runs.parts import TriggerRef, TriggerType
from shared.runs.record import ExecutionStatus
from shared.runs.session import Session
from shared.runs.state import Claim
from shared.runs.store import FenceError, Stored
from tests.harness.memory_clients import use_memory
from tests.unit.runs.state import execution

LEASE_SECONDS = 60
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class SetClock(Clock):
    """Shows what it was set to."""

    def __init__(self) -> None:
        super().__init__()
        self.instant = START

    def now(self) -> datetime:
        return self.instant


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def session(clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr(store, "update", lambda *_: None)
    version: Any = START
    return Session(Stored(execution(ExecutionStatus.QUEUED), version), clock, LEASE_SECONDS)


def test_a_call_needs_half_of_the_lease_left(session: Session, clock: SetClock) -> None:
    with pytest.raises(LeaseLostError):
        session.require_lease()
    session.save()
    clock.instant += timedelta(seconds=LEASE_SECONDS / 2)
    session.require_lease()
    clock.instant += timedelta(seconds=1)
    with pytest.raises(LeaseLostError):
        session.require_lease()


def test_a_lease_being_written_by_another_thread_does_not_count_yet(
    session: Session, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.save()
    clock.instant += timedelta(seconds=LEASE_SECONDS + 1)
    seen: list[Exception] = []

    def meanwhile(*_: Any) -> None:
        try:
            session.require_lease()
        except LeaseLostError as error:
            seen.append(error)

    monkeypatch.setattr(store, "update", meanwhile)
    session.save()
    assert len(seen) == 1
    session.require_lease()


def test_a_lease_lost_by_one_thread_is_lost_for_all(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two deliveries that run the same steps at once, the slower one's threads all stop."""
    taken = execution(ExecutionStatus.RUNNING, lease_seconds=LEASE_SECONDS)
    writes: list[Any] = []

    def fenced(stored: Stored, *_: Any) -> None:
        if stored.version != theirs.version:
            raise FenceError
        writes.append(stored)

    version: Any = START + timedelta(seconds=1)
    theirs = Stored(taken, version)
    monkeypatch.setattr(store, "update", fenced)
    monkeypatch.setattr(store, "read", lambda _: theirs)
    for _ in range(2):
        with pytest.raises(LeaseLostError):
            session.save()
        with pytest.raises(LeaseLostError):
            session.require_lease()
    assert writes == []


def test_a_renewal_extends_only_the_lease_of_a_working_run(
    session: Session, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[dict[str, Any]] = []
    monkeypatch.setattr(store, "update", lambda _stored, fields, _beside: writes.append(fields))
    session.renew()
    assert writes == []

    session.claim(Claim(attempt=1, lazily=True))
    session.renew()
    clock.instant += timedelta(seconds=LEASE_SECONDS - 1)
    session.renew()
    clock.instant += timedelta(seconds=LEASE_SECONDS / 2)
    session.require_lease()
    assert writes[-1]["lease"]["expiresAt"] == writes[-1]["dueAt"]

    session.finish(ExecutionStatus.COMPLETED)
    ended = len(writes)
    session.renew()
    assert len(writes) == ended
    assert session.execution.lease is None


def test_a_cancel_seen_by_a_renewal_stops_the_run_before_its_next_step(session: Session, clock: SetClock) -> None:
    session.claim(Claim(attempt=1))
    session.execution.cancel_requested_at = clock.instant
    with pytest.raises(CancelRequestedError):
        session.save_if_stale()


@pytest.mark.parametrize(
    ("trigger", "seconds", "waits"), [("event", 0, True), ("event", 4, False), ("manual", 0, False)]
)
def test_an_automatic_run_is_shown_as_running_only_after_a_while(
    trigger: TriggerType, seconds: int, waits: bool, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "heard")
    written: list[Commit] = []

    version: Any = DatetimeWithNanoseconds.from_rfc3339("2026-03-01T12:00:00Z")  # type: ignore[no-untyped-call]

    def send(commit: Commit) -> list[Any]:
        written.append(commit)
        return [version]

    use_memory({})
    monkeypatch.setattr(Commit, "send", send)
    run = execution(ExecutionStatus.QUEUED)
    run.trigger = TriggerRef(type=trigger)
    stored = Stored(run, version)
    session = Session(stored, clock, LEASE_SECONDS)
    session.claim(Claim(attempt=1, lazily=True))
    clock.instant += timedelta(seconds=seconds)
    session.save()
    assert stored.is_summary_behind is waits
    assert len(written[-1]._request.writes) == (1 if waits else 2)
    clock.instant += timedelta(seconds=5)
    session.save()
    assert stored.is_summary_behind is False
    assert len(written[-1]._request.writes) == (2 if waits else 1)
    session.finish(ExecutionStatus.COMPLETED)
    assert len(written[-1]._request.writes) >= 2
    forget_clients()
