"""What instances share of the sites that they ask: turns, `Retry-After` and robots.txt, in real Firestore."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from google.cloud.firestore import DocumentReference

from local.stack.running import Stack
from shared.competitors.failures import LeftAloneError
from shared.competitors.fetching import pace, robots, site_access
from shared.competitors.fetching.pace import Pace
from shared.competitors.fetching.site_access import SharedAccess
from shared.errors import TransientError
from shared.gcp.clients import firestore
from shared.web.address import parse_address
from tests.emulator.competitive_market import MENU, ORG, SCAN, at_once, opened_market

pytestmark = pytest.mark.usefixtures("on_emulators")

SITE = parse_address("https://higher.example/menu")
START = datetime(2026, 11, 28, 14, tzinfo=UTC)
NONE = timedelta(0)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def test_two_instances_ask_a_site_once_a_second() -> None:
    clock = Clock()
    here, there = SharedAccess(clock), SharedAccess(clock)
    waits = [one.reserve(SITE, NONE).total_seconds() for one in (here, there, here)]
    assert waits == [0, 1, 2]
    assert there.reserve(parse_address("https://other.example/"), NONE) == NONE
    clock.now += timedelta(seconds=10)
    assert there.reserve(SITE, NONE) == NONE
    assert here.reserve(SITE, timedelta(seconds=3)).total_seconds() == 3


def test_instances_at_once_never_have_the_same_second() -> None:
    clock = Clock()
    here, there = SharedAccess(clock), SharedAccess(clock)
    found = at_once(
        lambda: [here.reserve(SITE, NONE) for _ in range(3)], lambda: [there.reserve(SITE, NONE) for _ in range(3)]
    )
    assert sorted(wait.total_seconds() for waits in found for wait in waits) == [0, 1, 2, 3, 4, 5]


def test_nobody_waits_longer_than_a_step_may() -> None:
    shared = SharedAccess(Clock())
    for _ in range(16):
        shared.reserve(SITE, NONE)
    with pytest.raises(TransientError, match="asked by too many"):
        shared.reserve(SITE, NONE)


def test_a_site_that_asks_to_be_left_alone_is_left_alone_by_all() -> None:
    clock = Clock()
    here, there = SharedAccess(clock), SharedAccess(clock)
    here.leave_alone(SITE, 7_200)
    with pytest.raises(LeftAloneError, match="asked us not to visit it for about") as refusal:
        there.reserve(SITE, NONE)
    assert refusal.value.retry_after_seconds == 3_600
    clock.now += timedelta(seconds=7_190)
    assert there.reserve(SITE, NONE).total_seconds() == 10


def test_a_robots_txt_is_read_once_a_day_for_all() -> None:
    clock = Clock()
    here, there = SharedAccess(clock), SharedAccess(clock)
    assert there.rules(SITE) is None
    here.keep_rules(SITE, "User-agent: *\nDisallow: /menu", timedelta(days=1))
    found = there.rules(SITE)
    assert found is not None
    assert found.text == "User-agent: *\nDisallow: /menu"
    assert there.rules(parse_address("http://higher.example/menu")) is None
    here.keep_rules(parse_address("http://higher.example/"), None, timedelta(days=1))
    assert there.rules(SITE) == found
    clock.now += timedelta(days=1)
    assert there.rules(SITE) is None


def test_a_robots_txt_that_is_very_long_each_instance_reads_for_itself() -> None:
    shared = SharedAccess(Clock())
    shared.keep_rules(SITE, "x" * (site_access.MAX_RULES_BYTES + 1), timedelta(days=1))
    assert shared.rules(SITE) is None


def test_a_page_costs_one_read_and_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def counted(name: str) -> Callable[..., Any]:
        original = getattr(DocumentReference, name)

        def call(*args: Any, **given: Any) -> Any:
            calls.append(name)
            return original(*args, **given)

        return call

    SharedAccess(Clock()).reserve(SITE, NONE)
    for name in ("get", "set", "update", "create"):
        monkeypatch.setattr(DocumentReference, name, counted(name))
    shared = SharedAccess(Clock())
    shared.rules(SITE)
    shared.reserve(SITE, NONE)
    assert calls == ["get", "update"]
    shared.reserve(SITE, NONE)
    assert calls == ["get", "update", "get", "update"]


def test_a_document_that_cannot_be_read_is_rewritten() -> None:
    shared = SharedAccess(Clock())
    shared.reserve(SITE, NONE)
    (document,) = firestore().collection(site_access.COLLECTION).stream()
    document.reference.set({"nextRequestAt": "soon", "robots": 7})
    assert shared.rules(SITE) is None
    assert shared.reserve(SITE, NONE) == NONE
    assert shared.reserve(SITE, NONE).total_seconds() == 1


def test_a_site_is_asked_all_the_same_while_firestore_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    alone = Pace(lambda: 100.0, slept.append, SharedAccess(Clock()))

    def fail(*_args: Any, **_given: Any) -> None:
        raise ConnectionError("Firestore is away")

    monkeypatch.setattr(site_access, "firestore", fail)
    for _ in range(3):
        alone.wait_for_turn(SITE)
    assert slept == [1.0, 2.0]
    alone.leave_alone(SITE, 60)
    with pytest.raises(LeftAloneError):
        alone.wait_for_turn(SITE)


def test_a_retry_after_holds_for_the_scans_of_every_instance(
    on_emulators: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (pace, robots):
        monkeypatch.setattr(module, "is_our_own", lambda _address: False)
    market = opened_market(on_emulators, monkeypatch)
    market.store("salt", *MENU)
    page = {"html": "busy", "status": 429, "headers": {"Retry-After": "600"}}
    httpx.put(f"{on_emulators.console_url}/api/stores/salt/page", json=page).raise_for_status()
    with pytest.raises(TransientError, match="429"):
        market.run(SCAN, "exec1")
    market.store("salt", *MENU)
    # As another instance, which knows nothing but what Firestore holds.
    pace.PACE.forget()
    robots.forget()
    try:
        with pytest.raises(TransientError, match="asked us not to visit it for"):
            market.run(SCAN, "exec2")
    finally:
        pace.PACE.forget()
        robots.forget()
    kept = firestore().document(f"tenants/{ORG}/competitors/salt").get().to_dict() or {}
    assert "asked us not to visit it for" in kept["lastScan"]["error"]
