"""Cloud Scheduler refuses: for good, and the playbook says why; or for now, and it is tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from google.api_core.exceptions import Forbidden

from local.stack.running import Stack
from shared.gcp import clients
from shared.triggers import jobs
from shared.triggers.jobs import NoJobNowError
from shared.triggers.repair import QUEUE
from tests.emulator.daily_walk import paused, repair
from tests.emulator.scheduled_playbook import NEW_YORK, ScheduledPlaybook, document, on_event, schedule

NEW_ZONE = "America/Coyhaique"

Limit = Callable[..., None]


@pytest.fixture
def limit(on_emulators: Stack) -> Iterator[Limit]:
    """Sets what the local Cloud Scheduler takes."""
    url = f"{on_emulators.console_url}/api/scheduler/limits"

    def put(**limits: object) -> None:
        httpx.put(url, json=limits).raise_for_status()

    yield put
    put()


@pytest.fixture
def playbook(on_emulators: Stack) -> ScheduledPlaybook:
    # The repair looks at other tests' jobs too.
    for job, _ in list(jobs.playbook_jobs()):
        jobs.delete_job(job.name)
    return ScheduledPlaybook()


def test_a_zone_that_the_scheduler_does_not_know_is_said_in_the_playbook_and_the_inbox(
    playbook: ScheduledPlaybook, limit: Limit
) -> None:
    limit(unknownZones=[NEW_ZONE])
    playbook.write(document(schedule(), schedule(zone=NEW_ZONE, id="evening"), on_event()))
    playbook.reconcile()
    found = playbook.data()
    assert found["status"] == "error"
    assert found["errorCode"] == "schedule_refused"
    assert "triggers[1]" in found["statusReason"]
    assert NEW_ZONE in found["statusReason"]
    assert [(one["body"], one["playbookId"]) for one in playbook.notifications()] == [
        (found["statusReason"], playbook.playbook_id)
    ]
    assert (playbook.jobs(), playbook.listening(), playbook.recorded()) == ({}, {}, {})


def test_a_zone_that_is_no_place_is_refused_before_the_scheduler_is_asked(playbook: ScheduledPlaybook) -> None:
    playbook.write(document(schedule(zone="Factory")))
    playbook.reconcile()
    found = playbook.data()
    assert (found["status"], found["errorCode"], playbook.jobs()) == ("error", "invalid_playbook", {})
    assert found["statusReason"].startswith("triggers[0].timezone: ")


def test_one_that_was_refused_and_fixed_is_scheduled(playbook: ScheduledPlaybook, limit: Limit) -> None:
    limit(unknownZones=[NEW_ZONE])
    playbook.write(document(schedule(zone=NEW_ZONE)))
    playbook.reconcile()
    playbook.reference.update({"status": "active", "triggers": [schedule()]})
    playbook.reconcile()
    assert playbook.schedules() == {"schedule": ("0 9 * * *", NEW_YORK)}
    assert "statusReason" not in playbook.data()


def test_where_we_may_use_no_job_the_owner_is_notified_once_and_the_event_comes_again(
    playbook: ScheduledPlaybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid(monkeypatch)
    playbook.write(document(schedule()))
    versions = set()
    for _ in range(3):
        with pytest.raises(NoJobNowError):
            playbook.reconcile()
        versions.add(playbook.reference.get().update_time)
    found = playbook.data()
    assert (found["status"], playbook.jobs()) == ("active", {})
    assert "isn't running yet" in found["statusReason"]
    assert [one["body"] for one in playbook.notifications()] == [found["statusReason"]]
    assert len(versions) == 1, "each further write of the playbook is one more event about it"


def test_the_daily_repair_schedules_it_when_we_may_again(
    playbook: ScheduledPlaybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as refusing, paused(QUEUE):
        forbid(refusing)
        playbook.write(document(schedule()))
        with pytest.raises(NoJobNowError):
            playbook.reconcile()
        assert repair().failed == 0, "nothing is wrong with the playbook, and the page need not come again"
        assert playbook.schedules() == {}
    with paused(QUEUE):
        assert repair().repaired >= 1
    assert playbook.schedules() == {"schedule": ("0 9 * * *", NEW_YORK)}
    assert "statusReason" not in playbook.data()
    assert playbook.recorded()["schedule"][2] == "enabled"


def test_where_the_quota_is_used_up_tasks_carry_the_schedule_and_nobody_is_notified(
    playbook: ScheduledPlaybook, limit: Limit
) -> None:
    limit(jobs=0)
    playbook.write(document(schedule()))
    playbook.reconcile()
    assert (playbook.jobs(), playbook.notifications()) == ({}, [])
    assert (playbook.record() or {})["carrier"] == "task"
    assert playbook.slot_tasks() == {"schedule": [(playbook.record() or {})["nextRunAt"]]}
    assert playbook.reconcile() is False


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(request: dict[str, object]) -> None:
        raise Forbidden("you may not")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(clients.scheduler(), "create_job", refuse)


def test_the_credential_of_a_job_is_never_part_of_a_reason(
    playbook: ScheduledPlaybook, limit: Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    from google.api_core.exceptions import InvalidArgument

    def refuse(request: dict[str, object]) -> None:
        raise InvalidArgument(f"bad header in {request}")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(clients.scheduler(), "create_job", refuse)
    monkeypatch.setattr("shared.triggers.apply_times.newest_secret", lambda: "the-cron-secret")
    playbook.write(document(schedule()))
    playbook.reconcile()
    assert "refuses" in playbook.data()["statusReason"]
    assert "the-cron-secret" not in playbook.data()["statusReason"]
