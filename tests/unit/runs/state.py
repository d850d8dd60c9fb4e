"""Helpers of the tests of state, shared with other tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.runs.parts import Lease, PinnedOrg, TriggerRef
from shared.runs.record import Execution, ExecutionStatus

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def execution(
    status: ExecutionStatus,
    *,
    attempt: int = 1,
    replay: int = 0,
    lease_seconds: int | None = None,
    dead_lettered: bool = True,
) -> Execution:
    return Execution(
        id="e",
        playbook_id="p",
        org_id="o",
        trigger=TriggerRef(type="manual"),
        status=status,
        attempt=attempt,
        replay=replay,
        created_at=NOW,
        org=PinnedOrg(id="o", name="O", timezone="UTC", tier_id="pro"),
        lease=Lease(owner="x", expires_at=NOW + timedelta(seconds=lease_seconds)) if lease_seconds else None,
        dead_lettered_at=NOW if status is ExecutionStatus.FAILED and dead_lettered else None,
    )
