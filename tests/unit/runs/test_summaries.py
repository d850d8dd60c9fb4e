"""What every member may see of a run, as it is stored."""

from __future__ import annotations

from datetime import timedelta

from shared.runs.parts import Attempt, InnerStep, StepResult, Wait
from shared.runs.record import ExecutionStatus
from shared.runs.summaries import ExecutionSummary, summary_of
from tests.unit.runs.state import NOW, execution


def test_a_summary_matches_its_model_and_holds_none_of_the_runs_data() -> None:
    run = execution(ExecutionStatus.FAILED, attempt=2)
    run.definition = {"name": "Prices", "steps": [{"action": "set"}, {"id": "mail", "action": "notify"}, "odd"]}
    run.attempts = [Attempt(number=1, started_at=NOW, ended_at=NOW, error="hush", failed_step_id="mail")]
    inner = InnerStep(step_id="each/0/mail", action="notify", status="failed", error="hush")
    run.step_results = [
        StepResult(step_id="set", action="set", status="completed", output={"said": "hush"}, note="hush"),
        StepResult(step_id="mail", action="notify", status="failed", error="hush", inner=[inner], cost_usd=0.5),
    ]
    run.waits = {"mail": Wait(since=NOW, until=NOW + timedelta(hours=1))}
    run.status_reason = "hush"
    stored = summary_of(run)
    assert ExecutionSummary.model_validate(stored).document() == stored
    assert "hush" not in str(stored)
    assert [step["stepId"] for step in stored["steps"]] == ["set", "mail", "each/0/mail"]
    assert stored["planned"] == [{"stepId": "set", "action": "set"}, {"stepId": "mail", "action": "notify"}]
