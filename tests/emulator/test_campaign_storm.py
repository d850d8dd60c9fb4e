"""A campaign to 1,000 customers while processes die, tasks come twice and out of order, and Mailjet fails."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import httpx
import pytest

from local.stack.running import Stack
from shared.errors import TransientError
from shared.execution.campaign_pages import sweep_campaigns
from shared.gcp import clients
from tests.chaos.size import SEED, share_of
from tests.emulator.campaign_shop import Sending, addresses, clear, open_shop, put_customer, quiet_pages
from tests.emulator.executions import clock_in, documents, execution, run
from tests.emulator.killing import Executioner, Killed, killing
from tests.harness.counts import COUNTS

CUSTOMERS = share_of(1_000)
LEAST_KILLS = share_of(10)
MOST_DELIVERIES = 2_000
FAULTS: tuple[tuple[int, dict[str, int]], ...] = ((429, {"retryAfter": 30}), (503, {}), (504, {}), (500, {}))
HOUR = 3_600.0


@pytest.fixture(autouse=True)
def shop(quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setattr("shared.campaigns.planning.PAGE_CUSTOMERS", max(10, CUSTOMERS // 20))
    parent = quiet_pages()
    clear("usage_shards")
    yield quiet_queues
    clients.tasks().purge_queue(name=parent)
    clients.tasks().resume_queue(name=parent)


@pytest.mark.timeout(300)
def test_every_customer_gets_it_once_whatever_happens(
    shop: Stack, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(SEED)
    open_shop(CUSTOMERS)
    put_customer("x-odd", name="Odd", email={"at": "home"})
    sending = Sending(shop).begin()
    pages, later, kills = sending.campaign().pages, 0.0, 0
    for deliveries in range(1, MOST_DELIVERIES):  # noqa: B007 - told below
        if sending.campaign().status == "completed":
            break
        later += chance.choice((0, 1, 40, 130))
        if chance.random() < 0.25:
            status, fields = chance.choice(FAULTS)
            body = {"provider": "mailjet", "status": status, "times": 1, **fields}
            # Pages that wait use no fault up: left alone, faults would pile up until nothing gets through.
            httpx.delete(f"{shop.console_url}/api/faults").raise_for_status()
            httpx.post(f"{shop.console_url}/api/faults", json=body).raise_for_status()
        number = chance.randrange(pages)
        try:
            if chance.random() < 0.4:
                with killing(Executioner(chance.randrange(1, 30), after=chance.random() < 0.5)):
                    sending.page(number, later)
            else:
                sending.page(number, later)
        except Killed:
            kills += 1
        except TransientError:
            later += 5
        sweep_campaigns(clock_in(later))
    later += HOUR
    sweep_campaigns(clock_in(later))
    assert run(sending.execution_id, later=later + 1) == "completed"
    counts = {"customers": CUSTOMERS, "deliveries": deliveries, "kills": kills, "metered": sending.metered()}
    record_property(COUNTS, {"storm": "campaign", **counts})
    assert sending.mails() == addresses(CUSTOMERS)
    totals = sending.campaign().totals
    assert (totals.sent, totals.skipped, totals.failed, sending.metered()) == (
        *(CUSTOMERS, {"unreadable": 1}, 0),
        CUSTOMERS,
    )
    assert (execution(sending.execution_id).cost_usd, documents("dead_letters")) == (CUSTOMERS / 1000, [])
    assert kills >= LEAST_KILLS
