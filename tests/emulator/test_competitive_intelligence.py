"""Unchanged pages, differences and the events they raise, against real Firestore and the demo stores' pages."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from local.stack.running import Stack
from shared.competitors.snapshots.snapshot import KEPT_FOR
from shared.gcp.clients import firestore
from tests.emulator.competitive_market import (
    ANALYZE,
    CHEAPER,
    CONSUME,
    DIFF,
    HOSTILE,
    MENU,
    ORG,
    SCAN,
    Market,
    at_once,
    documents,
    opened_market,
)
from tests.unit.steps.surroundings import NOW, PerformingEffects


@pytest.fixture
def market(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Market:
    return opened_market(on_emulators, monkeypatch)


def test_an_unchanged_page_costs_nothing_and_keeps_its_snapshot_alive(market: Market) -> None:
    market.store("salt", *MENU)
    market.run(SCAN)
    assert market.costs == [("menu_page", 1)]
    later = NOW + timedelta(days=1)
    (entry,) = market.run(SCAN, "exec2", later)["competitors"]
    assert market.costs == []
    assert entry["unchanged"] is True
    assert len(entry["products"]) == 3
    (snapshot,) = documents("competitor_snapshots").values()
    assert (snapshot["takenAt"], snapshot["seenAt"], snapshot["expiresAt"]) == (NOW, later, later + KEPT_FOR)


def test_a_retry_of_the_scan_that_took_a_snapshot_still_says_that_it_changed(market: Market) -> None:
    market.store("salt", *MENU)
    assert market.run(SCAN)["competitors"][0]["unchanged"] is False
    assert market.run(SCAN)["competitors"][0]["unchanged"] is False


def test_a_snapshot_that_another_system_wrote_is_used_while_it_is_fresh(market: Market) -> None:
    market.store("salt", *MENU)
    fields = {
        "competitorId": "salt",
        "takenAt": NOW - timedelta(hours=1),
        "expiresAt": NOW + timedelta(days=30),
        "products": [{"name": "Kept", "category": "Flower", "price": 1}],
        "priceRange": {"min": 1, "max": 1, "median": 1},
        "promoCount": 0,
        "contentHash": "x",
    }
    firestore().document(f"tenants/{ORG}/competitor_snapshots/by-hand").set(fields)
    (entry,) = market.run(SCAN, maxAgeHours=2)["competitors"]
    assert entry["products"][0]["name"] == "Kept"
    assert market.run(SCAN, maxAgeHours=0.5)["competitors"][0]["products"][0]["name"] == "Blue Dream 3.5g"


def test_two_scans_at_once_keep_one_snapshot_of_the_change(market: Market) -> None:
    market.store("salt", *MENU)
    market.run(SCAN)
    market.store("salt", *CHEAPER)
    later = NOW + timedelta(hours=1)
    at_once(lambda: market.run(SCAN, "exec2", later), lambda: market.run(SCAN, "exec3", later))
    assert len(documents("competitor_snapshots")) == 2


def _changed(market: Market, *menu: tuple[str, str, float]) -> datetime:
    market.store("salt", *MENU)
    market.run(SCAN, "exec1", NOW - timedelta(days=1))
    market.store("salt", *menu)
    market.run(SCAN, "exec2", NOW)
    return NOW


def test_a_price_that_moved_is_listed_and_raises_one_event_however_often(market: Market) -> None:
    _changed(market, *CHEAPER)
    output = market.run(DIFF, "exec2")
    (change,) = output["changes"]
    assert (change["oldPrice"], change["newPrice"], change["percent"], change["direction"]) == (40, 30, 25, "down")
    assert [one["percent"] for one in output["shakeups"]] == [33.33]
    assert output["eventsRaised"] == 2
    assert market.run(DIFF, "exec2")["eventsRaised"] == 2
    again = market.run(DIFF, "exec9")
    assert (again["eventsRaised"], again["eventsRaisedBefore"]) == (0, 2)
    events = documents("events")
    assert sorted(one["name"] for one in events.values()) == ["competitor.menu_shakeup", "competitor.price_change"]
    (event,) = [one for one in events.values() if one["name"] == "competitor.price_change"]
    told = {"competitor": "Salt", "competitorId": "salt", "product": "Blue Dream 3.5g", "category": "Flower"}
    assert event["data"].items() >= {**told, "oldPrice": 40, "newPrice": 30, "percent": 25}.items()


def test_two_runs_at_once_raise_each_event_once(market: Market) -> None:
    _changed(market, *CHEAPER)
    del market.outputs[SCAN]
    raised = at_once(lambda: market.run(DIFF, "exec5"), lambda: market.run(DIFF, "exec6"))
    assert sum(one["eventsRaised"] for one in raised) == 2
    assert len(documents("events")) == 2


def test_a_page_that_this_scan_found_unchanged_has_no_changes_to_list(market: Market) -> None:
    _changed(market, *CHEAPER)
    later = NOW + timedelta(days=1)
    market.run(SCAN, "exec3", later)
    output = market.run(DIFF, "exec3", later)
    assert (output["changes"], output["subject"]) == ([], "Competitor changes: none")
    assert len(documents("events")) == 2


def test_hours_say_how_far_back_a_comparison_reaches(market: Market) -> None:
    _changed(market, *CHEAPER)
    market.store("salt", ("Blue Dream 3.5g", "Flower", 20.0), *CHEAPER[1:])
    later = NOW + timedelta(hours=6)
    market.run(SCAN, "exec3", later)
    assert [one["oldPrice"] for one in market.run(DIFF, "exec3", later)["changes"]] == [30]
    assert [one["oldPrice"] for one in market.run(DIFF, "exec3", later, sinceHours=12)["changes"]] == [40]
    assert [one["oldPrice"] for one in market.run(DIFF, "exec3", later, sinceHours=700)["changes"]] == [40]
    assert market.run(DIFF, "exec4", later + timedelta(days=2), sinceHours=24)["changes"] == []


def test_a_dry_run_shows_what_changed_and_leaves_nothing(market: Market) -> None:
    market.store("salt", *MENU)
    market.run(SCAN, "exec1", NOW - timedelta(days=1))
    market.store("salt", *CHEAPER)
    effects = PerformingEffects(dry=True)
    for action in (SCAN, DIFF, ANALYZE, CONSUME):
        market.run(action, "exec2", effects=effects)
    assert len(market.outputs[DIFF]["changes"]) == 1
    assert len(documents("competitor_snapshots")) == 1
    assert documents("events") == documents("competitive_actions") == {}


def test_hostile_names_stay_text(market: Market) -> None:
    hostile = tuple((f"{HOSTILE} {number}", "Flower", 999_999.99) for number in range(3))
    _changed(market, *MENU, *hostile, ("Cheap", "Flower", 0))
    output = market.run(DIFF, "exec2")
    assert output["addedCount"] == 4
    report = market.run("generate_competitor_report", "exec2")
    assert "<img" not in report["html"]
    assert "{{ org.id }}" in report["text"]
