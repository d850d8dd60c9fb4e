"""What was changed behind the reconciler's back is found once a day and put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core.exceptions import NotFound
from google.cloud.scheduler_v1 import Job

from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.playbooks.models import ScheduleTrigger
from shared.scheduling import jobs, listeners
from shared.scheduling.jobs import JobOwner, build_job, put_job
from shared.scheduling.repair import Repaired, repair, repair_if_due
from tests.emulator.scheduled_playbook import NEW_YORK, ScheduledPlaybook, document, on_event, schedule


@pytest.fixture(autouse=True)
def no_jobs_of_other_tests(on_emulators: Stack) -> Iterator[None]:
    yield
    for job, _ in list(jobs.playbook_jobs()):
        jobs.delete_job(job.name)


@pytest.fixture
def playbook(on_emulators: Stack) -> ScheduledPlaybook:
    for job, _ in list(jobs.playbook_jobs()):
        jobs.delete_job(job.name)
    playbook = ScheduledPlaybook()
    playbook.write(document(schedule(), on_event()))
    playbook.reconcile()
    return playbook


def delete(job: Job) -> None:
    clients.scheduler().delete_job(name=job.name)


def pause(job: Job) -> None:
    clients.scheduler().pause_job(name=job.name)


def change(**fields: Any) -> Callable[[Job], None]:
    def apply(job: Job) -> None:
        for name, value in fields.items():
            setattr(job, name, value)
        clients.scheduler().update_job(job=job)

    return apply


def point_elsewhere(job: Job) -> None:
    job.http_target.uri = "https://elsewhere.example/api/playbooks/p1/execute"
    clients.scheduler().update_job(job=job)


def say_something_else(job: Job) -> None:
    job.http_target.body = b'{"triggeredBy": "manual"}'
    clients.scheduler().update_job(job=job)


def take_the_secret_away(job: Job) -> None:
    job.http_target.headers["Authorization"] = "Bearer of-long-ago"
    clients.scheduler().update_job(job=job)


@pytest.mark.parametrize(
    "damage",
    [
        delete,
        pause,
        change(schedule="* * * * *"),
        change(time_zone="Etc/UTC"),
        point_elsewhere,
        say_something_else,
        take_the_secret_away,
    ],
    ids=["deleted", "paused", "cron", "zone", "uri", "body", "secret"],
)
def test_a_job_changed_behind_our_back_is_restored(
    playbook: ScheduledPlaybook, damage: Callable[[Job], None]
) -> None:
    before = playbook.job()
    damage(playbook.job())
    assert repair(Clock()) == Repaired(playbooks=1, repaired=1)
    after = playbook.job()
    assert (after.schedule, after.time_zone, after.state) == (before.schedule, before.time_zone, Job.State.ENABLED)
    assert after.http_target == before.http_target


def test_where_nothing_is_wrong_nothing_is_written(playbook: ScheduledPlaybook) -> None:
    before = playbook.job().user_update_time, playbook.record()
    assert repair(Clock()) == Repaired(playbooks=1, repaired=0)
    assert (playbook.job().user_update_time, playbook.record()) == before


def test_a_playbook_whose_event_was_lost_is_scheduled(playbook: ScheduledPlaybook) -> None:
    lost = ScheduledPlaybook("lost", playbook.org_id)
    lost.write(document(schedule("5 5 * * *")))
    assert repair(Clock()).repaired == 1
    assert lost.recorded() == {"schedule": ("5 5 * * *", NEW_YORK, "enabled")}
    assert lost.job().schedule == "5 5 * * *"


def test_the_job_of_a_playbook_that_is_gone_is_removed(playbook: ScheduledPlaybook) -> None:
    clients.firestore().document(f"playbook_schedules/{playbook.org_id}_p1").delete()
    playbook.write(None)
    assert repair(Clock()).repaired == 1
    assert playbook.end_state() == ({}, {}, {}, True)


def test_the_job_of_a_trigger_that_is_gone_is_removed(playbook: ScheduledPlaybook) -> None:
    orphan = JobOwner(playbook.org_id, "p1", "of_long_ago")
    put_job(build_job(orphan, ScheduleTrigger.model_validate(schedule(id="of_long_ago")), "x"))
    assert set(playbook.schedules()) == {"schedule", "of_long_ago"}
    repair(Clock())
    assert set(playbook.schedules()) == {"schedule"}


def test_a_deleted_listener_is_restored(playbook: ScheduledPlaybook) -> None:
    (listener,) = listeners.existing(playbook.org_id, "p1")
    clients.firestore().document(f"{listeners.COLLECTION}/{listener}").delete()
    assert repair(Clock()).repaired == 1
    assert playbook.listening() == {"event": "inventory.low_stock"}


def test_the_listener_of_a_playbook_that_is_gone_is_removed(playbook: ScheduledPlaybook) -> None:
    orphan = clients.firestore().document(f"{listeners.COLLECTION}/orphan")
    orphan.set({"orgId": playbook.org_id, "playbookId": "gone", "eventName": "a.b", "triggerId": "t"})
    repair(Clock())
    assert not orphan.get().exists
    assert playbook.listening() == {"event": "inventory.low_stock"}


@pytest.mark.parametrize(
    ("name", "path", "body"),
    [
        ("nightly", "/hook", b""),
        ("nightly", "/api/playbooks/p9/execute", b'{"orgId": "o9", "triggerId": "t"}'),
        ("playbook-report", "/report", b'{"orgId": "o9", "triggerId": "t"}'),
        ("playbook-report", "/api/playbooks/p9/execute", b"{}"),
    ],
)
def test_a_foreign_job_is_left_alone(playbook: ScheduledPlaybook, name: str, path: str, body: bytes) -> None:
    client = clients.scheduler()
    target = {"uri": f"https://elsewhere.example{path}", "body": body}
    full_name = f"{jobs.parent()}/jobs/{name}"
    job = Job(name=full_name, schedule="0 0 1 1 *", time_zone="Etc/UTC", http_target=target)
    before = client.create_job(parent=jobs.parent(), job=job)
    try:
        repair(Clock())
        assert client.get_job(name=full_name) == before
    finally:
        client.delete_job(name=full_name)


def test_one_that_cannot_be_repaired_does_not_stop_the_others(playbook: ScheduledPlaybook) -> None:
    broken = ScheduledPlaybook("broken", playbook.org_id)
    broken.write(document(schedule()))
    clients.firestore().document(f"playbook_schedules/{playbook.org_id}_broken").set({"jobs": 7})
    delete(playbook.job())
    assert repair(Clock()) == Repaired(playbooks=2, repaired=1, failed=1)
    assert set(playbook.schedules()) == {"schedule"}


def test_it_is_done_once_a_day_at_most(playbook: ScheduledPlaybook) -> None:
    now = datetime.now(UTC)
    assert repair_if_due(Clock()) is not None
    delete(playbook.job())
    assert repair_if_due(Clock(not_before=now + timedelta(hours=23))) is None
    with pytest.raises(NotFound):
        playbook.job()
    assert repair_if_due(Clock(not_before=now + timedelta(hours=25))) == Repaired(playbooks=1, repaired=1)


def test_one_that_died_is_begun_again(playbook: ScheduledPlaybook, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "playbook_jobs", die)
        with pytest.raises(Killed):
            repair_if_due(Clock())
    assert repair_if_due(Clock()) == Repaired(playbooks=1, repaired=0)
