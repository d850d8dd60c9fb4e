"""What was changed behind the reconciler's back is found once a day and put right."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.scheduler_v1 import Job

from local.stack.running import Stack
from shared.errors import TransientError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.gcp.daily_walk import WalkPage
from shared.playbooks.time_triggers import ScheduleTrigger
from shared.triggers import jobs, listeners
from shared.triggers import repair as repairing
from shared.triggers.jobs import JobOwner, build_job, put_job
from shared.triggers.reconcile import PlaybookKey, reconcile
from shared.triggers.repair import QUEUE, PlaybookRepair, Source, begin_repair, repair_page
from tests.emulator import daily_walk
from tests.emulator.daily_walk import repair
from tests.emulator.scheduled_playbook import NEW_YORK, ScheduledPlaybook, document, on_event, schedule


@pytest.fixture(autouse=True)
def no_jobs_of_other_tests(on_emulators: Stack) -> Iterator[None]:
    with daily_walk.paused(QUEUE):
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
    assert repair() == PlaybookRepair(playbooks=1, repaired=1)
    after = playbook.job()
    assert (after.schedule, after.time_zone, after.state) == (before.schedule, before.time_zone, Job.State.ENABLED)
    assert after.http_target == before.http_target


def test_where_nothing_is_wrong_nothing_is_written(playbook: ScheduledPlaybook) -> None:
    before = playbook.job().user_update_time, playbook.record()
    assert repair() == PlaybookRepair(playbooks=1, repaired=0)
    assert (playbook.job().user_update_time, playbook.record()) == before


def test_a_playbook_whose_event_was_lost_is_scheduled(playbook: ScheduledPlaybook) -> None:
    lost = ScheduledPlaybook("lost", playbook.org_id)
    lost.write(document(schedule("5 5 * * *")))
    assert repair().repaired == 1
    assert lost.recorded() == {"schedule": ("5 5 * * *", NEW_YORK, "enabled")}
    assert lost.job().schedule == "5 5 * * *"


def test_the_job_of_a_playbook_that_is_gone_is_removed(playbook: ScheduledPlaybook) -> None:
    clients.firestore().document(f"playbook_schedules/{playbook.org_id}_p1").delete()
    playbook.write(None)
    assert repair().repaired == 1
    assert playbook.end_state() == ({}, {}, {}, True)


def test_the_job_of_a_trigger_that_is_gone_is_removed(playbook: ScheduledPlaybook) -> None:
    orphan = JobOwner(playbook.org_id, "p1", "of_long_ago")
    put_job(build_job(orphan, ScheduleTrigger.model_validate(schedule(id="of_long_ago")), "x"))
    assert set(playbook.schedules()) == {"schedule", "of_long_ago"}
    repair()
    assert set(playbook.schedules()) == {"schedule"}


def test_a_deleted_listener_is_restored(playbook: ScheduledPlaybook) -> None:
    (listener,) = listeners.existing(playbook.org_id, "p1")
    clients.firestore().document(f"{listeners.COLLECTION}/{listener}").delete()
    assert repair().repaired == 1
    assert playbook.listening() == {"event": "inventory.low_stock"}


def test_the_listener_of_a_playbook_that_is_gone_is_removed(playbook: ScheduledPlaybook) -> None:
    orphan = clients.firestore().document(f"{listeners.COLLECTION}/orphan")
    orphan.set({"orgId": playbook.org_id, "playbookId": "gone", "eventName": "a.b", "triggerId": "t"})
    repair()
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
        repair()
        assert client.get_job(name=full_name) == before
    finally:
        client.delete_job(name=full_name)


def test_a_malformed_record_is_rebuilt_and_stops_no_other(playbook: ScheduledPlaybook) -> None:
    broken = ScheduledPlaybook("broken", playbook.org_id)
    broken.write(document(schedule()))
    clients.firestore().document(f"playbook_schedules/{playbook.org_id}_broken").set({"jobs": 7})
    delete(playbook.job())
    assert repair() == PlaybookRepair(playbooks=2, repaired=2)
    assert set(playbook.schedules()) == {"schedule"}
    assert broken.recorded() == {"schedule": ("0 9 * * *", NEW_YORK, "enabled")}


def test_it_is_begun_once_a_day_at_most(playbook: ScheduledPlaybook) -> None:
    now = datetime.now(UTC)
    assert begin_repair(Clock())
    assert not begin_repair(Clock(not_before=now + timedelta(hours=23)))
    assert begin_repair(Clock(not_before=now + timedelta(hours=25)))
    assert len(daily_walk.pages(QUEUE)) == 2 * len(Source)


def test_one_whose_beginning_died_is_begun_again_under_the_same_name(
    playbook: ScheduledPlaybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    asked: list[str] = []

    def die(page: WalkPage, queue: str) -> None:
        asked.append(page.walk)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(WalkPage, "enqueue", die)
        with pytest.raises(Killed):
            begin_repair(Clock())
    assert begin_repair(Clock())
    assert {page.walk for page in daily_walk.pages(QUEUE)} == set(asked)


def test_a_note_of_the_last_walk_that_makes_no_sense_stops_no_walk(playbook: ScheduledPlaybook) -> None:
    for damage in ({"startedAt": 7}, {"walk": 7, "startedAt": datetime.now(UTC)}, {"startedAt": None}):
        clients.firestore().document("platform/repair").set(damage)
        assert begin_repair(Clock())
        assert not begin_repair(Clock())


def test_many_pages_end_and_each_may_come_twice(
    playbook: ScheduledPlaybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repairing, "PAGE", 2)
    others = [ScheduledPlaybook(f"p{number}") for number in range(2, 7)]
    for other in others:
        other.write(document(schedule(), on_event()))
    begin_repair(Clock())
    done = daily_walk.drain(QUEUE, lambda page: repair_page(page, Clock()), times=2)
    assert sum(one.repaired for one in done) == len(others)
    assert all(set(other.schedules()) == {"schedule"} for other in others)
    assert repair() == PlaybookRepair(playbooks=6, repaired=0)


POISON: dict[str, dict[str, Any]] = {
    "org-number": {"orgId": 7, "playbookId": "p"},
    "playbook-with-slash": {"orgId": "o", "playbookId": "a/b"},
    "org-with-slash": {"orgId": "a/b", "playbookId": "p"},
    "null": {"orgId": None, "playbookId": None},
    "lists": {"orgId": ["o"], "playbookId": ["p"]},
    "reserved": {"orgId": "__o__", "playbookId": ".."},
    "empty": {},
}


def test_poison_is_named_does_not_restart_the_walk_and_stops_no_repair(
    playbook: ScheduledPlaybook, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(repairing, "PAGE", 3)
    for name, fields in POISON.items():
        clients.firestore().document(f"{listeners.COLLECTION}/{name}").set(fields)
    orphan = clients.firestore().document(f"{listeners.COLLECTION}/zzz")
    orphan.set({"orgId": playbook.org_id, "playbookId": "gone", "eventName": "a.b", "triggerId": "t"})
    clients.firestore().document(f"tenants/{playbook.org_id}/playbooks/bad").set({"status": [], "triggers": 7})
    clients.firestore().document(f"tenants/{playbook.org_id}/playbooks/worse").set({"status": "active", "steps": 7})
    delete(playbook.job())
    with caplog.at_level(logging.ERROR):
        done = repair()
    assert done.failed == len(POISON)
    assert all(f"{listeners.COLLECTION}/{name}" in caplog.text for name in POISON)
    assert set(playbook.schedules()) == {"schedule"}
    assert not orphan.get().exists
    worse = clients.firestore().document(f"tenants/{playbook.org_id}/playbooks/worse").get()
    assert worse.get("status") == "error"
    repair()
    repair()
    assert repair() == PlaybookRepair(playbooks=3, repaired=0, passed_over=len(POISON))


def test_a_refused_reading_of_one_playbook_asks_for_the_page_again_when_the_others_are_done(
    playbook: ScheduledPlaybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = ScheduledPlaybook("away", "aaa-first")
    away.write(document(schedule()))
    delete(playbook.job())
    once = [TransientError("not now")]

    def refuse(key: PlaybookKey, clock: Clock, **how: Any) -> bool:
        if key == away.key and once:
            raise once.pop()
        return reconcile(key, clock, **how)

    monkeypatch.setattr(repairing, "reconcile", refuse)
    page = WalkPage("w", Source.PLAYBOOKS)
    with pytest.raises(TransientError, match="1 could not be dealt with now: tenants/aaa-first/playbooks/away"):
        repair_page(page, Clock())
    assert set(playbook.schedules()) == {"schedule"}
    assert repair_page(page, Clock()).repaired == 1


@pytest.mark.parametrize("status", ["active", "draft", "paused"])
def test_a_summary_that_is_missing_or_wrong_is_rewritten(playbook: ScheduledPlaybook, status: str) -> None:
    playbook.write(document(schedule(), status=status))
    playbook.reconcile()
    summary = clients.firestore().document(f"playbook_summaries/{playbook.org_id}_{playbook.playbook_id}")
    written = summary.get().to_dict()
    summary.delete()
    assert repair().repaired == 1
    assert summary.get().to_dict() == written
    summary.update({"name": "Something else"})
    assert repair().repaired == 1
    assert summary.get().to_dict() == written
    assert repair().repaired == 0


def test_a_summary_of_nothing_goes(playbook: ScheduledPlaybook) -> None:
    left_over = clients.firestore().document(f"playbook_summaries/{playbook.org_id}_gone")
    left_over.set({"orgId": playbook.org_id, "playbookId": "gone", "name": "Gone"})
    assert repair().repaired == 1
    assert not left_over.get().exists
