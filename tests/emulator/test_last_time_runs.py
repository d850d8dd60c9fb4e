"""A report's figures beside those of the playbook's last run, over real runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.stack.running import Stack
from shared.gcp import clients
from shared.runs.outputs import value_of
from tests.emulator.executions import execution, put_playbook, run, start

STEPS: list[dict[str, Any]] = [
    {"id": "none", "action": "stop", "condition": "event.low == 0", "params": {"reason": "Nothing is low."}},
    {
        "id": "report",
        "action": "compose_report",
        "params": {
            "subject": "Low stock",
            "sinceLast": True,
            "figures": [
                {"label": "Low", "value": "{{event.low}}", "rising": "bad"},
                {"label": "Revenue", "value": "{{event.revenue}}", "format": "money"},
            ],
        },
    },
]


@pytest.fixture(autouse=True)
def playbook(quiet_queues: Stack) -> None:
    put_playbook("low", STEPS)
    for found in clients.firestore().collection("playbook_executions").list_documents():
        found.delete()


def report(low: int, revenue: float, days_ago: float = 0) -> str:
    """What a run says, which is then as old as that."""
    done = start("low", event_data={"low": low, "revenue": revenue}).execution_id
    assert run(done) == "completed"
    result = execution(done).result_of("report")
    text = str(value_of(result)["text"]) if result is not None and result.status == "completed" else ""
    then = datetime.now(UTC) - timedelta(days=days_ago)
    clients.firestore().document(f"playbook_executions/{done}").update({"createdAt": then})
    return text


def test_the_second_run_says_what_has_moved_since_the_first() -> None:
    first = report(3, 1_200, days_ago=1)
    assert "was" not in first
    second = report(5, 1_200)
    assert "Low: 5 (was 3 yesterday)" in second
    assert "Revenue: $1,200\n" in f"{second}\n", "what has not moved is not said"


def test_a_run_that_had_nothing_to_report_is_skipped() -> None:
    report(3, 10, days_ago=2)
    assert report(0, 10, days_ago=1) == ""
    assert "was 3 " in report(4, 10)


def test_a_failed_run_and_another_playbook_s_are_none_of_it() -> None:
    report(3, 10, days_ago=1)
    failed = start("low", event_data={"low": 9, "revenue": "much"}).execution_id
    assert run(failed) == "failed"
    put_playbook("other", STEPS)
    other = start("other", event_data={"low": 8, "revenue": 10}).execution_id
    assert run(other) == "completed"
    assert "was 3 yesterday" in report(4, 10)


def test_a_run_that_is_delivered_again_says_the_same() -> None:
    report(3, 10, days_ago=1)
    done = start("low", event_data={"low": 5, "revenue": 10}).execution_id
    assert run(done) == "completed"
    said = execution(done).result_of("report")
    run(done)
    assert execution(done).result_of("report") == said
