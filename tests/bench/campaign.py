"""How long a campaign takes, whether each customer gets it once, and what memory it needs.

`CAMPAIGN_CUSTOMERS` sets how many.
"""

from __future__ import annotations

import os
import time
import tracemalloc
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local.stack.running import Stack
from shared.campaigns import tasks
from shared.campaigns.record import Campaign, read_campaign
from shared.execution.campaign_pages import work
from shared.execution.record import PinnedUser, TriggerRef
from shared.execution.runner import deliver
from shared.execution.start import StartRequest, start_execution
from shared.execution.state import Delivery
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.waiting.ids import wait_id
from tests.bench.figures import report
from tests.bench.stack import bench_stack

CUSTOMERS = int(os.environ.get("CAMPAIGN_CUSTOMERS", "2000"))
ORG = "org_campaign"
STEP = {
    "id": "send",
    "action": "send_campaign",
    "params": {"segment": "all", "email": {"subject": "New", "text": "Hi {{customer.firstName}}, come by."}},
}
A_BATCH = 500


def measure() -> None:
    """Every page delivered one after another, as its queue would: the time is the product's and the emulators'."""
    with bench_stack() as stack:
        for name in (tasks.QUEUE, "runExecution"):
            clients.tasks().pause_queue(name=clients.tasks().queue_path(stack.project, stack.region, name))
        _seed(CUSTOMERS)
        tracemalloc.start()
        began = time.monotonic()
        execution_id = _begin()
        planned = time.monotonic() - began
        peaks = [tracemalloc.get_traced_memory()[1]]
        sent_peaks = _send(execution_id)
        seconds = time.monotonic() - began
        tracemalloc.stop()
        _require_each_once(stack, execution_id)
    count = f"{CUSTOMERS} customers"
    report(f"campaign.{CUSTOMERS}", round(seconds, 1), unit=f"seconds for {count}", planSeconds=round(planned, 1))
    report(
        f"campaign.{CUSTOMERS}.memory",
        round(max(sent_peaks[len(sent_peaks) // 2 :]) / max(sent_peaks[: len(sent_peaks) // 2]), 2),
        unit="times as much at the second half of the pages as at the first",
        target="<= 1.2",
        planMegabytes=round(peaks[0] / 1e6, 1),
        pageMegabytes=round(max(sent_peaks) / 1e6, 1),
    )


def _seed(count: int) -> None:
    client = clients.firestore()
    org = {"name": "Big", "tierId": "enterprise", "timezone": "UTC", "ownerEmail": "o@big.example"}
    client.document(f"tenants/{ORG}").set({**org, "postalAddress": "1 Main Street, Syracuse, NY 13202"})
    playbook = {"name": "Campaign", "status": "active", "triggers": [], "steps": [STEP], "orgId": ORG}
    client.document(f"tenants/{ORG}/playbooks/campaign").set(playbook)
    now = datetime.now(UTC)
    for first in range(0, count, A_BATCH):
        batch = client.batch()
        for number in range(first, min(first + A_BATCH, count)):
            fields: dict[str, Any] = {
                "name": f"Ann{number} Lee",
                "email": f"c{number}@people.example",
                "orderCount": number % 9,
                "totalSpent": float(number % 500),
                "lastOrderAt": now - timedelta(days=number % 200),
            }
            batch.set(client.document(f"tenants/{ORG}/customers/c{number:06}"), fields)
        batch.commit()


def _begin() -> str:
    request = StartRequest(
        playbook_id="campaign", org_id=ORG, trigger=TriggerRef(type="manual"), user=PinnedUser(id="u1")
    )
    execution_id = start_execution(request, Clock()).execution_id
    if (answer := deliver(Delivery(execution_id, 1), Clock())) != "waiting":
        raise RuntimeError(f"the run is {answer}; expected it to wait for its campaign")
    return execution_id


def _campaign(execution_id: str) -> Campaign:
    found = read_campaign(wait_id(execution_id, "send"))
    if found is None:
        raise RuntimeError("there is no campaign")
    return found


def _send(execution_id: str) -> list[int]:
    """The peak of each page, in bytes that Python holds."""
    peaks, campaign = [], _campaign(execution_id)
    for number in range(campaign.pages):
        tracemalloc.reset_peak()
        if (answer := work(campaign.id, campaign.page_id(number), Clock())) != "done":
            raise RuntimeError(f"page {number} is {answer}; expected it done")
        peaks.append(tracemalloc.get_traced_memory()[1])
    return peaks


def _require_each_once(stack: Stack, execution_id: str) -> None:
    ended = _campaign(execution_id)
    found = httpx.get(f"{stack.console_url}/api/outbox", params={"channel": "email"}, timeout=120).json()
    got = Counter(one["to"] for one in found if one["executionId"] == ended.id)
    expected = Counter(f"c{number}@people.example" for number in range(CUSTOMERS))
    if got != expected or ended.totals.sent != CUSTOMERS:
        missed, doubled = expected - got, got - expected
        raise RuntimeError(f"{len(missed)} missed, {len(doubled)} doubled, {ended.totals.sent} counted")
