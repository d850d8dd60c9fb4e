from __future__ import annotations

import hmac
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.api.cron_secret import CronSecret, newest_secret, read_enabled_versions
from shared.errors import TransientError
from shared.gcp import clients
from tests.unit.api.fakes import FakeSecretManager, Ticker


class Source:
    """Values that a test changes; counts how often they were read."""

    def __init__(self, *values: str) -> None:
        self.values = values
        self.reads = 0
        self.down = False

    def __call__(self) -> tuple[str, ...]:
        self.reads += 1
        if self.down:
            raise TransientError("down")
        return self.values


def secret_of(source: Source, ticker: Ticker | None = None) -> CronSecret:
    return CronSecret(source, ticker or Ticker())


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> FakeSecretManager:
    manager = FakeSecretManager(b"first", b"second", b"third\n", b"")
    monkeypatch.setattr(clients, "secrets", lambda: manager)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo")
    return manager


def test_every_enabled_version_matches() -> None:
    secret = secret_of(Source("new", "old"))
    assert secret.matches("new")
    assert secret.matches("old")


@given(st.text())
def test_nothing_else_matches(candidate: str) -> None:
    accepted = ("Zq3-first-accepted-value", "Zq3-second-accepted-value")
    assert secret_of(Source(*accepted)).matches(candidate) is (candidate in accepted)


@given(st.text())
def test_without_an_enabled_version_nothing_matches(candidate: str) -> None:
    assert not secret_of(Source()).matches(candidate)


def test_all_versions_are_compared_even_after_a_match(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def recorded(first: bytes, second: bytes) -> bool:
        compared.append(second)
        return first == second

    monkeypatch.setattr(hmac, "compare_digest", recorded)
    assert secret_of(Source("a", "b", "c")).matches("a")
    assert len(compared) == 3


def test_a_match_within_a_minute_reads_once() -> None:
    source, ticker = Source("s"), Ticker()
    secret = secret_of(source, ticker)
    for _ in range(5):
        assert secret.matches("s")
        ticker.seconds += 10
    assert source.reads == 1


def test_the_values_are_read_again_after_a_minute() -> None:
    source, ticker = Source("old"), Ticker()
    secret = secret_of(source, ticker)
    assert secret.matches("old")
    source.values = ("new",)
    ticker.seconds += 61
    assert not secret.matches("old")


def test_a_freshly_added_version_is_accepted_at_once_when_the_copy_is_older_than_a_second() -> None:
    source, ticker = Source("old"), Ticker()
    secret = secret_of(source, ticker)
    assert secret.matches("old")
    source.values = ("new", "old")
    ticker.seconds += 1.1
    assert secret.matches("new")


def test_a_flood_of_wrong_secrets_reads_once_a_second() -> None:
    source, ticker = Source("s"), Ticker()
    secret = secret_of(source, ticker)
    for _ in range(100):
        assert not secret.matches("wrong")
    assert source.reads == 1


def test_a_copy_of_ten_minutes_is_used_while_secret_manager_is_down(caplog: pytest.LogCaptureFixture) -> None:
    source, ticker = Source("s"), Ticker()
    secret = secret_of(source, ticker)
    assert secret.matches("s")
    source.down = True
    ticker.seconds += 599
    assert secret.matches("s")
    assert "cannot be read; using the copy" in caplog.text


def test_an_older_copy_is_not_used() -> None:
    source, ticker = Source("s"), Ticker()
    secret = secret_of(source, ticker)
    assert secret.matches("s")
    source.down = True
    ticker.seconds += 601
    with pytest.raises(TransientError):
        secret.matches("s")


def test_a_possibly_new_secret_is_not_refused_while_secret_manager_is_down() -> None:
    source, ticker = Source("s"), Ticker()
    secret = secret_of(source, ticker)
    assert secret.matches("s")
    source.down = True
    ticker.seconds += 2
    with pytest.raises(TransientError):
        secret.matches("perhaps new")


def test_an_unavailable_secret_manager_is_not_called_again_at_once() -> None:
    source = Source("s")
    source.down = True
    secret = secret_of(source)
    for _ in range(10):
        with pytest.raises(TransientError):
            secret.matches("s")
    assert source.reads == 1


def test_it_recovers_when_secret_manager_does() -> None:
    source, ticker = Source("s"), Ticker()
    source.down = True
    secret = secret_of(source, ticker)
    with pytest.raises(TransientError):
        secret.matches("s")
    source.down = False
    ticker.seconds += 6
    assert secret.matches("s")


def test_threads_without_a_cached_copy_share_one_read() -> None:
    everybody = threading.Barrier(8)
    source = Source("s")
    secret = secret_of(source)

    def ask() -> bool:
        everybody.wait()
        return secret.matches("s")

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: ask(), range(8)))
    assert source.reads == 1


def test_the_values_show_in_no_repr() -> None:
    secret = secret_of(Source("hush-hush"))
    assert secret.matches("hush-hush")
    assert "hush" not in repr(vars(secret))


def test_enabled_versions_are_read_newest_first_without_line_ends_and_empty_ones(
    manager: FakeSecretManager,
) -> None:
    assert read_enabled_versions() == ("third", "second", "first")


def test_disabled_versions_are_not_read(manager: FakeSecretManager) -> None:
    manager.disabled = {2}
    assert read_enabled_versions() == ("third", "first")


def test_a_version_disabled_between_listing_and_reading_is_left_out(manager: FakeSecretManager) -> None:
    manager.vanishing = {3}
    assert read_enabled_versions() == ("second", "first")


def test_a_failure_of_secret_manager_is_transient(manager: FakeSecretManager) -> None:
    manager.down = True
    with pytest.raises(TransientError):
        read_enabled_versions()


def test_jobs_get_the_newest_version_that_is_enabled(manager: FakeSecretManager) -> None:
    manager.disabled = {3}
    assert newest_secret() == "second"


def test_without_an_enabled_version_jobs_wait(manager: FakeSecretManager) -> None:
    manager.disabled = {1, 2, 3, 4}
    with pytest.raises(TransientError):
        newest_secret()
