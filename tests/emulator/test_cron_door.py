"""The door of the catalog's ticks: who may call, which slot a call stands for, and the jobs that call."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask
import pytest
from google.cloud.scheduler_v1 import Job

from functions.cron import cron
from functions.start_catalog_runs import start_catalog_runs
from local.deploy.cron_jobs import put_jobs
from local.deploy.target import read_environment_file
from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.api.cron_secret import SECRET_ID, newest_secret, read_enabled_versions
from shared.documents.org import PLAYBOOK_ASSIGNMENTS
from shared.gcp import clients
from shared.gcp.settings import settings
from shared.triggers import jobs
from shared.triggers.catalog_ticks import QUEUE
from shared.triggers.rotate_secret import rotate
from tests.accounts import sign_up
from tests.emulator.catalog_walk import change, put_org, put_playbook, queue_path, runs, waiting_pages
from tests.harness.catalog_orgs import Wanted, seed_orgs

DAILY, WEEKLY = "/api/cron/playbooks/daily", "/api/cron/playbooks/weekly"
PRIVATE = {"X-CloudTasks-QueueName": QUEUE, "X-CloudTasks-TaskName": "t1"}


@pytest.fixture(autouse=True)
def quiet(on_emulators: Stack) -> Iterator[None]:
    """Pages wait."""
    parents = [queue_path(name) for name in (QUEUE, "runCatalog")]
    for parent in parents:
        clients.tasks().pause_queue(name=parent)
        clients.tasks().purge_queue(name=parent)
    yield
    for parent in parents:
        clients.tasks().purge_queue(name=parent)
        clients.tasks().resume_queue(name=parent)


def call(
    path: str, headers: Mapping[str, str], body: Any = None, method: str = "POST", handler: Any = cron
) -> tuple[int, dict[str, Any]]:
    with flask.Flask("door").test_request_context(path, method=method, json=body, headers=dict(headers)) as context:
        answer = handler(context.request)
        return answer.status_code, answer.get_json()


def by_cron(at: str | None = None) -> dict[str, str]:
    """As the job calls that was due `at`."""
    due = {"X-CloudScheduler-ScheduleTime": at} if at else {}
    return {"Authorization": f"Bearer {newest_secret()}", **due}


def slot_of(path: str, at: str) -> str:
    status, answer = call(path, by_cron(at))
    assert status == 202
    slot: str = answer["slot"]
    return slot


def test_it_answers_how_many_orgs_and_runs_there_are_and_asks_for_the_first_page() -> None:
    wanted = seed_orgs(0, 6)
    put_org("org-paused", status="paused")
    put_org("org-plain")
    change("tenants/org-plain", status=None)
    put_playbook("org-plain", "weekly-summary", "weekly")
    change(f"{PLAYBOOK_ASSIGNMENTS}/org-paused_daily-intel", status="paused")
    status, answer = call(DAILY, by_cron("2026-11-24T14:00:00Z"))
    figures = {"frequency": "daily", "slot": "2026-11-24T14:00:00Z", "orgs": 7, "executions": len(wanted) + 1}
    assert (status, answer) == (202, figures)
    ((_, page),) = waiting_pages()
    assert (page.frequency, page.slot, page.after) == ("daily", datetime(2026, 11, 24, 14, tzinfo=UTC), None)
    status, answer = call(WEEKLY, by_cron("2026-11-23T13:00:00Z"))
    assert answer == {"frequency": "weekly", "slot": "2026-11-23T13:00:00Z", "orgs": 7, "executions": 1}
    assert not runs()


def test_a_tick_delivered_twice_is_walked_once_and_a_call_by_hand_always_walks() -> None:
    for _ in range(2):
        assert call(DAILY, by_cron("2026-11-25T14:00:00Z"))[0] == 202
    assert len(waiting_pages()) == 1
    for _ in range(2):
        assert call(DAILY, by_cron())[0] == 202
    assert len(waiting_pages()) == 3


@pytest.mark.parametrize("path", [DAILY, WEEKLY])
@pytest.mark.parametrize("role", ["viewer", "editor", "owner"])
def test_people_may_not_call(on_emulators: Stack, path: str, role: str) -> None:
    person = sign_up(on_emulators, orgId="org-a", role=role)
    assert call(path, {"Authorization": f"Bearer {person.id_token}"})[0] == 403
    assert not waiting_pages()


def test_agents_may_not_call_and_strangers_are_not_known() -> None:
    key = create_agent_key("org-a", "craig")
    assert call(DAILY, {"X-Api-Key": key})[0] == 403
    assert call(DAILY, {})[0] == 401
    assert call(DAILY, {"Authorization": f"Bearer {uuid.uuid4().hex}"})[0] == 401
    assert not waiting_pages()


@pytest.mark.parametrize("path", ["/api/cron/playbooks/hourly", "/api/cron/daily", "/api/cron/playbooks/daily/x"])
def test_there_are_two_addresses(path: str) -> None:
    assert call(path, by_cron())[0] == 404
    assert call(DAILY, by_cron(), method="GET")[0] == 405


LATE_AND_ON_DST_DAYS = [
    (DAILY, "2026-11-24T14:00:00Z", "2026-11-24T14:00:00Z"),
    (DAILY, "2026-11-24T14:07:31Z", "2026-11-24T14:00:00Z"),
    (DAILY, "2026-11-25T13:59:59Z", "2026-11-24T14:00:00Z"),
    # Spring: the day has 23 hours and New York's nine o'clock comes an hour sooner in UTC.
    (DAILY, "2026-03-07T14:00:00Z", "2026-03-07T14:00:00Z"),
    (DAILY, "2026-03-08T12:59:59Z", "2026-03-07T14:00:00Z"),
    (DAILY, "2026-03-08T13:00:00Z", "2026-03-08T13:00:00Z"),
    (DAILY, "2026-03-08T13:11:00Z", "2026-03-08T13:00:00Z"),
    (DAILY, "2026-03-08T14:00:00Z", "2026-03-08T13:00:00Z"),
    (WEEKLY, "2026-03-02T13:00:00Z", "2026-03-02T13:00:00Z"),
    (WEEKLY, "2026-03-09T12:00:00Z", "2026-03-09T12:00:00Z"),
    (WEEKLY, "2026-03-09T13:00:00Z", "2026-03-09T12:00:00Z"),
    # Autumn: 25 hours, and an hour later.
    (DAILY, "2026-10-31T13:00:00Z", "2026-10-31T13:00:00Z"),
    (DAILY, "2026-11-01T13:00:00Z", "2026-10-31T13:00:00Z"),
    (DAILY, "2026-11-01T14:00:00Z", "2026-11-01T14:00:00Z"),
    (DAILY, "2026-11-01T14:20:00Z", "2026-11-01T14:00:00Z"),
    (WEEKLY, "2026-10-26T12:00:00Z", "2026-10-26T12:00:00Z"),
    (WEEKLY, "2026-11-02T12:00:00Z", "2026-10-26T12:00:00Z"),
    (WEEKLY, "2026-11-02T13:05:00Z", "2026-11-02T13:00:00Z"),
]


@pytest.mark.parametrize(("path", "at", "slot"), LATE_AND_ON_DST_DAYS)
def test_a_tick_stands_for_the_schedules_last_slot(path: str, at: str, slot: str) -> None:
    assert slot_of(path, at) == slot


def test_an_operator_may_name_a_slot_that_the_schedule_has_had() -> None:
    status, answer = call(DAILY, by_cron(), {"slot": "2026-11-01T09:00:00-05:00"})
    assert (status, answer["slot"]) == (202, "2026-11-01T14:00:00Z")


@pytest.mark.parametrize(
    "body", [{"slot": "2026-11-01T13:00:00Z"}, {"slot": "2999-11-26T14:00:00Z"}, {"slot": 7}, {"orgId": "org-a"}]
)
def test_another_slot_or_field_is_refused(body: dict[str, Any]) -> None:
    status, answer = call(DAILY, by_cron(), body)
    assert status == 422
    assert next(iter(body)) in answer["detail"]
    assert not waiting_pages()


def test_a_page_is_a_private_door() -> None:
    put_org("org-a")
    body = {"frequency": "daily", "slot": "2026-11-24T14:00:00Z", "walk": uuid.uuid4().hex, "after": None}
    assert call("/", {}, body, handler=start_catalog_runs)[0] == 403
    assert call("/", by_cron(), body, handler=start_catalog_runs)[0] == 403
    assert call("/", PRIVATE, {**body, "frequency": "hourly"}, handler=start_catalog_runs)[0] == 422
    assert not runs()
    counted = {"orgs": 1, "started": 1, "existing": 0, "skipped": 0, "failed": 0}
    assert call("/", PRIVATE, body, handler=start_catalog_runs) == (200, counted)
    assert set(runs()) == {Wanted("org-a", "daily-intel")}


def ticking_jobs() -> dict[str, Job]:
    found = {job.name.rpartition("/")[2]: job for job in clients.scheduler().list_jobs(parent=jobs.parent())}
    return {name: job for name, job in found.items() if name.startswith("playbooks-")}


def test_the_stack_has_both_jobs(on_emulators: Stack) -> None:
    found = ticking_jobs()
    when = {name: (job.schedule, job.time_zone) for name, job in found.items()}
    assert when == {
        "playbooks-daily": ("0 9 * * *", "America/New_York"),
        "playbooks-weekly": ("0 8 * * 1", "America/New_York"),
    }
    for name, path in (("playbooks-daily", DAILY), ("playbooks-weekly", WEEKLY)):
        target = found[name].http_target
        assert target.uri == f"{settings().public_base_url}{path}"
        status, _ = call(path, {name: value for name, value in target.headers.items() if name == "Authorization"})
        assert status == 202


def _enabled() -> set[str]:
    parent = f"projects/{settings().project}/secrets/{SECRET_ID}"
    listed = clients.secrets().list_secret_versions(request={"parent": parent, "filter": "state:ENABLED"})
    return {version.name for version in listed}


@pytest.fixture
def secret_as_before(on_emulators: Stack) -> Iterator[None]:
    """The stack is shared: the jobs and the doors have their secret of before again."""
    before = _enabled()
    yield
    for version in before - _enabled():
        clients.secrets().enable_secret_version(name=version)
    for version in _enabled() - before:
        clients.secrets().disable_secret_version(name=version)
    put_jobs(settings())


@pytest.mark.usefixtures("secret_as_before")
def test_a_rotation_rewrites_both_jobs_and_a_deployment_puts_in_the_newest_secret(
    on_emulators: Stack, tmp_path: Path
) -> None:
    before = read_enabled_versions()
    rotate(grace_seconds=0, wait=lambda _: None)
    newest = f"Bearer {newest_secret()}"
    assert newest_secret() not in before
    assert {job.http_target.headers["Authorization"] for job in ticking_jobs().values()} == {newest}
    dotenv = tmp_path / ".env.thrive"
    dotenv.write_text("# a comment\nPUBLIC_BASE_URL='https://playbooks.example.com/'\n")
    name = clients.scheduler().job_path("demo-playbooks", "us-central1", "playbooks-daily")
    clients.scheduler().delete_job(name=name)
    put_jobs(settings({**os.environ, **read_environment_file(dotenv)}))
    found = ticking_jobs()
    assert {job.http_target.headers["Authorization"] for job in found.values()} == {newest}
    assert found["playbooks-weekly"].http_target.uri == f"https://playbooks.example.com{WEEKLY}"
    put_jobs(settings())
    assert ticking_jobs()["playbooks-daily"].http_target.uri == f"{on_emulators.ports.url('hosting')}{DAILY}"
