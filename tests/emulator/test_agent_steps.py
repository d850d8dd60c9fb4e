"""Steps that ask Claude (the stand-in) in real runs: the budget, the ladder, what is paid once, dry runs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.billing.prices import model_cost
from shared.gcp.clock import Clock
from shared.runs.dry_run import dry_run
from shared.runs.parts import PinnedUser, TriggerRef
from shared.runs.pinning import StartRequest
from tests.emulator.executions import ORG, execution, put_org, put_playbook, run, start

LABELS = ["complaint", "praise"]


@pytest.fixture
def console(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A key is set, and the stand-in knows nothing of earlier tests."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "opens-nothing")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"{on_emulators.console_url}/providers/anthropic")
    with httpx.Client(base_url=on_emulators.console_url, trust_env=False) as client:
        client.delete("/api/anthropic/calls").raise_for_status()
        client.delete("/api/faults").raise_for_status()
        yield client
        client.delete("/api/faults").raise_for_status()


def calls(console: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = console.get("/api/anthropic/calls").json()
    return found


def paid_for(made: list[dict[str, Any]]) -> Decimal:
    costs = (
        model_cost(one["model"], one["usage"]["input_tokens"], one["usage"]["output_tokens"]).usd for one in made
    )
    return sum(costs, Decimal(0))


def write_a_line() -> list[dict[str, Any]]:
    return [{"id": "write", "action": "generate", "agent": "craig", "params": {"prompt": "Write a line."}}]


def test_a_run_asks_once_and_carries_the_cost(console: httpx.Client) -> None:
    put_org()
    put_playbook("pb", write_a_line())
    console.post("/api/anthropic/replies", json={"text": "A line."}).raise_for_status()
    begun = start("pb")
    run(begun.execution_id)
    done = execution(begun.execution_id)
    assert (done.status, (done.step_results[0].output or {})["text"]) == ("completed", "A line.")
    assert "You are Craig" in calls(console)[0]["system"][0]["text"]
    assert done.cost_usd == pytest.approx(float(paid_for(calls(console))), abs=1e-6)


def test_a_used_up_budget_leaves_the_computed_text(console: httpx.Client) -> None:
    put_org(monthlyBudgetUsd=0)
    put_playbook("pb", write_a_line())
    begun = start("pb")
    run(begun.execution_id)
    done = execution(begun.execution_id)
    output = done.step_results[0].output or {}
    assert (done.status, output["source"], done.cost_usd) == ("completed", "computed", 0)
    assert "budget" in output["note"]
    assert calls(console) == []


def test_a_retry_pays_only_for_the_calls_that_failed(console: httpx.Client) -> None:
    put_org()
    items = [f"item {number}" for number in range(60)]
    put_playbook("pb", [{"id": "sort", "action": "classify", "params": {"items": items, "labels": LABELS}}])
    for status in (200, 503):
        console.post("/api/faults", json={"provider": "anthropic", "status": status}).raise_for_status()
    begun = start("pb")
    run(begun.execution_id)
    assert execution(begun.execution_id).status == "retrying"
    run(begun.execution_id, attempt=2, later=3_600)
    done = execution(begun.execution_id)
    assert done.status == "completed"
    made = calls(console)
    assert [one["messages"][0]["content"].count("<data name") for one in made] == [51, 11]
    assert done.cost_usd == pytest.approx(float(paid_for(made)), abs=1e-6)


def test_a_dry_run_asks_nobody_and_lists_the_call(console: httpx.Client) -> None:
    put_org()
    put_playbook("pb", write_a_line())
    request = StartRequest(
        org_id=ORG, playbook_id="pb", execution_id=None, trigger=TriggerRef(type="manual"), user=PinnedUser(id="u1")
    )
    answer = dry_run(request, Clock())
    assert [effect["model"] for effect in answer["effects"]] == ["claude-haiku-5-5"]
    assert calls(console) == []
