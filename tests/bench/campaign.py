"""How long a campaign takes by email and by text, what it reads and writes, and what memory it needs.

`CAMPAIGN_CUSTOMERS` sets how many. One in twenty has opted out, and one in a hundred has another's address and
number, written otherwise: each of the others gets it once.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local.stack.running import Stack
from shared.campaigns import tasks
from shared.campaigns.record import Campaign, read_campaign
from shared.compliance.frequency import Channel
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.campaign_pages import work
from shared.runs.parts import PinnedUser, TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.runner import deliver
from shared.runs.start import start_execution
from shared.runs.state import Delivery
from shared.waiting.ids import wait_id
from tests.bench.figures import report
from tests.bench.stack import bench_stack
from tests.harness.operations import Operations, counted

CUSTOMERS = int(os.environ.get("CAMPAIGN_CUSTOMERS", "2000"))
ORG = "org_campaign"
WORDS: dict[Channel, dict[str, str]] = {
    "email": {"subject": "New", "text": "Hi {{customer.firstName}}, come by."},
    "sms": {"body": "Hi {{customer.firstName}}, come by."},
}
A_BATCH = 500
MEGABYTE = 1024.0
"""In the kilobytes that Linux counts in."""


def measure() -> None:
    """Every page delivered one after another, as its queue would: the time is the product's and the emulators'."""
    with bench_stack() as stack:
        for name in (tasks.QUEUE, "runExecution"):
            clients.tasks().pause_queue(name=clients.tasks().queue_path(stack.project, stack.region, name))
        _seed(CUSTOMERS)
        _measure(stack, "email", _address, lambda: Clock())
        _measure(stack, "sms", lambda number: _number(number).removeprefix("+"), _by_day)


def _measure(stack: Stack, channel: Channel, address: Callable[[int], str], clock: Callable[[], Clock]) -> None:
    began = time.monotonic()
    with counted() as operations:
        execution_id = _begin(channel, clock())
        planned, totals = time.monotonic() - began, _taken(operations)
        campaign, peaks = _campaign(execution_id), [_megabytes()]
        for number in range(campaign.pages):
            if (answer := work(campaign.id, campaign.page_id(number), clock())) != "done":
                raise RuntimeError(f"page {number} is {answer}; expected it done")
            totals += _taken(operations)
            peaks.append(_megabytes())
    seconds = time.monotonic() - began
    sent = _require_each_once(stack, execution_id, channel, address)
    name = f"campaign.{channel}.{CUSTOMERS}"
    count = f"seconds for {CUSTOMERS} customers"
    report(name, round(seconds, 1), unit=count, planSeconds=round(planned, 1), sent=sent)
    for kind in ("reads", "writes"):
        report(f"{name}.{kind}", round(totals[kind] / CUSTOMERS, 2), unit=f"{kind} of documents per customer")
    middle = peaks[len(peaks) // 2]
    report(
        f"{name}.memory",
        round(peaks[-1] / middle, 2),
        unit="times the peak of the process at half of the pages",
        target="<= 1.1",
        megabytes=[round(one) for one in (peaks[0], middle, peaks[-1])],
    )


def _taken(operations: Operations) -> Counter[str]:
    """What was counted, which is forgotten, so that the counting takes no memory."""
    found = Counter({"reads": len(operations.reads), "writes": len(operations.writes)})
    operations.reads.clear()
    operations.writes.clear()
    return found


def _megabytes() -> float:
    """The peak of the process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def _by_day() -> Clock:
    """Noon in New York, the next time that it is."""
    now = datetime.now(UTC)
    noon = now.replace(hour=17, minute=0, second=0, microsecond=0)
    return Clock(not_before=noon if noon > now else noon + timedelta(days=1))


def _address(number: int) -> str:
    return f"c{number}@people.example"


def _number(number: int) -> str:
    return f"+1614{2_000_000 + number:07}"


def _opted_out(number: int) -> bool:
    return number % 20 == 7


def _is_double(number: int) -> bool:
    return number % 100 == 50


def _seed(count: int) -> None:
    client = clients.firestore()
    org = {"name": "Big", "tierId": "enterprise", "timezone": "UTC", "ownerEmail": "o@big.example"}
    client.document(f"tenants/{ORG}").set({**org, "postalAddress": "1 Main Street, Syracuse, NY 13202"})
    now = datetime.now(UTC)
    for first in range(0, count, A_BATCH):
        batch = client.batch()
        for number in range(first, min(first + A_BATCH, count)):
            fields: dict[str, Any] = {
                "name": f"Ann{number} Lee",
                "email": _address(number),
                "phone": _number(number),
                "smsConsent": {"at": now - timedelta(days=9), "source": "checkout form"},
                "orderCount": number % 9,
                "totalSpent": float(number % 500),
                "lastOrderAt": now - timedelta(days=number % 200),
            }
            if _is_double(number):
                digits = _number(number - 1).removeprefix("+1")
                fields |= {
                    "email": _address(number - 1).upper(),
                    "phone": f"{digits[:3]} / {digits[3:6]} / {digits[6:]}",
                }
            if _opted_out(number):
                fields |= {"emailOptOut": True, "smsOptOut": True}
            batch.set(client.document(f"tenants/{ORG}/customers/c{number:06}"), fields)
        batch.commit()


def _begin(channel: Channel, clock: Clock) -> str:
    step = {"id": "send", "action": "send_campaign", "params": {"segment": "all", channel: WORDS[channel]}}
    playbook = {"name": "Campaign", "status": "active", "triggers": [], "steps": [step], "orgId": ORG}
    clients.firestore().document(f"tenants/{ORG}/playbooks/{channel}").set(playbook)
    request = StartRequest(
        playbook_id=channel, org_id=ORG, trigger=TriggerRef(type="manual"), user=PinnedUser(id="u1")
    )
    execution_id = start_execution(request, clock).execution_id
    if (answer := deliver(Delivery(execution_id, 1), clock)) != "waiting":
        raise RuntimeError(f"the run is {answer}; expected it to wait for its campaign")
    return execution_id


def _campaign(execution_id: str) -> Campaign:
    found = read_campaign(wait_id(execution_id, "send"))
    if found is None:
        raise RuntimeError("there is no campaign")
    return found


def _recipients(console_url: str, channel: Channel) -> Counter[str]:
    found = httpx.get(f"{console_url}/api/outbox", params={"channel": channel}, timeout=300).json()
    return Counter(one["to"] for one in found)


def _require_each_once(stack: Stack, execution_id: str, channel: Channel, address: Callable[[int], str]) -> int:
    """Each recipient has it once, the campaign says so, and the month has been charged for exactly that."""
    ended = _campaign(execution_id)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as another:
        # The outbox would be the largest thing in the memory of this process.
        got = another.submit(_recipients, stack.console_url, channel).result()
    left_out = Counter(
        "opted_out" if _opted_out(number) else "duplicate"
        for number in range(CUSTOMERS)
        if _opted_out(number) or _is_double(number)
    )
    expected = Counter(
        address(number) for number in range(CUSTOMERS) if not _opted_out(number) and not _is_double(number)
    )
    if got != expected or ended.totals.skipped != left_out or ended.totals.sent != len(expected):
        missed, doubled = expected - got, got - expected
        raise RuntimeError(f"{len(missed)} missed, {len(doubled)} doubled, {ended.totals} counted")
    field = {"email": "emailsUsed", "sms": "smsCustomerUsed"}[channel]
    shards = [one.to_dict() or {} for one in clients.firestore().collection("usage_shards").stream()]
    if (metered := sum(shard.get(field, 0) for shard in shards)) != len(expected):
        raise RuntimeError(f"{metered} metered; expected {len(expected)}")
    return len(expected)
