"""How long one tick takes to start every org's daily playbooks, and whether twice the orgs take twice as long."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local.stack.running import Stack
from shared.documents.executions import COLLECTION
from shared.documents.org import PLAYBOOK_ASSIGNMENTS
from shared.gcp import clients
from shared.triggers.catalog_ticks import QUEUE
from tests.bench.figures import report
from tests.bench.stack import bench_stack
from tests.harness.catalog_orgs import Wanted, seed_orgs
from tests.harness.functions import FunctionProcess, running_functions

SIZES = (500, 1_000, 2_000)
WARM_UP = 60
SLOT = datetime(2026, 11, 24, 14, tzinfo=UTC)
ALL_CREATED_SECONDS = 240
_POLL_SECONDS = 2.0
"""Seldom: the emulator counts by reading, on the processors that are measured. The end is dated by Firestore."""


def measure() -> None:
    """Each size on an empty Firestore. The runs' own tasks are made and wait: this measures the starting alone."""
    with bench_stack() as stack, running_functions(stack, ("cron", QUEUE)) as functions:
        runs = clients.tasks().queue_path(stack.project, stack.region, "runCatalog")
        clients.tasks().pause_queue(name=runs)
        seconds = {}
        for day, orgs in enumerate((WARM_UP, *SIZES)):
            stack.clear_firestore()
            # Names of tasks that lately were there are spent, so each size has a slot of its own.
            seconds[orgs] = _one_tick(stack, functions["cron"], orgs, SLOT - day * timedelta(days=1))
            clients.tasks().purge_queue(name=runs)
    report(
        "cron_fanout.growth",
        round(seconds[SIZES[-1]] / seconds[SIZES[0]], 3),
        unit=f"times as long per 1,000 executions with {SIZES[-1]} orgs as with {SIZES[0]}",
        target="<= 1.2",
    )


def _one_tick(stack: Stack, cron: FunctionProcess, orgs: int, slot: datetime) -> float:
    """Seconds per 1,000 executions, from the POST until the last is created."""
    wanted = seed_orgs(0, orgs)
    started = time.time()
    answer = httpx.post(
        f"{cron.url}/api/cron/playbooks/daily",
        headers={
            "Authorization": f"Bearer {stack.cron_secret}",
            "X-CloudScheduler-ScheduleTime": slot.isoformat(),
        },
        timeout=60,
    ).raise_for_status()
    answered = time.time() - started
    if (counted := answer.json()["executions"]) != len(wanted):
        raise RuntimeError(f"cron answered {counted} executions; expected {len(wanted)}")
    taken = _wait_for_all(len(wanted)) - started
    _require_once_each(wanted)
    per_thousand = 1000 * taken / len(wanted)
    if orgs != WARM_UP:
        report(
            f"cron_fanout.{orgs}_orgs",
            round(per_thousand, 2),
            unit="seconds per 1,000 executions, from the POST until all are created",
            orgs=orgs,
            executions=len(wanted),
            seconds=round(taken, 2),
            perThousandOrgs=round(1000 * taken / orgs, 2),
            answeredMilliseconds=round(1000 * answered),
        )
    return per_thousand


def _wait_for_all(count: int) -> float:
    """When the last of `count` executions was created, as Firestore dates it (seconds of the epoch)."""
    executions: Any = clients.firestore().collection(COLLECTION)
    deadline = time.monotonic() + ALL_CREATED_SECONDS
    while (found := int(executions.count().get()[0][0].value)) < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{found} of {count} executions were created within {ALL_CREATED_SECONDS} s")
        time.sleep(_POLL_SECONDS)
    return max(float(snapshot.create_time.timestamp()) for snapshot in executions.select([]).stream())


def _require_once_each(wanted: list[Wanted]) -> None:
    created = Counter(_key(data) for data in _documents(COLLECTION))
    counted = {_key(data): data["triggerCount"] for data in _documents(PLAYBOOK_ASSIGNMENTS)}
    once = dict.fromkeys(wanted, 1)
    if dict(created) != once or counted != once:
        missing = len(once.keys() - created.keys())
        raise RuntimeError(f"{missing} of {len(once)} runs are missing, {sum(created.values())} were created")


def _key(data: dict[str, Any]) -> Wanted:
    return Wanted(data["orgId"], data["playbookId"])


def _documents(collection: str) -> list[dict[str, Any]]:
    fields = ["orgId", "playbookId", "triggerCount"]
    found = clients.firestore().collection(collection).select(fields).stream()
    return [snapshot.to_dict() or {} for snapshot in found]
