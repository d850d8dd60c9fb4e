"""Competitors that cannot be read, from what their stores answer to what the org hears, against real Firestore."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.competitors import notifying, overview, store
from shared.competitors.failures import Failure
from shared.competitors.snapshots import unreadable
from shared.competitors.snapshots.unreadable import ScanRun
from shared.errors import PlaybookError, TransientError
from shared.gcp.clients import firestore
from shared.notices import outbox
from tests.emulator.competitive_market import MENU, ORG, SCAN, Market, at_once, documents, opened_market
from tests.unit.steps.surroundings import NOW

pytestmark = pytest.mark.usefixtures("market")

DOWN = Failure("down", "the site isn't responding", "check it")


@pytest.fixture
def market(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Market:
    firestore().document(f"tenants/{ORG}").set(
        {"name": "Thrive", "tierId": "growth", "ownerEmail": "o@thrive.example"}
    )
    opened = opened_market(on_emulators, monkeypatch)
    opened.store("salt", *MENU)
    return opened


def answers(stack: Stack, html: str, status: int = 200, **headers: str) -> None:
    page = {"html": html, "status": status, "headers": headers}
    httpx.put(f"{stack.console_url}/api/stores/salt/page", json=page).raise_for_status()


def scan(market: Market, hours: float, **params: Any) -> None:
    """A scan so many hours after the first, whatever comes of it."""
    with contextlib.suppress(PlaybookError):
        market.run(SCAN, f"exec{hours}", NOW + timedelta(hours=hours), **params)


def told() -> list[dict[str, Any]]:
    found = [one.to_dict() or {} for one in firestore().collection("inbox_notifications").stream()]
    return [one for one in found if one["type"] == "competitor_alert"]


def kept() -> dict[str, Any]:
    found = documents("competitors")["salt"].get("unreadable", {})
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("status", "html", "headers", "kind", "words"),
    [
        (403, "Forbidden", {}, "blocked", "the site blocked our visit. Find another public page"),
        (503, "<title>Just a moment...</title>", {"CF-Mitigated": "challenge"}, "blocked", "blocked our visit"),
        (410, "Gone", {}, "moved", "the menu has moved or is gone from this address. Find the new menu page"),
        (
            429,
            "Slow down",
            {},
            "left_alone",
            "asked us not to visit it for a while. There's nothing to do",
        ),
        (500, "Oops", {}, "down", "the site isn't responding. Check that the menu opens"),
        (200, "<div id=root></div><script src=a.js></script>", {}, "scripts", "needs scripts to show"),
        (200, "<h1>About us</h1>" + "<p>Our story is a long one.</p>" * 30, {}, "empty", "we found no products"),
    ],
)
def test_the_third_failure_is_reported_with_its_reason_and_remedy(
    market: Market,
    on_emulators: Stack,
    status: int,
    html: str,
    headers: dict[str, str],
    kind: str,
    words: str,
) -> None:
    answers(on_emulators, html, status, **headers)
    for hour in (0, 24):
        scan(market, hour)
    assert told() == []
    scan(market, 48)
    (alert,) = told()
    assert alert["title"] == "We can't read Salt's menu"
    assert alert["body"].startswith("The last 3 scans of Salt failed: ")
    assert words in alert["body"]
    assert (alert["link"], kept()["kind"], kept()["failures"]) == ("/competitors/salt", kind, 3)
    for hour in (72, 96):
        scan(market, hour)
    assert len(told()) == 1


def test_scans_of_several_playbooks_in_one_morning_count_once_and_cached_ones_not_at_all(
    market: Market, on_emulators: Stack
) -> None:
    scan(market, 0)
    answers(on_emulators, "Forbidden", 403)
    for hour in (1, 1.1, 1.5, 1.9):
        with contextlib.suppress(PlaybookError):
            market.run(SCAN, f"exec{hour}", NOW + timedelta(hours=hour), playbook=f"pb{hour}")
    assert kept()["failures"] == 1
    for hour in (3, 5, 7):
        scan(market, hour, maxAgeHours=24)
    assert kept()["failures"] == 1


def test_a_menu_that_was_read_again_starts_over(market: Market, on_emulators: Stack) -> None:
    answers(on_emulators, "Forbidden", 403)
    for hour in (0, 2, 4):
        scan(market, hour)
    market.store("salt", *MENU)
    firestore().document(f"tenants/{ORG}/competitors/salt").update({"unreadable": {"failures": 3}})
    scan(market, 6)
    assert kept() == {}
    answers(on_emulators, "Forbidden", 403)
    for hour in (8, 10):
        scan(market, hour)
    assert len(told()) == 1
    scan(market, 12)
    assert len(told()) == 2


def test_scans_at_once_count_one_failure_and_tell_once() -> None:
    for hour in (0, 2):
        unreadable.count(ORG, "salt", DOWN, ScanRun(f"exec{hour}", "pb"), NOW + timedelta(hours=hour))
    now = NOW + timedelta(hours=4)

    def fail() -> None:
        counted = unreadable.count(ORG, "salt", DOWN, ScanRun("exec4", "pb"), now)
        assert counted is not None
        if counted.should_notify:
            (competitor,) = store.find_competitors(ORG, ["salt"])
            notifying.notify_of_unreadable_menu(ORG, competitor, counted, now)

    at_once(fail, fail)
    assert (kept()["failures"], len(told())) == (3, 1)


def test_an_owner_who_could_not_be_notified_is_notified_by_the_next_scan(
    market: Market, on_emulators: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise TransientError("no Firestore")

    answers(on_emulators, "Forbidden", 403)
    for hour in (0, 2):
        scan(market, hour)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "notify", refuse)
        scan(market, 4)
    assert told() == []
    scan(market, 4.1)
    assert len(told()) == 1
    assert kept()["failures"] == 4


def test_the_dashboard_shows_the_failures_and_one_that_was_removed_stays_so(
    market: Market, on_emulators: Stack
) -> None:
    answers(on_emulators, "Forbidden", 403)
    for hour in (0, 2, 4):
        scan(market, hour)
    (item,) = overview.list_competitors(overview.CompetitorPage(org_id=ORG), NOW).items
    detail = overview.show_competitor(ORG, "salt")
    assert item.unreadable is not None
    assert item.unreadable.failures == 3
    assert detail.unreadable == item.unreadable
    firestore().document(f"tenants/{ORG}/competitors/salt").delete()
    assert unreadable.count(ORG, "salt", DOWN, ScanRun("exec", "pb"), NOW) is None
    assert documents("competitors") == {}
