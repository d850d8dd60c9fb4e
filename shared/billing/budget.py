"""An org's monthly budget in USD, `tenants/{orgId}.monthlyBudgetUsd`: what it still allows, and its warnings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.billing import ledger
from shared.tenants.tenant import load_tenant

THRESHOLDS = (100, 80)
"""Percentages of the budget at which the org is notified, once a month each, highest first."""
NOTIFIED_FIELD = "budgetAlerts"
"""In the month's document: the thresholds already notified, `{"80": when}`."""


def model_steps_allowed(org_id: str, timezone: str, now: datetime) -> bool:
    """Whether optional calls of models may still be made this month: not from 100 % of the budget on.

    One read, two requests where the org has a budget.

    Raises:
        NotFoundError: there is no such org.
        PermanentError: its document is malformed.
    """
    budget = load_tenant(org_id).monthly_budget_usd
    return budget is None or ledger.spent(org_id, timezone, now) < budget


def reached(spent: Decimal, budget: Decimal) -> int | None:
    """The highest threshold that spending has reached; None below all of them. A budget of 0 is used up."""
    return next((percent for percent in THRESHOLDS if spent * 100 >= budget * percent), None)


def unnotified(notified: Any, spent: Decimal, budget: Decimal) -> int | None:
    """The threshold to notify the org about now: the highest one reached, unless that or a higher one was notified.

    `notified`: what is in the month's document under `NOTIFIED_FIELD`.
    """
    percent = reached(spent, budget)
    highest = (
        max((int(one) for one in notified if str(one).isdigit()), default=0) if isinstance(notified, Mapping) else 0
    )
    return percent if percent is not None and percent > highest else None
