"""How long an account is left alone after a 429, and who keeps to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import ThrottledError
from shared.gcp import clients
from shared.web import throttle
from shared.web.throttle import COLLECTION, LONGEST_SECONDS, Pause, by_clock, following, refused, require_open
from tests.harness.memory_clients import use_memory
from tests.harness.memory_firestore import MemoryFirestore

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ACCOUNT = "mailjet-1"


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> MemoryFirestore:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    return use_memory({})


@pytest.fixture(autouse=True)
def forgotten() -> None:
    clients.forget_clients()


def refuse(at: datetime, asked: float = 0) -> float:
    with by_clock(lambda: at):
        return refused(ACCOUNT, "Mailjet answered 429", asked).retry_after_seconds


def is_open(at: datetime) -> bool:
    with by_clock(lambda: at):
        try:
            require_open(ACCOUNT, "Mailjet")
        except ThrottledError as error:
            return error.retry_after_seconds <= 0
        return True


def test_a_throttled_provider_is_not_called_until_its_pause_ends(memory: MemoryFirestore) -> None:
    assert 120 <= refuse(NOW, 120) <= 150
    assert [is_open(NOW + timedelta(seconds=seconds)) for seconds in (0, 119, 121)] == [False, False, True]
    assert memory.fields(COLLECTION)[ACCOUNT]["until"] == NOW + timedelta(seconds=120)


def test_another_process_pauses_after_its_first_refusal(memory: MemoryFirestore) -> None:
    refuse(NOW, 300)
    throttle.forget()
    later = NOW + timedelta(seconds=100)
    assert is_open(later), "it costs nobody a read to find out"
    assert refuse(later) >= 200
    assert not is_open(later + timedelta(seconds=199))


def test_those_that_waited_do_not_come_back_all_at_once(memory: MemoryFirestore) -> None:
    waits = {round(refuse(NOW, 100), 3) for _ in range(50)}
    assert len(waits) > 40
    assert max(waits) - min(waits) > 10


def test_outside_of_runs_callers_have_their_own_patience(memory: MemoryFirestore) -> None:
    refuse(NOW, 3_000)
    require_open(ACCOUNT, "Mailjet")
    assert refused(ACCOUNT, "busy", 7).retry_after_seconds == 7


def test_without_a_word_from_the_provider_each_pause_is_twice_as_long_until_it_is_over() -> None:
    pause, now, lengths = None, NOW, []
    for _ in range(8):
        pause = following(pause, now, 0)
        lengths.append((pause.until - now).total_seconds())
        now = pause.until + timedelta(seconds=1)
    assert lengths == [5, 10, 20, 40, 80, 160, 300, 300]
    assert following(pause, now + timedelta(hours=1), 0).streak == 0


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 3_600)), max_size=30))
def test_a_pause_never_ends_early_or_shrinks(calls: list[tuple[int, int]]) -> None:
    pause: Pause | None = None
    now = NOW
    for passed, asked in calls:
        now += timedelta(seconds=passed)
        before, pause = pause, following(pause, now, asked)
        assert pause.until >= now + timedelta(seconds=asked)
        assert pause.until <= max(
            now + timedelta(seconds=max(asked, LONGEST_SECONDS)), before.until if before else now
        )
        assert before is None or pause.until >= min(before.until, now)


def test_an_account_is_distinguished_by_its_credentials_without_telling_them() -> None:
    first, second = (
        throttle.account_of("Mailjet", "key-1", "secret"),
        throttle.account_of("Mailjet", "key-2", "secret"),
    )
    assert first != second
    assert "key" not in first
    assert "secret" not in first
