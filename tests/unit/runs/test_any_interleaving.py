"""Any interleaving of duplicate, late, reordered and crashing deliveries ends well, with each effect at most once.

One assumption, which the product keeps by its time-outs: a provider's call ends within the lease that was renewed
right before it. So the world's clock does not jump past a lease while a call is under way.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.errors import ConflictError
from shared.gcp.clock import Clock
from shared.runs import control, sweep
from shared.runs import room as making_room
from shared.runs.record import ACTIVE, TERMINAL, ExecutionStatus
from shared.runs.renewal import renew
from shared.runs.runner import deliver
from tests.harness.profiles import examples
from tests.unit.runs.processes import Processes
from tests.unit.runs.world import PRICE, Task, World, WorldClock, install, queued

MAIL_AND_NOTE = [{"id": "m", "action": "mail"}, {"id": "n", "action": "note"}]
EACH = {"action": "for_each", "params": {"items": [1, 2], "steps": MAIL_AND_NOTE}}
WAIT = {"action": "wait", "params": {"seconds": 120}}
BOTH = {
    "action": "parallel",
    "params": {
        "branches": [
            {"name": "a", "steps": [{"id": "m", "action": "mail"}, {"id": "w", **WAIT}]},
            {"name": "b", "steps": MAIL_AND_NOTE},
        ]
    },
}
PLANS: list[tuple[list[str | dict[str, Any]], list[str]]] = [
    (["pure", "note", "mail"], ["s2"]),
    (["mail", "pure", "mail"], ["s0", "s2"]),
    (["note", "text", "pure", "mail"], ["s3"]),
    ([EACH, "mail"], ["s0/0/m", "s0/1/m", "s1"]),
    (["mail", WAIT, "mail"], ["s0", "s2"]),
    ([BOTH, "pure"], ["s0/a/m", "s0/b/m"]),
]
"""What is run, and the steps whose mails a completed run has sent."""
FAULTS = st.lists(st.sampled_from(["none", "unavailable", "dropped", "refused"]), max_size=4)
LOST_ANSWERS = st.lists(st.booleans(), max_size=6)
ROOMS = [making_room.COMFORTABLE_BYTES, 1]
"""How large a document may be before its run is archived: never, and at every write."""
MOVE = st.tuples(
    st.sampled_from(
        ["deliver", "deliver", "run", "run", "run", "renew", "kill", "wait", "wait long", "sweep", "cancel"]
    ),
    st.integers(0, 7),
    st.integers(1, 12),
)


@pytest.fixture
def patched() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield monkeypatch


def _delivery(world: World, task: Task, *, fresh: bool = False) -> Callable[[], str]:
    clock = cast(Clock, WorldClock(world))
    delivery = replace(task.delivery, fresh=fresh and task.delivery.attempt == 1)
    # However old it is: its age decides what a run may miss, not whether it is safe.
    known = copy.deepcopy(task.carried) if delivery.fresh else None
    return lambda: deliver(delivery, clock, known)


def _overdue_sweep(world: World) -> None:
    for name, document in world.store.documents.items():
        due = document.get("dueAt")
        if due is not None and due <= world.now - sweep.OVERDUE_AFTER:
            sweep._set_going(name, world.now)


def _cancel(world: World) -> None:
    try:
        control.cancel("e1", WorldClock(world))  # type: ignore[arg-type]
    except ConflictError:
        assert world.execution("e1").status not in ACTIVE


def _move(world: World, processes: Processes, kind: str, number: int, points: int) -> None:
    tasks = list(world.tasks.values())
    if kind == "deliver" and processes.count < 3:
        task = tasks[number % len(tasks)]
        task.delivered += 1
        processes.start(_delivery(world, task, fresh=points % 2 == 0))
    elif kind == "run" and processes.count:
        processes.run(number, points)
    elif kind == "renew" and world.sessions and processes.count < 6:
        session, process = world.sessions[number % len(world.sessions)]
        processes.start(lambda: renew(session), beside=process)
    elif kind == "kill" and processes.count:
        processes.kill(number)
    elif kind in {"wait", "wait long"} and not world.calls_under_way:
        world.now += timedelta(seconds=1 if kind == "wait" else 90)
    elif kind == "sweep" and processes.count < 3:
        processes.start(lambda: _overdue_sweep(world))
    elif kind == "cancel" and number == 0 and processes.count < 3:
        processes.start(lambda: _cancel(world))


def _settle(world: World, processes: Processes) -> None:
    """The storm is over: everything runs to its end, tasks are delivered when due, the sweep comes by."""
    processes.finish_all()
    world.faults.clear()
    world.lost_answers.clear()
    world.storage_faults.clear()
    for _ in range(60):
        execution = world.execution("e1")
        should_notify = (
            execution.status is not ExecutionStatus.FAILED or ("e1", execution.replay) in world.dead_letters
        )
        if execution.status in TERMINAL and should_notify and all(task.delivered for task in world.tasks.values()):
            return
        world.now += timedelta(seconds=100)
        for task in list(world.tasks.values()):
            if not task.delivered and task.due <= world.now:
                task.delivered += 1
                processes.start(_delivery(world, task))
        processes.start(lambda: _overdue_sweep(world))
        processes.finish_all()
    pytest.fail(f"never settled: {world.execution('e1')}")


def _receipts(world: World) -> int:
    """How many effects the run knows to have happened, wherever it keeps that."""
    kept = [name for name, record in world.execution("e1").effects.items() if record.receipt is not None]
    archived = (json.loads(data) for uri, data in world.objects.items() if uri in world.written_archives)
    return len({*kept, *(name for content in archived for name in content["effects"])})


@given(
    plan=st.sampled_from(PLANS),
    faults=FAULTS,
    lost=LOST_ANSWERS,
    storage_faults=LOST_ANSWERS,
    room=st.sampled_from(ROOMS),
    moves=st.lists(MOVE, max_size=50),
)
@settings(max_examples=examples(400), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_run_ends_legally_and_no_effect_happens_twice(
    patched: pytest.MonkeyPatch,
    plan: tuple[list[str | dict[str, Any]], list[str]],
    faults: list[str],
    lost: list[bool],
    storage_faults: list[bool],
    room: int,
    moves: list[tuple[str, int, int]],
) -> None:
    world = World(faults=list(faults), lost_answers=list(lost), storage_faults=list(storage_faults))
    install(world, patched)
    patched.setattr(making_room, "COMFORTABLE_BYTES", room)
    patched.setattr(making_room, "WORTH_AN_ARCHIVE_BYTES", 1)
    processes = Processes(world)
    steps, sent = plan
    queued(world, steps)

    for kind, number, points in moves:
        _move(world, processes, kind, number, points)
    _settle(world, processes)

    execution = world.execution("e1")
    assert all(count == 1 for count in world.mails.values()), "an effect happened twice"
    assert execution.lease is None
    assert execution.attempt <= 4
    billed = sum(fields["costUsd"].value for _, fields in world.charges)
    assert billed == pytest.approx(execution.cost_usd), "the org's month is not what the run has cost"
    mails = sum(fields["emailsUsed"].value for _, fields in world.charges)
    assert mails == sum(line.quantity for line in execution.costs if line.item == "email")
    received = _receipts(world)
    assert execution.cost_usd == pytest.approx(received * float(PRICE)), (
        "an effect was charged twice, or not at all"
    )
    if execution.status is ExecutionStatus.COMPLETED:
        assert [result.step_id for result in execution.step_results] == [f"s{i}" for i in range(len(steps))]
        assert all(result.status == "completed" for result in execution.step_results)
        assert all(world.mails[f"e1:{step}"] == 1 for step in sent)
        assert (execution.progress, execution.waits) == ({}, {})
    elif execution.status is ExecutionStatus.FAILED:
        assert execution.status_reason
        assert (execution.id, execution.replay) in world.dead_letters
    else:
        assert execution.status is ExecutionStatus.CANCELLED
