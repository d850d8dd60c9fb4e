"""What the clock and an item's event read of a shop does not grow with its items."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from unittest import mock

import pytest

from local.demo.seed import open_demo_stores
from local.stack.running import Stack
from shared.retail.packs import sold_shards
from shared.retail.shelf import build
from tests.emulator.demo_runs import quiet_stack
from tests.harness.shop_reads import DAILIES, LOW_STOCK, Counted, ShopReads
from tests.harness.sized_shop import SizedShop, coming_noon

NOON = coming_noon()
SMALL, LARGE = 0.05, 0.3
IN_SHARDS = 0.31
"""Of a shop with room for a fraction in one document, as in one of a hundred times the usual size."""
HEARTBEAT_READS = 20
ALERT_READS = 15
DAILY_READS = 150
ALERTS = ("not_sold_in_thirty_days", "first_of_day", "after_the_night")
PEOPLE = 12
READS_A_PERSON = 3
"""The customer for what to say; when it is sent, those with the address and the suppression."""
SHARED_READS = 45
"""The run's own, the packed customers, and the org again every two seconds."""


@pytest.fixture(scope="module")
def counts(emulators: Stack) -> Iterator[dict[float, dict[str, Counted]]]:
    """What was counted of each, by name."""
    with quiet_stack(emulators):
        open_demo_stores(emulators.console_url)
        found = {}
        for scale in (SMALL, LARGE, IN_SHARDS):
            shop = SizedShop(f"shop-{scale:g}x", scale, NOON, emulators.console_url)
            shop.write()
            reads = ShopReads(shop, NOON)
            with little_room() if scale == IN_SHARDS else nullcontext():
                reads.settle()
                found[scale] = {one.name: one for one in reads.all()}
            if scale == LARGE:
                found[scale]["birthdays"] = reads.birthdays(range(PEOPLE))
        yield found


@contextmanager
def little_room() -> Iterator[None]:
    """Sales and items take several documents."""
    with (
        mock.patch.object(sold_shards, "ROOM_IN_HEAD", 0),
        mock.patch.object(sold_shards, "SHARD_BYTES", 2_000),
        mock.patch.object(build, "ITEMS_A_PAGE", 40),
    ):
        yield


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


@pytest.mark.parametrize("name", ["nothing_changed", "quantity_changed", "price_changed"])
def test_an_hourly_check_reads_no_more_of_a_shelf_of_many_pages(
    counts: dict[float, dict[str, Counted]], name: str
) -> None:
    found = [
        {path.partition("/shelf/")[2][:4] for path in counts[scale][f"heartbeat.{name}"].operations.reads} - {""}
        for scale in (SMALL, IN_SHARDS)
    ]
    assert found[0] == found[1]
    assert counts[IN_SHARDS][f"heartbeat.{name}"].reads <= HEARTBEAT_READS


def test_nothing_reads_the_inventory_item_by_item(counts: dict[float, dict[str, Counted]]) -> None:
    for name, one in counts[LARGE].items():
        of_items = [path for path in one.operations.reads if "/inventory/" in path]
        assert len(of_items) <= (2 if "another_item" in name else 1), f"{name} reads {len(of_items)} items"


@pytest.mark.parametrize("name", [LOW_STOCK, *(f"{LOW_STOCK}.{one}" for one in ALERTS)])
def test_an_alert_of_low_stock_reads_fifteen_documents_at_most_of_any_shop(
    counts: dict[float, dict[str, Counted]], name: str
) -> None:
    small, large = (counts[scale][name] for scale in (SMALL, LARGE))
    assert small.reads <= ALERT_READS, small.operations.reads
    assert large.reads == small.reads, large.operations.reads


@pytest.mark.parametrize("name", [LOW_STOCK, *(f"{LOW_STOCK}.{one}" for one in ALERTS)])
def test_an_alert_reads_the_shard_of_an_item_whose_sales_fit_no_document(
    counts: dict[float, dict[str, Counted]], name: str
) -> None:
    small, sharded = counts[SMALL][name], counts[IN_SHARDS][name]
    never_sold = name.endswith("not_sold_in_thirty_days")
    shards = [path for path in sharded.operations.reads if "/sold_lines/" in path and not path.endswith("/recent")]
    assert len(shards) == (0 if never_sold else 1)
    # What the night has not added yet is read beside the shards.
    assert sharded.reads <= small.reads + len(shards)
    assert sharded.reads <= ALERT_READS + name.endswith("first_of_day")


def test_each_item_that_was_written_since_the_last_check_costs_an_alert_two_reads(
    counts: dict[float, dict[str, Counted]],
) -> None:
    for names in counts.values():
        more = names[f"{LOW_STOCK}.another_item_since_the_last_check"].reads - names[LOW_STOCK].reads
        assert more == 2


@pytest.mark.parametrize("name", DAILIES)
def test_a_daily_reads_150_documents_at_most(counts: dict[float, dict[str, Counted]], name: str) -> None:
    assert max(counts[scale][name].reads for scale in (SMALL, LARGE, IN_SHARDS)) <= DAILY_READS


def test_a_birthday_mail_reads_three_documents_of_each_person(counts: dict[float, dict[str, Counted]]) -> None:
    one = counts[LARGE]["birthdays"]
    found = one.by_collection
    assert found["email_suppressions"] >= PEOPLE - 1, "whoever had a birthday anyway has been mailed"
    assert found["customers"] <= 2 * found["email_suppressions"] + 2
    assert "customer_contacts" not in found, "nobody was mailed lately"
    assert one.reads <= SHARED_READS + READS_A_PERSON * PEOPLE, one.operations.reads
