"""Hundreds of orgs, one slot: its tick told again and again while the function that walks over them is killed."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.documents.executions import COLLECTION
from shared.documents.org import PLAYBOOK_ASSIGNMENTS
from shared.gcp import clients
from shared.triggers.catalog_ticks import QUEUE
from tests.chaos.scene import Killer, Sweeper, impatient_queues, settle
from tests.chaos.size import SEED, share_of
from tests.harness.catalog_orgs import Wanted, seed_orgs
from tests.harness.doubling import Doubler, doubling
from tests.harness.functions import GUNICORN_LIMITS, FunctionProcess, running_functions
from tests.harness.summary import COUNTS

ORGS = share_of(300)
LEAST_KILLS = share_of(5)
ROUNDS = share_of(10, least=3)
# Of no other test: the stack is shared, and the name of a page's task, which holds its tick, is spent for a while.
SLOT = "2026-11-17T14:00:00Z"
LEASE_SECONDS = 3
PAGES_SECONDS = 180
SETTLE_SECONDS = 300
TASK_FUNCTIONS = (QUEUE, "runCatalog", "retryExecution")
MAIL = [
    {
        "id": "mail",
        "action": "send_email",
        "params": {"to": "{{org.ownerEmail}}", "subject": "{{org.name}}", "text": "Your day"},
    }
]
_POLL_SECONDS = 0.05


@dataclass(slots=True)
class Ticks:
    """Everybody who calls: the scheduler, the scheduler again, and an operator who does not trust it."""

    stack: Stack
    cron: FunctionProcess
    told: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, *, by_hand: bool = False) -> None:
        headers = {"Authorization": f"Bearer {self.stack.cron_secret}"}
        if not by_hand:
            headers["X-CloudScheduler-ScheduleTime"] = SLOT
        with httpx.Client(timeout=60, limits=GUNICORN_LIMITS) as client:
            answer = client.post(
                f"{self.cron.url}/api/cron/playbooks/daily",
                headers=headers,
                json={"slot": SLOT} if by_hand else {},
            )
        answer.raise_for_status()
        self.told += 1
        self.answers.append(answer.json())


@pytest.mark.timeout(1_200)
def test_every_org_is_reached_once(
    on_emulators: Stack, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    with httpx.Client(base_url=on_emulators.console_url, timeout=60) as console:
        console.delete("/api/outbox").raise_for_status()
        with doubling(late_seconds=1.5 * LEASE_SECONDS, seed=SEED) as doubler:
            for name in TASK_FUNCTIONS:
                # The sweep, which runs in this process, makes tasks too.
                monkeypatch.setenv(f"FUNCTION_URL_{name}", doubler.url_of(name))
            wanted = seed_orgs(0, ORGS, MAIL)
            counts = _storm(on_emulators, doubler, wanted)
        outbox = console.get("/api/outbox", params={"channel": "email"}).json()
    counts |= _verdict(wanted, outbox)
    record_property(COUNTS, {"storm": "cron fan-out", **counts})
    assert counts["kills"] >= LEAST_KILLS
    assert counts["runs"] == len(wanted)
    assert {name: counts[name] for name in ZERO} == dict.fromkeys(ZERO, 0)


ZERO = ("missing", "doubled", "unfinished", "countedWrong", "mailsMissing", "mailsDoubled")


def _storm(stack: Stack, doubler: Doubler, wanted: list[Wanted]) -> dict[str, Any]:
    """Tell the tick and kill in the middle, then let everything end."""
    urls = {name: doubler.url_of(name) for name in TASK_FUNCTIONS}
    environment = {"LEASE_SECONDS": str(LEASE_SECONDS)}
    with (
        impatient_queues(stack, TASK_FUNCTIONS),
        running_functions(stack, ("cron", *TASK_FUNCTIONS), environment, task_urls=urls) as functions,
    ):
        for name, function in functions.items():
            doubler.route(name, function.url)
        ticks, killer = Ticks(stack, functions["cron"]), Killer(functions, doubler, random.Random(SEED))
        for round_number in range(ROUNDS):
            ticks.tell(by_hand=round_number % 3 == 2)
            killer.strike(QUEUE, within=3, longest_life=0.25)
            functions[QUEUE].wait_until_ready()
        pages = _wait_for_pages(doubler)
        sweeper = Sweeper()
        left = settle(doubler, sweeper, lambda: None, SETTLE_SECONDS)
    for answer in ticks.answers:
        assert answer == {"frequency": "daily", "slot": SLOT, "orgs": ORGS, "executions": len(wanted)}
    return {
        "orgs": ORGS,
        "ticks": ticks.told,
        "kills": killer.kills,
        "pagesDelivered": doubler.delivered[QUEUE],
        "pagesCutOff": doubler.cut_off[QUEUE],
        "pagesLeft": pages,
        "duplicateDeliveries": doubler.twins_sent,
        "sweeps": sweeper.sweeps,
        "unfinished": len(left),
    }


def _wait_for_pages(doubler: Doubler) -> int:
    """Return when no page waits any more; how many do when that takes too long."""
    parent = clients.tasks().queue_path("demo-playbooks", "us-central1", QUEUE)
    deadline = time.monotonic() + PAGES_SECONDS
    while waiting := len(list(clients.tasks().list_tasks(parent=parent))) + doubler.in_flight(QUEUE):
        if time.monotonic() > deadline:
            return waiting
        time.sleep(_POLL_SECONDS)
    return 0


def _verdict(wanted: list[Wanted], outbox: list[dict[str, Any]]) -> dict[str, int]:
    executions = _documents(COLLECTION)
    found = Counter(Wanted(data["orgId"], data["playbookId"]) for data in executions.values())
    counted = {
        Wanted(data["orgId"], data["playbookId"]): data["triggerCount"]
        for data in _documents(PLAYBOOK_ASSIGNMENTS).values()
    }
    mails = Counter(mail["executionId"] for mail in outbox)
    return {
        "runs": len(executions),
        "missing": len(set(wanted) - found.keys()),
        "doubled": sum(found.values()) - len(found.keys() & set(wanted)),
        "countedWrong": sum(counted[one] != 1 for one in wanted),
        "mails": len(outbox),
        "mailsMissing": len(executions.keys() - mails.keys()),
        "mailsDoubled": len(outbox) - len(mails.keys() & executions.keys()),
    }


def _documents(collection: str) -> dict[str, dict[str, Any]]:
    return {found.id: found.to_dict() or {} for found in clients.firestore().collection(collection).stream()}
