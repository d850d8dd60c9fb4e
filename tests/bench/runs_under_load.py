"""Runs per second and the time of one run, through functions as production runs them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

from tests.bench.door import Door
from tests.bench.executions import wait_for_all, wait_for_one
from tests.bench.figures import percentile, report
from tests.bench.stack import bench_stack
from tests.harness.functions import running_functions
from tests.harness.playbooks import ORG_ID, PLAYBOOK_ID, THREE_STEPS, write_org_and_playbook

POSTS = 1000
CONCURRENCY = 20
SEQUENTIAL = 200
WARM_UP = 60
FUNCTIONS = ("execute", "runExecution")


def measure_throughput() -> None:
    """POSTs at a concurrency, and the rate at which their executions end until the last has."""
    with _prepared() as door:
        started = time.time()
        door.post_many(POSTS, CONCURRENCY)
        posted = time.time()
        ended = wait_for_all(POSTS + WARM_UP)
        report(
            "throughput",
            round(POSTS / (ended - started), 1),
            unit="executions completed per second",
            target="> 75, aim 120",
            executions=POSTS,
            concurrency=CONCURRENCY,
            seconds=round(ended - started, 2),
            postsPerSecond=round(POSTS / (posted - started), 1),
        )


def measure_latency() -> None:
    """From the POST until the completed document is committed, one run at a time."""
    with _prepared() as door:
        connection = door.connect()
        milliseconds = [_one_run(door, connection) * 1000 for _ in range(SEQUENTIAL)]
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        report(
            f"latency.{name}",
            round(percentile(milliseconds, share), 1),
            unit="ms from POST to completed",
            target="< 40" if name == "p50" else None,
            executions=SEQUENTIAL,
            mean=round(statistics.mean(milliseconds), 1),
        )


@contextmanager
def _prepared() -> Iterator[Door]:
    with bench_stack() as stack, running_functions(stack, FUNCTIONS) as functions:
        write_org_and_playbook(THREE_STEPS)
        headers = {"Authorization": f"Bearer {stack.cron_secret}"}
        asked = {"triggeredBy": "manual", "orgId": ORG_ID, "eventData": {"number": 1}}
        door = Door(functions["execute"].port, f"/api/playbooks/{PLAYBOOK_ID}/execute", asked, headers)
        door.post_many(WARM_UP, CONCURRENCY)
        wait_for_all(WARM_UP)
        yield door


def _one_run(door: Door, connection: HTTPConnection) -> float:
    started = time.time()
    return wait_for_one(door.post(connection)) - started
