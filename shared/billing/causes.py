"""Limits the runs and events that one cause may trigger, directly and indirectly.

Each one is counted in the commit that creates it, so it counts once however often that is tried. A cause's count is
one document, written at most as often as its limit says. A cause's own run is not
counted, and neither are the runs that an event starts by itself, one for each playbook that listens to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import AlreadyExists

from shared.billing.limits import TierLimitError
from shared.billing.tiers import find_tier, more_of_its_own
from shared.error_codes import ErrorCode
from shared.errors import AlreadyReportedError
from shared.gcp.clients import firestore
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.api_core.datetime_helpers import DatetimeWithNanoseconds
    from google.cloud.firestore import DocumentReference

COLLECTION = "cause_budgets"
KEPT_FOR = timedelta(days=90)
"""As long as the runs that may still be sent back."""


class CauseLimitError(TierLimitError, AlreadyReportedError):
    """The cause has triggered as many runs and events as its org's tier allows."""

    code = ErrorCode.CAUSE_LIMIT


@dataclass(frozen=True, slots=True)
class Cause:
    """The root cause of a tree of runs and events."""

    org_id: str
    root: str
    """The id of the first run or event."""
    tier_id: str

    def reference(self) -> DocumentReference:
        """Where it is counted. The org is part of the name: nobody uses up another org's budget."""
        digest = hex_digest(self.org_id, self.root)
        return firestore().collection(COLLECTION).document(digest)

    def key(self) -> str:
        """The id of its one notice."""
        return f"cause-{self.reference().id}"


def create_counted(
    cause: Cause,
    reference: DocumentReference,
    fields: Mapping[str, Any],
    now: datetime,
    extra_write: tuple[str, dict[str, Any]] | None = None,
    summary: tuple[str, dict[str, Any]] | None = None,
) -> DatetimeWithNanoseconds | None:
    """Create the run's or event's document and count it, both or neither; its version, None where it was there.

    `extra_write`: a path and fields to merge into that document in the same commit. `summary`: the path and
    fields of a document that is created and taken back together with it.

    Raises:
        CauseLimitError: the cause has set off as many as it may.
        PermanentError: there is no such tier.
    """
    from google.cloud.firestore_v1 import Increment

    limit = find_tier(cause.tier_id).own.descendants
    known = (cause.reference().get(["used"]).to_dict() or {}).get("used", 0)
    if known >= limit:
        if reference.get([]).exists:
            return None
        raise _refusal(cause, limit)
    batch = firestore().batch()
    counted = {"orgId": cause.org_id, "rootCause": cause.root, "expireAt": now + KEPT_FOR}
    batch.set(cause.reference(), {**counted, "used": Increment(1)}, merge=True)
    batch.create(reference, dict(fields))
    if extra_write is not None:
        batch.set(firestore().document(extra_write[0]), extra_write[1], merge=True)
    if summary is not None:
        batch.set(firestore().document(summary[0]), summary[1])
    try:
        counted_result, created = batch.commit()[:2]
    except AlreadyExists:
        return None
    used = counted_result.transform_results[0].integer_value
    if used > limit:
        _take_back(cause, reference, summary[0] if summary else None)
        raise _refusal(cause, limit)
    version: DatetimeWithNanoseconds = created.update_time
    return version


def _take_back(cause: Cause, reference: DocumentReference, summary_path: str | None) -> None:
    """Several were created at the same moment, and this one was too many."""
    from google.cloud.firestore_v1 import Increment

    batch = firestore().batch()
    batch.delete(reference)
    if summary_path is not None:
        batch.delete(firestore().document(summary_path))
    batch.set(cause.reference(), {"used": Increment(-1)}, merge=True)
    batch.commit()


def _refusal(cause: Cause, limit: int) -> CauseLimitError:
    tier = find_tier(cause.tier_id)
    return CauseLimitError(
        f"one run or event started {limit:,} others, the most on {tier.id.value}; "
        f"{more_of_its_own(tier, lambda own: own.descendants)}. A playbook may be starting itself, or listening "
        "for an event that it publishes"
    )
