"""The steps of a run read the org once where they follow one another, and again where time has passed."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest

from shared.gcp import clients
from shared.gcp.read_lately import MOMENTS, reading_lately
from shared.tenants.tenant import load_tenant
from tests.harness.memory_clients import use_memory


@pytest.fixture(autouse=True)
def _google(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "heard")
    use_memory({"tenants/o1": {"name": "Before"}})
    yield
    clients.forget_clients()


def rename() -> None:
    clients.firestore().document("tenants/o1").update({"name": "After"})


def test_a_cached_read_is_used_for_a_moment() -> None:
    with mock.patch("shared.gcp.read_lately.time.monotonic") as clock, reading_lately():
        clock.return_value = 100.0
        assert load_tenant("o1").name == "Before"
        rename()
        clock.return_value += MOMENTS
        assert load_tenant("o1").name == "Before"
        clock.return_value += 0.1
        assert load_tenant("o1").name == "After"


def test_outside_a_run_and_in_the_next_one_documents_are_read_again() -> None:
    with reading_lately():
        assert load_tenant("o1").name == "Before"
    rename()
    assert load_tenant("o1").name == "After"
    with reading_lately():
        assert load_tenant("o1").name == "After"
