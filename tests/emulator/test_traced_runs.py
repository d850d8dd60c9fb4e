"""A run is one trace, whatever happens to its attempts, and whoever starts, stops or sends it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.cloud.tasks_v2 import GetTaskRequest, Task

from shared.gcp import clients, tracing
from shared.gcp.clock import Clock
from shared.runs import control, store
from shared.runs import traced as traced_runs
from shared.runs.parts import TriggerRef
from shared.runs.record import Execution
from tests.emulator.executions import ORG, SET, execution, fault, put_org, put_playbook, run, start
from tests.harness.killing import Killed
from tests.harness.traces import RETRIED_RUN, Exported, id_of, traced

pytestmark = pytest.mark.usefixtures("quiet_queues")

SUBJECT, TEXT = "Margins-of-July", "confidential"
MAIL = {
    "id": "mail",
    "action": "send_email",
    "params": {"to": "jane@b.example", "subject": SUBJECT, "text": TEXT},
}
NEVER = 1e-18


@pytest.fixture
def exported() -> Iterator[Exported]:
    put_org()
    with traced() as found:
        yield found


def started_in_a_door(playbook_id: str = "p") -> str:
    with tracing.part("execute", kind="server"):
        return start(playbook_id).execution_id


def test_a_retried_run_is_one_trace_from_the_door_to_the_receipt(exported: Exported, quiet_queues: Any) -> None:
    put_playbook("p", [SET, MAIL])
    fault(quiet_queues, 503, 1)
    execution_id = started_in_a_door()
    assert run(execution_id) == "retrying"
    assert run(execution_id, attempt=2, later=6) == "completed"
    assert len(exported.traces()) == 1
    assert exported.tree() == RETRIED_RUN
    first, second = exported.spans("attempt")
    assert (first.status.status_code.name, second.status.status_code.name) == ("ERROR", "UNSET")
    mail = exported.spans("step")[-1]
    assert [event.name for event in mail.events] == ["intent", "receipt"]
    assert (exported.only("run").attributes or {})["playbooks.attempts"] == 2


def test_no_address_no_text_and_no_error_of_a_provider_gets_into_a_span(
    exported: Exported, quiet_queues: Any
) -> None:
    put_playbook("p", [MAIL], name="Secret-plan")
    fault(quiet_queues, 400, 1)
    assert run(started_in_a_door()) == "failed"
    texts = exported.texts()
    assert len(exported.spans()) >= 5
    for unwanted in ("jane", "b.example", "owner@", SUBJECT, TEXT, "Secret-plan", "demo-mailjet", "ordered"):
        assert unwanted not in texts


def test_a_delivery_that_comes_twice_is_two_attempts_of_the_same_run(exported: Exported) -> None:
    put_playbook("p", [SET])
    execution_id = started_in_a_door()
    assert [run(execution_id), run(execution_id)] == ["completed", "ignored"]
    attempts = exported.spans("attempt")
    assert [(one.attributes or {})["playbooks.outcome"] for one in attempts] == ["completed", "ignored"]
    assert {one.parent.span_id for one in attempts if one.parent} == {id_of(one) for one in exported.spans("run")}
    assert not [line for line in exported.tree() if line.lstrip().startswith("?")]


def test_a_process_that_dies_after_the_end_leaves_no_attempt_without_its_run(exported: Exported) -> None:
    put_playbook("p", [SET])
    execution_id = started_in_a_door()

    def die(_execution: Execution) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(traced_runs, "ended", die)
        with pytest.raises(Killed):
            run(execution_id)
    assert run(execution_id) == "ignored"
    assert not [line for line in exported.tree() if line.lstrip().startswith("?")]
    assert exported.only("run").status.is_unset


def test_a_run_of_an_unchosen_trace_is_exported_from_its_first_failure_on(quiet_queues: Any) -> None:
    put_org()
    put_playbook("p", [MAIL])
    fault(quiet_queues, 503, 1)
    with traced(NEVER) as exported:
        execution_id = started_in_a_door()
        assert (execution(execution_id).traceparent or "").endswith("-00")
        assert run(execution_id) == "retrying"
        assert (execution(execution_id).traceparent or "").endswith("-01")
        assert run(execution_id, attempt=2, later=6) == "completed"
        tree = exported.tree()
    assert tree[0] == "run"
    assert tree.count("  attempt") == 2
    assert not [line for line in tree if line.lstrip().startswith("?")]


def test_a_run_of_an_unchosen_trace_that_goes_well_is_not_exported() -> None:
    put_org()
    put_playbook("p", [SET])
    with traced(NEVER) as exported:
        assert run(started_in_a_door()) == "completed"
        assert exported.spans() == []


def test_a_run_that_is_sent_back_goes_on_with_its_trace(exported: Exported, quiet_queues: Any) -> None:
    put_playbook("p", [MAIL])
    fault(quiet_queues, 400, 1)
    execution_id = started_in_a_door()
    assert run(execution_id) == "failed"
    stored = store.read(execution_id)
    assert stored is not None
    with tracing.part("executions", kind="server"):
        control.replay(stored, Clock(), by="u1")
    assert run(execution_id, replay=1) == "completed"
    first, second = exported.spans("run")
    assert first.context is not None
    assert second.context is not None
    assert first.context.trace_id == second.context.trace_id
    assert (first.status.status_code.name, second.status.status_code.name) == ("ERROR", "UNSET")
    (link,) = exported.only("executions").links
    assert link.context.trace_id == first.context.trace_id


def test_a_run_that_is_canceled_while_it_waits_has_its_span(exported: Exported, quiet_queues: Any) -> None:
    put_playbook("p", [MAIL])
    fault(quiet_queues, 503, 1)
    execution_id = started_in_a_door()
    run(execution_id)
    control.cancel(execution_id, Clock())
    assert (exported.only("run").attributes or {})["playbooks.status"] == "cancelled"


def test_a_run_that_another_starts_lies_below_its_step(exported: Exported) -> None:
    put_playbook("child", [SET])
    put_playbook("p", [{"id": "next", "action": "run_playbook", "params": {"playbookId": "child"}}])
    execution_id = started_in_a_door()
    assert run(execution_id) == "completed"
    child_id = str((execution(execution_id).step_results[0].output or {})["executionId"])
    assert run(child_id) == "completed"
    assert len(exported.traces()) == 1
    tree = exported.tree()
    assert "        run" in tree
    assert not [line for line in tree if line.lstrip().startswith("?")]


def test_a_run_links_to_the_sentence_that_wrote_its_playbook(exported: Exported) -> None:
    sentence = tracing.TraceContext("a" * 32, "b" * 16, sampled=True)
    put_playbook("p", [SET], traceparent=str(sentence))
    assert run(started_in_a_door()) == "completed"
    (link,) = exported.only("run").links
    assert f"{link.context.trace_id:032x}" == sentence.trace_id


def test_a_run_that_was_started_in_no_trace_has_one_of_its_own(exported: Exported) -> None:
    put_playbook("p", [SET])
    execution_id = start("p", trigger=TriggerRef(type="manual")).execution_id
    assert execution(execution_id).traceparent is None
    assert run(execution_id) == "completed"
    assert exported.tree() == ["run", "  attempt", "    step"]
    assert exported.traces() == {int(execution_id, 16)}


def test_a_task_carries_the_span_that_sent_it(exported: Exported) -> None:
    put_playbook("p", [SET])
    execution_id = started_in_a_door()
    path = clients.tasks().task_path("demo-playbooks", "us-central1", "runExecution", f"{execution_id}-attempt-1")
    task = clients.tasks().get_task(GetTaskRequest(name=path, response_view=Task.View.FULL))
    carried = tracing.parse(task.http_request.headers[tracing.HEADER])
    assert carried is not None
    assert int(carried.span_id, 16) == id_of(exported.only("send runExecution"))


def test_without_traces_nothing_is_kept_of_them() -> None:
    put_org()
    put_playbook("p", [SET])
    execution_id = started_in_a_door()
    assert run(execution_id) == "completed"
    stored = clients.firestore().document(f"playbook_executions/{execution_id}").get().to_dict() or {}
    assert "traceparent" not in stored
    assert stored["orgId"] == ORG
