"""Limits how many runs people and agents may request per minute, by the org's tier.

The runs of the last minute are counted, and no run costs a write for it. Far from the limit a process counts twice
a second at most, and adds what it lets through meanwhile; near it, it counts for each run. So only runs that are
asked for at the very same moment can be a few too many. A refusal holds for half a second: a flood costs nothing.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.api.errors import RateLimitedError
from shared.billing.tiers import Tier, more_of_its_own
from shared.documents.executions import COLLECTION
from shared.gcp import clients
from shared.triggers.own_limits import tier_of

WINDOW = timedelta(minutes=1)
COUNTED_FOR = timedelta(seconds=0.5)
FAR_FROM_FULL = 0.25
"""A share of the limit: below it, a count stays good for `COUNTED_FOR`."""
MOST_ORGS = 1_000


@dataclass(slots=True)
class _Count:
    """What is known of an org; `room_at`: when the oldest of the counted runs is a minute old."""

    at: datetime
    tier: Tier | None
    used: int
    room_at: datetime

    def is_good(self, now: datetime) -> bool:
        """Whether it need not be counted anew."""
        if not now - COUNTED_FOR < self.at <= now:
            return False
        limit = self.tier.own.executes_a_minute if self.tier else math.inf
        return self.used < limit * FAR_FROM_FULL or self.used >= limit


_counts: dict[str, _Count] = {}
_lock = threading.Lock()


def require_room(org_id: str, now: datetime) -> None:
    """Pass when the org may ask for one more run now. The first refusal of an hour is told in its inbox.

    Raises:
        RateLimitedError: it has asked for as many in the last minute as its tier allows.
    """
    with _lock:
        known = _counts.get(org_id)
    if known is None or not known.is_good(now):
        known = _count(org_id, now)
    with _lock:
        if len(_counts) >= MOST_ORGS and org_id not in _counts:
            _counts.clear()
        _counts[org_id] = known
        if known.tier is None or known.used < known.tier.own.executes_a_minute:
            known.used += 1
            return
    raise _refusal(org_id, known.tier, known, now)


def forget_counts() -> None:
    """Count anew at the next call: another Firestore lies behind the clients now."""
    with _lock:
        _counts.clear()


def _count(org_id: str, now: datetime) -> _Count:
    tier = tier_of(org_id)
    if tier is None:
        return _Count(now, None, 0, now)
    recent: Any = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("requestedAt", ">", now - WINDOW))
        .order_by("requestedAt")
    )
    used = int(recent.count().get()[0][0].value)
    is_full = used >= tier.own.executes_a_minute
    return _Count(now, tier, used, _oldest(recent, now) + WINDOW if is_full else now)


def _oldest(recent: Any, now: datetime) -> datetime:
    found = next(iter(recent.select(["requestedAt"]).limit(1).stream()), None)
    instant: datetime = (found.to_dict() or {})["requestedAt"] if found is not None else now
    return instant


def _refusal(org_id: str, tier: Tier, count: _Count, now: datetime) -> RateLimitedError:
    limit = tier.own.executes_a_minute
    reason = (
        f"{limit:,} of {limit:,} runs per minute used on {tier.id.value}; try again shortly, or "
        f"{more_of_its_own(tier, lambda own: own.executes_a_minute)}"
    )
    # The first refusal pays for the modules that tell of it.
    from shared.notices import limit_notice

    limit_notice.notify_of_execute_limit(org_id, reason, now)
    wait = math.ceil((count.room_at - now).total_seconds())
    return RateLimitedError(reason, retry_after_seconds=min(max(wait, 1), int(WINDOW.total_seconds())))
