"""What makes a menu suspect, and what a second scan makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.competitors.comparing import suspicion
from shared.competitors.comparing.suspicion import Outcome, judge
from shared.competitors.models import ParsedMenu, Product
from shared.competitors.snapshots.snapshot import PageState, Snapshot, StoredSnapshot, take_snapshot
from shared.competitors.snapshots.suspects import SuspectSnapshot

NOW = datetime(2026, 11, 28, 14, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
CENT = Decimal("0.01")
STRAINS = ("Blue Dream", "OG Kush", "Runtz", "Gelato", "Zkittlez", "Wedding Cake", "Sour Diesel", "Jack Herer")


def products(count: int, factor: Decimal = Decimal(1), first: int = 0) -> list[Product]:
    return [
        Product(
            name=f"{STRAINS[number % 8]} lot {number}",
            category="Flower",
            price=(Decimal(20 + number) * factor).quantize(CENT),
        )
        for number in range(first, first + count)
    ]


def snapshot(
    menu: Sequence[Product], execution: str = "a", at: datetime = NOW, url: str = "https://a.example"
) -> Snapshot:
    parsed = ParsedMenu(products=tuple(menu), source="json-ld", found=len(menu))
    return take_snapshot("c1", parsed, at, PageState(url, "2:hash"), execution)


def good(menu: Sequence[Product]) -> StoredSnapshot:
    return StoredSnapshot("good", snapshot(menu, "before", NOW - timedelta(days=1)))


def suspect(menu: Sequence[Product], execution: str = "a", good_id: str = "good") -> SuspectSnapshot:
    return SuspectSnapshot.of(snapshot(menu, execution), good_id, "it showed less", None)


@given(had=st.integers(1, 60), has=st.integers(1, 60))
def test_fewer_than_two_fifths_of_the_products_are_suspect(had: int, has: int) -> None:
    reason = suspicion.suspicion(snapshot(products(had)), snapshot(products(has)))
    assert (reason is not None) == (had >= 4 and has < 0.4 * had)


def test_the_reason_gives_both_figures() -> None:
    before, found = snapshot(products(140)), snapshot(products(12))
    assert suspicion.suspicion(before, found) == "it showed 12 products, down from 140 last time"
    assert (
        suspicion.suspicion(snapshot(products(4)), snapshot(products(1)))
        == "it showed 1 product, down from 4 last time"
    )


@given(
    percent=st.integers(1, 1_000_000).filter(lambda percent: percent != 100),
    count=st.integers(5, 30),
    others=st.integers(0, 30),
)
def test_most_prices_moved_by_one_factor_are_suspect(percent: int, count: int, others: int) -> None:
    factor = Decimal(percent) / 100
    found = products(count, factor) + products(others, first=count)
    reason = suspicion.suspicion(snapshot(products(count + others)), snapshot(found))
    if count * 2 > count + others and abs(factor - 1) > Decimal("0.02") and factor > Decimal("0.05"):
        assert reason is not None
        assert "% at once" in reason
    elif count * 2 <= count + others:
        assert reason is None


def test_prices_that_move_each_its_own_way_are_a_sale() -> None:
    found = [
        one.model_copy(update={"price": (one.price or Decimal(0)) - Decimal(number % 5) * 3})
        for number, one in enumerate(products(20))
    ]
    assert suspicion.suspicion(snapshot(products(20)), snapshot(found)) is None


def test_four_prices_that_moved_alike_prove_nothing_unless_they_moved_very_far() -> None:
    def moved(count: int, factor: int) -> str | None:
        return suspicion.suspicion(snapshot(products(count)), snapshot(products(count, Decimal(factor))))

    assert moved(4, 2) is None
    assert moved(5, 2) == "all 5 prices went up 100% at once"
    assert moved(2, 100) == "all 2 prices went up 9,900% at once"
    assert moved(1, 100) == "a price went up 9,900% at once"


def test_another_address_is_another_menu() -> None:
    elsewhere = snapshot(products(3), url="https://a.example/new")
    assert judge(good(products(100)), None, elsewhere, NOW).outcome is Outcome.GOOD


def test_the_first_menu_is_good() -> None:
    assert judge(None, None, snapshot(products(1)), NOW).outcome is Outcome.GOOD


@pytest.mark.parametrize(
    ("again", "outcome"),
    [
        (products(12), Outcome.CONFIRMED),
        (products(14), Outcome.CONFIRMED),
        (products(30), Outcome.CONFIRMED),
        (products(31), Outcome.SUSPECT),
        (products(4), Outcome.SUSPECT),
        (products(5), Outcome.CONFIRMED),
        (products(12, Decimal(3)), Outcome.SUSPECT),
        (products(100), Outcome.GOOD),
        (products(40), Outcome.GOOD),
    ],
)
def test_a_second_scan_agrees_or_not(again: list[Product], outcome: Outcome) -> None:
    found = snapshot(again, "b", LATER)
    assert judge(good(products(100)), suspect(products(12)), found, LATER).outcome is outcome


def test_a_run_does_not_confirm_its_own_or_concurrent_findings() -> None:
    before, waiting = good(products(100)), suspect(products(12))
    assert judge(before, waiting, snapshot(products(12), "a", LATER), LATER).outcome is Outcome.HELD
    began_before = NOW - timedelta(seconds=5)
    assert judge(before, waiting, snapshot(products(12), "b", LATER), began_before).outcome is Outcome.HELD
    much_later = NOW + timedelta(hours=1)
    assert judge(before, waiting, snapshot(products(12), "a", much_later), NOW).outcome is Outcome.CONFIRMED


def test_a_suspect_of_an_earlier_menu_confirms_nothing() -> None:
    stale = suspect(products(12), good_id="older")
    found = snapshot(products(12), "b", LATER)
    assert judge(good(products(100)), stale, found, LATER).outcome is Outcome.SUSPECT


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=12),
)
def test_agreeing_is_mutual(counts: list[int]) -> None:
    for one in counts:
        for other in counts:
            here, there = snapshot(products(one)), snapshot(products(other))
            assert suspicion.agree(here, there) == suspicion.agree(there, here)


def test_the_owner_learns_what_was_found_and_what_is_used_until_then() -> None:
    late = datetime(2026, 11, 28, 3, tzinfo=UTC)
    assert suspicion.told(
        "Higher Level", "it showed 12 products, down from 140 last time", late, "America/New_York"
    ) == (
        "We couldn't read Higher Level's menu properly: it showed 12 products, down from 140 last time. We'll "
        "compare its prices again once a second scan agrees. Until then, we're using its menu from Fri, Nov 27."
    )
