"""Runs per second and the time of one run, through functions as production runs them."""

from __future__ import annotations

import http.client
import json
import queue
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from local.stack.ports import HOST
from local.stack.running import Stack
from shared.execution.record import COLLECTION
from shared.gcp import clients
from tests.bench.figures import percentile, report
from tests.bench.stack import bench_stack
from tests.harness.functions import FunctionProcess, running_functions
from tests.harness.playbooks import ORG_ID, PLAYBOOK_ID, THREE_STEPS, write_org_and_playbook

POSTS = 1000
CONCURRENCY = 20
SEQUENTIAL = 200
WARM_UP = 60
FUNCTIONS = ("execute", "runExecution")
ALL_DONE_SECONDS = 120
_POLL_SECONDS = 1.0
"""Seldom: the emulator counts by reading, on the processors that are measured. The end is dated by Firestore."""
_PROMPT_POLL_SECONDS = 0.002


def measure_throughput() -> None:
    """POSTs at a concurrency, and the rate at which their executions end until the last has."""
    with _prepared() as door:
        started = time.time()
        door.post_many(POSTS, CONCURRENCY)
        posted = time.time()
        ended = _wait_for_all(POSTS + WARM_UP)
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
        milliseconds = [_one_run(door) * 1000 for _ in range(SEQUENTIAL)]
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        report(
            f"latency.{name}",
            round(percentile(milliseconds, share), 1),
            unit="ms from POST to completed",
            target="< 40" if name == "p50" else None,
            executions=SEQUENTIAL,
            mean=round(statistics.mean(milliseconds), 1),
        )


class _Door:
    """POSTs to execute over connections that are kept."""

    def __init__(self, stack: Stack, execute: FunctionProcess) -> None:
        self._port = execute.port
        self._headers = {"Authorization": f"Bearer {stack.cron_secret}", "Content-Type": "application/json"}
        self._body = json.dumps({"triggeredBy": "manual", "orgId": ORG_ID, "eventData": {"number": 1}})
        self.connection = http.client.HTTPConnection(HOST, self._port)

    def post(self, connection: http.client.HTTPConnection) -> str:
        """Ask for one run; the execution's id."""
        connection.request("POST", f"/api/playbooks/{PLAYBOOK_ID}/execute", self._body, self._headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != http.client.ACCEPTED:
            raise RuntimeError(f"execute answered {answer.status}: {content!r}")
        execution_id: str = json.loads(content)["executionId"]
        return execution_id

    def post_many(self, count: int, concurrency: int) -> None:
        """Ask for so many, so many at a time."""
        left: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(count):
            left.put(None)
        failures: list[Exception] = []
        workers = [threading.Thread(target=self._drain, args=(left, failures)) for _ in range(concurrency)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if failures:
            raise failures[0]

    def _drain(self, left: queue.SimpleQueue[None], failures: list[Exception]) -> None:
        connection = http.client.HTTPConnection(HOST, self._port)
        try:
            while not failures:
                left.get_nowait()
                self.post(connection)
        except queue.Empty:
            return
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            failures.append(error)
        finally:
            connection.close()


@contextmanager
def _prepared() -> Iterator[_Door]:
    with bench_stack() as stack, running_functions(stack, FUNCTIONS) as functions:
        write_org_and_playbook(THREE_STEPS)
        door = _Door(stack, functions["execute"])
        door.post_many(WARM_UP, CONCURRENCY)
        _wait_for_all(WARM_UP)
        yield door


def _wait_for_all(count: int) -> float:
    """When the last of `count` executions was completed, as Firestore dates its write (seconds of the epoch)."""
    executions = clients.firestore().collection(COLLECTION)
    completed = executions.where(filter=FieldFilter("status", "==", "completed"))
    deadline = time.monotonic() + ALL_DONE_SECONDS
    while (found := _count(completed)) < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{found} of {count} executions were completed within {ALL_DONE_SECONDS} s")
        time.sleep(_POLL_SECONDS)
    return max(_epoch(snapshot.update_time) for snapshot in completed.select([]).stream())


def _count(found: Any) -> int:
    """Without reading the documents."""
    return int(found.count().get()[0][0].value)


def _one_run(door: _Door) -> float:
    started = time.time()
    execution_id = door.post(door.connection)
    reference = clients.firestore().collection(COLLECTION).document(execution_id)
    deadline = time.monotonic() + ALL_DONE_SECONDS
    while True:
        snapshot: Any = reference.get(["status"])
        if snapshot.get("status") == "completed":
            return _epoch(snapshot.update_time) - started
        if time.monotonic() > deadline:
            raise RuntimeError(f"execution {execution_id} is {snapshot.get('status')} after {ALL_DONE_SECONDS} s")
        time.sleep(_PROMPT_POLL_SECONDS)


def _epoch(moment: datetime) -> float:
    return moment.timestamp()
