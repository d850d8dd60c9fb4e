"""A local cloud goes on where another one was: through JSON, as a stack's state folder keeps it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from google.api_core.exceptions import AlreadyExists
from google.cloud import scheduler_v1, secretmanager_v1, tasks_v2

from local.cloud.kept import KeptCloud
from tests.unit.local.cloud.receiver import Receiver
from tests.unit.local.cloud.running_cloud import LOCATION, QUEUE, LoopThread, RunningCloud, running

HOUR = timedelta(hours=1)
PROJECT_PARENT = LOCATION.partition("/locations")[0]


async def _kept(cloud: RunningCloud) -> KeptCloud:
    return KeptCloud.model_validate_json(cloud.cloud.kept().model_dump_json())


async def _restore(cloud: RunningCloud, kept: KeptCloud) -> None:
    cloud.cloud.restore(kept)


def carried_over(loop: LoopThread, earlier: RunningCloud, later: RunningCloud) -> None:
    loop.run(_restore(later, loop.run(_kept(earlier))))


def test_tasks_go_on_with_their_time_their_content_and_their_tries(
    loop_thread: LoopThread, cloud: RunningCloud, receiver: Receiver
) -> None:
    cloud.make_queue(retry_config=tasks_v2.RetryConfig(min_backoff=HOUR, max_backoff=HOUR))
    cloud.advance(86_400)
    receiver.answer = lambda _: 503
    cloud.add_task(f"{receiver.url}/tried", task_id="tried")
    receiver.wait_for(1)
    cloud.advance(0)
    receiver.answer = lambda _: 200
    cloud.add_task(
        f"{receiver.url}/later", task_id="later", in_seconds=60, body=b"\x00\xff", headers={"X-Mine": "yes"}
    )
    cloud.add_task(f"{receiver.url}/done", task_id="done")
    receiver.wait_for(2)
    cloud.advance(0)
    with running(loop_thread) as again:
        carried_over(loop_thread, cloud, again)
        assert abs(again.now() - cloud.now()) < timedelta(seconds=5)
        with pytest.raises(AlreadyExists, match="its name is still taken"):
            again.add_task(receiver.url, task_id="done")
        again.advance(7_200)
        received = receiver.wait_for(4)
        by_path = {one.path: one for one in received}
        assert [one.path for one in received] == ["/tried", "/done", "/later", "/tried"]
        assert by_path["/later"].body == b"\x00\xff"
        assert by_path["/later"].headers["X-Mine"] == "yes"
        assert by_path["/tried"].headers["X-CloudTasks-TaskRetryCount"] == "1"


def test_a_paused_queue_stays_so_and_keeps_its_limits(loop_thread: LoopThread, cloud: RunningCloud) -> None:
    cloud.make_queue(rate_limits=tasks_v2.RateLimits(max_concurrent_dispatches=3))
    cloud.tasks.pause_queue(name=QUEUE)
    cloud.add_task("http://127.0.0.1:1/", task_id="waits")
    with running(loop_thread) as again:
        carried_over(loop_thread, cloud, again)
        queue = again.tasks.get_queue(name=QUEUE)
        assert queue.state == tasks_v2.Queue.State.PAUSED
        assert queue.rate_limits.max_concurrent_dispatches == 3
        assert again.task_count() == 1


def test_of_the_slots_that_a_job_missed_the_latest_is_made_up_for(
    loop_thread: LoopThread, cloud: RunningCloud, receiver: Receiver
) -> None:
    def job(name: str) -> scheduler_v1.Job:
        target = scheduler_v1.HttpTarget(uri=f"{receiver.url}/{name}")
        return scheduler_v1.Job(name=f"{LOCATION}/jobs/{name}", schedule="0 * * * *", http_target=target)

    for name in ("hourly", "paused"):
        cloud.scheduler.create_job(parent=LOCATION, job=job(name))
    cloud.scheduler.pause_job(name=f"{LOCATION}/jobs/paused")
    kept = loop_thread.run(_kept(cloud))
    kept.ahead_seconds += 5 * 3_600  # As if the stack had stood for five hours.
    with running(loop_thread) as again:
        loop_thread.run(_restore(again, kept))
        again.advance(0)
        assert [one.path for one in receiver.wait_for(1)] == ["/hourly"]
        assert again.scheduler.get_job(name=f"{LOCATION}/jobs/paused").state == scheduler_v1.Job.State.PAUSED
        assert again.scheduler.get_job(name=f"{LOCATION}/jobs/hourly").schedule_time > again.now()


def test_secrets_keep_their_versions_and_what_was_disabled_or_destroyed(
    loop_thread: LoopThread, cloud: RunningCloud
) -> None:
    secret = cloud.secrets.create_secret(
        parent=PROJECT_PARENT, secret_id="S", secret=secretmanager_v1.Secret(replication={"automatic": {}})
    )
    for value in (b"one", b"two", b"\xff three"):
        cloud.secrets.add_secret_version(parent=secret.name, payload=secretmanager_v1.SecretPayload(data=value))
    cloud.secrets.destroy_secret_version(name=f"{secret.name}/versions/1")
    cloud.secrets.disable_secret_version(name=f"{secret.name}/versions/2")
    with running(loop_thread) as again:
        carried_over(loop_thread, cloud, again)
        latest = again.secrets.access_secret_version(name=f"{secret.name}/versions/latest")
        assert latest.payload.data == b"\xff three"
        states = [one.state.name for one in again.secrets.list_secret_versions(parent=secret.name)]
        assert states == ["ENABLED", "DISABLED", "DESTROYED"]
