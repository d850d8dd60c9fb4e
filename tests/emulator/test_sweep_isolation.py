"""A sweep meets malformed documents: everybody else's work is done, what is malformed is named and passed over."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import pytest

from functions import sweep as door
from local.stack.running import Stack
from shared.errors import TransientError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs import sweep as sweeping
from shared.runs.queue import MAX_ATTEMPT
from shared.runs.sweep import sweep_missed, sweep_overdue
from shared.triggers.reconcile import PlaybookKey, reconcile
from tests.emulator.executions import (
    ORG,
    SET,
    clock_in,
    documents,
    lose_tasks,
    put_org,
    put_playbook,
    run,
    start,
    task_names,
)

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HOURLY = {"type": "schedule", "id": "hourly", "cron": "0 * * * *", "timezone": "UTC"}


@pytest.fixture(autouse=True)
def paused_scheduler_free(quiet_queues: Stack) -> Iterator[None]:
    yield
    for job in clients.scheduler().list_jobs(parent="projects/demo-playbooks/locations/us-central1"):
        if "/jobs/playbook-" in job.name:
            clients.scheduler().delete_job(name=job.name)


def damaged(path: str, **fields: Any) -> dict[str, Any]:
    return {**(clients.firestore().document(path).get().to_dict() or {}), **fields}


EXECUTION_DAMAGE: dict[str, dict[str, Any]] = {
    "status-unknown": {"status": "dreaming"},
    "status-number": {"status": 7},
    "status-null": {"status": None},
    "status-ended": {"status": "completed"},
    "attempt-text": {"attempt": "two"},
    "attempt-null": {"attempt": None},
    "attempt-huge": {"attempt": 10**12},
    "attempt-list": {"attempt": [1]},
    "attempt-refused-by-the-door": {"attempt": MAX_ATTEMPT + 1},
    "next-attempt-refused": {"attempt": MAX_ATTEMPT, "status": "retrying"},
    "replay-text": {"replay": "x"},
    "replay-negative": {"replay": -1},
    "pinned-number": {"pinned": 7},
    "pinned-not-json": {"pinned": "{"},
    "pinned-empty": {"pinned": "{}"},
    "results-text": {"stepResults": "none"},
    "org-number": {"orgId": 7},
    "everything-gone": dict.fromkeys(("status", "attempt", "pinned", "orgId", "playbookId", "createdAt")),
}


def test_malformed_executions_at_the_head_starve_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sweeping, "PAGE", 3)
    put_playbook("p", [SET])
    healthy = start("p").execution_id
    for name, damage in EXECUTION_DAMAGE.items():
        fields = damaged(f"playbook_executions/{healthy}", dueAt=LONG_AGO, **damage)
        clients.firestore().document(f"playbook_executions/{name}").set(fields)
    for minute in (2, 7, 12):
        caplog.clear()
        lose_tasks("runExecution")
        with caplog.at_level(logging.ERROR):
            assert sweep_overdue(clock_in(minute * 60)) == 1
        assert all(f"playbook_executions/{name}" in caplog.text for name in EXECUTION_DAMAGE)
        assert sum(healthy in name for name in task_names("runExecution")) == 1
    assert not [name for name in task_names("runExecution") if healthy not in name]
    caplog.clear()
    lose_tasks("runExecution")
    with caplog.at_level(logging.ERROR):
        assert sweep_overdue(clock_in(17 * 60)) == 1
    assert caplog.text == "", "they are passed over by now"
    assert {entry["path"] for entry in documents("quarantine")} == {
        f"playbook_executions/{name}" for name in EXECUTION_DAMAGE
    }


def test_what_waits_in_a_long_queue_is_not_queued_again() -> None:
    put_playbook("p", [SET])
    put_playbook("waits", [{"id": "w", "action": "wait", "params": {"minutes": 1}}])
    ids = [start("p").execution_id for _ in range(3)]
    parked = start("waits").execution_id
    assert run(parked) == "waiting"
    before = task_names("runExecution")
    for minute in (3, 8, 13):
        assert sweep_overdue(clock_in(minute * 60)) == 0
        assert task_names("runExecution") == before
    lose_tasks("runExecution")
    assert sweep_overdue(clock_in(18 * 60)) == len([*ids, parked])
    again = task_names("runExecution")
    assert sweep_overdue(clock_in(23 * 60)) == 0
    assert task_names("runExecution") == again


SCHEDULE_DAMAGE: dict[str, dict[str, Any]] = {
    "jobs-number": {"jobs": 7},
    "jobs-list": {"jobs": [1]},
    "job-null": {"jobs": {"hourly": None}},
    "cron-nonsense": {"jobs": {"hourly": {"name": "n", "state": "enabled", "timezone": "UTC", "cron": "soon"}}},
    "cron-never": {"jobs": {"hourly": {"name": "n", "state": "enabled", "timezone": "UTC", "cron": "0 0 31 2 *"}}},
    "zone-nonsense": {
        "jobs": {"hourly": {"name": "n", "state": "enabled", "timezone": "Eastern", "cron": "0 * * * *"}}
    },
    "occurrence-never": {
        "jobs": {
            "hourly": {
                "name": "n",
                "state": "enabled",
                "timezone": "UTC",
                "cron": "0 0 1 * *",
                "occurrence": "fourth",
            }
        }
    },
    "org-number": {"orgId": 7},
    "org-missing": {"orgId": None},
    "org-with-slash": {"orgId": "a/b"},
    "playbook-with-slash": {"playbookId": "a/b"},
    "playbook-list": {"playbookId": ["p"]},
}
TENANT_DAMAGE: dict[str, dict[str, Any]] = {
    "zone": {"timezone": "Eastern"},
    "zone-number": {"timezone": 7},
    "tier": {"tierId": "platinum"},
    "budget": {"monthlyBudgetUsd": "lots"},
    "phones": {"staffPhones": 7},
    "name": {"name": ["n"]},
}


def missed_hours_ago(org_id: str, playbook_id: str) -> datetime:
    """Its schedule record says that its last tick never came."""
    reconcile(PlaybookKey(org_id, playbook_id), Clock())
    due = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    clients.firestore().document(f"playbook_schedules/{org_id}_{playbook_id}").update({"nextRunAt": due})
    return due


def test_malformed_schedules_and_orgs_stop_no_other_orgs_lost_slots(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sweeping, "PAGE", 3)
    put_playbook("p", [SET], triggers=[HOURLY])
    due = missed_hours_ago(ORG, "p")
    sound = damaged(f"playbook_schedules/{ORG}_p", nextRunAt=LONG_AGO)
    for name, damage in SCHEDULE_DAMAGE.items():
        clients.firestore().document(f"playbook_schedules/{name}").set({**sound, **damage})
    playbook = damaged(f"tenants/{ORG}/playbooks/p")
    for name, damage in TENANT_DAMAGE.items():
        org_id = f"org-{name}"
        clients.firestore().document(f"tenants/{org_id}").set({"name": org_id, **damage})
        clients.firestore().document(f"tenants/{org_id}/playbooks/p").set({**playbook, "orgId": org_id})
        record = {**sound, "orgId": org_id, "nextRunAt": LONG_AGO}
        clients.firestore().document(f"playbook_schedules/{org_id}_p").set(record)
    assert sweep_missed(Clock()) == 1
    assert [found["orgId"] for found in documents("playbook_executions")] == [ORG]
    assert sweep_missed(Clock()) == 0
    assert sweep_missed(Clock()) == 0
    assert {found["trigger"]["slot"] for found in documents("playbook_executions")} <= {
        due,
        due + timedelta(hours=1),
    }
    wanted = {f"playbook_schedules/{name}" for name in SCHEDULE_DAMAGE}
    wanted |= {f"playbook_schedules/org-{name}_p" for name in TENANT_DAMAGE}
    assert {entry["path"] for entry in documents("quarantine")} == wanted
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        sweep_missed(Clock())
    assert caplog.text == ""


def test_a_playbook_too_large_to_be_pinned_stops_no_sweep() -> None:
    put_playbook("p", [SET], triggers=[HOURLY])
    missed_hours_ago(ORG, "p")
    quotes = {"id": "set", "action": "set", "params": {"values": {"x": '"' * 550_000}}}
    put_playbook("large", [quotes], triggers=[HOURLY])
    record = damaged(f"playbook_schedules/{ORG}_p", playbookId="large", nextRunAt=LONG_AGO)
    clients.firestore().document(f"playbook_schedules/{ORG}_large").set(record)
    sweep_missed(Clock())
    assert "p" in {found["playbookId"] for found in documents("playbook_executions")}


def call() -> tuple[int, dict[str, Any]]:
    headers = {"X-CloudScheduler": "true", "X-CloudScheduler-ScheduleTime": datetime.now(UTC).isoformat()}
    with flask.Flask("door").test_request_context("/", method="POST", headers=headers) as context:
        answer = door.sweep(context.request)
        return answer.status_code, answer.get_json()


@pytest.mark.parametrize("part", ["sweep_overdue", "sweep_missed", "sweep_reviews", "sweep_jobs", "notify_owners"])
def test_a_part_that_fails_stops_no_other_part_and_is_reported(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put_playbook("p", [SET], triggers=[HOURLY])
    missed_hours_ago(ORG, "p")
    put_org(timezone="UTC")

    def away(*_: object) -> None:
        raise TransientError("away")

    monkeypatch.setattr(door, part, away)
    status, answer = call()
    names = {
        "sweep_overdue": "overdue",
        "sweep_missed": "missed",
        "sweep_reviews": "reviewed",
        "sweep_jobs": "bulk",
        "notify_owners": "told",
    }
    assert (status, answer["failed"]) == (503, [names[part]])
    assert answer["missed"] == (None if part == "sweep_missed" else 1)
    monkeypatch.undo()


def test_where_all_is_well_the_answer_says_so() -> None:
    status, answer = call()
    assert (status, answer["failed"]) == (200, [])
