"""The parts of the chaos: who starts runs, who kills functions, and how one tells that all has ended."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from google.cloud import tasks_v2
from google.protobuf import field_mask_pb2

from local.stack.running import Stack
from shared.documents.executions import COLLECTION
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.sweep import sweep
from tests.harness.cloud_events import document_created
from tests.harness.doubling import Doubler
from tests.harness.functions import GUNICORN_LIMITS, FunctionProcess
from tests.harness.playbooks import (
    FOUR_STEPS,
    NESTED_ID,
    NESTED_STEPS,
    ORDER_EVENT,
    ORG_ID,
    PLAYBOOK_ID,
    playbook,
)

TASK_FUNCTIONS = ("runExecution", "runEvent", "retryExecution")
_POLL_SECONDS = 0.005
_SETTLE_POLL_SECONDS = 0.5
_QUIET_SECONDS = 4.0
_SWEEP_STEP = timedelta(seconds=61)


NESTED_EVERY = 3


def playbook_of(number: int) -> str:
    """Every third order is confirmed by the playbook with steps in steps."""
    return PLAYBOOK_ID if number % NESTED_EVERY else NESTED_ID


def storm_playbooks() -> dict[str, dict[str, Any]]:
    """Both playbooks, each listening to its own orders."""
    nested = f"{{{{event.number}}}} % {NESTED_EVERY} == 0"
    return {
        PLAYBOOK_ID: playbook(FOUR_STEPS, f"not ({nested})"),
        NESTED_ID: playbook(NESTED_STEPS, nested),
    }


@dataclass(slots=True)
class Customers:
    """Start runs, each told twice: every other by an event, the rest over HTTP with an Idempotency-Key."""

    stack: Stack
    functions: dict[str, FunctionProcess]
    started: int = 0
    _client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60, limits=GUNICORN_LIMITS))

    def start(self, count: int) -> None:
        """Start `count` more, and return when each has been told and answered twice."""
        numbers = range(self.started, self.started + count)
        self.started += count
        with ThreadPoolExecutor(8) as pool:
            for _ in pool.map(self._tell, [number for number in numbers for _ in range(2)]):
                pass

    def close(self) -> None:
        self._client.close()

    def _tell(self, number: int) -> None:
        if number % 2:
            headers, body = document_created(
                f"tenants/{ORG_ID}/events/order-{number}", {"name": ORDER_EVENT, "data": {"number": number}}
            )
            answer = self._client.post(self.functions["onDomainEvent"].url, headers=headers, content=body)
        else:
            answer = self._client.post(
                f"{self.functions['execute'].url}/api/playbooks/{playbook_of(number)}/execute",
                headers={
                    "Authorization": f"Bearer {self.stack.cron_secret}",
                    "Idempotency-Key": f"order-{number}",
                },
                json={"triggeredBy": "manual", "orgId": ORG_ID, "eventData": {"number": number}},
            )
        answer.raise_for_status()


@dataclass(slots=True)
class Killer:
    """Kills a function while it has work in hand, and has it started again at once."""

    functions: dict[str, FunctionProcess]
    doubler: Doubler
    random: random.Random
    kills: int = 0

    def strike(self, function_id: str, within: float, longest_life: float) -> bool:
        """SIGKILL the function some time after it is busy; False when it was not busy within so many seconds."""
        deadline = time.monotonic() + within
        while not self.doubler.in_flight(function_id):
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        # Nobody can foresee the moment: death is to hit every line of a run.
        time.sleep(self.random.uniform(0, longest_life))
        if not self.doubler.in_flight(function_id):
            return False
        self.functions[function_id].kill()
        self.kills += 1
        self.functions[function_id].start()
        return True

    def wait_until_ready(self) -> None:
        """Return when what was killed last answers again."""
        for name in TASK_FUNCTIONS:
            self.functions[name].wait_until_ready()


class Sweeper:
    """Calls the sweep as its scheduler job would: each time a minute later, for a minute counts as one sweep."""

    def __init__(self) -> None:
        self.sweeps = 0

    def sweep(self) -> None:
        self.sweeps += 1
        sweep(Clock(not_before=datetime.now(UTC) + self.sweeps * _SWEEP_STEP))


@contextmanager
def impatient_queues(stack: Stack, names: Sequence[str] = TASK_FUNCTIONS) -> Iterator[None]:
    """The queues with their back-off for crashed instances a tenth of what it is; as they were afterwards."""
    client = clients.tasks()
    parent = f"projects/{stack.project}/locations/{stack.region}"
    mask = field_mask_pb2.FieldMask(paths=["retry_config"])
    before = [client.get_queue(name=f"{parent}/queues/{name}") for name in names]
    for queue in before:
        hasty = tasks_v2.Queue(queue)
        hasty.retry_config.min_backoff = timedelta(seconds=0.5)
        hasty.retry_config.max_backoff = timedelta(seconds=4)
        client.update_queue(queue=hasty, update_mask=mask)
    try:
        yield
    finally:
        for queue in before:
            client.purge_queue(name=queue.name)
            client.update_queue(queue=queue, update_mask=mask)


@contextmanager
def pushed_dead_letters(stack: Stack, url: str) -> Iterator[None]:
    """The dead-letter topic pushed to `url`, as Eventarc's subscription does."""
    emulator = f"{stack.ports.url('pubsub')}/v1/projects/{stack.project}"
    topic = f"projects/{stack.project}/topics/playbook-dlq"
    subscription = f"{emulator}/subscriptions/chaos-dead-letters"
    body = {"topic": topic, "pushConfig": {"pushEndpoint": f"{url}/{topic}"}, "ackDeadlineSeconds": 20}
    httpx.put(subscription, json=body).raise_for_status()
    try:
        yield
    finally:
        httpx.delete(subscription).raise_for_status()


def unfinished() -> dict[str, str]:
    """The executions that have not ended yet, with what keeps them; a failed one ends with its dead letter."""
    query = clients.firestore().collection(COLLECTION).select(["status", "deadLetteredAt"])
    found: dict[str, Any] = {snapshot.id: snapshot.to_dict() or {} for snapshot in query.stream()}
    return {
        execution_id: data["status"]
        for execution_id, data in found.items()
        if data["status"] != "completed" and data.get("deadLetteredAt") is None
    }


def settle(doubler: Doubler, sweeper: Sweeper, top_up: Any, within: float) -> dict[str, str]:
    """Wait until every run has ended and every twin was delivered; sweep when nothing moves. What is left over."""
    deadline = time.monotonic() + within
    left, moved_at = unfinished(), time.monotonic()
    while (left or doubler.twins_to_come) and time.monotonic() < deadline:
        time.sleep(_SETTLE_POLL_SECONDS)
        top_up()
        now = unfinished()
        if now != left:
            left, moved_at = now, time.monotonic()
        elif time.monotonic() - moved_at > _QUIET_SECONDS:
            sweeper.sweep()
            moved_at = time.monotonic()
    return left
