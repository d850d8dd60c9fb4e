"""What a run's page shows: when each step ran and waited, where attempts failed, what was sent and accepted."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from local.stack.running import Stack
from shared.gcp import clients
from shared.runs import messages
from shared.runs.summaries import ExecutionSummary
from tests.emulator.executions import MAIL, SET, execution, fault, put_playbook, run, start
from tests.emulator.reading_doors import get, user
from tests.emulator.summaries import summary

pytestmark = pytest.mark.usefixtures("quiet_queues")

WAIT = {"id": "wait", "action": "wait", "params": {"hours": 1}}
LOOP = {
    "id": "each",
    "action": "for_each",
    "params": {
        "items": ["a", "b"],
        "steps": [{"id": "note", "action": "set", "params": {"values": {"x": "secret"}}}],
    },
}


def test_each_step_says_when_it_began() -> None:
    put_playbook("p", [SET, LOOP])
    done = start("p").execution_id
    assert run(done) == "completed"
    found = execution(done)
    began = [result.started_at for result in found.step_results]
    assert None not in began
    assert found.started_at is not None
    assert found.started_at <= began[0] <= began[1] <= found.completed_at  # type: ignore[operator]
    assert found.step_results[1].inner is not None
    assert [(one.step_id, one.status) for one in found.step_results[1].inner] == [
        ("each/0/note", "completed"),
        ("each/1/note", "completed"),
    ]
    shown = summary(done)
    assert [step["stepId"] for step in shown["steps"]] == ["set", "each", "each/0/note", "each/1/note"]
    assert all(isinstance(step["startedAt"], datetime) for step in shown["steps"])
    assert shown["planned"] == [{"stepId": "set", "action": "set"}, {"stepId": "each", "action": "for_each"}]
    assert "secret" not in str(shown)


def test_a_failed_attempt_names_its_step_and_a_wait_its_time(quiet_queues: Stack) -> None:
    put_playbook("p", [SET, MAIL, WAIT])
    started = start("p").execution_id
    fault(quiet_queues, 503, 1)
    assert run(started) == "retrying"
    shown = summary(started)
    assert [(one["number"], one["failedStepId"]) for one in shown["attempts"]] == [(1, "mail")]
    assert "error" not in shown["attempts"][0]
    assert execution(started).attempts[0].error
    assert run(started, attempt=2, later=10) == "waiting"
    (wait,) = summary(started)["waits"]
    assert wait["stepId"] == "wait"
    assert abs(wait["until"] - wait["since"] - timedelta(hours=1)) < timedelta(seconds=1)
    assert run(started, attempt=2, later=3700) == "completed"
    last = execution(started).step_results[-1]
    assert last.waited_since == wait["since"]
    assert last.started_at is not None
    assert last.started_at - wait["since"] > timedelta(minutes=59)
    ExecutionSummary.model_validate(summary(started))


def test_a_mail_is_shown_as_it_was_sent_to_editors_alone(quiet_queues: Stack) -> None:
    link = {**MAIL, "params": {**MAIL["params"], "text": "Look: https://shop.example/a?token=hush now"}}  # type: ignore[dict-item]
    put_playbook("p", [link])
    done = start("p").execution_id
    assert run(done) == "completed"
    effect = execution(done).effects["mail/email"]
    assert effect.receipt_at is not None
    assert effect.receipt_at >= effect.intent_at
    assert effect.summary == {"channel": "email", "to": "a@b.example", "subject": "S"}
    shown = get(f"executions/{done}", user(quiet_queues, "editor"))[1]
    accepted = shown["effects"]["mail/email"]
    assert accepted["receipt"]["messageId"] == shown["stepResults"][0]["output"]["messageId"]
    message = accepted["message"]
    assert (message["to"], message["subject"]) == (["a@b.example"], "S")
    assert "Look:" in message["text"]
    assert "<html" in message["html"]
    assert "https://shop.example/a?•••" in message["text"]
    assert "hush" not in str(shown["effects"])
    listed = get("executions", user(quiet_queues, "editor"))[1]["items"][0]
    assert listed["effects"]["mail/email"]["hasMessage"] is True
    assert "effects" not in get(f"executions/{done}", user(quiet_queues))[1]


def charted(run_id: str) -> None:
    weeks = [{"day": "2026-11-16", "amount": 120.0}, {"day": "2026-11-23", "amount": 90.0}]
    chart = {"form": "columns", "series": [{"name": "Revenue", "points": weeks}]}
    report = {"subject": "Week", "sections": [{"title": "Revenue", "chart": chart}]}
    send = {"subject": "{{steps.report.subject}}", "html": "{{steps.report.html}}", "channels": ["email"]}
    put_playbook(
        run_id,
        [
            {"id": "report", "action": "compose_report", "params": report},
            {"id": "tell", "action": "notify", "params": send},
        ],
    )


def test_a_mail_is_shown_with_the_charts_that_went_along_with_it(quiet_queues: Stack) -> None:
    charted("p")
    done = start("p").execution_id
    assert run(done) == "completed"
    shown = get(f"executions/{done}", user(quiet_queues, "editor"))[1]
    (html,) = [one["message"]["html"] for one in shown["effects"].values() if "message" in one]
    assert "cid:" not in html
    drawn = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    assert len(drawn) == 2, "one for light and one for dark screens"
    assert all(base64.b64decode(one).startswith(b"\x89PNG") for one in drawn)


def test_a_chart_that_cannot_be_drawn_again_stays_in_words(quiet_queues: Stack) -> None:
    charted("p")
    done = start("p").execution_id
    assert run(done) == "completed"
    results = execution(done).step_results
    stored = clients.firestore().document(f"playbook_executions/{done}")
    kept = [
        {**(stored.get().to_dict() or {})["stepResults"][number], "output": {}} for number in range(len(results))
    ]
    stored.update({"stepResults": [{k: v for k, v in one.items() if k != "outputJson"} for one in kept]})
    shown = get(f"executions/{done}", user(quiet_queues, "editor"))[1]
    (html,) = [one["message"]["html"] for one in shown["effects"].values() if "message" in one]
    assert "data:image" not in html
    assert "$120 on Nov 16" in html


def test_messages_beyond_what_a_run_keeps_leave_their_receipts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_RUN_BYTES", 4_000)
    put_playbook("p", [{**MAIL, "id": f"mail{number}"} for number in range(4)])
    done = start("p").execution_id
    assert run(done) == "completed"
    effects = list(execution(done).effects.values())
    assert [effect.receipt is not None for effect in effects] == [True] * 4
    assert 0 < sum(effect.message is not None for effect in effects) < 4
    assert execution(done).message_bytes <= 4_000


def test_what_lies_in_cloud_storage_is_shown_to_editors(quiet_queues: Stack) -> None:
    items = [{"name": "x" * 200, "at": number} for number in range(800)]
    event: dict[str, Any] = {"items": items}
    put_playbook("p", [{"id": "big", "action": "set", "params": {"values": {"all": "{{event.items}}"}}}])
    done = start("p", event_data=event).execution_id
    assert run(done) == "completed"
    stored = clients.firestore().document(f"playbook_executions/{done}").get().to_dict() or {}
    assert "outputRef" in stored["stepResults"][0]
    shown = get(f"executions/{done}", user(quiet_queues, "editor"))[1]
    assert shown["stepResults"][0]["output"]["all"] == items
    assert "outputRef" not in shown["stepResults"][0]
    assert shown["eventData"] == event


def test_runs_from_before_times_were_kept_show_all_the_same(quiet_queues: Stack) -> None:
    put_playbook("p", [SET])
    done = start("p").execution_id
    run(done)
    old = clients.firestore().document(f"playbook_executions/{done}")
    results = [
        {name: value for name, value in one.items() if name != "startedAt"}
        for one in (old.get().to_dict() or {})["stepResults"]
    ]
    old.update({"stepResults": results})
    for role in ("viewer", "editor"):
        status, shown = get(f"executions/{done}", user(quiet_queues, role))
        assert (status, shown["status"]) == (200, "completed")
