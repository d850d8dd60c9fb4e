"""The month that a use belongs to, the shard that counts it, and what it counts as."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing.metering import METRIC_OF_ITEM, SHARDS, counted, increments, shard_of
from shared.billing.months import month_path, period
from shared.billing.prices import UNIT_PRICES
from shared.billing.tiers import Metric

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timezone", "now", "expected"),
    [
        ("America/New_York", datetime(2026, 12, 1, 4, 59, tzinfo=UTC), "usage/org_1-2026-11"),
        ("America/New_York", datetime(2026, 12, 1, 5, 0, tzinfo=UTC), "usage/org_1-2026-12"),
        ("Pacific/Auckland", datetime(2026, 11, 30, 11, 0, tzinfo=UTC), "usage/org_1-2026-12"),
        ("Etc/UTC", datetime(2027, 1, 1, tzinfo=UTC), "usage/org_1-2027-01"),
    ],
)
def test_the_month_is_that_of_the_orgs_own_zone(timezone: str, now: datetime, expected: str) -> None:
    assert month_path("org_1", period(timezone, now)) == expected
    shard, _ = increments("org_1", timezone, now, "run_1", Decimal(0), {})
    assert shard.startswith(f"usage_shards/{expected.removeprefix('usage/')}-")


def test_the_fields_are_added_not_set() -> None:
    used = {"email": 3, "sms_customer": 2, "model:claude-haiku-5-5": 812, "ai_session": 1, "menu_page": 4}
    path, fields = increments("org_1", "Etc/UTC", NOW, "run_1", Decimal("0.0125"), used)
    assert path == f"usage_shards/org_1-2026-11-{shard_of('run_1')}"
    assert (fields.pop("orgId"), fields.pop("period")) == ("org_1", "2026-11")
    assert {name: one.value for name, one in fields.items()} == {
        "costUsd": 0.0125,
        "emailsUsed": 3,
        "smsCustomerUsed": 2,
        "aiSessionsUsed": 1,
    }


def test_every_item_that_counts_has_a_price_and_a_metric_of_its_own() -> None:
    assert METRIC_OF_ITEM.keys() <= UNIT_PRICES.keys()
    assert len(set(METRIC_OF_ITEM.values())) == len(METRIC_OF_ITEM) == 5
    assert Metric.COMPETITORS not in METRIC_OF_ITEM.values()


@given(st.dictionaries(st.sampled_from([*METRIC_OF_ITEM, "menu_page", "model:x"]), st.integers(0, 10**6)))
def test_every_counted_item_is_metered_and_nothing_else(used: dict[str, int]) -> None:
    expected = {METRIC_OF_ITEM[item]: quantity for item, quantity in used.items() if item in METRIC_OF_ITEM}
    assert counted(used) == {metric: quantity for metric, quantity in expected.items() if quantity}


@given(st.text())
def test_a_key_has_one_shard(key: str) -> None:
    assert shard_of(key) == shard_of(key)
    assert 0 <= shard_of(key) < SHARDS


def test_runs_spread_evenly() -> None:
    found = Counter(shard_of(f"run-{number}") for number in range(8_000))
    assert len(found) == SHARDS
    assert all(850 < count < 1_150 for count in found.values())
