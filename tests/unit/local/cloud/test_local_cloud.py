import threading
from datetime import timedelta
from pathlib import Path

import pytest
from google.api_core import exceptions
from google.cloud import scheduler_v1, tasks_v2

from local.cloud.backoff import RetryPolicy
from local.cloud.queues import ManifestError
from local.cloud.server import LocalCloud
from tests.unit.local.cloud.receiver import Received, Receiver
from tests.unit.local.cloud.running_cloud import LOCATION, PROJECT, QUEUE, REGION, LoopThread, RunningCloud, running

MANIFEST = """
specVersion: v1alpha1
endpoints:
  execute:
    platform: gcfv2
    entryPoint: execute
    httpsTrigger: {}
  runExecution:
    platform: gcfv2
    region: [us-central1]
    entryPoint: run_execution
    taskQueueTrigger:
      invoker: [playbooks-invoker@]
      retryConfig: {maxAttempts: 5, minBackoffSeconds: 1, maxBackoffSeconds: 60, maxDoublings: 4}
      rateLimits: {maxConcurrentDispatches: 100, maxDispatchesPerSecond: 250}
  retryExecution:
    platform: gcfv2
    entryPoint: retry_execution
    taskQueueTrigger: {}
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "functions.yaml"
    path.write_text(MANIFEST, encoding="utf-8")
    return path


def test_the_queues_of_the_manifest_are_there_from_the_start(loop_thread: LoopThread, manifest: Path) -> None:
    with running(loop_thread, manifest) as cloud:
        queues = list(cloud.tasks.list_queues(parent=LOCATION))

    retry, run = queues
    assert (retry.name, run.name) == (f"{LOCATION}/queues/retryExecution", QUEUE)
    assert (retry.retry_config.max_attempts, run.retry_config.max_attempts) == (3, 5)
    assert run.retry_config.min_backoff == timedelta(seconds=1)
    assert run.rate_limits.max_concurrent_dispatches == 100
    assert run.rate_limits.max_dispatches_per_second == 250


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("maxAttempts: 5", "maxAttempts: many", "maxAttempts"),
        ("maxAttempts: 5", "maxTries: 5", "maxTries"),
        ("maxDispatchesPerSecond: 250", "maxDispatchesPerSecond: 5000", "max_dispatches_per_second is 5000"),
        ("endpoints:", "functions:", "endpoints"),
        ("specVersion", "\t: [", "functions.yaml"),
    ],
)
def test_a_malformed_manifest_stops_the_start_saying_where(
    loop_thread: LoopThread, manifest: Path, before: str, after: str, message: str
) -> None:
    manifest.write_text(MANIFEST.replace(before, after), encoding="utf-8")

    with pytest.raises(ManifestError, match=message), running(loop_thread, manifest):
        pytest.fail("it started")


def test_a_port_in_use_stops_the_start(cloud: RunningCloud) -> None:
    async def start_on_the_same_port() -> None:
        await LocalCloud().start(cloud.cloud.tasks_port, 0, 0, None, PROJECT, REGION)

    with pytest.raises(RuntimeError):
        cloud.loop.run(start_on_the_same_port())


def test_a_cloud_is_started_once(cloud: RunningCloud) -> None:
    with pytest.raises(RuntimeError, match="already started"):
        cloud.loop.run(cloud.cloud.start(0, 0, 0, None, PROJECT, REGION))


def test_stopping_does_not_wait_for_a_target_that_hangs(loop_thread: LoopThread, receiver: Receiver) -> None:
    release = threading.Event()
    answered: list[bool] = []

    def hang(_: Received) -> int:
        release.wait(60)
        answered.append(True)
        return 200

    receiver.answer = hang
    with running(loop_thread) as cloud:
        cloud.make_queue()
        cloud.add_task(receiver.url)
        receiver.wait_for(1)
    answered_at_the_stop = list(answered)
    release.set()

    assert answered_at_the_stop == []


def test_a_cloud_can_be_stopped_twice(loop_thread: LoopThread) -> None:
    with running(loop_thread) as cloud:
        loop_thread.run(cloud.cloud.stop())
        with pytest.raises(exceptions.ServiceUnavailable):
            cloud.tasks.create_queue(parent=LOCATION, queue=tasks_v2.Queue(name=QUEUE), timeout=2)


def test_the_snapshot_shows_queues_tasks_and_jobs(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue()
    cloud.tasks.pause_queue(name=QUEUE)
    cloud.add_task(receiver.url, task_id="one", in_seconds=5, body=b"not shown")
    job = scheduler_v1.Job(name=f"{LOCATION}/jobs/daily", schedule="0 9 * * *", http_target={"uri": receiver.url})
    cloud.scheduler.create_job(parent=LOCATION, job=job)

    async def snapshot() -> dict[str, object]:
        return cloud.cloud.snapshot()

    shown = cloud.loop.run(snapshot())

    assert isinstance(shown["queues"], list)
    assert isinstance(shown["jobs"], list)
    queue, daily = shown["queues"][0], shown["jobs"][0]
    assert (queue["name"], queue["state"], queue["taskCount"]) == (QUEUE, "PAUSED", 1)
    assert queue["tasks"][0]["name"] == f"{QUEUE}/tasks/one"
    assert (daily["schedule"], daily["timeZone"], daily["state"]) == ("0 9 * * *", "UTC", "ENABLED")
    assert daily["lastStatus"] is None


def test_back_off_doubles_then_grows_evenly_then_stays_at_the_maximum() -> None:
    policy = RetryPolicy(timedelta(seconds=10), timedelta(seconds=300), 3, 100)

    delays = [policy.delay(retry).total_seconds() for retry in range(1, 9)]

    assert delays == [10, 20, 40, 80, 160, 240, 300, 300]


@pytest.mark.parametrize(
    ("attempts", "seconds", "limit_attempts", "limit_seconds", "exhausted"),
    [
        (5, 0, 5, 0, True),
        (4, 9999, 5, 0, False),
        (5, 10, 5, 60, False),
        (4, 60, 5, 60, False),
        (5, 60, 5, 60, True),
        (1, 60, -1, 60, True),
        (999, 59, -1, 60, False),
        (999, 9999, -1, 0, False),
    ],
)
def test_attempts_end_when_every_limit_that_is_set_has_been_reached(
    attempts: int, seconds: int, limit_attempts: int, limit_seconds: int, exhausted: bool
) -> None:
    policy = RetryPolicy(
        timedelta(seconds=1), timedelta(seconds=9), 3, limit_attempts, timedelta(seconds=limit_seconds)
    )

    assert policy.exhausted(attempts, timedelta(seconds=seconds)) is exhausted
