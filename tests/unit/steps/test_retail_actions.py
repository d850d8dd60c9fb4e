"""The retail actions on a shop in memory: an empty one, the demo's, and one whose documents are a mess."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from local.demo.seed import DEMO_ORG_ID, demo_documents
from shared.gcp import clients
from shared.playbooks.templates import holds, render
from shared.steps.base import Effect
from shared.steps.registry import action_modules, load_action
from tests.unit.retail_shop import Shop
from tests.unit.steps.fakes import NOW, RecordingEffects, step_context

FAMILY = sorted(name for name, module in action_modules().items() if ".retail." in module)
LOOK_UPS = {"customer_contact"}
"""Actions that answer with something, and not with a report."""
RETAIL = [name for name in FAMILY if name not in LOOK_UPS]
ORG = f"tenants/{DEMO_ORG_ID}"
CONTACTS = {"vip_customers", "inactive_customers", "birthday_cohort"}
"""Actions whose purpose needs to know how to reach a customer."""
READS = {
    **dict.fromkeys(("fetch_inventory", "menu_health_scan", "new_products"), ("inventory",)),
    **dict.fromkeys(
        ("low_stock_report", "reorder_plan", "slow_movers", "forecast_demand"), ("inventory", "orders")
    ),
    **dict.fromkeys(
        ("customer_segments", "vip_customers", "inactive_customers", "loyalty_health"), ("customers", "orders")
    ),
    "sales_summary": ("orders",),
    "campaign_roi": ("campaigns", "orders"),
    "location_rollup": ("locations", "orders"),
    "birthday_cohort": ("customers",),
    **dict.fromkeys(("margin_report", "supplier_scorecard"), ("inventory", "orders")),
    "compliance_status": ("locations", "content"),
}
"""What each action reads."""
NASTY = '<img src=x onerror="alert(1)">'
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    """An empty one."""
    shop = Shop()
    monkeypatch.setattr(clients, "firestore", lambda: shop)
    return shop


@pytest.fixture
def demo(shop: Shop) -> Shop:
    """The demo's."""
    shop.documents |= demo_documents("http://console.example", NOW)
    return shop


@pytest.fixture
def run(shop: Shop) -> Run:
    """Run an action of the demo org as a dry run does; what it answers as the engine stores it."""

    def run(name: str, **params: Any) -> dict[str, Any]:
        action, effects = load_action(name), RecordingEffects()
        context = step_context(effects)
        context = replace(context, org=replace(context.org, id=DEMO_ORG_ID, name="Thrive Syracuse"))
        output = action.run(action.params.model_validate(params), context)
        assert effects.recorded == []
        dumped: dict[str, Any] = json.loads(json.dumps(output.model_dump(mode="json", by_alias=True)))
        return dumped

    return run


def _item(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "category": "Flower", "price": 10.0, "cost": 5.0, "quantity": 5, **fields}


def test_the_family_is_whole() -> None:
    assert set(FAMILY) == {
        "birthday_cohort", "campaign_roi", "compliance_status", "customer_contact", "customer_segments",
        "fetch_inventory", "forecast_demand", "inactive_customers", "location_rollup", "low_stock_report",
        "loyalty_health", "margin_report", "menu_health_scan", "new_products", "reorder_plan", "sales_summary",
        "slow_movers", "supplier_scorecard", "vip_customers",
    }  # fmt: skip
    assert {load_action(name).effect for name in FAMILY} == {Effect.NONE}


@pytest.mark.parametrize("name", RETAIL)
@pytest.mark.usefixtures("shop")
def test_an_empty_shop_gets_an_explanation(name: str, run: Run) -> None:
    found = run(name)
    assert found["subject"].strip()
    assert found["text"].strip()
    assert found["html"].startswith("<p><b>")
    assert found["malformed"] == 0
    assert "<table" not in found["html"]


@pytest.mark.parametrize("name", RETAIL)
@pytest.mark.usefixtures("demo")
def test_the_example_works_on_the_demo_shop_the_same_every_time(name: str, run: Run) -> None:
    example = dict(load_action(name).example)
    found = run(name, **example)
    assert found == run(name, **example)
    assert "Thrive Syracuse" in found["subject"]
    assert "None" not in found["text"]
    assert len(json.dumps(found)) < 50_000


@pytest.mark.parametrize("name", RETAIL)
def test_another_orgs_shop_is_not_seen(name: str, shop: Shop, run: Run) -> None:
    empty = run(name)
    documents = demo_documents("http://console.example", NOW)
    shop.documents |= {path.replace(ORG, "tenants/org_other", 1): fields for path, fields in documents.items()}
    assert run(name) == empty


@pytest.mark.parametrize("name", RETAIL)
def test_malformed_documents_are_counted_and_the_rest_is_reported(name: str, demo: Shop, run: Run) -> None:
    before = run(name)
    for kind in ("inventory", "orders", "customers", "campaigns", "locations", "content"):
        bad = {
            "name": ["no"],
            "title": ["no"],
            "placedAt": NOW - timedelta(days=1),
            "total": "lots",
            "orderCount": "many",
        }
        demo.documents[f"{ORG}/{kind}/bad"] = bad
    after = run(name)
    assert after["malformed"] == len(READS[name])
    assert "could not be read" in after["text"]
    if name != "menu_health_scan":  # where what cannot be read counts against the score
        assert after["subject"] == before["subject"]


@pytest.mark.parametrize("name", RETAIL)
def test_what_other_people_typed_stays_inert_in_the_mail(name: str, demo: Shop, run: Run) -> None:
    for path, fields in list(demo.documents.items()):
        named = {key: NASTY for key in ("name", "supplier", "category") if key in fields}
        lines = [{**line, "name": NASTY, "category": NASTY} for line in fields.get("items", ())]
        demo.documents[path] = {**fields, **named, **({"items": lines} if lines else {})}
    found = run(name)
    assert "<img src=x" not in found["html"]
    assert "\n" not in found["subject"]


@pytest.mark.parametrize("name", [name for name in RETAIL if "limit" in load_action(name).params.model_fields])
def test_a_limit_leaves_out_and_counts(name: str, demo: Shop, run: Run) -> None:
    for number in range(3):
        demo.documents[f"{ORG}/inventory/low{number}"] = _item(f"Low {number}", quantity=0, reorderPoint=3)
        demo.documents[f"{ORG}/inventory/new{number}"] = _item(f"New {number}", createdAt=NOW)
        demo.documents[f"{ORG}/inventory/thin{number}"] = _item(f"Thin {number}", cost=9.5)
    whole, cut = run(name, **_wide(name), limit=500), run(name, **_wide(name), limit=1)
    assert whole["leftOut"] == 0
    assert cut["leftOut"] >= 1
    assert f"{cut['leftOut']} more" in cut["text"] or f"{cut['leftOut']} least urgent" in cut["text"]
    assert cut["subject"] == whole["subject"]


def _wide(name: str) -> dict[str, Any]:
    return {"daysAhead": 60} if name == "birthday_cohort" else {}


def test_the_text_can_go_into_a_mail_by_a_template_and_the_numbers_into_a_condition(demo: Shop, run: Run) -> None:
    scope = {
        "steps": {"low": run("low_stock_report"), "sales": run("sales_summary"), "seg": run("customer_segments")}
    }
    assert "all 25 items" in render("{{steps.low.text}}", scope)
    assert holds("steps.low.count == 0 and steps.sales.revenue > 0 and steps.seg.counts.at_risk > 0", scope)


def test_low_stock_lists_what_is_out_and_low_with_the_days_it_lasts(demo: Shop, run: Run) -> None:
    for item_id, quantity in (("blue-dream-3-5g", 2), ("og-kush-7g", 0)):
        demo.documents[f"{ORG}/inventory/{item_id}"] = {
            **demo.documents[f"{ORG}/inventory/{item_id}"],
            "quantity": quantity,
        }
    found = run("low_stock_report")
    assert [(row["id"], row["status"]) for row in found["items"]] == [
        ("og-kush-7g", "out"),
        ("blue-dream-3-5g", "low"),
    ]
    assert found["subject"] == "Low stock at Thrive Syracuse: 1 out, 1 low"
    assert found["items"][1]["daysOfCover"] == pytest.approx(2 / found["items"][1]["soldPerDay"], abs=1)


def test_inventory_is_filtered_sorted_and_shown_by_the_fields_asked_for(demo: Shop, run: Run) -> None:
    flower = run("fetch_inventory", category=["flower"], sortBy="price", fields=["name", "price"], limit=2)
    assert flower["items"] == [
        {"id": "white-widow-28g", "name": "White Widow 28g", "price": 210.0},
        {"id": "og-kush-7g", "name": "OG Kush 7g", "price": 75.0},
    ]
    assert (flower["count"], flower["leftOut"]) == (8, 6)
    assert run("fetch_inventory", belowReorderPoint=True)["count"] == 0
    demo.documents[f"{ORG}/inventory/x"] = _item("X", quantity=1, reorderPoint=2)
    below = run("fetch_inventory", belowReorderPoint=True)
    assert [(row["id"], row["status"], row["value"]) for row in below["items"]] == [("x", "low", 10.0)]
    assert (below["totalValue"], below["totalCost"]) == (10.0, 5.0)


def test_sales_are_said_in_one_sentence_also_where_there_were_none(run: Run, shop: Shop) -> None:
    said = {period: run("sales_summary", period=period)["sentence"] for period in ("yesterday", "last_7_days")}
    assert said == {"yesterday": "You had no sales yesterday", "last_7_days": "You had no sales last week"}
    assert run("sales_summary", period="last_30_days")["sentence"] == "You had no sales in the last 30 days"
    order = {"placedAt": NOW - timedelta(days=1), "total": 40.0, "status": "completed"}
    shop.documents[f"{ORG}/orders/o1"] = order
    assert run("sales_summary")["sentence"] == "Yesterday's sales were $40, from 1 order"
    shop.documents[f"{ORG}/orders/o1"] = order | {"placedAt": NOW - timedelta(days=8)}
    assert run("sales_summary", against="week_before")["sentence"].startswith(
        "You had no sales yesterday ($40 last "
    )


def test_sales_of_one_location_are_a_part_of_all(demo: Shop, run: Run) -> None:
    whole = run("sales_summary", period="last_30_days")
    parts = [run("sales_summary", period="last_30_days", locationId=place) for place in ("downtown", "westcott")]
    assert sum(part["revenue"] for part in parts) == pytest.approx(whole["revenue"])
    assert all(part["revenue"] > 0 for part in parts)


def test_contacts_without_an_opt_out_are_output_and_never_in_the_report(demo: Shop, run: Run) -> None:
    for name, params in (("vip_customers", {"top": 40}), ("inactive_customers", {}), ("birthday_cohort", {})):
        found = run(name, **params)
        for row in found["customers"]:
            told = demo.documents[f"{ORG}/customers/{row['id']}"]
            assert row["email"] == (None if told["emailOptOut"] else told["email"])
            agreed = "smsConsent" in told and not told["smsOptOut"]
            assert row["phone"] == (told["phone"] if agreed else None)
        assert found["customers"]
        assert "@" not in found["text"] + found["html"]
        assert "+1315" not in found["text"] + found["html"]


def test_only_those_who_can_be_reached_that_way_are_listed(demo: Shop, run: Run) -> None:
    everybody, mailed = run("inactive_customers"), run("inactive_customers", reachableBy="email")
    texted = run("inactive_customers", reachableBy="sms")
    assert all(row["email"] for row in mailed["customers"])
    assert all(row["phone"] for row in texted["customers"])
    assert (mailed["count"], texted["count"]) == (everybody["byEmail"], everybody["bySms"])
    assert texted["count"] < everybody["count"]


@pytest.mark.parametrize("name", [name for name in RETAIL if name not in CONTACTS])
@pytest.mark.usefixtures("demo")
def test_no_other_action_outputs_a_customers_contact(name: str, run: Run) -> None:
    text = json.dumps(run(name))
    assert "@customers.example" not in text
    assert "+1315555" not in text


def test_an_incomplete_customer_document_is_completed_from_orders(shop: Shop, run: Run) -> None:
    shop.documents[f"{ORG}/customers/c"] = {"name": "Ann"}
    shop.documents[f"{ORG}/orders/o"] = {"placedAt": NOW - timedelta(days=40), "total": 12.5, "customerId": "c"}
    (row,) = run("inactive_customers")["customers"]
    assert (row["totalSpent"], row["orderCount"], row["daysSinceLastOrder"]) == (12.5, 1, 40)
    assert run("customer_segments")["counts"]["at_risk"] == 1
    assert run("vip_customers")["revenue"] == 12.5
    assert run("loyalty_health")["repeatPercent"] == 0


def test_an_inactive_vip_is_found(demo: Shop, run: Run) -> None:
    found = run("vip_customers", top=10, inactiveDays=30)
    assert [row["name"] for row in found["customers"]] == ["Walter Nowak"]


def test_a_birthday_is_that_of_the_orgs_day(shop: Shop, run: Run) -> None:
    for name, day in (("a", "11-22"), ("b", "1990-11-23"), ("c", "11-24"), ("d", "11-31")):
        shop.documents[f"{ORG}/customers/{name}"] = {"name": name, "birthday": day}
    found = run("birthday_cohort")
    assert [(row["id"], row["birthday"], row["date"]) for row in found["customers"]] == [
        ("b", "11-23", "2026-11-23")
    ]
    assert (found["today"], found["unreadableBirthdays"]) == (1, 1)


def test_the_demo_menus_flaws_are_found(demo: Shop, run: Run) -> None:
    found = run("menu_health_scan")
    assert found["byKind"] == {"no_description": 2, "no_image": 3, "short_description": 1}
    assert 90 <= found["score"] < 100


@pytest.mark.parametrize(
    ("name", "params", "complaint"),
    [
        ("fetch_inventory", {"fields": ["secret"]}, "fields"),
        ("fetch_inventory", {"limit": 0}, "limit"),
        ("reorder_plan", {"coverDays": 0}, "coverDays"),
        ("reorder_plan", {"leadDays": -1}, "leadDays"),
        ("sales_summary", {"period": "ever"}, "period"),
        ("forecast_demand", {"days": 1_000}, "days"),
        ("birthday_cohort", {"daysAhead": 400}, "daysAhead"),
        ("inactive_customers", {"days": 60, "maxDays": 30}, "maxDays"),
        ("customer_segments", {"atRiskDays": 90, "lapsedDays": 60}, "lapsedDays"),
        ("vip_customers", {"reachableBy": "pigeon"}, "reachableBy"),
        ("loyalty_health", {"org": "org_other"}, "org"),
    ],
)
def test_meaningless_params_are_refused(name: str, params: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        load_action(name).params.model_validate(params)
