"""How many modules somebody reads who follows an email from `execute` to Mailjet.

Counted while it happens: each function of `shared/` and `functions/` that is called tells its module.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any
from unittest import mock

import flask
import pytest

from functions.execute import execute
from functions.run_execution import run_execution
from shared.api.agent_keys import create_agent_key
from shared.gcp import clients
from tests.harness.memory_clients import use_memory
from tests.harness.playbooks import ORG_ID, PLAYBOOK_ID, write_org_and_playbook
from tests.harness.walked import walked
from tests.unit.messages.conftest import use_mailjet_at
from tests.unit.web.conftest import Site, running_site

ENDS = ("shared.gcp.task_queue.create_named_task", "shared.messages.channels.mailjet.send")
"""Where the first half leaves for Cloud Tasks, and where the second half leaves for Mailjet."""
MOST_ON_THE_WAY = 20
MOST_CALLED = 130
"""A little more than there are (17 and some 120), so that a module may be split."""
TASK = {
    "X-CloudTasks-QueueName": "runExecution",
    "X-CloudTasks-TaskName": "t",
    "X-CloudTasks-TaskRetryCount": "0",
}
MAIL = {
    "id": "mail",
    "action": "send_email",
    "params": {"to": "customer@example.com", "subject": "Your order", "text": "It is on its way."},
}
SENT = b'{"Messages": [{"Status": "success", "To": [{"MessageID": 7}]}]}'


class Tasks:
    """Cloud Tasks, as far as its channel is called."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.transport = SimpleNamespace(grpc_channel=self)

    def unary_unary(self, _path: str, **_: Any) -> Callable[..., Any]:
        def create(request: Any, **_: Any) -> Any:
            self.bodies.append(request.task.http_request.body)
            return request.task

        return create


@pytest.fixture
def site() -> Iterator[Site]:
    yield from running_site()


@pytest.fixture
def tasks(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tasks]:
    queue = Tasks()
    site.page("/v3.1/send", SENT, headers={"Content-Type": "application/json"})
    use_mailjet_at(site.base, monkeypatch)
    use_memory({})
    with mock.patch.object(clients, "tasks", return_value=queue):
        yield queue
    clients.forget_clients()


def call(function: Callable[..., Any], path: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> Any:
    with flask.Flask(__name__).test_request_context(path, method="POST", headers=dict(headers), json=dict(body)):
        answer = function(flask.request)
    assert answer.status_code < 400, answer.get_data(as_text=True)
    return answer.get_json()


def test_few_modules_are_on_the_way_from_execute_to_mailjet(
    tasks: Tasks, capsys: pytest.CaptureFixture[str]
) -> None:
    write_org_and_playbook([MAIL])
    agent = {"X-Api-Key": create_agent_key(ORG_ID, "ezal")}
    asked = {"triggeredBy": "agent", "orgId": ORG_ID}
    with walked(*ENDS) as walk:
        call(execute, f"/api/playbooks/{PLAYBOOK_ID}/execute", agent, asked)
        outcome = call(run_execution, "/", TASK, json.loads(tasks.bodies[0]))
    assert outcome == {"outcome": "completed"}
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(walk.on_the_way)} modules on the way of an email, {len(walk.called)} called at all\n"
        )
    assert len(walk.on_the_way) <= MOST_ON_THE_WAY, sorted(walk.on_the_way)
    assert len(walk.called) <= MOST_CALLED, sorted(walk.called)
