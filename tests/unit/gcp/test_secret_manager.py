"""Secrets through the real client against the local Secret Manager: the newest version counts, others are gone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from google.cloud.secretmanager_v1 import SecretVersion

from shared.errors import TransientError
from shared.gcp import clients
from shared.gcp.secret_manager import (
    MissingSecretError,
    SecretCache,
    delete_secret,
    read_secret,
    secret_name,
    write_secret,
)
from tests.unit.local.cloud.running_cloud import LoopThread, running

VALUE = "s3cr3t-value-of-the-org"


@pytest.fixture(scope="module")
def loop_thread() -> Iterator[LoopThread]:
    loop = LoopThread()
    yield loop
    loop.stop()


@pytest.fixture
def secret_manager(loop_thread: LoopThread, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    with running(loop_thread) as cloud:
        monkeypatch.setenv("SECRET_MANAGER_EMULATOR_HOST", f"127.0.0.1:{cloud.cloud.secrets_port}")
        clients.forget_clients()
        yield
    clients.forget_clients()


def states(secret_id: str) -> list[str]:
    versions = clients.secrets().list_secret_versions(request={"parent": secret_name(secret_id)})
    return [SecretVersion.State(one.state).name for one in versions]


@pytest.mark.usefixtures("secret_manager")
def test_a_written_secret_is_read_and_replaced_by_the_next() -> None:
    write_secret("org-a-KEY", VALUE, {"kind": "org"})
    assert read_secret("org-a-KEY") == VALUE
    write_secret("org-a-KEY", "another value")
    assert read_secret("org-a-KEY") == "another value"
    assert states("org-a-KEY") == ["ENABLED", "DESTROYED"]


@pytest.mark.usefixtures("secret_manager")
def test_a_writer_destroys_only_what_is_older_than_its_own_version(monkeypatch: pytest.MonkeyPatch) -> None:
    client = clients.secrets()
    list_versions = client.list_secret_versions

    def overtaken(**request: Any) -> Any:
        client.add_secret_version(
            request={"parent": secret_name("org-a-KEY"), "payload": {"data": b"set by another owner"}}
        )
        return list_versions(**request)

    monkeypatch.setattr(client, "list_secret_versions", overtaken)
    write_secret("org-a-KEY", VALUE)
    assert read_secret("org-a-KEY") == "set by another owner"


@pytest.mark.usefixtures("secret_manager")
def test_deleting_a_secret_twice_is_fine() -> None:
    write_secret("org-a-KEY", VALUE)
    assert delete_secret("org-a-KEY")
    assert not delete_secret("org-a-KEY")
    with pytest.raises(MissingSecretError, match="there is no secret org-a-KEY"):
        read_secret("org-a-KEY")


@pytest.mark.usefixtures("secret_manager")
def test_a_secret_whose_newest_version_is_disabled_is_missing() -> None:
    version = write_secret("org-a-KEY", VALUE)
    clients.secrets().disable_secret_version(request={"name": version})
    with pytest.raises(MissingSecretError):
        read_secret("org-a-KEY")


def test_a_secret_manager_that_cannot_be_reached_is_a_passing_fault_and_names_no_value(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("SECRET_MANAGER_EMULATOR_HOST", "127.0.0.1:9")
    monkeypatch.setattr("shared.gcp.secret_manager.RPC_TIMEOUT_SECONDS", 0.5)
    caplog.set_level(logging.DEBUG)
    clients.forget_clients()
    with pytest.raises(TransientError, match="org-a-KEY") as raised:
        write_secret("org-a-KEY", VALUE)
    assert VALUE not in str(raised.value) + caplog.text
    clients.forget_clients()


class Store:
    def __init__(self) -> None:
        self.now = 0.0
        self.reads: list[str] = []
        self.value = "one"

    def read(self, secret_id: str) -> str:
        self.reads.append(secret_id)
        if self.value == "gone":
            raise MissingSecretError(f"there is no secret {secret_id}")
        return self.value

    def cache(self) -> SecretCache:
        return SecretCache(self.read, lambda: self.now)


def test_a_value_is_kept_for_a_minute_each_by_its_own_id() -> None:
    store = Store()
    cache = store.cache()
    assert [cache.of("a"), cache.of("a"), cache.of("b")] == ["one"] * 3
    assert store.reads == ["a", "b"]
    store.now, store.value = 61.0, "two"
    assert cache.of("a") == "two"


def test_a_value_that_was_forgotten_is_read_again() -> None:
    store = Store()
    cache = store.cache()
    cache.of("a")
    store.value = "two"
    cache.forget("a")
    cache.forget("a")
    assert cache.of("a") == "two"


def test_a_missing_secret_is_not_cached() -> None:
    store = Store()
    cache, store.value = store.cache(), "gone"
    with pytest.raises(MissingSecretError):
        cache.of("a")
    store.value = "one"
    assert cache.of("a") == "one"


def test_the_number_of_cached_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.gcp.secret_manager.MAX_CACHED", 2)
    store = Store()
    cache = store.cache()
    for secret_id in "abca":
        cache.of(secret_id)
    assert store.reads == ["a", "b", "c", "a"]
