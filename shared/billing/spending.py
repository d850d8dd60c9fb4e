"""What an org has spent in a month of its own time zone."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from shared.billing import ledger
from shared.billing.months import period


def spent(org_id: str, timezone: str, now: datetime) -> Decimal:
    """What the org's month has cost until now, in USD, to the last run that has ended."""
    return ledger.read(org_id, period(timezone, now)).usd()
