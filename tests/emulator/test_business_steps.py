"""Suggestions, drafts, tasks and the look at the month's use, against real Firestore."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

from local.stack.running import Stack
from shared.errors import NotFoundError, PermanentError
from shared.gcp.clients import firestore
from shared.steps.registry import load_action
from tests.unit.steps.fakes import NOW, PerformingEffects, RecordingEffects, step_context

ORG = "tenants/org_1"
SOURCE = {"executionId": "run_1", "stepId": "tell", "playbookId": "pb_1", "depth": 0}
SUGGESTION: dict[str, Any] = {"itemId": "i1", "suggestedPrice": 36, "reason": "They sell it for 34."}
DRAFT: dict[str, Any] = {
    "name": "Sale",
    "channels": ["email", "sms"],
    "subject": "Sale",
    "body": "Come by.",
    "discountPercent": 12.5,
}


@pytest.fixture(autouse=True)
def _inventory(on_emulators: Stack) -> None:
    db = firestore()
    db.document(f"{ORG}/inventory/i1").set({"name": "Blue Dream", "category": "Flower", "price": 40.0})
    db.document(f"{ORG}/inventory/i2").set({"name": "OG Kush"})
    db.document("tenants/org_2/inventory/i9").set({"name": "Theirs", "price": 40})


def run(
    name: str, /, *, dry: bool = False, now: datetime = NOW, tier: str = "pro", **params: Any
) -> dict[str, Any]:
    action = load_action(name)
    context = step_context(RecordingEffects() if dry else PerformingEffects())
    context = dataclasses.replace(
        context, now=now, agent="money_mike", org=dataclasses.replace(context.org, tier_id=tier)
    )
    output = action.run(action.params.model_validate(params), context)
    dumped: dict[str, Any] = output.model_dump(mode="json", by_alias=True)
    return dumped


def documents(collection: str) -> dict[str, dict[str, Any]]:
    return {one.id: one.to_dict() or {} for one in firestore().collection(f"{ORG}/{collection}").stream()}


def test_a_suggestion_waits_for_a_person_with_all_that_he_needs() -> None:
    output = run("create_pricing_suggestion", **SUGGESTION)
    assert output == {
        "suggestionId": output["suggestionId"],
        "itemId": "i1",
        "currentPrice": 40.0,
        "suggestedPrice": 36.0,
        "changePercent": -10.0,
    }
    assert documents("pricing_suggestions") == {
        output["suggestionId"]: {
            "status": "pending",
            "itemId": "i1",
            "product": "Blue Dream",
            "category": "Flower",
            "currentPrice": 40.0,
            "suggestedPrice": 36.0,
            "changePercent": -10.0,
            "reason": "They sell it for 34.",
            "priority": "medium",
            "agent": "money_mike",
            "createdAt": NOW,
            "source": SOURCE,
        }
    }


@pytest.mark.parametrize(
    ("name", "collection", "params"),
    [
        ("create_pricing_suggestion", "pricing_suggestions", SUGGESTION),
        ("create_campaign_draft", "campaign_drafts", DRAFT),
        ("create_task", "tasks", {"title": "Count the shelf"}),
    ],
)
def test_a_retry_leaves_what_a_person_has_decided(name: str, collection: str, params: dict[str, Any]) -> None:
    first = run(name, **params)
    (document_id,) = documents(collection)
    firestore().document(f"{ORG}/{collection}/{document_id}").update({"status": "approved"})
    assert run(name, **params) == first
    assert [one["status"] for one in documents(collection).values()] == ["approved"]


@pytest.mark.parametrize(
    ("name", "collection", "params"),
    [
        ("create_pricing_suggestion", "pricing_suggestions", SUGGESTION),
        ("create_campaign_draft", "campaign_drafts", DRAFT),
        ("create_task", "tasks", {"title": "Count the shelf"}),
    ],
)
def test_a_dry_run_leaves_nothing(name: str, collection: str, params: dict[str, Any]) -> None:
    run(name, dry=True, **params)
    assert documents(collection) == {}


def test_an_item_is_found_by_its_name() -> None:
    assert run("create_pricing_suggestion", product="Blue Dream", suggestedPrice=36, reason="r")["itemId"] == "i1"


def test_a_name_that_several_items_have_is_not_guessed() -> None:
    firestore().document(f"{ORG}/inventory/i3").set({"name": "Blue Dream", "price": 20})
    with pytest.raises(PermanentError, match="found 2 items of that name; expected itemId, one of i1, i3"):
        run("create_pricing_suggestion", product="Blue Dream", suggestedPrice=36, reason="r")


@pytest.mark.parametrize("which", [{"itemId": "i9"}, {"product": "Theirs"}, {"itemId": "nothing"}])
def test_an_item_that_the_org_does_not_have_gets_no_suggestion(which: dict[str, Any]) -> None:
    with pytest.raises(NotFoundError, match="found no such item in the inventory"):
        run("create_pricing_suggestion", **which, suggestedPrice=36, reason="r")
    assert documents("pricing_suggestions") == {}


def test_an_item_without_a_price_needs_one_to_compare_with() -> None:
    with pytest.raises(PermanentError, match=r"OG Kush \(i2\) has no price; expected currentPrice"):
        run("create_pricing_suggestion", itemId="i2", suggestedPrice=36, reason="r")
    output = run("create_pricing_suggestion", itemId="i2", currentPrice=40, suggestedPrice=36, reason="r")
    assert output["changePercent"] == -10.0


def test_the_items_own_price_counts_where_it_has_one() -> None:
    assert run("create_pricing_suggestion", **SUGGESTION, currentPrice=72)["currentPrice"] == 40.0


@pytest.mark.parametrize("price", [19.99, 60.01])
def test_a_change_of_over_half_needs_force(price: float) -> None:
    with pytest.raises(PermanentError, match=r"away from Blue Dream's 40.00; expected at most 50%"):
        run("create_pricing_suggestion", itemId="i1", suggestedPrice=price, reason="r")
    assert documents("pricing_suggestions") == {}
    assert run("create_pricing_suggestion", itemId="i1", suggestedPrice=price, reason="r", force=True)


@pytest.mark.parametrize("price", [20, 60])
def test_a_change_of_half_passes(price: float) -> None:
    assert (
        abs(run("create_pricing_suggestion", itemId="i1", suggestedPrice=price, reason="r")["changePercent"]) == 50
    )


def test_an_item_whose_price_cannot_be_read_counts_as_one_without() -> None:
    firestore().document(f"{ORG}/inventory/i1").set({"name": "Blue Dream", "price": "cheap"})
    with pytest.raises(PermanentError, match=r"Blue Dream \(i1\) has no price; expected currentPrice"):
        run("create_pricing_suggestion", **SUGGESTION)


def test_a_draft_says_all_of_the_campaign() -> None:
    output = run("create_campaign_draft", **DRAFT, segment="vip", startsAt="2026-12-01T09:00:00-05:00")
    assert documents("campaign_drafts") == {
        output["draftId"]: {
            "status": "pending",
            "name": "Sale",
            "channels": ["email", "sms"],
            "segment": "vip",
            "subject": "Sale",
            "body": "Come by.",
            "discountPercent": 12.5,
            "startsAt": datetime(2026, 12, 1, 14, tzinfo=UTC),
            "agent": "money_mike",
            "createdAt": NOW,
            "source": SOURCE,
        }
    }


def test_a_task_is_open_and_due() -> None:
    output = run("create_task", title="Count", details="The flower shelf.", assignee="Ann", dueInDays=2)
    assert output["dueOn"] == "2026-11-25"
    assert documents("tasks") == {
        output["taskId"]: {
            "status": "open",
            "title": "Count",
            "details": "The flower shelf.",
            "assignee": "Ann",
            "dueOn": "2026-11-25",
            "dueAt": datetime(2026, 11, 26, 5, tzinfo=UTC),
            "agent": "money_mike",
            "createdAt": NOW,
            "source": SOURCE,
        }
    }


def test_the_months_use_is_held_against_the_tier() -> None:
    firestore().document("usage/org_1-2026-11").set(
        {
            "orgId": "org_1",
            "emailsUsed": 12_000,
            "smsCustomerUsed": 500,
            "costUsd": 4.2,
            "creativeAssetsUsed": 52,
        }
    )
    output = run("check_usage")
    assert (output["period"], output["tierId"]) == ("2026-11", "pro")
    assert output["atRisk"] == ["emailsUsed", "creativeAssetsUsed"]
    assert output["metrics"]["emailsUsed"] == {
        "used": 12_000,
        "limit": 15_000,
        "percent": 80.0,
        "unlimited": False,
    }
    assert output["metrics"]["aiSessionsUsed"] == {"used": 0, "limit": None, "percent": None, "unlimited": True}
    assert len(output["metrics"]) == 7
    assert (output["costUsd"], output["overageUsd"]) == (4.2, 3.0)
    assert output["overageCharges"] == {"sms": 0.0, "email": 0.0, "creativeAssets": 3.0, "total": 3.0}


def test_the_month_is_the_orgs_own() -> None:
    firestore().document("usage/org_1-2026-11").set({"orgId": "org_1", "emailsUsed": 7})
    still_november_there = datetime(2026, 12, 1, 3, tzinfo=UTC)
    output = run("check_usage", metrics=["emailsUsed"], now=still_november_there)
    assert output["period"] == "2026-11"
    assert output["metrics"] == {"emailsUsed": {"used": 7, "limit": 15_000, "percent": 0.0, "unlimited": False}}
    assert run("check_usage", now=datetime(2026, 12, 1, 6, tzinfo=UTC))["period"] == "2026-12"


def test_a_tier_that_does_not_exist_is_named() -> None:
    with pytest.raises(PermanentError, match="tierId: found a text of 4 characters"):
        run("check_usage", tier="gold")
