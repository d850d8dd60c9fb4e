"""The subjects and first sentences of the catalog's sales reports, on an empty, a small and the demo's shop."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from local.demo.seed import DEMO_ORG_ID, demo_documents
from shared.catalog.files.load import catalog
from shared.gcp import clients
from shared.playbooks.templates import holds, render
from shared.steps.registry import load_action
from tests.unit.retail_shop import Shop
from tests.unit.steps.fakes import NOW, RecordingEffects, step_context
from tests.wording import LONGEST_SUBJECT, faults

ORG = f"tenants/{DEMO_ORG_ID}"
ENDS = "ends"
NOTHING: Mapping[str, Mapping[str, Any]] = {
    "count": {"count": 0},
    "query": {"rows": [], "count": 0},
    "summarize": {"text": ""},
    "alert_channels": {"channels": ["email"], "sms": False},
}
"""What steps that look elsewhere than at the shop's own figures have found."""
REPORTS = (
    *("daily-intel", "weekly-summary", "executive-daily-digest", "executive-weekly-report"),
    *("vip-customers", "menu-health", "partner-ecosystem", "multi-location-rollup", "campaign-roi"),
)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    """An empty one."""
    shop = Shop()
    monkeypatch.setattr(clients, "firestore", lambda: shop)
    return shop


def small(shop: Shop) -> None:
    """Of everything one."""
    whole = demo_documents("http://console.example", NOW)
    for path in (
        "customers/customer-01",
        "locations/downtown",
        "inventory/blue-dream-3-5g",
        "campaigns/gummy-friday",
    ):
        shop.documents[f"{ORG}/{path}"] = whole[f"{ORG}/{path}"]
    item = shop.documents[f"{ORG}/inventory/blue-dream-3-5g"]
    line = {"itemId": "blue-dream-3-5g", "name": item["name"], "category": "Flower", "quantity": 1, "price": 40.0}
    order = {"total": 40.0, "status": "completed", "customerId": "customer-01", "locationId": "downtown"}
    shop.documents[f"{ORG}/orders/o1"] = {**order, "items": [line], "placedAt": NOW - timedelta(days=2)}


def said(playbook_id: str) -> str:
    """Subject and first sentence; the reason where it says nothing."""
    scope: dict[str, Any] = {"org": {"name": "Thrive Syracuse", "tierId": "pro", "id": DEMO_ORG_ID}, "steps": {}}
    for step in catalog()[playbook_id].steps:
        if "condition" in step and not holds(step["condition"], scope):
            continue
        params, action = step["params"], step["action"]
        if action == "stop":
            return f"{ENDS}: {render(params['reason'], scope)}"
        if action == "compose_report":
            subject, intro = render(params["subject"], scope), render(params["intro"], scope)
            assert len(subject) <= LONGEST_SUBJECT
            return f"{subject}\n{intro}"
        scope["steps"][step["id"]] = NOTHING[action] if action in NOTHING else _ran(action, render(params, scope))
    raise AssertionError(f"{playbook_id} has no report")


def _ran(action_id: str, params: Mapping[str, Any]) -> dict[str, Any]:
    action = load_action(action_id)
    context = step_context(RecordingEffects())
    context = replace(context, org=replace(context.org, id=DEMO_ORG_ID, name="Thrive Syracuse"))
    # The chart's weeks are read by a query that the shop in memory does not know.
    given = {**params, "weeks": 0} if action_id == "sales_summary" else params
    output = action.run(action.params.model_validate(given), context)
    dumped: dict[str, Any] = json.loads(json.dumps(output.model_dump(mode="json", by_alias=True)))
    return dumped.get("values", dumped) if action_id == "set" else dumped


@pytest.mark.parametrize("playbook_id", REPORTS)
def test_an_empty_shop_gets_no_finding(playbook_id: str, shop: Shop) -> None:
    assert said(playbook_id).startswith(f"{ENDS}: ")


@pytest.mark.parametrize("kind", ["small", "demo"])
@pytest.mark.parametrize("playbook_id", REPORTS)
def test_the_texts_read_well(playbook_id: str, kind: str, shop: Shop) -> None:
    if kind == "small":
        small(shop)
    else:
        shop.documents |= demo_documents("http://console.example", NOW)
    text = said(playbook_id)
    assert not faults(text)
    assert "  " not in text
    assert not [odd for odd in ("top 1 ", "nobody leads", "for $0", ", 0 ", "; 0 ", ".;", ",,") if odd in text], (
        text
    )


def test_a_count_of_one_is_in_the_singular(shop: Shop) -> None:
    small(shop)
    assert said("vip-customers").startswith("Your VIPs: $2,477 from 1 customer\nYour best customer spent $2,477.")
    assert said("multi-location-rollup") == f"{ENDS}: You have one location, so there's nothing to compare."
    assert "You had no sales yesterday;" in said("daily-intel")
