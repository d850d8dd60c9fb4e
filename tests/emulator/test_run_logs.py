"""Who reads the log of a failed run at night finds in one line which run, step and action it was, and why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.gcp.logging import configure_logging
from tests.emulator.executions import ORG, SET, fault, put_playbook, run, start

pytestmark = pytest.mark.usefixtures("quiet_queues")

BROKEN = {"id": "broken", "action": "set", "params": {"values": {"x": "{{event.nope}}"}}}
MAIL = {"id": "mail", "action": "send_email", "params": {"to": "a@b.example", "subject": "S", "text": "T"}}


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def test_a_failed_run_says_all_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    put_playbook("p", [SET, BROKEN])
    execution_id = start("p").execution_id
    configure_logging()
    assert run(execution_id) == "failed"
    (line,) = [one for one in lines(capsys) if one["message"] == "run failed"]
    known = {"executionId": execution_id, "playbookId": "p", "orgId": ORG, "stepId": "broken", "action": "set"}
    assert line.items() >= {**known, "severity": "ERROR", "attempt": 1}.items()
    assert line["errorType"].endswith("Error")
    assert "event.nope" in line["reason"]


def test_an_attempt_that_is_made_again_says_the_same(quiet_queues: Any, capsys: pytest.CaptureFixture[str]) -> None:
    put_playbook("p", [MAIL])
    fault(quiet_queues, 503, 1)
    execution_id = start("p").execution_id
    configure_logging()
    assert run(execution_id) == "retrying"
    (line,) = [one for one in lines(capsys) if one["message"] == "attempt failed; retrying"]
    known = {"executionId": execution_id, "stepId": "mail", "action": "send_email", "errorType": "TransientError"}
    assert line.items() >= known.items()
    assert line["nextAttemptAt"]
