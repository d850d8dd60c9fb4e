"""Texts that a run sends itself: the first of an hour needs no document of its own to stay the first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.gcp import clients
from shared.notices import outbox
from shared.notices.alert import TEXTS
from shared.notices.policy import WINDOW
from shared.tenants.tenant import Tenant
from tests.harness.memory_clients import use_memory
from tests.unit.notices.repeats import NOW, alert

ORG = Tenant.model_validate({"id": "org_1", "name": "Thrive", "staffPhones": ["+13155550123"]})


@pytest.fixture(autouse=True)
def _google(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "heard")
    use_memory({})
    # The task for the digest of the repeats is the emulator tests' concern.
    monkeypatch.setattr(outbox, "_send_digests", lambda *_: None)
    yield
    clients.forget_clients()


def is_repeat(number: int, minutes: float) -> bool:
    return outbox.is_repeat(ORG, alert(number), TEXTS, NOW + timedelta(minutes=minutes))


def test_the_first_stays_the_first_and_the_others_are_repeats() -> None:
    assert [is_repeat(0, 0), is_repeat(0, 1), is_repeat(1, 2), is_repeat(0, 3), is_repeat(1, 4)] == [
        *(False, False),
        *(True, False, True),
    ]
    assert len(list(clients.firestore().collection("alert_deliveries").stream())) == 1, "of the repeat"


def test_after_the_hour_the_next_is_the_first() -> None:
    is_repeat(0, 0)
    assert is_repeat(1, WINDOW / timedelta(minutes=1) + 1) is False
