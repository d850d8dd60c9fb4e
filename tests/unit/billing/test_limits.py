"""What a limit refuses, in which words, and that a tier without one that stops is not even looked at."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing import limits
from shared.billing.limits import TierLimitError, allows, require, require_room
from shared.billing.overages import hard_limit
from shared.billing.tiers import TIERS, Metric, Tier, find_tier
from shared.errors import PermanentError

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
ZONE = "America/New_York"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Metric]:
    """A month in which 99 of everything were used; the metrics that were looked at."""
    found: list[Metric] = []

    def used(_org_id: str, _timezone: str, metric: Metric, _now: datetime) -> int:
        found.append(metric)
        return 99

    monkeypatch.setattr(limits, "_used", used)
    return found


def need(tier_id: str, metric: Metric, wanted: int = 1, in_run: int = 0) -> None:
    require("org_1", tier_id, ZONE, metric, wanted, NOW, already_in_run=in_run)


@pytest.mark.parametrize(
    ("tier_id", "metric", "used", "wanted", "words"),
    [
        (
            "starter",
            Metric.EMAILS,
            100,
            1,
            "emailsUsed: 100 of 100 used this month on starter; upgrade to growth for 5,000",
        ),
        (
            "starter",
            Metric.EMAILS,
            98,
            3,
            "emailsUsed: 98 of 100 used this month on starter, and this needs 3 more; upgrade to growth for 5,000",
        ),
        (
            "starter",
            Metric.SMS_CUSTOMER,
            0,
            1,
            "smsCustomerUsed: 0 of 0 used this month on starter; upgrade to growth for 500",
        ),
        (
            "starter",
            Metric.AI_SESSIONS,
            25,
            1,
            "aiSessionsUsed: 25 of 25 used this month on starter; upgrade to growth for unlimited use",
        ),
        (
            "growth",
            Metric.ZIP_CODES,
            3,
            1,
            "zipCodesActive: 3 of 3 used on growth; upgrade to pro for 10",
        ),
        (
            "growth",
            Metric.COMPETITORS,
            14,
            1,
            "competitorsTracked: 14 of 3 used on growth; upgrade to enterprise for unlimited use",
        ),
    ],
)
def test_a_refusal_gives_the_limit_the_use_and_a_remedy(
    tier_id: str, metric: Metric, used: int, wanted: int, words: str
) -> None:
    with pytest.raises(TierLimitError) as refused:
        require_room(find_tier(tier_id), metric, used, wanted)
    assert str(refused.value) == words


def test_a_refusal_climbs_no_ladder() -> None:
    assert issubclass(TierLimitError, PermanentError)


def test_the_last_included_unit_passes_and_the_next_is_refused(reads: list[Metric]) -> None:
    need("starter", Metric.EMAILS)
    with pytest.raises(TierLimitError, match="99 of 100 used this month on starter, and this needs 2 more"):
        need("starter", Metric.EMAILS, 2)
    assert reads == [Metric.EMAILS] * 2


def test_what_the_run_has_used_and_the_month_does_not_hold_counts(reads: list[Metric]) -> None:
    with pytest.raises(TierLimitError, match="100 of 100 used"):
        need("starter", Metric.EMAILS, in_run=1)
    assert not allows("org_1", "starter", ZONE, Metric.EMAILS, 1, NOW, already_in_run=1)
    assert allows("org_1", "starter", ZONE, Metric.EMAILS, 1, NOW)


@pytest.mark.parametrize("tier_id", ["growth", "pro", "enterprise"])
@pytest.mark.parametrize(
    "metric",
    [Metric.EMAILS, Metric.SMS_CUSTOMER, Metric.SMS_INTERNAL, Metric.AI_SESSIONS, Metric.CREATIVE_ASSETS],
)
def test_tiers_with_overage_or_no_limit_cost_no_read(tier_id: str, metric: Metric, reads: list[Metric]) -> None:
    need(tier_id, metric, 1_000_000)
    assert reads == []


def test_a_metric_that_is_not_included_is_refused_without_a_read(reads: list[Metric]) -> None:
    with pytest.raises(TierLimitError, match="smsInternalUsed: 0 of 0 used"):
        need("starter", Metric.SMS_INTERNAL)
    assert reads == []


def test_asking_for_nothing_is_always_allowed(reads: list[Metric]) -> None:
    need("starter", Metric.SMS_CUSTOMER, 0)
    assert reads == []


def test_a_tier_that_does_not_exist_is_named(reads: list[Metric]) -> None:
    with pytest.raises(PermanentError, match="tierId: found a text of 4 characters"):
        allows("org_1", "gold", ZONE, Metric.EMAILS, 1, NOW)


@given(
    st.sampled_from(list(TIERS.values())),
    st.sampled_from(list(Metric)),
    st.integers(0, 10**5),
    st.integers(1, 10**5),
)
def test_refused_is_exactly_what_would_pass_a_limit_that_stops(
    tier: Tier, metric: Metric, used: int, wanted: int
) -> None:
    limit = hard_limit(tier, metric)
    if limit is None or used + wanted <= limit:
        require_room(tier, metric, used, wanted)
        return
    with pytest.raises(TierLimitError, match=rf"{metric.value}: {used:,} of {limit:,} used.*; upgrade to "):
        require_room(tier, metric, used, wanted)
