"""Every figure of the tiers, and what a month's use is against them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing.tiers import TIERS, UNLIMITED, Metric, OverageRates, find_tier
from shared.billing.usage import parse_usage, uses
from shared.errors import PermanentError
from shared.tenants.tenant import TierId

# As in the table of the tiers: starter, growth, pro, enterprise.
LIMITS = {
    "aiSessionsUsed": (25, -1, -1, -1),
    "smsCustomerUsed": (0, 500, 2_000, 5_000),
    "smsInternalUsed": (0, -1, -1, -1),
    "emailsUsed": (100, 5_000, 15_000, 50_000),
    "competitorsTracked": (1, 3, 10, -1),
    "zipCodesActive": (1, 3, 10, -1),
    "creativeAssetsUsed": (5, 10, 50, -1),
}


@pytest.mark.parametrize("metric", LIMITS)
def test_each_limit_is_the_tables(metric: str) -> None:
    assert tuple(tier.limits[Metric(metric)] for tier in TIERS.values()) == LIMITS[metric]


def test_every_metric_of_the_table_is_counted() -> None:
    assert set(LIMITS) == set(Metric)


def test_catalog_counts_and_rates_are_the_tables() -> None:
    assert [tier.catalog_playbooks for tier in TIERS.values()] == [3, 7, 10, 23]
    assert [tier.overage for tier in TIERS.values()] == [
        None,
        OverageRates(Decimal("0.05"), Decimal("0.002"), Decimal("2.00")),
        OverageRates(Decimal("0.04"), Decimal("0.002"), Decimal("1.50")),
        OverageRates(Decimal("0.03"), Decimal("0.001"), None),
    ]


def test_tiers_stand_lowest_first_under_their_own_ids() -> None:
    assert list(TIERS) == list(TierId) == [tier.id for tier in TIERS.values()]


def test_a_rate_is_missing_only_where_nothing_can_be_over() -> None:
    for tier in TIERS.values():
        if tier.overage and tier.overage.creative_assets is None:
            assert tier.limit(Metric.CREATIVE_ASSETS) is None


def test_no_limit_reads_as_none() -> None:
    assert UNLIMITED == -1
    assert find_tier("pro").limit(Metric.AI_SESSIONS) is None
    assert find_tier("starter").limit(Metric.SMS_CUSTOMER) == 0


def test_a_tier_that_does_not_exist_is_named() -> None:
    with pytest.raises(
        PermanentError,
        match="tierId: found a text of 4 characters; expected one of starter, growth, pro, enterprise",
    ):
        find_tier("gold")


def month(**fields: Any) -> Any:
    return parse_usage("usage/org-2026-11", "2026-11", fields)


def test_a_month_without_a_document_was_not_used() -> None:
    found = uses(find_tier("growth"), month())
    assert all(use.used == 0 and not use.at_risk for use in found.values())
    assert found[Metric.EMAILS].percent == 0.0
    assert found[Metric.AI_SESSIONS].percent is None


def test_eighty_percent_is_at_risk_and_just_below_is_not() -> None:
    pro = find_tier("pro")
    assert uses(pro, month(emailsUsed=12_000))[Metric.EMAILS].at_risk
    just_below = uses(pro, month(emailsUsed=11_999))[Metric.EMAILS]
    assert (just_below.at_risk, just_below.percent) == (False, 80.0)


def test_anything_is_too_much_of_what_is_not_included() -> None:
    use = uses(find_tier("starter"), month(smsCustomerUsed=1))[Metric.SMS_CUSTOMER]
    assert (use.limit, use.percent, use.at_risk) == (0, None, True)


def test_foreign_fields_and_null_are_left_alone() -> None:
    usage = month(emailsUsed=None, orgId="org", overageCharges={"sms": 1, "total": 2.5}, costUsd=0.75, more={})
    assert (usage.used[Metric.EMAILS], usage.cost_usd) == (0, 0.75)


@pytest.mark.parametrize(
    "fields",
    [{"emailsUsed": "many"}, {"emailsUsed": -1}, {"emailsUsed": 1.5}, {"costUsd": -1}],
)
def test_a_malformed_month_is_named(fields: dict[str, Any]) -> None:
    with pytest.raises(PermanentError, match=r"usage/org-2026-11 cannot be used: .*" + next(iter(fields))):
        month(**fields)


@given(st.sampled_from(list(TierId)), st.sampled_from(list(Metric)), st.integers(0, 10**6), st.integers(1, 1000))
def test_using_more_is_never_less_of_a_risk(tier_id: TierId, metric: Metric, used: int, more: int) -> None:
    tier = TIERS[tier_id]
    before, after = (uses(tier, month(**{metric: count}))[metric] for count in (used, used + more))
    assert before.at_risk <= after.at_risk
    assert (before.percent is None) == (after.percent is None)
