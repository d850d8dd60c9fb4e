"""When a budget warns, and that it warns once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.billing.budget import reached, unnotified
from shared.errors import PermanentError
from shared.tenants.tenant import parse_tenant


@pytest.mark.parametrize(
    ("spent", "budget", "expected"),
    [
        ("0", "10", None),
        ("7.99999999", "10", None),
        ("8", "10", 80),
        ("9.99999999", "10", 80),
        ("10", "10", 100),
        ("99", "10", 100),
        ("0", "0", 100),
    ],
)
def test_the_threshold_reached(spent: str, budget: str, expected: int | None) -> None:
    assert reached(Decimal(spent), Decimal(budget)) == expected


@pytest.mark.parametrize(
    ("spent", "told", "expected"),
    [
        ("7.99", None, None),
        ("8.0", None, 80),
        ("8.5", {"80": "then"}, None),
        ("10.0", {"80": "then"}, 100),
        ("10.0", {"80": "then", "100": "then"}, None),
        ("8.5", {"100": "before the budget was raised"}, None),
        ("12.0", None, 100),
        ("12.0", "nonsense", 100),
    ],
)
def test_each_threshold_is_reported_once_and_the_highest_first(spent: str, told: Any, expected: int | None) -> None:
    assert unnotified(told, Decimal(spent), Decimal(10)) == expected


def test_a_budget_is_read_exactly() -> None:
    assert parse_tenant("org_1", {"monthlyBudgetUsd": 0.1}).monthly_budget_usd == Decimal("0.1")
    assert parse_tenant("org_1", {}).monthly_budget_usd is None


@pytest.mark.parametrize("budget", [-1, "a lot", float("nan"), float("inf")])
def test_a_budget_that_cannot_be_meant_is_refused_by_name(budget: Any) -> None:
    with pytest.raises(PermanentError, match="monthlyBudgetUsd"):
        parse_tenant("org_1", {"monthlyBudgetUsd": budget})
