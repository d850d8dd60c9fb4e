"""A run that outgrows its document: what moves out, what comes back, and what ends with the reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import TransientError
from shared.gcp import blobs
from shared.gcp.clock import Clock
from shared.runs import room, session
from shared.runs.kept import outer_paths
from shared.runs.outputs import event_of, value_of
from shared.runs.parts import EffectRecord, PinnedOrg, StepResult, TriggerRef
from shared.runs.record import Execution, ExecutionStatus
from shared.runs.room import bring_back, document_bytes, make_room, move_event
from shared.runs.runner import deliver
from shared.runs.state import Delivery
from shared.steps.base import Output, StepContext
from tests.unit.runs.world import EPOCH, MailAction, World, install, queued

SMALL = 6_000
"""A document that is full after a few steps."""


class ProcessDied(BaseException):
    pass


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    install(made, monkeypatch)
    return made


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are small, and every step is saved."""
    monkeypatch.setattr(room, "COMFORTABLE_BYTES", SMALL)
    monkeypatch.setattr(room, "MAX_DOCUMENT_BYTES", 2 * SMALL)
    monkeypatch.setattr(room, "WORTH_AN_ARCHIVE_BYTES", 1_000)
    monkeypatch.setattr(session, "SAVE_AFTER_SECONDS", 0)


def go(attempt: int = 1, later: float = 0) -> str:
    return deliver(Delivery("e1", attempt), Clock(not_before=datetime.now(UTC) + timedelta(seconds=later)))


def each(items: int, *steps: dict[str, Any]) -> dict[str, Any]:
    return {"action": "for_each", "params": {"items": list(range(items)), "steps": list(steps)}}


NOTES = [{"id": f"n{number}", "action": "note"} for number in range(5)]


@pytest.mark.usefixtures("tight")
def test_a_run_of_many_inner_steps_is_archived_and_ends(world: World) -> None:
    queued(world, [each(40, *NOTES), "pure"])
    assert go() == "completed"
    execution = world.execution("e1")
    assert len(world.notes) == 200
    assert len(world.written_archives) > 2
    output = value_of(execution.step_results[0])
    assert output["count"] == 40
    assert all(len(one["output"]) == 5 for one in output["results"])
    assert execution.archives == []


@pytest.mark.usefixtures("tight")
def test_archived_steps_are_not_repeated_after_a_crash(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = world.send_mail

    def send(custom_id: str) -> dict[str, Any]:
        if len(made) == 100:
            made.append("died")
            raise ProcessDied
        made.append(custom_id)
        return real(custom_id)

    monkeypatch.setattr(world, "send_mail", send)
    queued(world, [each(60, {"id": "m", "action": "mail"}, {"id": "t", "action": "text"})])
    with pytest.raises(ProcessDied):
        go()
    assert world.execution("e1").archives
    assert go(later=90) == "completed"
    sent = [one for one in made if one != "died"]
    assert len(sent) == len(set(sent)) == 120
    assert all(count == 1 for count in world.mails.values())
    assert world.execution("e1").cost_usd == pytest.approx(1.2)


@pytest.mark.usefixtures("tight")
def test_a_run_that_cannot_fit_fails_once_with_the_reason(world: World) -> None:
    forever = {"id": "w", "action": "wait", "params": {"seconds": 86_400}}
    queued(world, [each(400, forever), "pure"])
    assert go() == "failed"
    execution = world.execution("e1")
    assert execution.attempt == 1
    assert execution.interruptions == 0
    assert "the run has grown to" in (execution.status_reason or "")
    assert "expected at most 12,000" in (execution.status_reason or "")
    assert world.dead_letters == [("e1", 0)]
    assert go() == "ensured"


@pytest.mark.usefixtures("tight")
def test_a_run_too_large_for_memory_fails_once_with_the_reason(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MAX_ARCHIVED_BYTES", 20_000)
    queued(world, [each(200, *NOTES)])
    assert go() == "failed"
    assert "bytes of results; expected at most 20,000" in (world.execution("e1").status_reason or "")


@pytest.mark.usefixtures("tight")
def test_a_run_continues_without_cloud_storage_while_it_has_room(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any) -> str:
        raise TransientError("Cloud Storage: 503")

    monkeypatch.setattr(room, "MAX_DOCUMENT_BYTES", 1_000_000)
    queued(world, [each(40, *NOTES)])
    with monkeypatch.context() as patch:
        patch.setattr(blobs, "put", down)
        assert go() == "completed"


@pytest.mark.usefixtures("tight")
def test_without_room_a_run_is_retried_and_repeats_no_step(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any) -> str:
        raise TransientError("Cloud Storage: 503")

    queued(world, [each(60, {"id": "m", "action": "mail"}, {"id": "t", "action": "text"})])
    with monkeypatch.context() as patch:
        patch.setattr(blobs, "put", down)
        assert go() == "retrying"
    assert "503" in (world.execution("e1").status_reason or "")
    assert go(attempt=2, later=10) == "completed"
    assert all(count == 1 for count in world.mails.values())


def test_long_answers_of_once_calls_fit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """14 answers of 99 kB each, as receipts and as outputs."""
    monkeypatch.setattr(session, "SAVE_AFTER_SECONDS", 0)
    monkeypatch.setattr(world, "send_mail", lambda custom_id: {"text": f"{custom_id:x<99000}"})
    monkeypatch.setattr(MailAction, "run", _call)
    queued(world, ["mail"] * 14)
    assert go() == "completed"
    execution = world.execution("e1")
    assert [len(value_of(result)["text"]) for result in execution.step_results] == [99_000] * 14


class Answer(Output):
    text: str


def _call(action: MailAction, _params: Any, context: StepContext) -> Answer:
    key = context.effect_key()
    receipt = context.effects.once("call", {}, lambda: action._world.send_mail(key), find=None, sample={})
    return Answer(text=receipt["text"])


def test_large_event_data_moves_out_and_templates_read_it(world: World) -> None:
    execution = _execution()
    execution.event_data = {"text": "y" * 150_000}
    move_event(execution)
    assert execution.event_data == {}
    assert event_of(execution) == {"text": "y" * 150_000}
    assert document_bytes(execution) < 5_000
    small = _execution()
    small.event_data = {"text": "y"}
    move_event(small)
    assert small.event_data_ref is None
    assert event_of(small) == {"text": "y"}


def test_only_the_last_attempts_of_an_often_replayed_run_are_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "MAX_ATTEMPTS_KEPT", 3)
    monkeypatch.setenv("RETRY_DELAYS_SECONDS", "1,1,1")
    world.faults = ["unavailable"] * 4
    queued(world, ["mail"])
    outcomes = [go(attempt=number, later=100 * number) for number in range(1, 5)]
    assert outcomes == ["retrying", "retrying", "retrying", "failed"]
    assert [attempt.number for attempt in world.execution("e1").attempts] == [2, 3, 4]


# --- what is kept apart answers as if it were in the document ---

PATHS = ["a", "b", "a/0/x", "a/0/y", "a/1/x", "a/1/y", "a/1/y/0/z", "a/1/y/1/z", "b/0/x"]
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from(PATHS), st.sampled_from(["completed", "failed", "skipped"])),
        st.tuples(st.just("effect"), st.sampled_from(PATHS), st.booleans()),
        st.tuples(st.just("archive"), st.none(), st.none()),
        st.tuples(st.just("process"), st.none(), st.none()),
    ),
    max_size=30,
)


@given(MOVES)
def test_an_archived_run_reads_like_any_other(moves: list[tuple[str, Any, Any]]) -> None:
    objects: dict[str, bytes] = {}
    plain, archived = _execution(), _execution()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "WORTH_AN_ARCHIVE_BYTES", 1)
        patch.setattr(room, "COMFORTABLE_BYTES", 1)
        patch.setattr(blobs, "put", lambda path, data, _kind: objects.update({path: data}) or path)
        patch.setattr(blobs, "get", objects.__getitem__)
        for number, (kind, path, what) in enumerate(moves):
            if kind == "archive":
                make_room(archived)
            elif kind == "process":
                archived = _stored_and_read(archived)
            elif not any(_has_ended(plain, one) for one in [path, *outer_paths(path)]):
                _go_on(plain, kind, path, what, number)
                _go_on(archived, kind, path, what, number)
            _assert_same_answers(archived, plain)


def _go_on(execution: Execution, kind: str, path: str, what: Any, number: int) -> None:
    known = execution.effect_of(f"{path}/k")
    if kind == "put":
        execution.put_result(StepResult(step_id=path, action="set", status=what, duration_ms=number))
    elif known is None or known.receipt is None:
        receipt = {"n": number} if what else None
        execution.effects[f"{path}/k"] = EffectRecord(intent_at=EPOCH, receipt=receipt)


def _assert_same_answers(archived: Execution, plain: Execution) -> None:
    for path in PATHS:
        assert archived.result_of(path) == plain.result_of(path)
        if not _has_ended(plain, path.partition("/")[0]):
            assert archived.effect_of(f"{path}/k") == plain.effect_of(f"{path}/k")


def _has_ended(execution: Execution, path: str) -> bool:
    result = execution.result_of(path)
    return result is not None and result.status != "failed"


def _stored_and_read(execution: Execution) -> Execution:
    again = Execution.model_validate({**execution.model_dump(by_alias=True), "id": "e1"})
    bring_back(again)
    return again


def _execution() -> Execution:
    return Execution(
        id="e1",
        playbook_id="p1",
        org_id="o1",
        trigger=TriggerRef(type="manual"),
        status=ExecutionStatus.RUNNING,
        created_at=EPOCH,
        org=PinnedOrg(id="o1", name="O", timezone="UTC", tier_id="pro"),
    )
