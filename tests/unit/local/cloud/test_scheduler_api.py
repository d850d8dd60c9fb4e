import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from google.api_core import exceptions
from google.cloud import scheduler_v1

from tests.unit.local.cloud.receiver import Received, Receiver
from tests.unit.local.cloud.running_cloud import LOCATION, RunningCloud

NEW_YORK = ZoneInfo("America/New_York")
JOB = f"{LOCATION}/jobs/daily"
Job = scheduler_v1.Job


def make_job(cloud: RunningCloud, uri: str, **fields: Any) -> scheduler_v1.Job:
    http_target = {"uri": uri, **fields.pop("http_target", {})}
    settings = {"name": JOB, "schedule": "0 9 * * *", "http_target": http_target, **fields}
    return cloud.scheduler.create_job(parent=LOCATION, job=Job(settings))


def test_a_job_fires_at_its_slot_as_it_was_given(cloud: RunningCloud, receiver: Receiver) -> None:
    job = make_job(
        cloud,
        f"{receiver.url}/tick",
        time_zone="America/New_York",
        http_target={"http_method": "PUT", "headers": {"Authorization": "Bearer s"}, "body": b"{}"},
    )

    fired = cloud.advance(86400).fired

    slot = job.schedule_time
    assert slot.astimezone(NEW_YORK).strftime("%H:%M") == "09:00"
    assert [(one["service"], one["name"], one["status"]) for one in fired] == [("scheduler", JOB, 200)]
    received = receiver.requests[0]
    assert (received.method, received.path, received.body) == ("PUT", "/tick", b"{}")
    assert received.headers["Authorization"] == "Bearer s"
    assert received.headers["User-Agent"] == "Google-Cloud-Scheduler"
    assert received.headers["X-CloudScheduler"] == "true"
    assert received.headers["X-CloudScheduler-JobName"] == "daily"
    assert datetime.fromisoformat(received.headers["X-CloudScheduler-ScheduleTime"]) == slot


def test_a_job_says_when_it_ran_how_it_ended_and_when_it_is_next_due(
    cloud: RunningCloud, receiver: Receiver
) -> None:
    receiver.answer = lambda _: 404
    slot = make_job(cloud, receiver.url).schedule_time

    cloud.advance(86400)

    job = cloud.scheduler.get_job(name=JOB)
    assert job.last_attempt_time == slot
    assert job.status.code == 5
    assert job.schedule_time == slot + timedelta(days=1)
    assert job.state == Job.State.ENABLED


@pytest.mark.parametrize("schedule", ["30 1 * * *", "30 2 * * *"])
def test_a_daily_job_fires_once_on_each_day_around_both_clock_changes(
    cloud: RunningCloud, receiver: Receiver, schedule: str
) -> None:
    for change in sorted(_next_clock_changes(cloud.now())):
        cloud.advance_to(datetime(change.year, change.month, change.day, 5, tzinfo=NEW_YORK) - timedelta(days=2))
        make_job(cloud, receiver.url, schedule=schedule, time_zone="America/New_York")

        deliveries = cloud.advance(4 * 86400).deliveries

        days = [one.schedule_time.astimezone(NEW_YORK).date() for one in deliveries]
        assert days == [change + timedelta(days=day) for day in (-1, 0, 1, 2)]
        cloud.scheduler.delete_job(name=JOB)


def _next_clock_changes(now: datetime) -> set[date]:
    noons = [now.astimezone(NEW_YORK).replace(hour=12) + timedelta(days=day) for day in range(4, 371)]
    return {after.date() for before, after in itertools.pairwise(noons) if before.utcoffset() != after.utcoffset()}


def test_every_slot_of_a_frequent_job_fires_in_an_advance(cloud: RunningCloud, receiver: Receiver) -> None:
    make_job(cloud, receiver.url, schedule="*/15 * * * *")

    times = [one.schedule_time for one in cloud.advance(86400).deliveries]

    assert len(times) == 96
    assert {later - earlier for earlier, later in itertools.pairwise(times)} == {timedelta(minutes=15)}


def test_a_failed_attempt_is_retried_for_the_same_slot(cloud: RunningCloud, receiver: Receiver) -> None:
    answers = [500, 503]
    receiver.answer = lambda _: answers.pop() if answers else 200
    retries = {"retry_count": 3, "min_backoff_duration": timedelta(seconds=10)}
    slot = make_job(cloud, receiver.url, retry_config=retries).schedule_time

    fired_at_slot = cloud.advance_to(slot).fired
    waiting_for = cloud.scheduler.get_job(name=JOB).schedule_time
    fired_later = cloud.advance(60).fired

    assert [one["status"] for one in fired_at_slot] == [503]
    assert waiting_for == slot + timedelta(seconds=10)
    assert [one["status"] for one in fired_later] == [500, 200]
    assert len({request.headers["X-CloudScheduler-ScheduleTime"] for request in receiver.requests}) == 1


def test_a_failed_attempt_is_not_retried_by_default(cloud: RunningCloud, receiver: Receiver) -> None:
    receiver.answer = lambda _: 500
    make_job(cloud, receiver.url)

    assert len(cloud.advance(86400).fired) == 1


def test_retries_end_where_the_next_slot_begins(cloud: RunningCloud, receiver: Receiver) -> None:
    receiver.answer = lambda _: 500
    retries = {"retry_count": 5, "min_backoff_duration": timedelta(seconds=25)}
    slot = make_job(cloud, receiver.url, schedule="* * * * *", retry_config=retries).schedule_time

    deliveries = cloud.advance_to(slot + timedelta(seconds=59)).deliveries

    assert [one.schedule_time for one in deliveries] == [slot, slot]
    assert cloud.advance(1).deliveries[0].schedule_time == slot + timedelta(minutes=1)


def test_an_updated_schedule_replaces_the_old_one(cloud: RunningCloud, receiver: Receiver) -> None:
    make_job(cloud, receiver.url, description="kept")

    updated = cloud.scheduler.update_job(
        job=Job(name=JOB, schedule="0 17 * * *", description="ignored"), update_mask={"paths": ["schedule"]}
    )
    times = [one.schedule_time for one in cloud.advance(86400).deliveries]

    assert (updated.schedule, updated.description) == ("0 17 * * *", "kept")
    assert [slot.strftime("%H:%M") for slot in times] == ["17:00"]


def test_one_header_can_be_rewritten_by_a_nested_mask(cloud: RunningCloud, receiver: Receiver) -> None:
    make_job(cloud, receiver.url, http_target={"headers": {"Authorization": "Bearer old"}, "body": b"kept"})
    wanted = Job(name=JOB, http_target={"headers": {"Authorization": "Bearer new"}})

    cloud.scheduler.update_job(job=wanted, update_mask={"paths": ["http_target.headers"]})
    cloud.advance(86400)

    received = receiver.requests[0]
    assert (received.headers["Authorization"], received.body) == ("Bearer new", b"kept")


def test_a_refused_update_changes_nothing(cloud: RunningCloud, receiver: Receiver) -> None:
    before = make_job(cloud, receiver.url)

    with pytest.raises(exceptions.InvalidArgument, match=r"job\.time_zone is 'Nowhere'"):
        cloud.scheduler.update_job(job=Job(name=JOB, time_zone="Nowhere"), update_mask={"paths": ["time_zone"]})

    assert cloud.scheduler.get_job(name=JOB) == before


def test_an_update_during_a_delivery_takes_over_afterwards(cloud: RunningCloud, receiver: Receiver) -> None:
    def reschedule(_: Received) -> int:
        cloud.scheduler.update_job(job=Job(name=JOB, schedule="30 9 * * *"), update_mask={"paths": ["schedule"]})
        return 200

    receiver.answer = reschedule
    slot = make_job(cloud, receiver.url).schedule_time

    times = [one.schedule_time for one in cloud.advance_to(slot + timedelta(minutes=45)).deliveries]

    assert times == [slot, slot + timedelta(minutes=30)]


def test_a_paused_job_misses_its_slots_permanently(cloud: RunningCloud, receiver: Receiver) -> None:
    make_job(cloud, receiver.url)
    cloud.scheduler.pause_job(name=JOB)

    fired_while_paused = cloud.advance(3 * 86400).fired
    resumed = cloud.scheduler.resume_job(name=JOB)
    fired_after = cloud.advance(86400).fired

    assert fired_while_paused == []
    assert resumed.state == Job.State.ENABLED
    assert len(fired_after) == 1


def test_a_paused_job_stays_paused_when_it_is_updated(cloud: RunningCloud, receiver: Receiver) -> None:
    make_job(cloud, receiver.url)
    cloud.scheduler.pause_job(name=JOB)

    cloud.scheduler.update_job(job=Job(name=JOB, schedule="* * * * *"), update_mask={"paths": ["schedule"]})

    assert cloud.advance(3600).fired == []
    assert cloud.scheduler.get_job(name=JOB).state == Job.State.PAUSED


def test_only_an_enabled_job_is_paused_and_only_a_paused_one_resumed(cloud: RunningCloud) -> None:
    make_job(cloud, "http://127.0.0.1:9/")

    with pytest.raises(exceptions.FailedPrecondition, match="expected a paused one"):
        cloud.scheduler.resume_job(name=JOB)
    cloud.scheduler.pause_job(name=JOB)
    with pytest.raises(exceptions.FailedPrecondition, match="expected an enabled one"):
        cloud.scheduler.pause_job(name=JOB)


def test_run_fires_now_and_leaves_the_schedule_alone(cloud: RunningCloud, receiver: Receiver) -> None:
    slot = make_job(cloud, receiver.url).schedule_time

    cloud.scheduler.run_job(name=JOB)
    header = receiver.wait_for(1)[0].headers["X-CloudScheduler-ScheduleTime"]

    assert abs(datetime.fromisoformat(header) - datetime.now(UTC)) < timedelta(seconds=5)
    assert cloud.scheduler.get_job(name=JOB).schedule_time == slot
    assert len(cloud.advance_to(slot).deliveries) >= 1
    assert len(receiver.requests) == 2


def test_a_deleted_job_is_gone_and_its_name_free(cloud: RunningCloud, receiver: Receiver) -> None:
    make_job(cloud, receiver.url)
    cloud.scheduler.delete_job(name=JOB)

    with pytest.raises(exceptions.NotFound, match="jobs/daily"):
        cloud.scheduler.get_job(name=JOB)
    assert cloud.advance(86400).fired == []
    assert make_job(cloud, receiver.url).name == JOB


def test_a_job_is_created_once(cloud: RunningCloud, receiver: Receiver) -> None:
    make_job(cloud, receiver.url)

    with pytest.raises(exceptions.AlreadyExists, match="jobs/daily"):
        make_job(cloud, receiver.url)


def test_jobs_are_listed_page_by_page(cloud: RunningCloud, receiver: Receiver) -> None:
    for number in range(3):
        make_job(cloud, receiver.url, name=f"{LOCATION}/jobs/j{number}")

    pages = list(cloud.scheduler.list_jobs(request={"parent": LOCATION, "page_size": 2}).pages)

    assert [[job.name[-2:] for job in page.jobs] for page in pages] == [["j0", "j1"], ["j2"]]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"schedule": "0 9 * *"}, r"job\.schedule"),
        ({"schedule": ""}, r"job\.schedule"),
        ({"time_zone": "New York"}, r"job\.time_zone"),
        ({"name": f"{LOCATION}/jobs/no spaces"}, r"job\.name"),
        ({"name": "projects/p/locations/elsewhere/jobs/x"}, r"job\.name"),
        ({"attempt_deadline": timedelta(hours=1)}, r"job\.attempt_deadline"),
        ({"retry_config": {"retry_count": 6}}, r"retry_count"),
        ({"http_target": {"http_method": "GET", "body": b"x"}}, r"http_method"),
        (
            {
                "http_target": {
                    "headers": {"authorization": "x"},
                    "oidc_token": {"service_account_email": "a@b.c"},
                }
            },
            "Authorization",
        ),
    ],
)
def test_a_malformed_job_is_refused_naming_the_field(
    cloud: RunningCloud, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(exceptions.InvalidArgument, match=field):
        make_job(cloud, "http://127.0.0.1:9/", **fields)


def test_a_pubsub_target_is_not_served_and_says_so(cloud: RunningCloud) -> None:
    job = Job(name=JOB, schedule="* * * * *", pubsub_target={"topic_name": "projects/p/topics/t"})

    with pytest.raises(exceptions.MethodNotImplemented, match="pubsub_target is not served locally"):
        cloud.scheduler.create_job(parent=LOCATION, job=job)


def test_a_zone_that_is_no_place_or_too_new_is_refused(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.cloud.limit_scheduler(jobs=10, unknown_zones=["Asia/Tokyo"])
    for zone in ("Factory", "localtime", "Asia/Tokyo"):
        with pytest.raises(exceptions.InvalidArgument, match=r"job\.time_zone"):
            make_job(cloud, receiver.url, time_zone=zone)


def test_one_job_more_than_the_quota_is_refused_until_another_is_gone(
    cloud: RunningCloud, receiver: Receiver
) -> None:
    cloud.cloud.limit_scheduler(jobs=1, unknown_zones=[])
    make_job(cloud, receiver.url)
    with pytest.raises(exceptions.ResourceExhausted, match="quota"):
        make_job(cloud, receiver.url, name=f"{LOCATION}/jobs/second")
    cloud.scheduler.delete_job(name=JOB)
    make_job(cloud, receiver.url, name=f"{LOCATION}/jobs/second")
