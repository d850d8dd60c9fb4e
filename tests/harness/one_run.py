"""One run in this process, through the functions' own doors, with its operations counted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import flask

from local.stack.running import Stack
from shared.gcp import clients
from shared.runs import store
from shared.runs.record import Execution
from tests.harness.operations import Operations, counted
from tests.harness.playbooks import ORG_ID, PLAYBOOK_ID

STEPS_OWN_DATA = ("inbox_notifications", "email_suppressions")
MANUAL = {"triggeredBy": "manual", "orgId": ORG_ID, "eventData": {"number": 1}}
SCHEDULED = {"triggeredBy": "schedule", "orgId": ORG_ID, "triggerId": "nightly", "eventData": {"number": 1}}


def count_one_run(stack: Stack, asked: Mapping[str, Any]) -> tuple[Execution, Operations]:
    """Run the playbook once from the POST to its end; all operations on the way, the steps' own included."""
    from functions.execute import execute
    from functions.run_execution import run_execution

    with paused_queue(stack), counted() as operations:
        headers = {"Authorization": f"Bearer {stack.cron_secret}"}
        answer = _call(execute, f"/api/playbooks/{PLAYBOOK_ID}/execute", headers, asked)
        (task,) = operations.tasks
        headers = {
            "X-CloudTasks-QueueName": "runExecution",
            "X-CloudTasks-TaskName": task.name,
            "X-CloudTasks-TaskRetryCount": "0",
        }
        _call(run_execution, "/", headers, json.loads(task.http_request.body))
    stored = store.read(answer["executionId"])
    assert stored is not None
    return stored.execution, operations


@contextmanager
def paused_queue(stack: Stack) -> Iterator[None]:
    """No task leaves the queue by itself; what is in it at the end is thrown away."""
    client, name = clients.tasks(), f"projects/{stack.project}/locations/{stack.region}/queues/runExecution"
    client.pause_queue(name=name)
    try:
        yield
    finally:
        client.purge_queue(name=name)
        client.resume_queue(name=name)


def _call(function: Any, path: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
    app = flask.Flask(__name__)
    with app.test_request_context(path, method="POST", headers=dict(headers), json=dict(body)):
        answer: flask.Response = function(flask.request)
    if answer.status_code >= 400:
        raise AssertionError(f"{function.__name__} answered {answer.status}: {answer.get_data(as_text=True)}")
    found: dict[str, Any] = answer.get_json()
    return found
