"""Competitive actions, the drafts that agents make of them, and tracked competitors, against real Firestore."""

from __future__ import annotations

from datetime import timedelta

import pytest

from local.stack.running import Stack
from shared.competitors.actions import store as actions
from shared.competitors.actions.models import Status
from shared.errors import NotFoundError, PermanentError
from shared.gcp.clients import firestore
from tests.emulator.competitive_market import (
    ANALYZE,
    CONSUME,
    DIFF,
    MENU,
    ORG,
    SCAN,
    TRACK,
    Market,
    at_once,
    documents,
    opened_market,
)
from tests.unit.steps.surroundings import NOW


@pytest.fixture
def market(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Market:
    return opened_market(on_emulators, monkeypatch)


def _undercut(market: Market) -> None:
    market.store("salt", *((name, category, price * 0.75) for name, category, price in MENU))
    market.run(SCAN)


def test_a_finding_of_the_next_day_updates_its_open_action(market: Market) -> None:
    _undercut(market)
    first = market.run(ANALYZE)
    assert (first["opened"], first["criticalCount"]) == (2, 1)
    market.store("salt", *((name, category, price * 0.7) for name, category, price in MENU))
    later = NOW + timedelta(days=1)
    market.run(SCAN, "exec2", later)
    second = market.run(ANALYZE, "exec2", later)
    assert (second["opened"], second["updated"]) == (0, 2)
    kept = documents("competitive_actions")
    assert len(kept) == 2
    (critical,) = [one for one in kept.values() if one["priority"] == "critical"]
    assert critical["data"]["percent"] == 30
    assert (critical["createdAt"], critical["updatedAt"], critical["status"]) == (NOW, later, "pending")
    assert {"type", "competitorName", "trigger", "recommendation", "resolvedAt", "resolvedBy"} <= critical.keys()


def test_two_analyses_at_once_open_one_action_a_finding(market: Market) -> None:
    _undercut(market)
    at_once(lambda: market.run(ANALYZE, "exec2"), lambda: market.run(ANALYZE, "exec3"))
    assert len(documents("competitive_actions")) == 2


def test_an_action_without_its_reason_lapses_and_comes_back_as_the_same(market: Market) -> None:
    _undercut(market)
    market.run(ANALYZE)
    market.store("salt", *MENU)
    market.run(SCAN, "exec2")
    assert market.run(ANALYZE, "exec2")["lapsed"] == 2
    assert {one["status"] for one in documents("competitive_actions").values()} == {"lapsed"}
    _undercut(market)
    assert market.run(ANALYZE, "exec3")["updated"] == 2
    assert {one["status"] for one in documents("competitive_actions").values()} == {"pending"}


def _resolve_all(market: Market) -> None:
    for one in documents("competitive_actions"):
        actions.resolve(ORG, one, "user_7", NOW)


def test_a_resolved_finding_comes_back_after_seven_days_as_a_new_action(market: Market) -> None:
    _undercut(market)
    market.run(ANALYZE)
    _resolve_all(market)
    assert market.run(ANALYZE, "exec2", NOW + timedelta(days=6))["held"] == 2
    assert market.run(ANALYZE, "exec3", NOW + timedelta(days=7))["opened"] == 2
    assert market.run(ANALYZE, "exec4", NOW + timedelta(days=8))["updated"] == 2
    kept = documents("competitive_actions")
    assert sorted(one["generation"] for one in kept.values()) == [1, 1, 2, 2]
    assert sorted(one["status"] for one in kept.values()) == ["pending", "pending", "resolved", "resolved"]


def test_a_resolved_finding_comes_back_at_once_when_it_is_five_points_worse(market: Market) -> None:
    _undercut(market)
    market.run(ANALYZE)
    _resolve_all(market)
    market.store("salt", *((name, category, price * 0.7) for name, category, price in MENU))
    market.run(SCAN, "exec2")
    assert market.run(ANALYZE, "exec2")["opened"] == 2


def test_resolving_writes_who_and_when_once(market: Market) -> None:
    _undercut(market)
    market.run(ANALYZE)
    one = next(iter(documents("competitive_actions")))
    actions.resolve(ORG, one, "user_7", NOW)
    again = actions.resolve(ORG, one, "user_8", NOW + timedelta(days=1))
    assert (again.status, again.resolved_by, again.resolved_at) == (Status.RESOLVED, "user_7", NOW)
    kept = documents("competitive_actions")[one]
    assert (kept["status"], kept["resolvedBy"], kept["resolvedAt"]) == ("resolved", "user_7", NOW)


@pytest.mark.parametrize("one", ["missing", "", "a/b/c"])
def test_only_an_action_of_the_org_can_be_resolved(market: Market, one: str) -> None:
    _undercut(market)
    market.run(ANALYZE)
    with pytest.raises(NotFoundError):
        actions.resolve(ORG, one, "user_7", NOW)
    with pytest.raises(NotFoundError):
        actions.resolve("org2", next(iter(documents("competitive_actions"))), "user_7", NOW)


def test_agents_make_one_draft_of_each_action(market: Market) -> None:
    _undercut(market)
    market.run(ANALYZE)
    assert market.run(CONSUME, agent="pops")["createdCount"] == 0
    output = market.run(CONSUME)
    assert (output["pricingSuggestions"], output["campaignDrafts"]) == (1, 1)
    assert market.run(CONSUME)["created"] == output["created"]
    assert market.run(CONSUME, "exec2")["createdCount"] == 0
    (campaign,) = documents("campaign_drafts").values()
    assert (campaign["segment"], campaign["channels"]) == ("price_sensitive", ["sms", "email"])
    assert (campaign["status"], campaign["discountPercent"]) == ("pending", 12)
    (pricing,) = documents("pricing_suggestions").values()
    assert (pricing["status"], pricing["agent"]) == ("pending", "money_mike")
    assert pricing["products"][0].items() >= {"currentPrice": 40.0, "suggestedPrice": 35.0}.items()
    for action in documents("competitive_actions").values():
        assert (action["status"], action["consumedAt"]) == ("consumed", NOW)
        assert firestore().document(f"tenants/{ORG}/{action['resultPath']}").get().exists


def test_two_agents_at_once_make_one_draft_of_each_action(market: Market) -> None:
    _undercut(market)
    market.run(ANALYZE)
    made = at_once(lambda: market.run(CONSUME, "exec2"), lambda: market.run(CONSUME, "exec3"))
    assert sum(one["createdCount"] for one in made) == 2
    assert len(documents("campaign_drafts")) == len(documents("pricing_suggestions")) == 1


def test_a_consumed_action_is_updated_without_a_second_draft(market: Market) -> None:
    _undercut(market)
    market.run(ANALYZE)
    market.run(CONSUME)
    assert market.run(ANALYZE, "exec2")["updated"] == 2
    assert market.run(CONSUME, "exec2")["createdCount"] == 0


def test_another_orgs_actions_and_menus_are_none_of_ours(market: Market) -> None:
    _undercut(market)
    market.run(ANALYZE)
    assert market.run(CONSUME, org="org2")["createdCount"] == 0
    market.outputs.clear()
    assert market.run(DIFF, org="org2")["changes"] == []
    with pytest.raises(PermanentError, match="no competitor"):
        market.run(SCAN, org="org2")
    assert documents("campaign_drafts", "org2") == {}


def test_a_malformed_action_is_counted_and_skipped(market: Market) -> None:
    broken = {"status": "pending", "type": "price_adjustment", "createdAt": "yesterday"}
    firestore().document(f"tenants/{ORG}/competitive_actions/broken").set(broken)
    output = market.run(CONSUME)
    assert (output["malformed"], output["createdCount"]) == (1, 0)


def test_the_first_competitors_by_priority_are_scanned(market: Market) -> None:
    for slug, priority in (("alpha", None), ("beta", 2), ("gamma", 1), ("delta", "high")):
        market.store(slug, *MENU)
        if priority is not None:
            firestore().document(f"tenants/{ORG}/competitors/{slug}").update({"priority": priority})
    assert [one["competitorId"] for one in market.run(SCAN, top=3)["competitors"]] == ["gamma", "beta", "alpha"]


URL = "https://shop.example/menu"


def test_a_competitor_is_tracked_once_and_changed_after(market: Market) -> None:
    first = market.run(TRACK, name="Empire Farms", menuUrl=URL, priority=2)
    assert (first["created"], first["used"], first["limit"]) == (True, 1, 10)
    assert market.run(TRACK, name="Empire Farms", menuUrl=URL)["created"] is True
    second = market.run(TRACK, "exec2", name=" empire  farms", menuUrl=f"{URL}/2")
    assert (second["created"], second["competitorId"], second["used"]) == (False, first["competitorId"], 1)
    (kept,) = documents("competitors").values()
    assert (kept["menuUrl"], kept["priority"]) == (f"{URL}/2", 2)


def test_a_competitor_that_somebody_entered_is_found_by_its_name(market: Market) -> None:
    market.store("salt", *MENU)
    assert market.run(TRACK, name="Salt", menuUrl=URL)["competitorId"] == "salt"


def test_one_competitor_too_many_is_refused_with_what_would_help(market: Market) -> None:
    market.store("salt", *MENU)
    with pytest.raises(PermanentError, match=r"starter includes 1 .* 1 is tracked; upgrade to growth \(3\)"):
        market.run(TRACK, tier="starter", name="Empire Farms", menuUrl=URL)
    assert market.run(TRACK, tier="starter", name="Salt", menuUrl=URL)["created"] is False
    assert market.run(TRACK, tier="enterprise", name="Empire Farms", menuUrl=URL)["limit"] is None


def test_two_at_once_cannot_both_take_the_last_place(market: Market) -> None:
    def attempt(name: str) -> bool:
        try:
            return bool(market.run(TRACK, name, tier="starter", name=name, menuUrl=URL)["created"])
        except PermanentError:
            return False

    assert sorted(at_once(lambda: attempt("One"), lambda: attempt("Two"))) == [False, True]
    assert len(documents("competitors")) == 1
