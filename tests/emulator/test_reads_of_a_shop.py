"""What the clock and an item's event read of a shop does not grow with its items."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from local.demo.seed import open_demo_stores
from local.stack.running import Stack
from tests.emulator.demo_runs import quiet_stack
from tests.harness.shop_reads import Counted, ShopReads
from tests.harness.sized_shop import SizedShop

NOON = datetime(2026, 11, 28, 17, tzinfo=UTC)
SMALL, LARGE = 0.05, 0.3
HEARTBEAT_READS = 20
SHELF_READS = 4
"""Markers, head, page, and of what was written the item."""


@pytest.fixture(scope="module")
def counts(emulators: Stack) -> Iterator[dict[float, dict[str, Counted]]]:
    """What was counted of each, by name."""
    with quiet_stack(emulators):
        open_demo_stores(emulators.console_url)
        found = {}
        for scale in (SMALL, LARGE):
            shop = SizedShop(f"shop-{scale:g}x", scale, NOON, emulators.console_url)
            shop.write()
            reads = ShopReads(shop, NOON)
            reads.settle()
            found[scale] = {one.name: one for one in reads.all()}
        yield found


def test_everything_is_done(counts: dict[float, dict[str, Counted]]) -> None:
    assert {one.status for names in counts.values() for one in names.values()} == {"completed"}


@pytest.mark.parametrize("name", ["nothing_changed", "quantity_changed", "price_changed"])
def test_an_hourly_check_reads_twenty_documents_at_most_of_any_shop(
    counts: dict[float, dict[str, Counted]], name: str
) -> None:
    small, large = (counts[scale][f"heartbeat.{name}"] for scale in (SMALL, LARGE))
    news = [
        sum("told_findings" in path or "preferences" in path for path in one.operations.reads)
        for one in (small, large)
    ]
    assert small.reads - news[0] <= HEARTBEAT_READS, small.operations.reads
    assert large.reads - news[1] == small.reads - news[0], large.operations.reads


def test_nothing_reads_the_inventory_item_by_item(counts: dict[float, dict[str, Counted]]) -> None:
    for name, one in counts[LARGE].items():
        of_items = [path for path in one.operations.reads if "/inventory/" in path]
        assert len(of_items) <= 1, f"{name} reads {len(of_items)} items"


def test_an_alert_of_low_stock_reads_no_more_of_a_large_shop(counts: dict[float, dict[str, Counted]]) -> None:
    small, large = (
        sorted(path.split("/")[2] for path in counts[scale]["low-stock-alert"].operations.reads if "/shelf" in path)
        for scale in (SMALL, LARGE)
    )
    assert large == small
    assert len(large) <= SHELF_READS
