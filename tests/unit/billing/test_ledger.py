"""What a month comes to: its shards, and what a person put beside them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing.gauges import distinct, zip_code
from shared.billing.ledger import Ledger
from shared.billing.roll_up import crossed, sums
from shared.billing.tiers import Metric, find_tier
from shared.billing.usage import metric_use, usage_of

GAUGED = {Metric.COMPETITORS: 0, Metric.ZIP_CODES: 0}
COUNTS = st.integers(0, 10**6)
CENTS = st.integers(0, 10**6).map(lambda cents: Decimal(cents) / 100)


def month(document: Mapping[str, Any], emails: int = 0, usd: str | Decimal = "0") -> Ledger:
    return Ledger("org_1", "2026-11", document, None, {Metric.EMAILS: emails}, Decimal(usd))


def test_without_a_document_the_shards_are_all() -> None:
    assert month({}, 7, "0.25").used(Metric.EMAILS) == 7
    assert month({}, 7, "0.25").usd() == Decimal("0.25")


def test_rolled_up_shards_do_not_count_twice() -> None:
    rolled = {"emailsUsed": 5, "costUsd": 0.2, "counted": {"emailsUsed": 5, "costUsd": 0.2}}
    assert month(rolled, 7, "0.25").used(Metric.EMAILS) == 7
    assert month(rolled, 7, "0.25").usd() == Decimal("0.25")


def test_a_persons_correction_of_the_month_is_kept() -> None:
    by_hand = {"emailsUsed": 79, "costUsd": 1.5}
    assert month(by_hand, 1, "0.25").used(Metric.EMAILS) == 80
    assert month(by_hand, 1, "0.25").usd() == Decimal("1.75")
    credited = {"emailsUsed": 2, "counted": {"emailsUsed": 5}}
    assert month(credited, 7).used(Metric.EMAILS) == 4


@pytest.mark.parametrize("nonsense", ["many", None, True, 1.5, float("nan"), float("inf"), [3]])
def test_nonsensical_amounts_count_as_nothing(nonsense: Any) -> None:
    document = {"emailsUsed": nonsense, "costUsd": nonsense if nonsense != 1.5 else "x", "counted": nonsense}
    assert month(document, 7, "0.25").used(Metric.EMAILS) == 7
    assert month(document, 7, "0.25").usd() == Decimal("0.25")


@given(COUNTS, CENTS, st.lists(st.tuples(COUNTS, CENTS), max_size=6))
def test_any_number_of_roll_ups_keeps_the_sum(by_hand: int, usd: Decimal, runs: list[tuple[int, Decimal]]) -> None:
    document: dict[str, Any] = {"emailsUsed": by_hand, "costUsd": float(usd)}
    emails, spent = 0, Decimal(0)
    for more, cost in runs:
        emails, spent = emails + more, spent + cost
        read = month(document, emails, spent)
        assert (read.used(Metric.EMAILS), read.usd()) == (by_hand + emails, usd + spent)
        for _ in range(2):
            read = month(document, emails, spent)
            document = {**document, **sums(find_tier("growth"), usage_of(read, GAUGED), read)}
        assert document["emailsUsed"] == by_hand + emails
        assert Decimal(str(document["costUsd"])) == usd + spent


def test_the_document_holds_the_eight_metrics_and_the_tier() -> None:
    read = month({}, 5_010, "0.5")
    fields = sums(find_tier("growth"), usage_of(read, {Metric.COMPETITORS: 2, Metric.ZIP_CODES: 1}), read)
    assert {metric.value for metric in Metric} | {"overageCharges"} <= fields.keys()
    assert (fields["competitorsTracked"], fields["zipCodesActive"], fields["tierId"]) == (2, 1, "growth")
    assert fields["overageCharges"] == {"sms": 0.0, "email": 0.02, "creativeAssets": 0.0, "total": 0.02}


@pytest.mark.parametrize(
    ("used", "limit", "told", "expected"),
    [
        (79, 100, {}, []),
        (80, 100, {}, ["emailsUsed"]),
        (80, 100, {"emailsUsed": "then"}, []),
        (80, 100, {"aiSessionsUsed": "then"}, ["emailsUsed"]),
        (80, 100, True, ["emailsUsed"]),
        (3, 3, None, ["emailsUsed"]),
        (1, 1, None, []),
        (1, 0, None, []),
        (10**9, None, None, []),
    ],
)
def test_a_metric_is_reported_once_from_eighty_percent_on(
    used: int, limit: int | None, told: Any, expected: list[str]
) -> None:
    assert [one.metric.value for one in crossed({Metric.EMAILS: metric_use(used, limit)}, told)] == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("14607", "14607"),
        (" 14607-1234 ", "14607"),
        ("146071234", "14607"),
        (2134, "02134"),
        ("m5v 2t6", "M5V2T6"),
        ("", None),
        (None, None),
        (True, None),
        (["14607"], None),
    ],
)
def test_zip_codes_are_compared_as_places(written: Any, code: str | None) -> None:
    assert zip_code(written) == code


def test_each_zip_code_counts_once() -> None:
    assert distinct(["14607", "14607-0001", 14607, None, "14608"]) == {"14607", "14608"}
