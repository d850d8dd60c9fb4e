"""The thread that renews a lease: it outlives a passing fault; it ends with the run, its loss, or its time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from google.api_core.exceptions import ServiceUnavailable
from google.auth.exceptions import TransportError

from shared.errors import TransientError
from shared.execution import renewal
from shared.execution.errors import CancelRequestedError, LeaseLostError
from shared.execution.renewal import renewing

LEASE_SECONDS = 0.04
PATIENCE = 30.0


class FakeSession:
    """Answers each renewal as the test says; knows how many there were."""

    def __init__(self, answers: list[Exception | None]) -> None:
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


def _ends(thread: threading.Thread | None) -> bool:
    if thread is not None:
        thread.join(PATIENCE)
    return thread is None or not thread.is_alive()


def _inside(session: Any, work: Callable[[threading.Thread | None], None]) -> None:
    with renewing(session, LEASE_SECONDS):
        work(_renewer())


def test_it_renews_until_the_run_ends_whatever_passing_fault_there_is() -> None:
    passing: Exception = ServiceUnavailable("503")  # type: ignore[no-untyped-call]
    away: Exception = TransportError("no token")  # type: ignore[no-untyped-call]
    session = FakeSession([None, passing, away, TransientError("x"), CancelRequestedError(), None, None])
    seen: list[threading.Thread | None] = []

    def work(thread: threading.Thread | None) -> None:
        seen.append(thread)
        assert session.answered.wait(PATIENCE)

    _inside(session, work)
    assert session.is_closed
    assert seen[0] is not None
    assert _ends(seen[0])


def test_it_ends_with_the_loss_of_the_lease() -> None:
    session = FakeSession([None, LeaseLostError("somebody else's")])
    _inside(session, lambda thread: _assert_ends(thread))
    assert session.renewals == 2


def test_a_step_that_hangs_does_not_keep_its_run_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "RENEW_FOR_SECONDS", 0.1)
    _inside(FakeSession([]), lambda thread: _assert_ends(thread))


def test_it_ends_where_the_process_of_the_run_dies() -> None:
    session, seen = FakeSession([None]), list[threading.Thread | None]()

    def die(thread: threading.Thread | None) -> None:
        seen.append(thread)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _inside(session, die)
    assert session.is_closed
    assert _ends(seen[0])


def _assert_ends(thread: threading.Thread | None) -> None:
    assert thread is not None
    assert _ends(thread)
