"""What a playbook is said to cost before it runs."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.errors import PermanentError
from shared.playbooks.models import Playbook
from shared.playbooks.nesting import BlockSource
from shared.playbooks.time_triggers import ScheduleTrigger
from shared.steps import estimate as module
from shared.steps.base import Params
from shared.steps.estimate import ASSUMED_ITEMS, estimate, runs_until
from shared.steps.registry import UnknownActionError, action_modules, load_action

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
NEW_YORK = "America/New_York"
DAILY = {"type": "schedule", "cron": "0 9 * * *", "timezone": NEW_YORK}


class LoopParams(Params):
    keeps_written = frozenset({"steps"})

    @classmethod
    def blocks(cls, written: Mapping[str, Any]) -> Sequence[BlockSource]:
        return [BlockSource("steps", written.get("steps"), frozenset({"shop", "index"}))]


class CasesParams(Params):
    @classmethod
    def blocks(cls, written: Mapping[str, Any]) -> Sequence[BlockSource]:
        return [BlockSource(f"cases[{n}]", case) for n, case in enumerate(written["cases"])]


class FakeAction:
    def __init__(self, use: Mapping[str, int]) -> None:
        self.use = use

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        return self.use


ACTIONS: dict[str, tuple[type[Params], Mapping[str, int]]] = {
    "mail": (Params, {"email": 1}),
    "think": (Params, {"model:analysis": 2}),
    "scan": (Params, {"menu_page": 7}),
    "loop": (LoopParams, {}),
    "cases": (CasesParams, {}),
    "free": (Params, {}),
    "fax": (Params, {"fax": 1}),
}


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")


@pytest.fixture
def fake_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "load_action", lambda name: FakeAction(ACTIONS[name][1]))
    monkeypatch.setattr(module, "params_model", lambda name: ACTIONS[name][0])


def playbook(*steps: dict[str, Any], triggers: Sequence[Mapping[str, Any]] = (DAILY,)) -> Playbook:
    return Playbook.model_validate({"name": "P", "status": "draft", "triggers": triggers, "steps": steps})


def step(action: str, **params: Any) -> dict[str, Any]:
    return {"action": action, "params": params}


def schedule(cron: str, **more: Any) -> ScheduleTrigger:
    return ScheduleTrigger.model_validate({"type": "schedule", "cron": cron, "timezone": NEW_YORK, **more})


def quantities(*steps: dict[str, Any], **more: Any) -> dict[str, int]:
    return {each.item: each.quantity for each in estimate(playbook(*steps), NEW_YORK, NOW, **more).items}


def test_a_daily_playbook_costs_thirty_runs_a_month(fake_actions: None) -> None:
    found = estimate(playbook(step("mail"), step("think"), step("free")), NEW_YORK, NOW)
    assert found.runs_per_month == 30
    assert found.per_run_usd == sum(each.usd for each in found.items) > Decimal("0.001")
    assert found.monthly_usd == found.per_run_usd * 30
    assert [(each.item, each.quantity) for each in found.items] == [("email", 1), ("model:analysis", 2)]
    assert found.on_events is False


def test_a_models_calls_cost_what_the_model_of_the_task_costs(
    fake_actions: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = estimate(playbook(step("think")), NEW_YORK, NOW).per_run_usd
    monkeypatch.setenv("MODEL_ANALYSIS", "claude-fable-5-1")
    assert estimate(playbook(step("think")), NEW_YORK, NOW).per_run_usd == usual * 5


def test_playbooks_started_by_events_or_people_have_no_monthly_estimate(fake_actions: None) -> None:
    on_event = {"type": "event", "eventName": "inventory.low_stock"}
    found = estimate(playbook(step("mail"), triggers=[on_event, {"type": "manual"}]), NEW_YORK, NOW)
    assert (found.runs_per_month, found.monthly_usd, found.on_events) == (None, None, True)
    assert found.per_run_usd > 0


def test_the_schedules_of_a_playbook_add_up(fake_actions: None) -> None:
    twice = [{**DAILY, "id": "morning"}, {**DAILY, "id": "evening", "cron": "0 18 * * *"}]
    assert estimate(playbook(step("mail"), triggers=twice), NEW_YORK, NOW).runs_per_month == 60


def test_a_loop_counts_its_written_items_or_an_assumed_number(fake_actions: None) -> None:
    assert quantities(step("loop", items=["a", "b"], steps=[step("mail")])) == {"email": 2}
    assert quantities(step("loop", items="{{ event.rows }}", steps=[step("mail")])) == {"email": ASSUMED_ITEMS}


def test_blocks_in_blocks_multiply(fake_actions: None) -> None:
    inner = step("loop", items=[1, 2, 3], steps=[step("mail"), step("free")])
    assert quantities(step("loop", items=[1, 2], steps=[inner])) == {"email": 6}


def test_every_case_counts_once(fake_actions: None) -> None:
    assert quantities(step("cases", cases=[[step("mail")], [step("mail")], "no steps", [None, {"action": 3}]])) == {
        "email": 2
    }


def test_a_scan_of_everyone_counts_the_orgs_competitors(fake_actions: None) -> None:
    assert quantities(step("scan"), competitors=4) == {"menu_page": 4}
    assert quantities(step("scan", competitorIds=["a"]), competitors=4) == {"menu_page": 7}
    assert quantities(step("scan", top=3), competitors=4) == {"menu_page": 3}
    assert quantities(step("scan", top=3), competitors=2) == {"menu_page": 2}


def test_a_change_of_the_clocks_adds_no_slot(fake_actions: None) -> None:
    before_autumn = datetime(2026, 10, 20, 12, 30, tzinfo=UTC)
    at_half_past_eight = {**DAILY, "cron": "30 8 * * *"}
    found = estimate(playbook(step("mail"), triggers=[at_half_past_eight]), NEW_YORK, before_autumn)
    assert found.runs_per_month == 30


def test_an_item_without_a_price_is_refused(fake_actions: None) -> None:
    with pytest.raises(PermanentError, match="'fax' has no price"):
        estimate(playbook(step("fax")), NEW_YORK, NOW)


def test_an_unknown_action_is_refused_by_name() -> None:
    with pytest.raises(UnknownActionError, match="'scan_competitor' is not an action"):
        estimate(playbook(step("scan_competitor")), NEW_YORK, NOW)


@pytest.mark.parametrize(
    ("cron", "runs"),
    [
        ("0 9 * * *", 30),
        ("0 9 * * 1-5", 22),
        ("0 8 * * MON", 4),
        ("0 8 1 * *", 1),
        ("0 * * * *", 720),
        ("*/15 * * * *", 2_880),
        ("* * * * *", 43_200),
        ("0 0 29 2 *", 0),
    ],
)
def test_the_slots_of_thirty_days(cron: str, runs: int) -> None:
    assert runs_until(schedule(cron), NOW, NOW + timedelta(days=30)) == runs


def test_a_schedule_of_every_minute_is_counted_fast() -> None:
    started = time.process_time()
    runs_until(schedule("* * * * *"), NOW, NOW + timedelta(days=30))
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("occurrence", "days", "runs"),
    [("first", 30, 1), ("last", 30, 1), ("first", 60, 2), ("last", 6, 0), ("last", 7, 1), ("fourth", 60, 1)],
)
def test_one_monday_of_each_month(occurrence: str, days: int, runs: int) -> None:
    # Mondays: 23 (today, an hour ago) and 30 November; 7, 14, 21, 28 December; 4, 11, 18 January.
    assert runs_until(schedule("0 8 * * MON", occurrence=occurrence), NOW, NOW + timedelta(days=days)) == runs


def test_the_loop_of_the_catalog_is_known_as_one() -> None:
    mail = step("send_email", to="owner@thrive.example", subject="S", text="T")
    assert quantities(step("for_each", items=[1, 2, 3], steps=[mail], **{"as": "shop"})) == {"email": 3}
    assert quantities(step("parallel", branches=[{"steps": [mail]}, {"steps": [mail]}])) == {"email": 2}


@pytest.mark.parametrize("action", sorted(action_modules()))
def test_every_actions_example_can_be_estimated(action: str) -> None:
    assert estimate(playbook(step(action, **load_action(action).example)), NEW_YORK, NOW).per_run_usd >= 0


def test_the_daily_competitive_playbook_costs_at_most_five_cents_a_run() -> None:
    found = estimate(
        playbook(
            step("scan_competitors"),
            step("analyze_pricing"),
            step("generate_competitor_report"),
            step("send_email", to="owner@thrive.example", subject="S", text="T"),
        ),
        NEW_YORK,
        NOW,
        competitors=4,
    )
    assert found.per_run_usd <= Decimal("0.05")
    assert found.runs_per_month == 30
