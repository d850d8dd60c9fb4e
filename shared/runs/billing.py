"""Adds a run's usage to its org's month, in the commit that stores the usage, so that it counts once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.runs.record import USD_DIGITS, Execution

Month = tuple[str, dict[str, Any]]
"""A document's path, and the fields to merge into it."""

AI_SESSION = "ai_session"
MODEL_ITEMS = "model:"


def bill(execution: Execution, now: datetime) -> Month | None:
    """Mark what the run has used as billed, and answer with what to write beside it; None where that is nothing.

    A run that has asked a model is one AI session, however often it asked.
    """
    owed = round(execution.cost_usd - execution.billed_usd, USD_DIGITS)
    _count_session(execution)
    quantities = {line.item: line.quantity - line.billed for line in execution.costs if line.quantity > line.billed}
    if owed <= 0 and not quantities:
        return None
    from shared.billing import metering

    execution.billed_usd = execution.cost_usd
    execution.costs = [line.model_copy(update={"billed": line.quantity}) for line in execution.costs]
    return metering.increments(
        execution.org_id, execution.org.timezone, now, execution.id, Decimal(str(owed)), quantities
    )


def _count_session(execution: Execution) -> None:
    items = {line.item for line in execution.costs}
    if AI_SESSION not in items and any(item.startswith(MODEL_ITEMS) for item in items):
        execution.charge(AI_SESSION, 1, 0.0)
