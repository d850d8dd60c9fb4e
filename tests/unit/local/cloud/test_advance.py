import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from google.cloud import scheduler_v1

from tests.harness.eventually import eventually
from tests.unit.local.cloud.receiver import Received, Receiver
from tests.unit.local.cloud.running_cloud import LOCATION, RunningCloud


@pytest.fixture(autouse=True)
def _queue(cloud: RunningCloud) -> None:
    cloud.make_queue(retry_config={"min_backoff": timedelta(seconds=5)})


def test_the_clock_is_at_the_target_afterwards(cloud: RunningCloud) -> None:
    before = cloud.now()

    now = cloud.advance(3600).now

    assert timedelta(hours=1) <= now - before < timedelta(hours=1, seconds=5)
    assert cloud.now() >= now


def test_tasks_fire_in_order_of_their_schedule_times(cloud: RunningCloud, receiver: Receiver) -> None:
    for seconds in (30, 10, 20, 50):
        cloud.add_task(f"{receiver.url}/{seconds}", in_seconds=seconds)

    result = cloud.advance(40)

    assert receiver.paths == ["/10", "/20", "/30"]
    assert [one["status"] for one in result.fired] == [200, 200, 200]
    assert [one["service"] for one in result.fired] == ["tasks", "tasks", "tasks"]
    assert cloud.task_count() == 1


def test_what_a_handler_creates_fires_within_the_same_advance(cloud: RunningCloud, receiver: Receiver) -> None:
    def answer(request: Received) -> int:
        if request.path == "/first":
            cloud.add_task(f"{receiver.url}/immediate")
            cloud.add_task(f"{receiver.url}/in-time", in_seconds=10)
            cloud.add_task(f"{receiver.url}/too-late", in_seconds=100)
        return 200

    receiver.answer = answer
    cloud.add_task(f"{receiver.url}/first", in_seconds=60)

    cloud.advance(75)

    assert receiver.paths == ["/first", "/immediate", "/in-time"]


def test_what_is_created_at_the_very_end_of_an_advance_still_fires_in_it(
    cloud: RunningCloud, receiver: Receiver
) -> None:
    def answer(request: Received) -> int:
        if request.path == "/first":
            time.sleep(0.05)
            cloud.add_task(f"{receiver.url}/second")
        return 200

    receiver.answer = answer
    due = cloud.add_task(f"{receiver.url}/first", in_seconds=60).schedule_time

    result = cloud.advance_to(due)

    assert receiver.paths == ["/first", "/second"]
    assert [one.schedule_time for one in result.deliveries] == [due, due]


def test_a_job_that_enqueues_a_task_that_fails_and_retries_is_one_story(
    cloud: RunningCloud, receiver: Receiver
) -> None:
    failures = [503]

    def answer(request: Received) -> int:
        if request.path == "/tick":
            cloud.add_task(f"{receiver.url}/run")
            return 202
        return failures.pop() if failures else 200

    receiver.answer = answer
    cloud.scheduler.create_job(
        parent=LOCATION,
        job=scheduler_v1.Job(
            name=f"{LOCATION}/jobs/daily", schedule="0 9 * * *", http_target={"uri": f"{receiver.url}/tick"}
        ),
    )

    fired = cloud.advance(86400).fired

    assert [(one["service"], one["status"]) for one in fired] == [
        ("scheduler", 202),
        ("tasks", 503),
        ("tasks", 200),
    ]


def test_an_advance_waits_for_what_is_under_way(cloud: RunningCloud, receiver: Receiver) -> None:
    go_on = threading.Event()

    def answer(request: Received) -> int:
        if request.path == "/slow":
            go_on.wait(60)
        return 200

    receiver.answer = answer
    cloud.add_task(f"{receiver.url}/slow")
    receiver.wait_for(1)
    cloud.add_task(f"{receiver.url}/next", in_seconds=10)
    with ThreadPoolExecutor(1) as pool:
        advance = pool.submit(cloud.advance, 20)
        eventually(lambda: _stands_still(cloud))
        paths_while_slow = list(receiver.paths)
        go_on.set()
        result = advance.result(5)

    assert paths_while_slow == ["/slow"]
    assert receiver.paths == ["/slow", "/next"]
    assert len(result.fired) == 2


def _stands_still(cloud: RunningCloud) -> bool:
    """Whether an advance has begun: it holds the clock."""
    return cloud.now() == cloud.now()


def test_two_advances_take_turns(cloud: RunningCloud, receiver: Receiver) -> None:
    before = cloud.now()
    for seconds in (10, 70):
        cloud.add_task(receiver.url, in_seconds=seconds)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(cloud.advance, (60, 60)))

    assert sorted(len(result.fired) for result in results) == [1, 1]
    assert cloud.now() - before >= timedelta(seconds=120)


def test_tasks_go_on_by_themselves_after_an_advance(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.add_task(receiver.url, in_seconds=60.3)

    cloud.advance(60)

    assert len(receiver.wait_for(1)) == 1


def test_an_advance_that_is_given_up_leaves_the_clock_running(cloud: RunningCloud, receiver: Receiver) -> None:
    go_on = threading.Event()
    receiver.answer = lambda _: 200 if go_on.wait(60) else 500
    cloud.add_task(receiver.url)
    receiver.wait_for(1)
    with pytest.raises(TimeoutError):
        cloud.loop.run(_within(0.02, cloud))
    go_on.set()
    eventually(lambda: cloud.task_count() == 0)

    first = cloud.now()
    eventually(lambda: cloud.now() > first)
    assert cloud.advance(5).fired == []


async def _within(seconds: float, cloud: RunningCloud) -> None:
    await asyncio.wait_for(cloud.cloud.advance(5), seconds)


@pytest.mark.parametrize("seconds", [-1, float("nan"), 1e12])
def test_an_impossible_advance_is_refused(cloud: RunningCloud, seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds is"):
        cloud.advance(seconds)
