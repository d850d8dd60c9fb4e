"""Steps inside steps: what they see, what is kept of them, what their failures mean, and waits among them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from shared.billing.prices import cost
from shared.errors import PermanentError, TransientError
from shared.gcp.clock import Clock
from shared.runs import blocks
from shared.runs.outputs import value_of
from shared.runs.record import Execution, ExecutionStatus
from shared.runs.runner import deliver
from shared.runs.state import Delivery
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.registry import load_action
from tests.unit.runs.engine import run, set_step
from tests.unit.runs.engine import world as world
from tests.unit.runs.world import World

ITEMS = [{"name": "a", "n": 1}, {"name": "b", "n": 2}, {"name": "c", "n": 3}]


class Flaky:
    """Stands in for `set`: fails where told to, and counts who ran."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ran: Counter[str] = Counter()
        self.failures: dict[str, list[Exception]] = {}
        self._real = load_action("set")
        real_run = type(self._real).run
        monkeypatch.setattr(self._real, "run", lambda params, context: self._run(real_run, params, context))

    def _run(self, real_run: Any, params: Any, context: StepContext) -> Any:
        name = str(params.values.get("who", context.step_id))
        self.ran[name] += 1
        if self.failures.get(name):
            raise self.failures[name].pop(0)
        return real_run(self._real, params, context)


@pytest.fixture
def flaky(monkeypatch: pytest.MonkeyPatch) -> Flaky:
    return Flaky(monkeypatch)


def each(*steps: dict[str, Any], items: Any = ITEMS, **params: Any) -> dict[str, Any]:
    return {"id": "each", "action": "for_each", "params": {"items": items, "steps": list(steps), **params}}


def output(execution: Execution, step_id: str) -> Any:
    result = execution.result_of(step_id)
    assert result is not None, execution.status_reason
    return value_of(result)


def again(world: World, attempt: int, seconds: float = 0) -> Execution:
    deliver(Delivery("e1", attempt), Clock(not_before=Clock().now() + timedelta(seconds=seconds)))
    return world.execution("e1")


def test_each_item_runs_the_steps_with_its_own_names(world: World) -> None:
    execution = run(
        world,
        set_step("before", values={"factor": 10}, agent="pops"),
        each(
            set_step("one", values={"product": "{{item.n * pops.factor}}"}, agent="craig"),
            set_step("two", values={"line": "{{index}} {{item.name}} {{steps.one.product}} {{craig.product}}"}),
        ),
        set_step("after", values={"second": "{{steps.each.results[1].output.two.line}}"}),
    )
    assert execution.status is ExecutionStatus.COMPLETED, execution.status_reason
    assert output(execution, "after") == {"second": "1 b 20 20"}
    assert output(execution, "each")["count"] == 3
    assert [result.step_id for result in execution.step_results] == ["before", "each", "after"]
    assert execution.progress == {}


def test_inner_steps_have_their_own_conditions_and_errors(world: World) -> None:
    execution = run(
        world,
        each(
            set_step("big", condition="{{item.n}} > 1"),
            set_step("odd", values={"x": "{{event.missing}}"}, onError="continue"),
        ),
    )
    assert execution.status is ExecutionStatus.COMPLETED
    assert [list(result["output"]) for result in output(execution, "each")["results"]] == [[], ["big"], ["big"]]


def test_a_retry_redoes_only_the_unfinished_items(world: World, flaky: Flaky) -> None:
    flaky.failures["b"] = [TransientError("503")]
    execution = run(world, each(set_step("s", values={"who": "{{item.name}}"})))
    assert execution.status is ExecutionStatus.RETRYING
    assert "1 of 3 failed: item 1: step each/1/s: 503" in (execution.status_reason or "")
    assert again(world, 2).status is ExecutionStatus.COMPLETED
    assert flaky.ran == {"a": 1, "b": 2, "c": 1}


def test_a_transient_failure_is_reported_before_a_permanent_one(world: World, flaky: Flaky) -> None:
    flaky.failures |= {"a": [PermanentError("400")], "c": [TransientError("503")]}
    execution = run(world, each(set_step("s", values={"who": "{{item.name}}"}), onItemError="continue"))
    assert execution.status is ExecutionStatus.RETRYING
    execution = again(world, 2)
    assert execution.status is ExecutionStatus.COMPLETED
    assert flaky.ran["b"] == 1
    assert output(execution, "each")["failed"] == 0


def test_a_permanent_failure_of_an_item_is_recorded_or_ends_the_run(world: World, flaky: Flaky) -> None:
    flaky.failures["b"] = [PermanentError("400")]
    execution = run(world, each(set_step("s", values={"who": "{{item.name}}"}), onItemError="continue"))
    assert [result["status"] for result in output(execution, "each")["results"]] == [
        "completed",
        "failed",
        "completed",
    ]
    assert "400" in output(execution, "each")["results"][1]["error"]


def test_a_permanent_failure_fails_the_run_and_keeps_the_other_results(world: World, flaky: Flaky) -> None:
    flaky.failures["b"] = [PermanentError("400")]
    execution = run(world, each(set_step("s", values={"who": "{{item.name}}"})))
    assert execution.status is ExecutionStatus.FAILED
    assert sorted(execution.progress) == ["each/0/s", "each/1/s", "each/2/s"]


@pytest.mark.parametrize("concurrency", [1, 3])
def test_items_may_run_at_once(world: World, concurrency: int) -> None:
    items = [{"n": n} for n in range(20)]
    execution = run(
        world, each(set_step("s", values={"twice": "{{item.n * 2}}"}), items=items, concurrency=concurrency)
    )
    found = [result["output"]["s"]["twice"] for result in output(execution, "each")["results"]]
    assert found == [n * 2 for n in range(20)]


def test_branches_run_and_answer_by_name(world: World) -> None:
    branches = [{"name": "one", "steps": [set_step("a", values={"x": 1})]}, {"steps": [set_step("a")]}]
    execution = run(
        world,
        {"id": "both", "action": "parallel", "params": {"branches": branches}},
        set_step("use", values={"x": "{{steps.both.branches.one.a.x}}"}),
    )
    assert output(execution, "use") == {"x": 1}
    assert list(output(execution, "both")["branches"]) == ["one", "branch_2"]


def test_a_branch_that_failed_is_retried_alone(world: World, flaky: Flaky) -> None:
    flaky.failures["bad"] = [TransientError("503")]
    branches = [{"name": who, "steps": [set_step("s", values={"who": who})]} for who in ("good", "bad")]
    step = {"id": "both", "action": "parallel", "params": {"branches": branches}}
    assert run(world, step).status is ExecutionStatus.RETRYING
    assert again(world, 2).status is ExecutionStatus.COMPLETED
    assert flaky.ran == {"good": 1, "bad": 2}


@pytest.mark.parametrize(("n", "taken"), [(1, "0"), (5, "1"), (50, "else")])
def test_the_first_matching_case_runs(world: World, n: int, taken: str) -> None:
    params = {
        "cases": [
            {"when": "event.n < 3", "steps": [set_step("a")]},
            {"when": "{{event.n}} < 10", "steps": [set_step("a")]},
        ],
        "else": [set_step("a")],
    }
    execution = run(world, {"id": "which", "action": "branch", "params": params}, event={"n": n})
    assert output(execution, "which")["taken"] == taken


def test_stop_ends_the_run_from_within_a_block(world: World, flaky: Flaky) -> None:
    stop = {"action": "stop", "params": {"reason": "enough"}, "condition": "{{index}} == 1"}
    execution = run(world, each(set_step("s"), stop), set_step("after"))
    assert (execution.status, execution.status_reason) == (ExecutionStatus.COMPLETED, "enough")
    assert "after" not in flaky.ran


def test_a_wait_in_a_block_parks_the_run_and_resumes_in_the_block(world: World, flaky: Flaky) -> None:
    wait = {"action": "wait", "params": {"minutes": 10}, "condition": "{{index}} == 1"}
    execution = run(world, each(set_step("s"), wait, set_step("t")), set_step("after"))
    assert execution.status is ExecutionStatus.WAITING
    assert (execution.lease, len(execution.attempts)) == (None, 1)
    assert again(world, 1, 30).status is ExecutionStatus.WAITING
    execution = again(world, 1, 601)
    assert execution.status is ExecutionStatus.COMPLETED, execution.status_reason
    assert execution.waits == {}
    assert set(flaky.ran.values()) == {1}
    assert (len(execution.attempts), execution.attempt) == (1, 1)


def test_a_parked_run_has_one_task_for_its_end(world: World) -> None:
    run(world, {"action": "wait", "params": {"hours": 2}})
    again(world, 1, 30)
    (task,) = [task for name, task in world.tasks.items() if "wake" in name]
    assert timedelta(hours=2) <= task.due - world.execution("e1").attempts[0].started_at < timedelta(hours=2.01)


def test_a_wait_of_months_is_split_into_tasks_of_allowed_length(world: World) -> None:
    execution = run(world, {"action": "wait", "params": {"days": 60}})
    first = next(task for name, task in world.tasks.items() if "wake" in name)
    assert execution.due_at is not None
    assert execution.due_at - first.due == timedelta(days=58)
    deliver(first.delivery, Clock(not_before=first.due))
    assert {execution.due_at - task.due for name, task in world.tasks.items() if "wake" in name} == {
        timedelta(days=58),
        timedelta(days=29),
    }


def test_a_transient_failure_is_retried_while_another_block_waits(world: World, flaky: Flaky) -> None:
    flaky.failures["bad"] = [TransientError("503")]
    branches = [
        {"name": "slow", "steps": [{"action": "wait", "params": {"hours": 1}}]},
        {"name": "bad", "steps": [set_step("s", values={"who": "bad"})]},
    ]
    execution = run(world, {"id": "both", "action": "parallel", "params": {"branches": branches}})
    assert execution.status is ExecutionStatus.RETRYING
    assert again(world, 2).status is ExecutionStatus.WAITING
    assert again(world, 2, 3601).status is ExecutionStatus.COMPLETED


def test_steps_in_steps_have_a_limit(world: World) -> None:
    step = set_step("s")
    for _ in range(4):
        step = each(step, items=[1])
    execution = run(world, step)
    assert "expected at most 3 levels" in (execution.status_reason or "")


class SpendParams(Params):
    """Nothing."""


class SpendOutput(Output):
    """Nothing."""


class Spend(Action[SpendParams, SpendOutput]):
    """Uses a cent and fails as told."""

    params, output, effect, example = SpendParams, SpendOutput, Effect.ONCE, {}

    def __init__(self, failures: list[Exception]) -> None:
        self.failures = failures

    def run(self, params: SpendParams, context: StepContext) -> SpendOutput:
        context.effects.once("sms", {}, lambda: {"id": 1}, find=None, sample={}, costs=[cost("sms_customer")])
        context.costs.append(cost("menu_page", 2))
        if self.failures:
            raise self.failures.pop(0)
        return SpendOutput()


def test_usage_is_charged_once_and_repeated_usage_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.runs import engine, runner

    action = Spend([TransientError("503")])
    monkeypatch.setattr(engine, "load_action", lambda _name: action)
    monkeypatch.setattr(runner, "params_model", lambda _name: SpendParams)
    assert run(world, {"id": "s", "action": "spend"}).status is ExecutionStatus.RETRYING
    execution = again(world, 2)
    lines = {line.item: line.quantity for line in execution.costs}
    assert lines == {"sms_customer": 1, "menu_page": 4}
    usd = pytest.approx(float(cost("sms_customer").usd + cost("menu_page", 4).usd))
    assert execution.cost_usd == execution.billed_usd == usd
    assert sum(fields["costUsd"].value for _, fields in world.charges) == usd
    assert sum(fields["smsCustomerUsed"].value for _, fields in world.charges if "smsCustomerUsed" in fields) == 1


def test_a_lost_lease_in_one_thread_stops_the_delivery(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.runs.errors import LeaseLostError

    def lose(calls: Any, at_once: int) -> Any:
        return [LeaseLostError("somebody else"), *[call() for call in calls[1:]]]

    monkeypatch.setattr(blocks, "in_threads", lose)
    execution = run(world, each(set_step("s"), concurrency=2))
    assert execution.status is ExecutionStatus.RUNNING
    assert execution.result_of("each") is None
