"""A campaign to 1,000 customers while processes die, tasks come twice and out of order, and providers fail."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from local.stack.running import Stack
from shared.compliance import sms_opt_outs
from shared.compliance.texting_hours import quiet_until
from shared.gcp import clients
from shared.messages.channels import blackleaf
from tests.chaos.size import SEED, share_of
from tests.emulator.campaign_shop import (
    TEXT,
    Sending,
    addresses,
    number_of,
    open_shop,
    put_customer,
    quiet_campaigns,
)
from tests.emulator.campaign_storm import Storm
from tests.emulator.executions import ORG, clock_in, documents, execution
from tests.harness.summary import COUNTS

CUSTOMERS = share_of(1_000)
LEAST_KILLS = share_of(10)


@pytest.fixture(autouse=True)
def shop(quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setattr("shared.campaigns.planning.PAGE_CUSTOMERS", max(10, CUSTOMERS // 20))
    with quiet_campaigns():
        yield quiet_queues


def counts(name: str, storm: Storm, metered: int) -> dict[str, object]:
    """As `make chaos` prints them."""
    figures = {"deliveries": storm.deliveries, "kills": storm.kills, "metered": metered}
    return {"storm": name, "customers": CUSTOMERS, **figures}


def watch_texts(patch: pytest.MonkeyPatch, storm: Storm) -> dict[str, datetime]:
    """When each number was texted, on the storm's clock."""
    found: dict[str, datetime] = {}
    send = blackleaf.send

    def watched(to: str, body: str) -> str:
        found[to] = clock_in(storm.later).now()
        return send(to, body)

    patch.setattr(blackleaf, "send", watched)
    return found


@pytest.mark.timeout(1_200)
def test_every_customer_is_mailed_once_whatever_happens(
    shop: Stack, record_property: Callable[[str, object], None]
) -> None:
    open_shop(CUSTOMERS)
    put_customer("x-odd", name="Odd", email={"at": "home"})
    sending = Sending(shop).begin()
    storm = Storm(sending, random.Random(SEED), "mailjet")
    storm.blow((0, 1, 40, 130))
    record_property(COUNTS, counts("campaign", storm, sending.metered()))
    assert sending.mails() == addresses(CUSTOMERS)
    totals = sending.campaign().totals
    assert (totals.sent, totals.skipped, totals.failed, sending.metered()) == (
        *(CUSTOMERS, {"unreadable": 1}, 0),
        CUSTOMERS,
    )
    assert (execution(sending.execution_id).cost_usd, documents("dead_letters")) == (CUSTOMERS / 1000, [])
    assert storm.kills >= LEAST_KILLS


@pytest.mark.timeout(1_200)
def test_every_customer_who_agreed_is_texted_at_most_once_by_day_whatever_happens(
    shop: Stack, record_property: Callable[[str, object], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(SEED)
    open_shop(CUSTOMERS, phones=True)
    disagreeing = set(chance.sample(range(CUSTOMERS), CUSTOMERS // 10))
    for number in disagreeing:
        clients.firestore().document(f"tenants/{ORG}/customers/c{number:03}").update({"smsConsent": None})
    sending = Sending(shop, {"segment": "all", "sms": TEXT}).begin()
    storm = Storm(sending, chance, "blackleaf")
    stopped: dict[int, datetime] = {}
    texted_at = watch_texts(monkeypatch, storm)

    def somebody_replies_stop() -> None:
        number = chance.randrange(CUSTOMERS)
        if chance.random() < 0.3 and number not in stopped:
            stopped[number] = clock_in(storm.later).now()
            sms_opt_outs.note_reply(number_of(number), stopped[number], "STOP", stops=True)

    storm.blow((0, 1, 40, 130, 3_600, 7_200), somebody_replies_stop)
    record_property(COUNTS, counts("campaign texts", storm, sending.metered("smsCustomerUsed")))
    totals, arrived = sending.campaign().totals, sending.texts()
    assert set(arrived.values()) == {1}
    assert not {number_of(number) for number in disagreeing} & set(arrived)
    for number, at in stopped.items():
        # Who was texted before they replied is no concern of the reply.
        assert texted_at.get(number_of(number), at) <= at
    assert not [phone for phone, at in texted_at.items() if quiet_until(phone, "America/New_York", at)]
    assert len(arrived) <= totals.sent + totals.unknown
    assert totals.sent + totals.unknown + totals.failed + sum(totals.skipped.values()) == CUSTOMERS
    assert sending.metered("smsCustomerUsed") == totals.sent + totals.unknown
    assert (storm.kills >= LEAST_KILLS, documents("dead_letters")) == (True, [])
