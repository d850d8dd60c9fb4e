"""What only Google's own services may call refuses everybody else."""

from __future__ import annotations

import httpx
import pytest

from local.stack.running import Stack
from tests.harness.eventually import PATIENCE_SECONDS


@pytest.mark.parametrize(
    "function_id",
    ["runExecution", "runEvent", "runCatalog", "retryExecution", "sweep", "heartbeat", "checkOrg", "rollUpUsage"],
)
def test_a_stranger_is_refused(function_id: str, on_stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {on_stack.cron_secret}"}
    body = {"executionId": "any", "attempt": 1}
    answer = httpx.post(on_stack.function_url(function_id), json=body, headers=headers, timeout=PATIENCE_SECONDS)
    assert answer.status_code == 403, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("path", ["runExecution", "executions/any/run", "sweep", "cron/sweep", "heartbeat"])
def test_hosting_leads_to_none_of_them(path: str, on_stack: Stack) -> None:
    headers = {"X-CloudTasks-QueueName": "runExecution", "X-CloudTasks-TaskName": "t", "X-CloudScheduler": "true"}
    answer = httpx.post(f"{on_stack.public_url}/api/{path}", json={}, headers=headers, timeout=PATIENCE_SECONDS)
    assert answer.status_code in {401, 404, 405}, answer.text
