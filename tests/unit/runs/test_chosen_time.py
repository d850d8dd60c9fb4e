"""Which runs come at a moment that somebody chose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.runs.chosen_time import STILL_THAT_MOMENT, is_chosen
from shared.runs.parts import PinnedOrg, TriggerRef
from shared.runs.record import Execution, ExecutionStatus

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
FRIDAYS = {"type": "schedule", "id": "s", "cron": "0 21 * * 5", "timezone": "America/New_York"}


def run_of(trigger: str, *triggers: dict[str, Any]) -> Execution:
    return Execution(
        id="e",
        org_id="o",
        playbook_id="p",
        trigger=TriggerRef.model_validate({"type": trigger, "id": "s"}),
        status=ExecutionStatus.RUNNING,
        created_at=NOW,
        definition={"name": "P", "triggers": list(triggers), "steps": []},
        org=PinnedOrg(id="o", name="O", timezone="UTC", tier_id="pro"),
    )


@pytest.mark.parametrize(
    ("run", "chosen"),
    [
        (run_of("manual"), True),
        (run_of("schedule", FRIDAYS), True),
        (run_of("schedule", {**FRIDAYS, "cron": "0 21 * * *"}), True),
        (run_of("schedule", {"type": "once", "id": "s", "at": "2026-11-24T02:00:00Z"}), True),
        (run_of("schedule", {**FRIDAYS, "cron": "0 * * * *"}), False),
        (run_of("schedule", {**FRIDAYS, "cron": "0 9,21 * * *"}), False),
        (run_of("schedule"), False),
        (run_of("event", FRIDAYS), False),
        (run_of("agent"), False),
    ],
    ids=[
        "by hand",
        "a weekday",
        "daily",
        "once",
        "hourly",
        "twice a day",
        "the catalog's",
        "an event",
        "a playbook",
    ],
)
def test_a_time_is_chosen_if_a_person_picked_it(run: Execution, chosen: bool) -> None:
    assert is_chosen(run, NOW) is chosen
    assert not is_chosen(run, NOW + STILL_THAT_MOMENT + timedelta(minutes=1)), "it has waited since"
