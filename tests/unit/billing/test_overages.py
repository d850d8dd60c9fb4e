"""What is charged on top of a tier: to the cent, and only above the limit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing.overages import CENT, Charges, charge, charges, hard_limit, rate
from shared.billing.tiers import TIERS, Metric, Tier, find_tier
from shared.tenants.tenant import TierId

COUNTS = st.integers(0, 10**7)
tiers = st.sampled_from(list(TIERS.values()))
metrics = st.sampled_from(list(Metric))


@pytest.mark.parametrize(
    ("tier_id", "used", "expected"),
    [
        ("starter", {Metric.EMAILS: 5_000, Metric.SMS_CUSTOMER: 9}, ("0.00", "0.00", "0.00", "0.00")),
        ("growth", {Metric.EMAILS: 5_000, Metric.SMS_CUSTOMER: 500}, ("0.00", "0.00", "0.00", "0.00")),
        ("growth", {Metric.SMS_CUSTOMER: 503}, ("0.15", "0.00", "0.00", "0.15")),
        ("growth", {Metric.EMAILS: 5_002}, ("0.00", "0.00", "0.00", "0.00")),
        ("growth", {Metric.EMAILS: 5_003}, ("0.00", "0.01", "0.00", "0.01")),
        ("growth", {Metric.CREATIVE_ASSETS: 13}, ("0.00", "0.00", "6.00", "6.00")),
        (
            "pro",
            {Metric.SMS_CUSTOMER: 2_001, Metric.EMAILS: 15_003, Metric.CREATIVE_ASSETS: 51},
            ("0.04", "0.01", "1.50", "1.55"),
        ),
        ("enterprise", {Metric.EMAILS: 50_005}, ("0.00", "0.01", "0.00", "0.01")),
        ("enterprise", {Metric.EMAILS: 50_004}, ("0.00", "0.00", "0.00", "0.00")),
        (
            "enterprise",
            {Metric.SMS_CUSTOMER: 5_417, Metric.CREATIVE_ASSETS: 999},
            ("12.51", "0.00", "0.00", "12.51"),
        ),
    ],
)
def test_the_tables_rates_to_the_cent(
    tier_id: str, used: dict[Metric, int], expected: tuple[str, str, str, str]
) -> None:
    found = charges(find_tier(tier_id), used)
    assert (found.sms, found.email, found.creative_assets, found.total) == tuple(map(Decimal, expected))


def test_half_a_cent_is_rounded_up_exactly() -> None:
    # 0.001 × 15 = 0.015, which as a float is a little less.
    assert charge(find_tier("enterprise"), Metric.EMAILS, 50_015) == Decimal("0.02")


@given(tiers, metrics, COUNTS)
def test_nothing_is_charged_up_to_the_limit(tier: Tier, metric: Metric, used: int) -> None:
    limit = tier.limit(metric)
    assert charge(tier, metric, used if limit is None else min(used, limit)) == 0


@given(tiers, metrics, COUNTS, st.integers(1, 10_000))
def test_more_never_costs_less_and_is_within_half_a_cent(tier: Tier, metric: Metric, used: int, more: int) -> None:
    before, after = charge(tier, metric, used), charge(tier, metric, used + more)
    assert before <= after
    assert after == after.quantize(CENT)
    each, limit = rate(tier, metric), tier.limit(metric)
    exact = each * max(0, used + more - limit) if each is not None and limit is not None else Decimal(0)
    assert abs(after - exact) <= CENT / 2


@given(tiers, st.dictionaries(metrics, COUNTS))
def test_the_total_is_the_sum_of_the_invoice_lines(tier: Tier, used: dict[Metric, int]) -> None:
    found = charges(tier, used)
    assert found.total == found.sms + found.email + found.creative_assets
    assert found.fields().keys() == {"sms", "email", "creativeAssets", "total"}
    assert Decimal(str(found.fields()["total"])) == found.total


@pytest.mark.parametrize("tier_id", TierId)
@pytest.mark.parametrize("metric", Metric)
def test_a_limit_either_stops_or_is_charged(tier_id: TierId, metric: Metric) -> None:
    tier = TIERS[tier_id]
    stops, charged = hard_limit(tier, metric) is not None, rate(tier, metric) is not None
    assert stops + charged == (tier.limit(metric) is not None)


def test_a_metric_without_a_rate_has_a_hard_limit() -> None:
    growth = find_tier("growth")
    assert hard_limit(growth, Metric.EMAILS) is None
    assert hard_limit(growth, Metric.COMPETITORS) == 3
    assert hard_limit(find_tier("starter"), Metric.EMAILS) == 100
    assert hard_limit(find_tier("starter"), Metric.SMS_CUSTOMER) == 0


def test_a_month_without_use_is_free() -> None:
    assert charges(find_tier("pro"), {}) == Charges()
