"""What reports read of orders and customers: the same few documents, however many a shop has."""

from __future__ import annotations

import pytest

from local.stack.running import Stack
from tests.harness.shop_reads import ShopReads, without_deliveries
from tests.harness.sized_shop import SizedShop, coming_noon

NOON = coming_noon()
DIGEST = "executive-daily-digest"
PACKS = ("order_days", "order_weeks", "customer_shards")
WEEKS_AND_DAYS = 13 + 2 * 7
"""Of the last 90 days."""
SHARDS = 16
MOST = 150
"""Of everything, in one run of a daily."""


@pytest.fixture
def reads_of(on_emulators: Stack) -> list[dict[str, int]]:
    """By collection, what the digest reads of a small shop and of one that is four times as large."""
    found = []
    with without_deliveries():
        for scale in (0.05, 0.2):
            shop = SizedShop(f"shop-{scale:g}x", scale, NOON, on_emulators.console_url)
            shop.write()
            reads = ShopReads(shop, NOON)
            reads.settle()
            counted = reads.daily(DIGEST)
            assert counted.status == "completed"
            found.append(counted.by_collection)
    return found


def test_a_digest_reads_no_more_of_a_larger_shop(reads_of: list[dict[str, int]]) -> None:
    small, large = ({name: one.get(name, 0) for name in (*PACKS, "orders", "customers")} for one in reads_of)
    assert small == large
    assert (small["orders"], small["customers"], small["customer_shards"]) == (0, 0, SHARDS)
    assert all(sum(one.values()) <= MOST for one in reads_of)
    assert small["order_days"] + small["order_weeks"] <= WEEKS_AND_DAYS
