"""Limits how often an org may do something in 24 hours, counted in `daily_limits/{orgId}_{what}`."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.api.errors import RateLimitedError
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

COLLECTION = "daily_limits"
DAY = timedelta(days=1)


def count_one(org_id: str, what: str, most: int, now: datetime) -> None:
    """Count one more. The 24 hours begin with the first.

    what: what is counted, as a word in the plural that the refusal names.

    Raises:
        RateLimitedError: there were `most` already.
        TransientError: too many counted at this moment.
    """
    path = f"{COLLECTION}/{org_id}_{what}"

    def count(transaction: Transaction) -> None:
        reference = firestore().document(path)
        fields = reference.get(transaction=transaction).to_dict() or {}
        started, used = fields.get("startedAt"), fields.get("used")
        # A start that lies ahead comes from a clock that was moved.
        if not (isinstance(started, datetime) and isinstance(used, int) and started <= now < started + DAY):
            started, used = now, 0
        if used >= most:
            wait = math.ceil((started + DAY - now).total_seconds())
            raise RateLimitedError(
                f"{most} {what} in 24 hours are the most; try again later", retry_after_seconds=max(wait, 1)
            )
        transaction.set(
            reference, {"orgId": org_id, "startedAt": started, "used": used + 1, "expireAt": started + 2 * DAY}
        )

    in_transaction(count, path)
