"""Hundreds of runs while the provider fails, everything arrives twice and functions are killed."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.documents.executions import COLLECTION
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.triggers.reconcile import PlaybookKey, reconcile
from tests.chaos.provider_faults import ProviderFaults
from tests.chaos.scene import (
    NESTED_EVERY,
    TASK_FUNCTIONS,
    Customers,
    Killer,
    Sweeper,
    impatient_queues,
    pushed_dead_letters,
    settle,
    storm_playbooks,
)
from tests.chaos.size import SEED, share_of
from tests.chaos.verdict import Expected, judge
from tests.harness.doubling import Doubler, doubling
from tests.harness.functions import running_functions
from tests.harness.playbooks import (
    FOUR_STEPS,
    NESTED_ID,
    NESTED_MAILS,
    NESTED_STEPS,
    ORG_ID,
    PLAYBOOK_ID,
    write_org,
)
from tests.harness.summary import COUNTS

EXECUTIONS = share_of(300)
LEAST_KILLS = share_of(10)
ROUNDS = share_of(13, least=3)
# Half of it is what a send may take until the provider has it, on machines that are busy besides.
LEASE_SECONDS = 6
ENVIRONMENT = {"LEASE_SECONDS": str(LEASE_SECONDS), "RETRY_DELAYS_SECONDS": "1,2,3"}
SETTLE_SECONDS = 240
EXPECTED = {
    PLAYBOOK_ID: Expected(tuple(str(step["id"]) for step in FOUR_STEPS), ("mail",), "mail"),
    NESTED_ID: Expected(tuple(str(step["id"]) for step in NESTED_STEPS), NESTED_MAILS, "both/now/mail"),
}


@pytest.mark.timeout(1_200)
def test_every_run_ends_and_no_email_is_sent_twice(
    on_emulators: Stack, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    with httpx.Client(base_url=on_emulators.console_url, timeout=60) as console:
        console.delete("/api/outbox").raise_for_status()
        with doubling(late_seconds=1.5 * LEASE_SECONDS, seed=SEED) as doubler:
            for name in TASK_FUNCTIONS:
                # The sweep, which runs in this process, makes tasks too.
                monkeypatch.setenv(f"FUNCTION_URL_{name}", doubler.url_of(name))
            counts, problems = _storm(on_emulators, console, doubler)
    record_property(COUNTS, {"storm": "runs", **counts})
    assert problems == []
    assert counts["completed"] + counts["deadLettered"] == EXECUTIONS
    assert counts["kills"] >= LEAST_KILLS
    assert counts["duplicateMails"] == 0


def _storm(stack: Stack, console: httpx.Client, doubler: Doubler) -> tuple[dict[str, Any], list[str]]:
    write_org(storm_playbooks())
    for playbook_id in EXPECTED:
        reconcile(PlaybookKey(ORG_ID, playbook_id), Clock())
    faults, sweeper = ProviderFaults(console, SEED), Sweeper()
    names = ("execute", "onDomainEvent", "onDeadLetter", *TASK_FUNCTIONS)
    urls = {name: doubler.url_of(name) for name in TASK_FUNCTIONS}
    with (
        impatient_queues(stack),
        pushed_dead_letters(stack, doubler.url_of("onDeadLetter")),
        running_functions(stack, names, ENVIRONMENT, task_urls=urls) as functions,
    ):
        for name, function in functions.items():
            doubler.route(name, function.url)
        customers, killer = Customers(stack, functions), Killer(functions, doubler, random.Random(SEED))
        for round_number in range(1, ROUNDS + 1):
            faults.top_up()
            customers.start(EXECUTIONS * round_number // ROUNDS - customers.started)
            killer.strike("runExecution", within=2, longest_life=1.0)
            killer.strike("retryExecution", within=2, longest_life=0.03)
            killer.wait_until_ready()
        customers.close()
        left = settle(doubler, sweeper, faults.top_up, SETTLE_SECONDS)
        served = faults.served()
        faults.clear()
    outbox = console.get("/api/outbox", params={"channel": "email"}).json()
    verdict = judge(
        _documents(COLLECTION),
        _documents("dead_letters"),
        {name: found for name, found in _documents("inbox_notifications").items() if found["type"] == "playbook"},
        outbox,
        EXPECTED,
    )
    counts = {
        "executions": customers.started,
        "withStepsInSteps": len(range(0, customers.started, NESTED_EVERY)),
        "completed": verdict.completed,
        "deadLettered": verdict.dead_lettered,
        "deadLetterReasons": dict(verdict.reasons),
        "unfinished": len(left),
        "mails": verdict.mails,
        "duplicateMails": verdict.duplicates,
        "kills": killer.kills,
        "interruptions": verdict.interruptions,
        "retriedRuns": verdict.retried,
        "faultsServed": served,
        "duplicateDeliveries": customers.started + doubler.twins_sent,
        "deliveries": sum(doubler.delivered.values()),
        "deliveriesCutOff": sum(doubler.cut_off.values()),
        "deliveriesRefused": sum(doubler.refused.values()),
        "sweeps": sweeper.sweeps,
    }
    return counts, verdict.problems


def _documents(collection: str) -> dict[str, dict[str, Any]]:
    return {found.id: found.to_dict() or {} for found in clients.firestore().collection(collection).stream()}
