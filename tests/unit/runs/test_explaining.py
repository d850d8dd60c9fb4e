"""Why a run is as it is, told from its document."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.runs.explaining import explain
from shared.runs.parts import Attempt, PinnedOrg, StepResult, TriggerRef, Wait
from shared.runs.record import Execution, ExecutionStatus

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
STEPS = [
    {"action": "scan_competitors", "id": "scan"},
    {"action": "notify", "condition": "{{money_mike.price_gap}} > 10"},
]


def run(status: ExecutionStatus, **fields: Any) -> Execution:
    return Execution(
        id="run-1",
        playbook_id="price-alert",
        org_id="org_a",
        trigger=TriggerRef(type="manual"),
        status=status,
        created_at=NOW,
        definition={"name": "Price alert", "steps": STEPS},
        org=PinnedOrg.model_validate({"id": "org_a", "name": "Shop", "timezone": "UTC", "tierId": "pro"}),
        **fields,
    )


def failed_at(number: int, error: str | None = "the store answered 503") -> Attempt:
    return Attempt(number=number, started_at=NOW, ended_at=NOW, error=error, failed_step_id="scan")


def test_a_failed_run_names_the_step_the_attempts_and_what_to_do() -> None:
    result = StepResult(step_id="scan", action="scan_competitors", status="failed", error="the store answered 503")
    told = explain(
        run(ExecutionStatus.FAILED, attempts=[failed_at(each) for each in (1, 2, 3, 4)], step_results=[result])
    )
    assert told.why == "It failed at step scan after 4 attempts: the store answered 503"
    assert [one.number for one in told.failed_attempts] == [1, 2, 3, 4]
    assert (told.failed_steps[0].step_id, told.failed_steps[0].went_on) == ("scan", False)
    assert "retry the run" in str(told.advice)


def test_a_failed_run_without_attempts_has_the_stored_reason() -> None:
    assert explain(run(ExecutionStatus.FAILED, status_reason="a limit")).why == "It failed: a limit"


def test_a_skipped_run_has_its_reason() -> None:
    told = explain(run(ExecutionStatus.SKIPPED, status_reason="the run of 9:00 has not ended"))
    assert told.why == "the run of 9:00 has not ended"


def test_a_skipped_step_has_the_condition_that_was_false() -> None:
    results = [
        StepResult(step_id="scan", action="scan_competitors", status="completed"),
        StepResult(step_id="notify", action="notify", status="skipped"),
    ]
    told = explain(run(ExecutionStatus.COMPLETED, step_results=results))
    assert told.why == "It completed. Not done, since their conditions didn't hold: notify."
    assert told.skipped_steps[0].condition == "{{money_mike.price_gap}} > 10"
    assert told.advice is None


def test_a_retrying_run_says_when_its_next_attempt_is() -> None:
    again = NOW + timedelta(seconds=30)
    told = explain(run(ExecutionStatus.RETRYING, attempts=[failed_at(1)], next_attempt_at=again))
    assert told.why == "Attempt 1 failed at step scan: the store answered 503"
    assert told.next_attempt_at == again


def test_a_waiting_run_says_where_it_waits() -> None:
    told = explain(run(ExecutionStatus.WAITING, waits={"scan": Wait(since=NOW, until=NOW)}))
    assert told.why == "Waiting at scan."
    assert told.waiting_steps[0].until == NOW


@pytest.mark.parametrize("status", ExecutionStatus)
@pytest.mark.parametrize("definition", [{}, {"steps": None}, {"steps": [7, {"id": 3}]}])
def test_every_run_is_explained_whatever_its_playbook_was(
    status: ExecutionStatus, definition: dict[str, Any]
) -> None:
    told = explain(run(status).model_copy(update={"definition": definition}))
    assert told.why
