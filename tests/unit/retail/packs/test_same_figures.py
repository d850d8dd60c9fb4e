"""Whatever tills write, and however it is told: reports say the same as if they had read every document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.gcp import clients, lag
from shared.retail.audience import SegmentOf, ids_in
from shared.retail.memo import reading_once
from shared.retail.packs import pack
from shared.retail.packs.repair import CUSTOMERS_EVERY, repair
from shared.steps.registry import load_action
from tests.harness.memory_clients import use_memory
from tests.harness.memory_firestore import MemoryFirestore
from tests.harness.profiles import examples
from tests.harness.shop_records import customers_of, orders_of
from tests.harness.whole_collections import read_whole
from tests.unit.retail.packs.shop import ORG, WRITES, Shop, fixed_documents
from tests.unit.steps.fakes import NOW, RecordingEffects, step_context

REPORTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("sales_summary", {"period": "yesterday", "against": "week_before"}),
    ("sales_summary", {"period": "today"}),
    ("sales_summary", {"period": "week_to_date", "locationId": "downtown"}),
    ("sales_summary", {"period": "month_to_date", "weeks": 8}),
    ("sales_summary", {"period": "last_30_days"}),
    ("location_rollup", {"period": "last_7_days"}),
    ("campaign_roi", {"days": 90}),
    ("low_stock_report", {}),
    ("low_stock_report", {"only": "i0"}),
    ("low_stock_report", {"only": ["i1", "i3", "nothing"]}),
    ("reorder_plan", {}),
    ("slow_movers", {"days": 60}),
    ("margin_report", {}),
    ("forecast_demand", {"days": 14}),
    ("supplier_scorecard", {"days": 30}),
    ("customer_segments", {}),
    ("vip_customers", {"inactiveDays": 10}),
    ("inactive_customers", {"days": 14}),
    ("loyalty_health", {}),
    ("birthday_cohort", {"daysAhead": 7}),
)
NewShop = Callable[[], Shop]
ROOMS = st.sampled_from([pack.MAX_BYTES, 400, 250, 150])
"""With room for few orders, weeks are in parts, and some days in no pack at all."""
SEGMENTS = ("all", "vip", "loyal", "new", "at_risk", "inactive", "birthday")
ZONES = ("America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "UTC")


@pytest.fixture(scope="module")
def server() -> Iterator[MemoryFirestore]:
    """Emptied by `a_shop`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_CLOUD_PROJECT", "heard")
        yield use_memory(fixed_documents())
    clients.forget_clients()


@pytest.fixture(scope="module")
def a_shop(server: MemoryFirestore) -> NewShop:
    """A new one."""
    fixed = server.snapshot()

    def make() -> Shop:
        server.restore(fixed)
        return Shop()

    return make


def loads(now: datetime = NOW) -> list[Any]:
    """All that reports are made from."""
    since, between = now - timedelta(days=95), now - timedelta(days=31, hours=5)
    spans = ((since, now), (between, now - timedelta(hours=3)), (now - timedelta(minutes=90), now))
    orders = [orders_of(ORG, *span, with_lines=lines) for span in spans for lines in (True, False)]
    return [customers_of(ORG), *orders]


def report(name: str, params: dict[str, Any], zone: str) -> Any:
    """What it says now."""
    context = step_context(RecordingEffects())
    context = replace(context, now=NOW, org=replace(context.org, id=ORG, timezone=zone))
    action = load_action(name)
    return action.run(action.params.model_validate(params), context).model_dump(by_alias=True)


def members(segment: str, zone: str) -> tuple[list[str], list[str]]:
    """Who is in it, and which documents are no customers."""
    unread: list[str] = []
    return sorted(ids_in(ORG, SegmentOf.model_validate({"name": segment}), NOW, zone, unread)), sorted(unread)


def require_the_same(chance: Random) -> None:
    """Everything that is loaded, and a few of the reports."""
    zone, segment = chance.choice(ZONES), chance.choice(SEGMENTS)
    chosen = chance.sample(REPORTS, k=3)
    with read_whole():
        expected = loads(), members(segment, zone), [report(*one, zone) for one in chosen]
    assert loads() == expected[0]
    with reading_once(), lag.allowed():
        for _ in range(2):
            assert (loads(), members(segment, zone), [report(*one, zone) for one in chosen]) == expected


@settings(max_examples=examples(12))
@given(
    before=st.lists(WRITES, max_size=8),
    then=st.lists(WRITES, max_size=12),
    nights=st.integers(0, 3),
    room=ROOMS,
    chance=st.randoms(use_true_random=False),
)
def test_delivered_late_twice_and_in_any_order(
    a_shop: NewShop, before: list[Any], then: list[Any], nights: int, room: int, chance: Random
) -> None:
    with mock.patch.object(pack, "MAX_BYTES", room):
        require_the_same_in_any_order(a_shop(), before, then, nights, chance)


def require_the_same_in_any_order(
    shop: Shop, before: list[Any], then: list[Any], nights: int, chance: Random
) -> None:
    for write in before:
        shop.write(*write)
    for _ in range(nights):
        repair(ORG, NOW)
    for write in then:
        shop.write(*write)
        while shop.untold and chance.random() < 0.5:
            shop.untold.pop(chance.randrange(len(shop.untold))).tell()
    rest = [*shop.untold, *chance.sample(shop.untold, k=len(shop.untold) // 2)]
    chance.shuffle(rest)
    for event in rest:
        event.tell()
    require_the_same(chance)


@settings(max_examples=examples(8))
@given(writes=st.lists(WRITES, max_size=15), lost=st.integers(0, 15), chance=st.randoms(use_true_random=False))
def test_orders_of_a_lost_event_are_added_by_the_nightly_repair(
    a_shop: NewShop, writes: list[Any], lost: int, chance: Random
) -> None:
    shop = a_shop()
    repair(ORG, NOW - CUSTOMERS_EVERY - timedelta(days=1))
    for number, write in enumerate(writes):
        shop.write(*write)
        if number < lost:
            shop.untold.clear()
        else:
            shop.untold.pop().tell()
    _recount_everything()
    require_the_same(chance)


def _recount_everything() -> None:
    """As if each pack had been written since the last night."""
    for kind in ("order_days", "order_weeks"):
        for one in clients.firestore().collection(f"tenants/{ORG}/{kind}").stream():
            one.reference.update({"updatedAt": NOW})
    for _ in range(3):
        repair(ORG, NOW)


@settings(max_examples=examples(4))
@given(writes=st.lists(WRITES, max_size=10), chance=st.randoms(use_true_random=False))
def test_a_shop_from_before_there_were_packs(a_shop: NewShop, writes: list[Any], chance: Random) -> None:
    shop = a_shop()
    for write in writes:
        shop.write(*write)
    require_the_same(chance)
    repair(ORG, NOW)
    require_the_same(chance)
