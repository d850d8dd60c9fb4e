import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from google.cloud import tasks_v2

from tests.harness.eventually import eventually
from tests.unit.local.cloud.receiver import Received, Receiver
from tests.unit.local.cloud.running_cloud import QUEUE, RunningCloud


def statuses(*answers: int) -> Callable[[Received], int]:
    """Answer these in turn, then 200."""
    left = list(answers)
    return lambda _: left.pop(0) if left else 200


def test_an_immediate_task_is_delivered_as_it_was_given(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue()

    cloud.add_task(f"{receiver.url}/run?a=1", http_method="PUT", headers={"X-Mine": "yes"}, body=b"\x00hi")

    received = receiver.wait_for(1)[0]
    assert (received.method, received.path, received.body) == ("PUT", "/run?a=1", b"\x00hi")
    assert received.headers["X-Mine"] == "yes"
    assert received.headers["Content-Type"] == "application/octet-stream"


def test_a_delivery_carries_the_headers_of_the_service(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue()
    before = datetime.now(UTC)

    cloud.add_task(receiver.url, task_id="one", headers={"User-Agent": "mine", "X-CloudTasks-TaskName": "forged"})

    headers = receiver.wait_for(1)[0].headers
    assert headers["User-Agent"] == "Google-Cloud-Tasks"
    assert headers["X-CloudTasks-QueueName"] == "runExecution"
    assert headers["X-CloudTasks-TaskName"] == "one"
    assert headers["X-CloudTasks-TaskRetryCount"] == "0"
    assert headers["X-CloudTasks-TaskExecutionCount"] == "0"
    eta = datetime.fromtimestamp(float(headers["X-CloudTasks-TaskETA"]), UTC)
    assert timedelta(0) <= eta - before < timedelta(seconds=5)


def test_a_tasks_eta_is_on_the_moved_clock(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue()
    cloud.advance(86400)

    cloud.add_task(receiver.url)

    eta = float(receiver.wait_for(1)[0].headers["X-CloudTasks-TaskETA"])
    assert 86400 <= eta - datetime.now(UTC).timestamp() + 5 < 86410


def test_an_oidc_token_names_the_service_account_and_the_audience(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue()

    cloud.add_task(receiver.url, oidc_token={"service_account_email": "run@demo.test", "audience": "us"})

    token = receiver.wait_for(1)[0].headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["email"], claims["aud"]) == ("run@demo.test", "us")


def test_a_task_waits_for_its_schedule_time(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue()
    received_at: list[datetime] = []

    def answer(_: Received) -> int:
        received_at.append(cloud.now())
        return 200

    receiver.answer = answer
    task = cloud.add_task(receiver.url, in_seconds=0.3)
    receiver.wait_for(1)
    eventually(lambda: len(received_at) == 1)

    assert timedelta(0) <= received_at[0] - task.schedule_time < timedelta(seconds=3)


def test_a_failed_task_is_retried_with_what_happened_before(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue(retry_config={"min_backoff": timedelta(seconds=10)})
    receiver.answer = statuses(503)
    cloud.add_task(receiver.url)
    eventually(lambda: _dispatches(cloud) == [(1, 1)])

    fired = cloud.advance(10).fired

    assert [one["status"] for one in fired] == [200]
    headers = receiver.requests[1].headers
    assert headers["X-CloudTasks-TaskRetryCount"] == "1"
    assert headers["X-CloudTasks-TaskExecutionCount"] == "1"
    assert headers["X-CloudTasks-TaskPreviousResponse"] == "503"
    assert "503" in headers["X-CloudTasks-TaskRetryReason"]


def _dispatches(cloud: RunningCloud) -> list[tuple[int, int]]:
    return [(task.dispatch_count, task.response_count) for task in cloud.tasks.list_tasks(parent=QUEUE)]


def test_retries_back_off_on_the_clock_until_the_attempts_are_used_up(
    cloud: RunningCloud, receiver: Receiver
) -> None:
    cloud.make_queue(
        retry_config={
            "max_attempts": 6,
            "min_backoff": timedelta(seconds=10),
            "max_backoff": timedelta(seconds=60),
            "max_doublings": 2,
        }
    )
    receiver.answer = lambda _: 500
    start = cloud.add_task(receiver.url, in_seconds=100).schedule_time

    deliveries = cloud.advance(3600).deliveries

    offsets = [round((one.schedule_time - start).total_seconds()) for one in deliveries]
    assert offsets == [0, 10, 30, 70, 130, 190]
    assert cloud.task_count() == 0


def test_a_task_can_bring_its_own_retry_rules(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue()
    receiver.answer = lambda _: 500
    rules = tasks_v2.RetryConfig(max_attempts=2, min_backoff=timedelta(seconds=30))
    task = tasks_v2.Task(
        http_request={"url": receiver.url},
        schedule_time=cloud.now() + timedelta(seconds=10),
        retry_config=rules,
    )
    created = cloud.tasks.create_task(parent=QUEUE, task=task)

    first, second = cloud.advance(3600).deliveries

    assert created.retry_config.max_attempts == 2
    assert second.schedule_time - first.schedule_time == timedelta(seconds=30)


def test_a_target_that_is_not_there_counts_as_a_failure_without_response(cloud: RunningCloud) -> None:
    cloud.make_queue(retry_config={"max_attempts": 2})
    cloud.add_task("http://127.0.0.1:1/", in_seconds=10)

    fired = cloud.advance(60).fired

    assert [one["status"] for one in fired] == [0, 0]


def test_no_more_tasks_run_at_once_than_the_queue_allows(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue(rate_limits={"max_concurrent_dispatches": 2})
    go_on = threading.Event()
    running: list[int] = [0]
    peak: list[int] = [0]
    lock = threading.Lock()

    def answer(_: Received) -> int:
        with lock:
            running[0] += 1
            peak[0] = max(peak[0], running[0])
        go_on.wait(60)
        with lock:
            running[0] -= 1
        return 200

    receiver.answer = answer
    for _ in range(6):
        cloud.add_task(receiver.url)
    receiver.wait_for(2)
    go_on.set()
    eventually(lambda: cloud.task_count() == 0)

    assert len(receiver.requests) == 6
    assert peak == [2]


def test_no_more_tasks_start_in_a_second_than_the_queue_allows(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue(rate_limits={"max_dispatches_per_second": 2})
    for _ in range(6):
        cloud.add_task(receiver.url, in_seconds=10)

    counts = [len(cloud.advance(seconds).fired) for seconds in (10, 1, 1, 10)]

    assert counts == [2, 2, 2, 0]


def test_a_paused_queue_holds_its_tasks_until_it_is_resumed(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue()
    cloud.tasks.pause_queue(name=QUEUE)
    cloud.add_task(receiver.url)

    fired_while_paused = cloud.advance(60).fired
    assert cloud.tasks.get_queue(name=QUEUE).state == tasks_v2.Queue.State.PAUSED
    cloud.tasks.resume_queue(name=QUEUE)

    assert fired_while_paused == []
    assert len(receiver.wait_for(1)) == 1


def test_a_purged_queue_delivers_nothing_that_it_held(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue()
    cloud.add_task(receiver.url, in_seconds=10)
    cloud.tasks.pause_queue(name=QUEUE)
    cloud.add_task(receiver.url)

    queue = cloud.tasks.purge_queue(name=QUEUE)
    cloud.tasks.resume_queue(name=QUEUE)

    assert cloud.advance(60).fired == []
    assert queue.purge_time is not None


def test_run_task_delivers_now_even_from_a_paused_queue(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue()
    cloud.tasks.pause_queue(name=QUEUE)
    task = cloud.add_task(receiver.url, in_seconds=1000)

    cloud.tasks.run_task(name=task.name)
    receiver.wait_for(1)
    eventually(lambda: cloud.task_count() == 0)
    cloud.tasks.resume_queue(name=QUEUE)

    assert cloud.advance(2000).fired == []
    assert len(receiver.requests) == 1


def test_a_task_deleted_in_flight_is_not_retried(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.make_queue()

    def delete_and_fail(_: Received) -> int:
        cloud.tasks.delete_task(name=f"{QUEUE}/tasks/one")
        return 500

    receiver.answer = delete_and_fail
    cloud.add_task(receiver.url, task_id="one", in_seconds=10)

    assert len(cloud.advance(3600).fired) == 1


@pytest.mark.parametrize("status", [301, 404, 429, 500])
def test_anything_but_2xx_is_a_failure(cloud: RunningCloud, receiver: Receiver, status: int) -> None:
    cloud.make_queue(retry_config={"min_backoff": timedelta(seconds=60)})
    receiver.answer = lambda _: status
    cloud.add_task(receiver.url)

    eventually(lambda: _dispatches(cloud) == [(1, 1)])
    last = next(iter(cloud.tasks.list_tasks(parent=QUEUE))).last_attempt
    assert str(status) in last.response_status.message
