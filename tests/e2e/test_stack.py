"""The stack is what the contract says it is."""

from __future__ import annotations

import time

import httpx
import pytest

from local.stack.platform import CRON_SECRET, DEAD_LETTER_TOPIC
from local.stack.running import Stack
from shared.gcp import clients
from tests.e2e.conftest import Console
from tests.harness.eventually import PATIENCE_SECONDS

# gunicorn's own idle limit is two seconds: a longer pause is what used to lose the next call.
_IDLE_SECONDS = 2.5


def test_the_console_says_that_the_stack_is_ready(on_stack: Stack) -> None:
    assert httpx.get(f"{on_stack.console_url}/healthz").status_code == 200


def test_hosting_leads_to_a_function_that_knows_the_seeded_cron_secret(api: httpx.Client, org_id: str) -> None:
    body = {"triggeredBy": "schedule", "orgId": org_id, "triggerId": "daily", "slot": "2026-11-23T14:00:00Z"}
    answer = api.post("/api/playbooks/none/execute", json=body)
    assert answer.status_code == 404, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_hosting_leads_to_a_function_that_refuses_a_caller_without_credentials(on_stack: Stack) -> None:
    assert (
        httpx.post(f"{on_stack.public_url}/api/executions/none/retry", timeout=PATIENCE_SECONDS).status_code == 401
    )


def test_a_call_after_an_idle_pause_reaches_the_same_function_process(on_stack: Stack) -> None:
    for _ in range(3):
        answer = httpx.post(f"{on_stack.public_url}/api/executions/none/cancel", timeout=PATIENCE_SECONDS)
        assert answer.status_code == 401
        time.sleep(_IDLE_SECONDS)


def test_the_platforms_sweep_runs_every_five_minutes(console: Console) -> None:
    fired = console.advance(300)["fired"]
    sweeps = [call for call in fired if call["name"].endswith("/jobs/platform-sweep")]
    assert [sweep["status"] for sweep in sweeps] == [200]


def test_the_cron_secret_is_read_with_the_official_client(on_stack: Stack) -> None:
    name = f"projects/{on_stack.project}/secrets/{CRON_SECRET}/versions/latest"
    assert clients.secrets().access_secret_version(name=name).payload.data.decode() == on_stack.cron_secret


def test_the_dead_letter_topic_takes_a_message(on_stack: Stack) -> None:
    topic = f"projects/{on_stack.project}/topics/{DEAD_LETTER_TOPIC}"
    assert clients.publisher().publish(topic, b"{}").result(timeout=10)


@pytest.mark.parametrize(
    "queue", ["runExecution", "runEvent", "runCatalog", "retryExecution", "checkOrg", "rollUpUsage"]
)
def test_each_task_function_has_its_queue(queue: str, on_stack: Stack) -> None:
    name = f"projects/{on_stack.project}/locations/{on_stack.region}/queues/{queue}"
    assert clients.tasks().get_queue(name=name).rate_limits.max_concurrent_dispatches > 0
