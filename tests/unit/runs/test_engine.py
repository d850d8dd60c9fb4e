"""What a run makes of its steps: conditions, templates, errors, outputs."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import PermanentError
from shared.runs import store
from shared.runs.outputs import inline, stored, value_of
from shared.runs.parts import StepResult
from shared.runs.record import Execution, ExecutionStatus
from shared.runs.room import COMFORTABLE_BYTES, document_bytes
from tests.unit.runs.engine import run, set_step
from tests.unit.runs.engine import world as world
from tests.unit.runs.world import World


def result(execution: Execution, step_id: str) -> StepResult:
    found = execution.result_of(step_id)
    assert found is not None
    return found


def test_outputs_reach_later_steps_by_step_id_and_by_agent(world: World) -> None:
    execution = run(
        world,
        set_step("scan", values={"gap": 15.0}, agent="money_mike"),
        set_step(
            "use", values={"by_agent": "{{money_mike.gap}}", "text": "{{ steps.scan.gap }} % at {{org.name}}"}
        ),
    )
    assert value_of(result(execution, "use")) == {"by_agent": 15.0, "text": "15 % at Shop"}


def test_a_false_condition_skips_the_step_and_the_run_continues(world: World) -> None:
    execution = run(
        world,
        set_step("a", values={"n": 5}),
        set_step("b", condition="{{steps.a.n}} > 10"),
        set_step("c"),
    )
    assert [r.status for r in execution.step_results] == ["completed", "skipped", "completed"]
    assert execution.status is ExecutionStatus.COMPLETED


def test_a_missing_name_fails_the_run_permanently_and_is_named(world: World) -> None:
    execution = run(world, set_step("a", values={"x": "{{event.colour}}"}), event={"size": 1})
    assert execution.status is ExecutionStatus.FAILED
    assert "'event.colour' does not exist; event has size" in (execution.status_reason or "")
    assert world.dead_letters == [("e1", 0)]
    assert execution.attempt == 1


def test_on_error_continue_records_the_failure_and_continues(world: World) -> None:
    execution = run(world, set_step("a", values={"x": "{{event.nope}}"}, onError="continue"), set_step("b"))
    assert [r.status for r in execution.step_results] == ["failed", "completed"]
    assert execution.status is ExecutionStatus.COMPLETED


def test_an_invalid_definition_fails_the_run_naming_the_field(world: World) -> None:
    execution = run(world, {"id": "a", "action": "sned_email", "params": {}})
    assert execution.status is ExecutionStatus.FAILED
    assert "steps[0].action: 'sned_email' is not an action; did you mean send_email" in (
        execution.status_reason or ""
    )


def test_params_made_invalid_by_a_template_are_named(world: World) -> None:
    execution = run(
        world,
        {"id": "q", "action": "query", "params": {"collection": "inventory", "limit": "{{event.n}}"}},
        event={"n": "many"},
    )
    assert "params.limit" in (execution.status_reason or "")


def test_a_defect_in_an_action_goes_to_the_dead_letters(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.steps.registry import load_action

    def explode(params: Any, context: Any) -> Any:
        raise KeyError("oops")

    monkeypatch.setattr(load_action("set"), "run", explode)
    execution = run(world, set_step("a"))
    assert execution.status is ExecutionStatus.FAILED
    assert "unexpected KeyError" in (execution.status_reason or "")


def test_a_large_output_goes_to_cloud_storage_and_later_steps_read_it_there(world: World) -> None:
    execution = run(
        world, set_step("a", values={"x": "y" * 150_000}), set_step("b", values={"n": "{{steps.a.x | length}}"})
    )
    kept = result(execution, "a")
    assert (kept.output, kept.output_ref, kept.output_bytes) == (None, "gs://b/executions/e1/a.json", 150_009)
    assert value_of(kept) == {"x": "y" * 150_000}
    assert value_of(result(execution, "b")) == {"n": 150_000}


def test_an_output_too_large_to_store_is_refused_with_its_size(world: World) -> None:
    execution = run(world, set_step("a", values={"x": "{{event.text + event.text}}"}), event={"text": "y" * 50_000})
    assert execution.status is ExecutionStatus.COMPLETED
    with pytest.raises(PermanentError, match="20,000,009 bytes; expected at most 20,000,000"):
        stored(execution, "a", {"x": "y" * 20_000_000})


def test_a_list_in_a_list_survives_storage(world: World) -> None:
    execution = run(
        world, set_step("a", values={"grid": [[1, 2], [3]]}), set_step("b", values={"n": "{{steps.a.grid[1][0]}}"})
    )
    assert execution.status is ExecutionStatus.COMPLETED
    assert result(execution, "a").output is None
    assert value_of(result(execution, "b")) == {"n": 3}


def test_outputs_that_together_are_too_large_for_the_document_go_to_cloud_storage(world: World) -> None:
    steps = [set_step(f"s{i}", values={"x": "{{event.text}}"}) for i in range(8)]
    execution = run(world, *steps, event={"text": "y" * 95_000})
    assert execution.status is ExecutionStatus.COMPLETED
    assert document_bytes(execution) <= COMFORTABLE_BYTES
    assert [r.step_id for r in execution.step_results] == [f"s{i}" for i in range(8)]
    assert all(value_of(r) == {"x": "y" * 95_000} for r in execution.step_results)
    assert sum(r.output_ref is not None for r in execution.step_results) == 1


@pytest.mark.parametrize("value", [2**70, "\ud800", [[1]], {"__name__": 1}, {"": 1}])
def test_values_that_firestore_cannot_hold_are_stored_as_text(world: World, value: object) -> None:
    assert inline({"x": value}).keys() == {"output_json"}
    execution = run(world, set_step("a", values={"x": value}))
    assert execution.status is ExecutionStatus.COMPLETED
    assert value_of(result(execution, "a")) == {"x": value}


def test_a_very_long_error_is_cut(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.steps.registry import load_action

    def refuse(params: Any, context: Any) -> Any:
        raise PermanentError("x" * 1_000_000)

    monkeypatch.setattr(load_action("set"), "run", refuse)
    assert len(run(world, set_step("a")).status_reason or "") < 2_100


def test_a_plain_output_is_stored_as_it_is() -> None:
    assert inline({"rows": [{"a": [1]}]}) == {"output": {"rows": [{"a": [1]}]}}


def test_a_write_whose_answer_was_lost_is_recognized_as_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.runs.store import FenceError, Stored

    real = world.update

    def answer_lost(stored: Stored, fields: dict[str, Any], beside: Any = None) -> None:
        real(stored, fields, beside)
        if fields.get("status") == "completed":
            stored.version = 0  # type: ignore[assignment]
            raise FenceError("the commit was repeated by the client and met itself")

    monkeypatch.setattr(store, "update", answer_lost)
    assert run(world, set_step("a")).status is ExecutionStatus.COMPLETED
