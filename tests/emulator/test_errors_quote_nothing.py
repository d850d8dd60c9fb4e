"""A failing run tells which field of which step is wrong, and nowhere what the field held."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from shared.gcp.clock import Clock
from shared.gcp.logging import JsonFormatter
from shared.runs.dead_letters import DeadLetterMessage, receive
from tests.emulator.executions import ORG, documents, execution, put_org, put_playbook, run, start

pytestmark = pytest.mark.usefixtures("quiet_queues")

NAME, MAIL, PHONE, SECRET = "Zyxwvut", "zyxwvut.doe@shop.example", "+13155550188", "T0ZYX/B0ZYX/s3cr3tzyx"
PRIVATE = (NAME, MAIL, PHONE, "3155550188", SECRET, "s3cr3tzyx")
CUSTOMER = {"name": NAME, "mail": MAIL, "phone": PHONE, "hook": f"https://hooks.slack.example/services/{SECRET}"}

STEPS: list[dict[str, Any]] = [
    {"action": "send_email", "params": {"to": "{{event.name}}", "subject": "S", "text": "T"}},
    {"action": "send_email", "params": {"to": "{{event.mail}} and more", "subject": "S", "text": "T"}},
    {"action": "send_email", "params": {"to": "{{event.mail}}", "subject": ["{{event.name}}"], "text": "T"}},
    {"action": "send_sms", "params": {"to": "{{event.phone}}0000000", "body": "B"}},
    {"action": "notify", "params": {"to": ["{{event.name}}"], "subject": "S", "body": "B"}},
    {
        "action": "http_request",
        "params": {"url": "{{event.hook}}", "method": "POST", "body": {"of": "{{event.mail}}"}},
    },
    {"action": "http_request", "params": {"url": "{{event.hook}} x", "headers": {"X-Key": "{{event.name}}"}}},
    {"action": "http_request", "params": {"url": "javascript:{{event.name}}"}},
    {"action": "get_document", "params": {"collection": "customers", "id": "{{event.mail}}", "required": True}},
    {"action": "get_document", "params": {"collection": "{{event.name}}", "id": "a"}},
    {"action": "update_document", "params": {"collection": "orders", "id": "{{event.phone}}", "set": {"a": 1}}},
    {"action": "sort", "params": {"input": ["{{event.name}}", 1], "by": "."}},
    {"action": "set", "params": {"values": {"x": "{{event.name | round}}"}}},
    {"action": "set", "params": {"values": {"x": "{{event.name * 2.5}}"}}},
    {"action": "set", "params": {"values": {"x": "{{event.mail.nope}}"}}},
    {"action": "wait", "params": {"hours": "{{event.name}}"}},
    {"action": "validate", "params": {"input": "{{event.mail}}", "schema": {"enum": ["a"]}}},
    {
        "action": "create_pricing_suggestion",
        "params": {"product": "{{event.name}}", "suggestedPrice": 1, "reason": "r"},
    },
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step['action']}-{STEPS.index(step)}")
def test_what_a_failing_step_held_stands_nowhere(step: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    put_org(staffPhones=[])
    put_playbook("p", [{"id": "it", **step}])
    execution_id = start("p", event_data=CUSTOMER).execution_id
    with caplog.at_level(logging.DEBUG, logger="shared"):
        assert run(execution_id) in {"failed", "retrying"}
        state = execution(execution_id)
        told = [
            state.status_reason,
            *(one.error for one in state.attempts),
            *(one.error for one in state.step_results),
        ]
        assert any("it" in str(one) for one in told), "the step is not named"
        if state.status == "failed":
            message = DeadLetterMessage(
                execution_id=execution_id, org_id=ORG, playbook_id="p", error="x", attempts=1
            )
            receive(message, Clock())
    lines = [JsonFormatter().format(record) for record in caplog.records if record.name.startswith("shared")]
    assert lines, "nothing was logged, so nothing was shown"
    everywhere = json.dumps([told, documents("dead_letters"), documents("inbox_notifications"), lines], default=str)
    for private in PRIVATE:
        assert private not in everywhere, everywhere[max(0, everywhere.index(private) - 200) :][:500]
