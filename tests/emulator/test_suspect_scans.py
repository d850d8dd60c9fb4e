"""Menus that are hardly read properly, from a store's page to what the org hears, against real Firestore."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.competitors import overview
from shared.competitors.snapshots import store as snapshot_store
from shared.errors import TransientError
from shared.gcp.clients import firestore
from shared.heartbeat import load as heartbeat
from shared.heartbeat.inputs import CheckInputs
from tests.emulator.competitive_market import ANALYZE, DIFF, ORG, SCAN, Market, at_once, documents, opened_market
from tests.unit.steps.surroundings import NOW, PerformingEffects

pytestmark = pytest.mark.usefixtures("market")

PRICING, REPORT = "analyze_pricing", "generate_competitor_report"
FULL = tuple((f"Blue Dream lot {number}", 40.0 + number) for number in range(20))
CUT = (("Blue Dream 3.5g", 4.0), ("OG Kush 3.5g", 5.0))
CENTS = tuple((name, price * 100) for name, price in FULL)


@pytest.fixture
def market(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Market:
    firestore().document(f"tenants/{ORG}").set(
        {"name": "Thrive", "tierId": "growth", "ownerEmail": "o@thrive.example"}
    )
    fields = {"name": "Higher Level", "menuUrl": f"{on_emulators.console_url}/stores/higher"}
    firestore().document(f"tenants/{ORG}/competitors/higher").set(fields)
    return opened_market(on_emulators, monkeypatch)


def show(stack: Stack, products: Sequence[tuple[str, float]]) -> None:
    listed = [
        {"@type": "Product", "name": name, "category": "Flower", "offers": {"price": price, "priceCurrency": "USD"}}
        for name, price in products
    ]
    page = {"html": f'<script type="application/ld+json">{json.dumps(listed)}</script>'}
    httpx.put(f"{stack.console_url}/api/stores/higher/page", json=page).raise_for_status()


def morning(market: Market, number: int) -> dict[str, Any]:
    """A run of everything that reads menus; the scan's entry and what the other steps found."""
    run, now = f"exec{number}", NOW + timedelta(hours=number)
    (entry,) = market.run(SCAN, run, now)["competitors"]
    found = {action: market.run(action, run, now) for action in (DIFF, PRICING, ANALYZE)}
    return {"entry": entry, **found, REPORT: market.run(REPORT, run, now, narrate=False)}


def inbox() -> list[dict[str, Any]]:
    found = [one.to_dict() or {} for one in firestore().collection("inbox_notifications").stream()]
    return [one for one in found if one["type"] == "competitor_alert"]


@pytest.mark.parametrize("misread", [CUT, CENTS], ids=["two products", "prices in cents"])
def test_a_suspect_menu_starts_nothing_until_a_second_scan_agrees(
    market: Market, on_emulators: Stack, misread: Sequence[tuple[str, float]]
) -> None:
    show(on_emulators, FULL)
    first = morning(market, 1)
    show(on_emulators, misread)
    second = morning(market, 2)
    words = second["entry"]["suspect"]
    assert words.startswith("We couldn't read Higher Level's menu properly: ")
    assert second["entry"]["products"] == first["entry"]["products"]
    assert words in second[PRICING]["notes"]
    assert words in second[DIFF]["notes"]
    assert words.replace("'", "&#39;") in second[REPORT]["html"]
    assert words in second[REPORT]["text"]
    assert [second[PRICING][name] for name in ("undercutCount", "price_gap")] == [0, 0.0]
    assert [second[DIFF][name] for name in ("changeCount", "removedCount", "shakeups")] == [0, 0, []]
    assert (documents("events"), documents("competitive_actions")) == ({}, {})
    (alert,) = inbox()
    assert (alert["body"], alert["link"]) == (words, "/competitors/higher")
    show(on_emulators, misread)
    third = morning(market, 3)
    assert third["entry"]["suspect"] is None
    assert len(third["entry"]["products"]) == len(misread)
    assert third[DIFF]["eventsRaised"] > 0
    assert documents("suspect_snapshots") == {}
    assert len(inbox()) == 1


def test_every_reader_sees_the_last_good_menu(market: Market, on_emulators: Stack) -> None:
    show(on_emulators, FULL)
    morning(market, 1)
    show(on_emulators, CUT)
    morning(market, 2)
    assert documents("suspect_snapshots")["higher"]["productCount"] == 2
    now: datetime = NOW + timedelta(hours=3)
    detail = overview.show_competitor(ORG, "higher")
    assert (detail.products, len(detail.rows)) == (20, 20)
    assert detail.last_scan is not None
    assert detail.last_scan.status == "suspect"
    (item,) = overview.list_competitors(overview.CompetitorPage(org_id=ORG), now).items
    assert (item.products, item.comparison and item.comparison.undercuts) == (20, 0)
    assert {one.product for one in overview.prices(ORG, "higher", now, None).items} == {name for name, _ in FULL}
    known = heartbeat.LoadedInputs(CheckInputs(timezone="America/New_York", now=now))
    facts = heartbeat.load(ORG, known, [heartbeat.Section.MENUS]).facts
    assert [len(history.newest.products) for history in facts.menus] == [20]


def test_a_menu_that_is_whole_again_is_compared_with_the_last_good_one(market: Market, on_emulators: Stack) -> None:
    for number, shown in enumerate((FULL, CUT, FULL, (*FULL[1:], ("OG Kush", 30.0)))):
        show(on_emulators, shown)
        last = morning(market, number)
    assert len(documents("competitor_snapshots")) == 2
    assert documents("suspect_snapshots") == {}
    assert (last[DIFF]["addedCount"], last[DIFF]["removedCount"]) == (1, 1)
    assert documents("events") == {}


def test_a_menu_that_is_fresh_is_asked_for_all_the_same_while_it_is_suspect(
    market: Market, on_emulators: Stack
) -> None:
    for number, shown in enumerate((FULL, CUT)):
        show(on_emulators, shown)
        morning(market, number)
    (entry,) = market.run(SCAN, "exec9", NOW + timedelta(hours=2), maxAgeHours=24)["competitors"]
    assert (entry["suspect"], len(entry["products"])) == (None, 2)


def test_a_dry_run_of_a_suspect_scan_keeps_nothing_and_tells_nobody(market: Market, on_emulators: Stack) -> None:
    show(on_emulators, FULL)
    morning(market, 1)
    show(on_emulators, CUT)
    (entry,) = market.run(SCAN, "exec2", NOW + timedelta(hours=2), effects=PerformingEffects(dry=True))[
        "competitors"
    ]
    assert entry["suspect"]
    assert (documents("suspect_snapshots"), inbox()) == ({}, [])


def test_two_scans_at_once_of_a_suspect_menu_leave_it_suspect(market: Market, on_emulators: Stack) -> None:
    show(on_emulators, FULL)
    morning(market, 1)
    show(on_emulators, CUT)
    other = Market(on_emulators)
    later = NOW + timedelta(hours=2)

    class Waiting(PerformingEffects):
        """Stores what it found when the other scan has read its page too."""

        def write(self, *args: Any, **given: Any) -> Any:
            if other.outputs == {}:
                other.run(SCAN, "exec3", later, effects=PerformingEffects(dry=True))
            return super().write(*args, **given)

    market.run(SCAN, "exec2", later, effects=Waiting())
    assert documents("suspect_snapshots")["higher"]["executionId"] == "exec2"
    at_once(
        lambda: _run_to_its_end(market, "exec4", NOW + timedelta(hours=4)),
        lambda: _run_to_its_end(other, "exec5", NOW + timedelta(hours=4)),
    )
    assert documents("suspect_snapshots") == {}
    assert len(documents("competitor_snapshots")) == 2


def _run_to_its_end(market: Market, execution: str, now: datetime) -> None:
    """Run the scan as a run does it, which tries again: two transactions may wait for each other."""
    for _ in range(5):
        try:
            market.run(SCAN, execution, now)
        except TransientError:
            continue
        return
    pytest.fail("the other scan was always faster")


def test_a_menu_that_is_confirmed_while_another_scan_begins_stays_confirmed(
    market: Market, on_emulators: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(on_emulators, FULL)
    morning(market, 1)
    show(on_emulators, CUT)
    market.run(SCAN, "exec2", NOW + timedelta(hours=2))
    other, heads = Market(on_emulators), snapshot_store.heads

    def after_the_other_scan(*args: Any) -> Any:
        monkeypatch.setattr(snapshot_store, "heads", heads)
        other.run(SCAN, "exec4", NOW + timedelta(hours=4))
        return heads(*args)

    monkeypatch.setattr(snapshot_store, "heads", after_the_other_scan)
    market.run(SCAN, "exec5", NOW + timedelta(hours=4))
    assert documents("suspect_snapshots") == {}
    assert len(documents("competitor_snapshots")) == 2


def test_a_competitor_whose_snapshots_are_old_is_found_by_itself(market: Market, on_emulators: Stack) -> None:
    show(on_emulators, FULL)
    morning(market, 1)
    for number in range(12):
        fields = {"competitorId": f"other{number}", "takenAt": NOW, "expiresAt": NOW + timedelta(days=40)}
        firestore().document(f"tenants/{ORG}/competitor_snapshots/other{number}").set({**fields, "products": []})
    assert snapshot_store.heads(ORG, ["higher"], NOW)["higher"].fields.competitor_id == "higher"
