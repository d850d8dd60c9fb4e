"""The catalog as a whole: every action says what it is, and its example is one that it takes."""

from __future__ import annotations

import re

import pytest

from shared.billing.prices import UNIT_PRICES
from shared.playbooks.validation import parse_playbook
from shared.steps.base import Effect, Output, Params
from shared.steps.registry import action_modules, load_action, params_model

NAMES = sorted(action_modules())
FAMILIES = {"flow", "data", "retail", "competitive", "agents", "delivery", "business"}
MODEL_CALLS = {"model:routine", "model:analysis", "model:best"}
PROMISED = """
set transform filter sort group aggregate for_each parallel branch wait wait_for_event wait_for_approval
run_playbook stop validate query get_document create_document update_document count fetch_inventory
low_stock_report reorder_plan slow_movers sales_summary forecast_demand menu_health_scan new_products
campaign_roi location_rollup customer_segments vip_customers inactive_customers birthday_cohort loyalty_health
scan_competitors diff_snapshots analyze_pricing analyze_competitive_intelligence generate_competitor_report
track_competitor consume_competitive_actions delegate generate summarize classify extract analyze
forecast_narrative review_compliance draft_email draft_sms draft_campaign send_email send_sms notify
create_inbox_notification slack_post save_to_drive save_file http_request publish_event
create_pricing_suggestion create_campaign_draft create_task check_usage
"""


@pytest.fixture(autouse=True)
def _project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")


def test_the_catalog_is_what_was_promised() -> None:
    assert set(NAMES) >= set(PROMISED.split())
    assert {module.split(".")[2] for module in action_modules().values()} == FAMILIES


@pytest.mark.parametrize("name", NAMES)
def test_an_action_says_what_it_is(name: str) -> None:
    action = load_action(name)
    assert isinstance(action.effect, Effect)
    assert issubclass(action.params, Params)
    assert issubclass(action.output, Output)
    first = (type(action).__doc__ or "").partition("\n")[0]
    assert re.fullmatch(r"[A-Z].{10,}\.", first), first
    assert action.params.__doc__
    assert action.output.__doc__


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_a_step_that_can_run(name: str) -> None:
    step = {"action": name, "params": dict(load_action(name).example)}
    document = {"name": "P", "status": "active", "triggers": [], "steps": [step]}
    assert parse_playbook("o", document, params_model).steps[0].action == name


@pytest.mark.parametrize("name", NAMES)
def test_what_it_uses_has_a_price(name: str) -> None:
    used = load_action(name).typical_use(load_action(name).example)
    assert used.keys() <= UNIT_PRICES.keys() | MODEL_CALLS
    assert all(count > 0 for count in used.values())
