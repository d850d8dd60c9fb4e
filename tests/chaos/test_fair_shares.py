"""Thousands of runs of one org, then one of another: it waits for none of them, and all of them end, each once.

Passes over the held runs die at random calls, tasks come in any order and twice, and some are lost.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore_v1.base_query import FieldFilter

from local.stack.running import Stack
from shared.documents.executions import COLLECTION
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.fair import gate, load
from shared.runs.fair.release import run_pass
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.runner import deliver
from shared.runs.start import start_execution
from shared.runs.state import Delivery
from shared.runs.sweep import sweep_gates, sweep_overdue
from tests.chaos.size import SEED, share_of
from tests.harness.killing import Executioner, Killed, killing
from tests.harness.summary import COUNTS

RUNS = share_of(5_000)
AT_ONCE = 25
"""Of the tier growth."""
PLATFORM_AT_ONCE = 160
"""What the queue of runs lets through at once: functions.yaml."""
THREADS = 8
SHARE_KILLED = 0.2
CALLS_OF_A_PASS = 12
LOST = 0.05
IMPORTER, NEIGHBOR = "org_importer", "org_neighbor"
QUEUES = ("runEvent", "retryExecution", gate.QUEUE)
STEP = {"id": "set", "action": "set", "params": {"values": {"x": 1}}}


@pytest.fixture
def paused(on_emulators: Stack) -> Iterator[Stack]:
    """Queues that deliver nothing by themselves: the test does, in its own order."""
    names = [clients.tasks().queue_path("demo-playbooks", "us-central1", name) for name in QUEUES]
    for name in names:
        clients.tasks().pause_queue(name=name)
        clients.tasks().purge_queue(name=name)
    load.forget()
    yield on_emulators
    for name in names:
        clients.tasks().purge_queue(name=name)
        clients.tasks().resume_queue(name=name)
    load.forget()


def put_org(org_id: str, tier: str) -> None:
    tenant = clients.firestore().document(f"tenants/{org_id}")
    tenant.set({"name": org_id, "tierId": tier, "timezone": "UTC", "maxRunsPerMinute": 100_000})
    playbook = {"name": "Import", "status": "active", "triggers": [], "steps": [STEP], "orgId": org_id}
    tenant.collection("playbooks").document("p").set(playbook)


def start(org_id: str, name: str) -> str:
    trigger = TriggerRef(type="event", id="event", event_id=name)
    request = StartRequest(org_id, "p", trigger, execution_id=name, root_cause=name)
    return start_execution(request, Clock()).status.value


def waiting_tasks() -> list[str]:
    """The runs that have a task, in the order in which the queue would deliver them."""
    parent = clients.tasks().queue_path("demo-playbooks", "us-central1", "runEvent")
    found = sorted(clients.tasks().list_tasks(request={"parent": parent}), key=lambda one: one.schedule_time)
    return [task.name.rpartition("/")[2].partition("-attempt-")[0] for task in found]


def documents(org_id: str) -> dict[str, dict[str, Any]]:
    query = clients.firestore().collection(COLLECTION).where(filter=FieldFilter("orgId", "==", org_id))
    return {found.id: found.to_dict() or {} for found in query.stream()}


@pytest.mark.timeout(1_200)
def test_a_shop_next_to_thousands_of_imports_waits_for_none_of_them(
    paused: Stack, record_property: Callable[[str, object], None]
) -> None:
    put_org(IMPORTER, "growth")
    put_org(NEIGHBOR, "starter")
    prefix = f"{datetime.now(UTC):%H%M%S}"
    names = [f"{prefix}-{number:05}" for number in range(RUNS)]
    with ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(lambda name: start(IMPORTER, name), names)) == {"queued"}
    assert start(NEIGHBOR, f"{prefix}-neighbor") == "queued"
    ahead = waiting_tasks().index(f"{prefix}-neighbor")
    assert ahead <= AT_ONCE + THREADS, "the limit, and what starts at the very same moment"
    assert ahead < PLATFORM_AT_ONCE, "so the platform starts it at once, whatever the others do"
    before = documents(IMPORTER)
    since = {name: data["held"]["since"] for name, data in before.items() if "held" in data}
    assert len(since) == RUNS - ahead
    counts = _let_all_end(random.Random(SEED))
    after = documents(IMPORTER)
    assert {name: data["status"] for name, data in after.items()} == dict.fromkeys(names, "completed")
    assert {len(data["attempts"]) for data in after.values()} == {1}
    turns = [after[name]["turnAt"] for name in sorted(since, key=lambda name: (since[name], name))]
    assert turns == sorted(turns), "the longest waiting go first"
    assert documents(NEIGHBOR)[f"{prefix}-neighbor"]["status"] == "completed"
    record_property(COUNTS, {"storm": "fair shares", "runs": RUNS, "aheadOfTheNeighbor": ahead, **counts})
    assert counts["mostAtOnce"] <= AT_ONCE + THREADS
    assert counts["kills"] > 0


def _let_all_end(chance: random.Random) -> dict[str, int]:
    """Deliver what there is, in any order, until nothing waits; how much of each thing happened."""
    counts = {"passes": 0, "kills": 0, "deliveries": 0, "tasksLost": 0, "sweeps": 0, "mostAtOnce": 0}
    done: set[str] = set()
    ahead = timedelta()
    while True:
        now = Clock(not_before=datetime.now(UTC) + ahead)
        stored = gate.read(IMPORTER)
        assert stored is not None
        counts["passes"] += 1
        is_killed = chance.random() < SHARE_KILLED
        at = chance.randint(1, CALLS_OF_A_PASS) if is_killed else 1_000_000
        executioner = Executioner(at, after=chance.random() < 0.5)
        with suppress(Killed), killing(executioner):
            run_pass(IMPORTER, stored.gate.pass_number, now)
        counts["kills"] += executioner.calls >= at
        under_way = load.count_under_way(IMPORTER, now.now())
        counts["mostAtOnce"] = max(counts["mostAtOnce"], under_way)
        fresh = [name for name in waiting_tasks() if name not in done]
        if not fresh:
            if not load.count_under_way(IMPORTER, now.now()) and not _has_held():
                return counts
            # Nothing is on its way though something is left: the sweep's time has come.
            ahead += timedelta(seconds=61)
            swept = Clock(not_before=datetime.now(UTC) + ahead)
            counts["sweeps"] += 1
            sweep_overdue(swept)
            sweep_gates(swept)
            fresh = [name for name in waiting_tasks() if name not in done]
        chance.shuffle(fresh)
        lost = [name for name in fresh if chance.random() < LOST]
        counts["tasksLost"] += len(lost)
        told = [name for name in fresh if name not in lost]
        told += [name for name in told if chance.random() < LOST]
        counts["deliveries"] += len(told)
        _deliver(told, now)
        done |= set(told)


def _has_held() -> bool:
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", IMPORTER))
        .where(filter=FieldFilter("status", "==", "queued"))
        .limit(1)
    )
    return bool(list(query.stream()))


def _deliver(names: list[str], now: Clock) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda name: deliver(Delivery(name, 1), now), names))
    name = clients.tasks().queue_path("demo-playbooks", "us-central1", "runEvent")
    clients.tasks().purge_queue(name=name)
