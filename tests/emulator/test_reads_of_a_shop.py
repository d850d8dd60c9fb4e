"""What the clock and an item's event read of a shop does not grow with its items."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.demo.seed import open_demo_stores
from local.stack.running import Stack
from tests.emulator.demo_runs import quiet_stack
from tests.harness.shop_reads import DAILIES, LOW_STOCK, Counted, ShopReads
from tests.harness.sized_shop import SizedShop, coming_noon

NOON = coming_noon()
SMALL, LARGE = 0.05, 0.3
HEARTBEAT_READS = 20
ALERT_READS = 15
DAILY_READS = 150
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
        for scale in (SMALL, LARGE):
            shop = SizedShop(f"shop-{scale:g}x", scale, NOON, emulators.console_url)
            shop.write()
            reads = ShopReads(shop, NOON)
            reads.settle()
            found[scale] = {one.name: one for one in reads.all()}
            if scale == LARGE:
                found[scale]["birthdays"] = reads.birthdays(range(PEOPLE))
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
        assert len(of_items) <= (2 if "another_item" in name else 1), f"{name} reads {len(of_items)} items"


@pytest.mark.parametrize("name", [LOW_STOCK, f"{LOW_STOCK}.first_of_day"])
def test_an_alert_of_low_stock_reads_fifteen_documents_at_most_of_any_shop(
    counts: dict[float, dict[str, Counted]], name: str
) -> None:
    small, large = (counts[scale][name] for scale in (SMALL, LARGE))
    assert small.reads <= ALERT_READS, small.operations.reads
    assert large.reads == small.reads, large.operations.reads


def test_each_item_that_was_written_since_the_last_check_costs_an_alert_two_reads(
    counts: dict[float, dict[str, Counted]],
) -> None:
    for names in counts.values():
        more = names[f"{LOW_STOCK}.another_item_since_the_last_check"].reads - names[LOW_STOCK].reads
        assert more == 2


@pytest.mark.parametrize("name", DAILIES)
def test_a_daily_reads_150_documents_at_most(counts: dict[float, dict[str, Counted]], name: str) -> None:
    assert max(counts[scale][name].reads for scale in (SMALL, LARGE)) <= DAILY_READS


def test_a_birthday_mail_reads_three_documents_of_each_person(counts: dict[float, dict[str, Counted]]) -> None:
    one = counts[LARGE]["birthdays"]
    found = one.by_collection
    assert found["email_suppressions"] >= PEOPLE - 1, "whoever had a birthday anyway has been mailed"
    assert found["customers"] <= 2 * found["email_suppressions"] + 2
    assert "customer_contacts" not in found, "nobody was mailed lately"
    assert one.reads <= SHARED_READS + READS_A_PERSON * PEOPLE, one.operations.reads
