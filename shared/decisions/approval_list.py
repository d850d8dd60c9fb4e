"""An org's approvals, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.api.cursors import continued, cursor_of
from shared.decisions.approvals import COLLECTION, Approval, ApprovalStatus, parse
from shared.errors import PermanentError
from shared.gcp import clients, logging
from shared.gcp.pages import paged

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot, Query

log = logging.get_logger(__name__)

MAX_LIMIT = 50
DEFAULT_LIMIT = 25
_LATE = frozenset({ApprovalStatus.PENDING, ApprovalStatus.EXPIRED})
"""Of which the clock says which of the two it is."""


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """Approvals in their order; `next_after` asks for those after them, None if there are none."""

    approvals: tuple[Approval, ...]
    next_after: str | None
    unreadable: int
    """How many were passed over because their documents are malformed."""


def list_approvals(
    org_id: str,
    now: datetime,
    *,
    status: ApprovalStatus | None = None,
    limit: int = DEFAULT_LIMIT,
    after: str | None = None,
) -> ApprovalPage:
    """The org's approvals, of one status as it is `now` where it is given.

    Raises:
        InvalidFieldsError: `after` did not come from an earlier answer.
    """
    query = continued(_query(org_id, status), clients.firestore().collection(COLLECTION), after, "requestedAt")
    shown: list[Approval] = []
    unreadable = 0
    last: DocumentSnapshot[Any] | None = None
    for found in paged(query, limit + 1):
        approval = _parsed(found)
        if approval is not None and status is not None and approval.status_at(now) is not status:
            continue
        if len(shown) + unreadable == limit:
            return ApprovalPage(tuple(shown), cursor_of(last, "requestedAt") if last else None, unreadable)
        last = found
        if approval is None:
            unreadable += 1
        else:
            shown.append(approval)
    return ApprovalPage(tuple(shown), None, unreadable)


def _query(org_id: str, status: ApprovalStatus | None) -> Query:
    if status is None:
        return (
            clients.firestore()
            .collection(COLLECTION)
            .where(filter=FieldFilter("orgId", "==", org_id))
            .order_by("requestedAt", direction="DESCENDING")
        )
    wanted = _LATE if status is ApprovalStatus.EXPIRED else frozenset({status})
    return (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("status", "in", sorted(one.value for one in wanted)))
        .order_by("requestedAt", direction="DESCENDING")
    )


def _parsed(found: DocumentSnapshot[Any]) -> Approval | None:
    try:
        return parse(found.id, found.to_dict() or {})
    except PermanentError as error:
        log.error("an approval cannot be shown", extra={"path": found.reference.path, "reason": str(error)})
        return None
