"""Which queue a run's first attempt waits in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.runs.parts import TriggerRef
from shared.runs.queue import Lane, lane_of
from shared.runs.record import Execution, ExecutionStatus

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def run(trigger: TriggerRef, **fields: Any) -> Execution:
    return Execution(
        id="e",
        playbook_id="p",
        org_id="o",
        trigger=trigger,
        status=ExecutionStatus.QUEUED,
        created_at=NOW,
        **{"definition": {}, "org": {"id": "o", "name": "O", "timezone": "UTC", "tierId": "pro"}, **fields},
    )


CATALOG = {"definition": {"source": "catalog"}}


@pytest.mark.parametrize(
    ("execution", "lane"),
    [
        (run(TriggerRef(type="manual")), Lane.INTERACTIVE),
        (run(TriggerRef(type="manual"), **CATALOG), Lane.INTERACTIVE),
        (run(TriggerRef(type="agent")), Lane.INTERACTIVE),
        (run(TriggerRef(type="agent"), depth=1), Lane.EVENT),
        (run(TriggerRef(type="event", event_id="x")), Lane.EVENT),
        (run(TriggerRef(type="event", event_id="x"), **CATALOG), Lane.EVENT),
        (run(TriggerRef(type="schedule", id="daily", slot=NOW)), Lane.EVENT),
        (run(TriggerRef(type="schedule", id="daily", slot=NOW), **CATALOG), Lane.CATALOG),
        (run(TriggerRef(type="schedule", id="own", slot=NOW), **CATALOG), Lane.EVENT),
        (run(TriggerRef(type="schedule", id="daily", slot=NOW), replay=1, **CATALOG), Lane.INTERACTIVE),
    ],
)
def test_the_lane_depends_on_what_started_the_run(execution: Execution, lane: Lane) -> None:
    assert lane_of(execution) is lane
