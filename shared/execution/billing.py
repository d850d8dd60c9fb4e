"""What a run that ends adds to its org's month: in the commit that ends it, so that it counts once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.execution.record import Execution

Month = tuple[str, dict[str, Any]]
"""A document's path, and the fields to merge into it."""


def bill(execution: Execution, now: datetime) -> Month | None:
    """Mark what the run has cost as billed, and answer with what to write beside it; None where that is nothing."""
    owed = round(execution.cost_usd - execution.billed_usd, 6)
    if owed <= 0:
        return None
    from shared.tenants import spending

    execution.billed_usd = execution.cost_usd
    return spending.increments(execution.org_id, execution.org.timezone, now, Decimal(str(owed)))
