"""The thread that renews a lease: it outlives a passing fault; it ends with the run, its loss, or its time."""

from __future__ import annotations

import threading
from unittest.mock import Mock

import pytest
from google.api_core.exceptions import ServiceUnavailable
from google.auth.exceptions import TransportError

from shared.errors import TransientError
from shared.runs import renewal
from shared.runs.errors import CancelRequestedError, LeaseLostError
from shared.runs.renewal import renewing
from shared.runs.session import Session
from tests.harness.eventually import eventually

LEASE_SECONDS = 0.04
PATIENCE = 30.0


class FakeSession(Session):
    """Answers each renewal as the test says; knows how many there were."""

    def __init__(self, answers: list[Exception | None]) -> None:  # nothing of a real one's is needed
        self.renewals = 0
        self.is_closed = False
        self._answers = answers
        self.answered = threading.Event()

    def renew(self) -> None:
        answer = self._answers[self.renewals] if self.renewals < len(self._answers) else None
        self.renewals += 1
        if self.renewals >= len(self._answers):
            self.answered.set()
        if answer is not None:
            raise answer

    def close(self) -> None:
        self.is_closed = True


def _renewer() -> threading.Thread | None:
    return next((thread for thread in threading.enumerate() if thread.name == "lease"), None)


def _has_ended() -> bool:
    return _renewer() is None


def test_the_lease_is_renewed_until_the_run_ends_despite_transient_faults() -> None:
    passing: Exception = ServiceUnavailable("503")  # type: ignore[no-untyped-call]
    away: Exception = TransportError("no token")  # type: ignore[no-untyped-call]
    session = FakeSession([None, passing, away, TransientError("x"), CancelRequestedError(), None, None])
    with renewing(session, LEASE_SECONDS):
        assert session.answered.wait(PATIENCE)
        assert _renewer() is not None
    assert session.is_closed
    eventually(_has_ended)


def test_a_pending_claim_is_written_before_the_first_renewal() -> None:
    session = FakeSession([None])
    with renewing(session, 600.0, claimed_after=0.01):
        assert session.answered.wait(PATIENCE)
    eventually(_has_ended)
    assert session.renewals == 1


def test_a_run_that_ends_before_its_first_renewal_has_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Mock()
    monkeypatch.setattr(renewal, "LASTING", waiting)
    session = FakeSession([None])
    with renewing(session, LEASE_SECONDS):
        pass
    waiting.after.return_value.forget.assert_called_once()
    (_, start), _ = waiting.after.call_args
    start()  # it was due at the very moment at which it was called off
    assert _has_ended()
    assert session.renewals == 0


def test_starting_the_thread_is_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    refused, real = [RuntimeError("can't start new thread")], threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if thread.name == "lease" and refused:
            raise refused.pop()
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    session = FakeSession([None])
    with renewing(session, LEASE_SECONDS):
        assert session.answered.wait(PATIENCE)
    assert refused == []


def test_renewal_ends_when_the_lease_is_lost() -> None:
    session = FakeSession([None, LeaseLostError("somebody else's")])
    with renewing(session, LEASE_SECONDS):
        assert session.answered.wait(PATIENCE)
        eventually(_has_ended)
        assert session.renewals == 2


def test_a_hanging_step_does_not_keep_its_run_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "RENEW_FOR_SECONDS", 0.1)
    session = FakeSession([])
    with renewing(session, LEASE_SECONDS):
        eventually(lambda: session.renewals > 0 and _has_ended())


def test_renewal_ends_when_the_process_dies() -> None:
    session = FakeSession([None])

    def die() -> None:
        with renewing(session, LEASE_SECONDS):
            assert session.answered.wait(PATIENCE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die()
    assert session.is_closed
    eventually(_has_ended)
