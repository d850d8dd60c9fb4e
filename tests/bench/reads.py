"""How many documents a shop makes the product read, at 1 and 10 times a usual shop's size, and more where asked."""

from __future__ import annotations

import logging
import os

from local.demo.seed import open_demo_stores
from tests.bench.figures import report
from tests.bench.stack import bench_stack
from tests.harness.shop_reads import DAILIES, LOW_STOCK, Counted, ShopReads, without_deliveries
from tests.harness.sized_shop import SizedShop, coming_noon

SCALES = (1.0, 10.0)
NOON = coming_noon()
TARGETS = {"heartbeat": 20, LOW_STOCK: 15, **dict.fromkeys(DAILIES, 150)}
FULLY_WRITTEN = 30.0
"""Of a larger shop only the packs and the shelf have everything; the emulator is too slow for its documents."""
_COLLECTIONS_TOLD = 5


def measure() -> None:
    """Count a day's kinds of work for each size; `READS_SCALES=30,100` for other sizes."""
    logging.disable(logging.WARNING)
    chosen = os.environ.get("READS_SCALES")
    scales = [float(one) for one in chosen.split(",")] if chosen else SCALES
    with bench_stack() as stack, without_deliveries():
        open_demo_stores(stack.console_url)
        for scale in scales:
            shop = SizedShop(f"shop-{scale:g}x", scale, NOON, stack.console_url, is_sparse=scale > FULLY_WRITTEN)
            shop.write()
            reads = ShopReads(shop, NOON)
            reads.settle()
            for one in reads.all():
                _report(one, scale)
    logging.disable(logging.NOTSET)


def _report(one: Counted, scale: float) -> None:
    target = TARGETS.get(one.name.partition(".")[0])
    report(
        f"reads.{one.name}",
        one.reads,
        unit="documents read",
        target=None if target is None else f"<= {target}",
        scale=scale,
        status=one.status,
        most=dict(list(one.by_collection.items())[:_COLLECTIONS_TOLD]),
        writes=len(one.operations.writes),
    )
