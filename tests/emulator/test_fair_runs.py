"""Runs over a limit wait in order and go when there is room; whoever is under it waits for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.documents.executions import COLLECTION
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs import control
from shared.runs.dispatch import dispatch_all
from shared.runs.fair import gate, load
from shared.runs.fair.gate import QUEUE
from shared.runs.fair.release import run_pass
from shared.runs.parts import TriggerRef
from shared.runs.start import Started
from shared.runs.stopping import stop_what_waits
from shared.runs.sweep import sweep_gates, sweep_overdue
from shared.triggers.events import DomainEvent
from tests.emulator.executions import (
    ORG,
    SET,
    clock_in,
    documents,
    execution,
    lose_tasks,
    put_org,
    put_playbook,
    run,
    start,
    task_names,
)
from tests.harness.killing import Executioner, Killed, killing
from tests.harness.operations import counted

pytestmark = pytest.mark.usefixtures("quiet_queues")

NEIGHBOR = "org_next_door"
EVENT = {"type": "event", "id": "event", "eventName": "order.placed"}


@pytest.fixture(autouse=True)
def count_anew() -> Iterator[None]:
    load.forget()
    yield
    load.forget()


def by_event(playbook_id: str, execution_id: str, **fields: Any) -> Started:
    """Start it as an event would."""
    trigger = TriggerRef(type="event", id="event", event_id=execution_id)
    return start(playbook_id, execution_id, **{"trigger": trigger, "root_cause": execution_id, **fields})


def look(later: float = 0, org_id: str = ORG) -> int | None:
    """One pass over the org's held runs, as its task would make it."""
    stored = gate.read(org_id)
    return run_pass(org_id, stored.gate.pass_number, clock_in(later)) if stored is not None else None


def queued() -> dict[str, bool]:
    """The queued runs, and whether they are held."""
    found = clients.firestore().collection(COLLECTION).where(filter=FieldFilter("status", "==", "queued")).stream()
    return {one.id: "held" in (one.to_dict() or {}) for one in found}


def under_way() -> list[str]:
    return sorted(name for name, is_held in queued().items() if not is_held)


def held() -> list[str]:
    return sorted(name for name, is_held in queued().items() if is_held)


def finish(execution_id: str) -> None:
    assert run(execution_id) == "completed"


def test_what_is_over_the_orgs_limit_waits_with_a_reason_and_goes_in_order() -> None:
    put_org(maxConcurrentRuns=2)
    put_playbook("p", [SET])
    answers = [by_event("p", f"e{number}") for number in range(5)]
    assert [one.waits_because is None for one in answers] == [True, True, False, False, False]
    assert under_way() == ["e0", "e1"]
    waiting = execution("e2")
    assert waiting.status == "queued"
    assert waiting.status_reason == "waiting for its turn: 2 runs at a time is your organization's limit"
    (summary,) = (one for one in documents("execution_summaries") if one["createdAt"] == waiting.created_at)
    assert summary["statusReason"] == waiting.status_reason
    assert look() == 0, "no slot is free"
    finish("e0")
    assert look() == 1
    assert under_way() == ["e1", "e2"]
    assert execution("e2").status_reason is None
    for name in ("e1", "e2"):
        finish(name)
    assert look() == 2
    assert under_way() == ["e3", "e4"]
    assert held() == []


def test_a_run_of_a_held_org_that_ends_has_the_next_ones_looked_at() -> None:
    put_org(maxConcurrentRuns=1)
    put_playbook("p", [SET])
    for number in range(3):
        by_event("p", f"e{number}")
    finish("e0")
    look()
    lose_tasks(QUEUE)
    finish("e1")
    assert [name for name in task_names(QUEUE) if "-pass-" in name]


def test_five_imports_hold_neither_a_person_nor_the_shop_next_door() -> None:
    put_org(maxConcurrentRuns=2)
    put_playbook("p", [SET])
    clients.firestore().document(f"tenants/{NEIGHBOR}").set({"name": "Next door", "tierId": "starter"})
    clients.firestore().document(f"tenants/{NEIGHBOR}/playbooks/p").set(
        {"name": "p", "status": "active", "triggers": [], "steps": [SET]}
    )
    for number in range(5):
        by_event("p", f"e{number}")
    start("p", "asked")
    start("p", "asked-again")
    by_event("p", "other", org_id=NEIGHBOR)
    assert {"asked", "other"} <= set(under_way())
    assert held() == ["asked-again", "e2", "e3", "e4"], "one slot is reserved for people"


def test_a_new_event_does_not_overtake_those_that_wait() -> None:
    put_org(maxConcurrentRuns=1)
    put_playbook("p", [SET])
    for number in range(3):
        by_event("p", f"e{number}")
    finish("e0")
    load.forget()  # another process, which knows nothing
    by_event("p", "late")
    assert "late" in held()
    look()
    assert under_way() == ["e1"]


def test_the_mark_on_the_org_goes_when_nobody_waits_and_the_gate_closes_later() -> None:
    put_org(maxConcurrentRuns=1)
    put_playbook("p", [SET])
    for number in range(2):
        by_event("p", f"e{number}")
    tenant = clients.firestore().document(f"tenants/{ORG}")
    assert "runsHeldSince" in (tenant.get().to_dict() or {})
    finish("e0")
    look()
    assert "runsHeldSince" not in (tenant.get().to_dict() or {})
    finish("e1")
    look(later=130)
    look(later=300)
    stored = gate.read(ORG)
    assert stored is not None
    assert (stored.gate.lines, stored.gate.due_at) == ({}, None)


def test_a_playbook_with_a_concurrency_of_one_runs_one_at_a_time_also_in_person() -> None:
    put_playbook("p", [SET], concurrency=1)
    for number in range(3):
        by_event("p", f"e{number}")
    start("p", "asked")
    assert under_way() == []
    assert look() == 1
    assert under_way() == ["e0"]
    assert look() == 0
    assert execution("e1").status_reason == "waiting for its turn: this playbook is set to 1 run at a time"
    put_playbook("free", [SET])
    by_event("free", "other")
    assert under_way() == ["e0", "other"], "nobody else waits for it"
    finish("e0")
    assert look() == 1


def test_a_run_that_climbs_the_ladder_keeps_its_playbooks_slot_but_not_its_orgs() -> None:
    put_org(maxConcurrentRuns=1)
    put_playbook("p", [SET], concurrency=1)
    by_event("p", "e0")
    by_event("p", "e1")
    look()
    clients.firestore().document(f"{COLLECTION}/e0").update({"status": "retrying"})
    assert look() == 0
    put_playbook("free", [SET])
    assert by_event("free", "other").waits_because is None


def test_a_throttled_trigger_starts_so_many_runs_in_a_time_and_the_next_when_that_is_over() -> None:
    put_playbook("p", [SET], triggers=[{**EVENT, "throttle": {"runs": 2, "per": "hour"}}])
    for number in range(5):
        by_event("p", f"e{number}")
    assert look() == 2
    assert execution("e2").status_reason == "waiting for its turn: this playbook is set to 2 runs an hour"
    assert look() == 0
    (poll,) = [name for name in task_names(QUEUE) if "-poll-" in name][-1:]
    assert poll
    stored = gate.read(ORG)
    assert stored is not None
    assert stored.gate.due_at is not None
    assert timedelta(minutes=59) < stored.gate.due_at - datetime.now(UTC) <= timedelta(hours=1)
    assert look(later=3_601) == 2
    assert held() == ["e4"]


def test_a_minutes_runs_are_no_more_than_the_org_may_start_and_it_is_reported_once() -> None:
    put_org(maxRunsPerMinute=10, maxConcurrentRuns=1_000)
    put_playbook("p", [SET], name="Restock alert")
    for number in range(30):
        by_event("p", f"e{number:02}")
    assert len(under_way()) == 10
    assert look() == 0
    assert look(later=61) == 10
    assert look(later=62) == 0
    assert look(later=122) == 10
    told = [one for one in documents("inbox_notifications") if "too many started" in one["title"]]
    (notice,) = told
    assert "20 runs are waiting, most of them from “Restock alert”" in notice["body"]
    assert notice["playbookId"] == "p"


def test_held_runs_of_a_paused_playbook_are_skipped_and_a_canceled_one_never_goes() -> None:
    put_org(maxConcurrentRuns=1)
    put_playbook("p", [SET])
    for number in range(4):
        by_event("p", f"e{number}")
    control.cancel("e1", Clock())
    put_playbook("p", [SET], status="paused")
    stop_what_waits(ORG, "p", Clock())
    assert {execution(f"e{number}").status.value for number in (2, 3)} == {"skipped"}
    assert execution("e1").status == "cancelled"
    assert look() == 0
    assert held() == []


def test_a_stray_task_of_a_held_run_starts_nothing() -> None:
    put_org(maxConcurrentRuns=1)
    put_playbook("p", [SET])
    by_event("p", "e0")
    by_event("p", "e1")
    assert run("e1") == "ignored"
    assert by_event("p", "e1").created is False
    assert under_way() == ["e0"]


def test_many_that_are_sent_back_by_a_job_wait_and_one_by_a_person_goes() -> None:
    put_org(maxConcurrentRuns=2)
    put_playbook("p", [SET])
    for number in range(4):
        by_event("p", f"e{number}")
        clients.firestore().document(f"{COLLECTION}/e{number}").update({"status": "failed"})
    load.forget()
    for number in range(4):
        control.replay(control.find_execution(f"e{number}"), Clock(), job="j1")
    assert under_way() == ["e0", "e1"]
    assert held() == ["e2", "e3"]
    clients.firestore().document(f"{COLLECTION}/e3").update({"status": "failed"})
    control.replay(control.find_execution("e3"), Clock())
    assert "e3" in under_way()


def test_one_malformed_held_run_stops_nobody() -> None:
    put_org(maxConcurrentRuns=1)
    put_playbook("p", [SET])
    for number in range(3):
        by_event("p", f"e{number}")
    clients.firestore().document(f"{COLLECTION}/e1").update({"attempt": "two"})
    finish("e0")
    look()
    assert "e2" in under_way()
    broken = clients.firestore().document(f"{COLLECTION}/e1").get().to_dict() or {}
    assert "held" not in broken
    assert "dueAt" in broken, "the sweep meets it"


def test_a_lost_pass_is_asked_for_again_by_the_sweep() -> None:
    put_org(maxConcurrentRuns=1)
    put_playbook("p", [SET])
    for number in range(2):
        by_event("p", f"e{number}")
    look()
    lose_tasks(QUEUE)
    assert sweep_gates(Clock()) == 0
    assert sweep_gates(clock_in(200)) == 1
    assert task_names(QUEUE)


def test_a_slot_of_a_run_that_nobody_touches_comes_back_after_an_hour() -> None:
    put_org(maxConcurrentRuns=1)
    put_playbook("p", [SET])
    by_event("p", "e0")
    by_event("p", "e1")
    assert look() == 0
    assert look(later=3_700) == 1


def test_a_pass_that_is_asked_for_late_or_twice_is_made_once() -> None:
    put_org(maxConcurrentRuns=1)
    put_playbook("p", [SET])
    by_event("p", "e0")
    by_event("p", "e1")
    stored = gate.read(ORG)
    assert stored is not None
    asked = stored.gate.pass_number
    finish("e0")
    assert run_pass(ORG, asked, Clock()) == 1
    assert run_pass(ORG, asked, Clock()) is None


@pytest.mark.parametrize("after", [False, True])
def test_a_pass_that_dies_anywhere_loses_no_run_and_lets_none_go_twice(after: bool) -> None:
    for at in range(1, 40):
        put_org(maxConcurrentRuns=2)
        put_playbook("p", [SET])
        prefix = f"d{at}{'a' if after else 'b'}"
        names = [f"{prefix}-{number}" for number in range(5)]
        for name in names:
            by_event("p", name)
        for name in [name for name in under_way() if name.startswith(prefix)]:
            finish(name)
        lose_tasks("runEvent")
        executioner = Executioner(at, after=after)
        try:
            with killing(executioner):
                look()
        except Killed:
            pass
        survived = executioner.calls < at
        for _ in range(8):
            look()
            sweep_overdue(clock_in(120))
            going = {name.partition("-attempt-")[0] for name in task_names("runEvent")}
            assert len(going & set(names)) <= 2
            for name in going & set(names):
                run(name, later=1)
            lose_tasks("runEvent")
        assert [execution(name).status.value for name in names] == ["completed"] * 5
        assert all(len(execution(name).attempts) == 1 for name in names)
        if survived:
            return
    raise AssertionError("a pass makes more calls than this test kills it at")


def test_events_that_start_runs_go_through_the_same_gate() -> None:
    from tests.emulator.rings import put_listening

    put_org(maxConcurrentRuns=1)
    put_listening("p", "order.placed", [SET])
    dispatch_all([DomainEvent(ORG, "order.placed", f"v{number}") for number in range(3)])
    assert (len(under_way()), len(held())) == (1, 2)


def test_an_org_far_from_its_limits_pays_nothing_for_them_and_one_look_up_for_every_few_runs_then() -> None:
    put_org(maxConcurrentRuns=None)
    put_playbook("p", [SET])
    for number in range(5):
        with counted() as operations:
            by_event("p", f"e{number}")
        assert (operations.queries, len(operations.reads)) == (0, 2), operations.reads
    with counted() as operations:
        by_event("p", "e5")
    assert len(operations.reads) == 3, "the sixth run in flight of fifty: one count"


def test_passes_at_the_same_moment_give_no_slot_away_twice() -> None:
    put_org(maxConcurrentRuns=2)
    put_playbook("p", [SET])
    put_playbook("single", [SET], concurrency=1)
    for number in range(6):
        by_event("p", f"e{number}")
        by_event("single", f"s{number}")
    for name in ("e0", "e1"):
        finish(name)
    with ThreadPoolExecutor(4) as pool:
        let_go = list(pool.map(lambda _: look(), range(4)))
    assert sum(one or 0 for one in let_go) == 2
    assert len(under_way()) == 2
    assert sum(name.startswith("s") for name in under_way()) <= 1


def test_who_asks_for_a_run_that_waits_hears_so() -> None:
    put_org(maxConcurrentRuns=1)
    put_playbook("p", [SET], concurrency=1)
    started = start("p", "asked")
    assert started.waits_because == "waiting for its turn: this playbook is set to 1 run at a time"
