from datetime import timedelta
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import tasks_v2

from tests.harness.eventually import eventually
from tests.unit.local.cloud.receiver import Receiver
from tests.unit.local.cloud.running_cloud import LOCATION, QUEUE, RunningCloud

LATER = 3600.0


@pytest.fixture(autouse=True)
def _queue(cloud: RunningCloud) -> None:
    cloud.make_queue()


def test_a_second_task_of_the_same_name_is_refused(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.add_task(receiver.url, task_id="one", in_seconds=LATER)

    with pytest.raises(exceptions.AlreadyExists, match="tasks/one"):
        cloud.add_task(receiver.url, task_id="one", in_seconds=LATER)


def test_a_name_stays_taken_for_an_hour_after_the_task_completed(cloud: RunningCloud, receiver: Receiver) -> None:
    cloud.add_task(receiver.url, task_id="one")
    eventually(lambda: cloud.task_count() == 0)

    with pytest.raises(exceptions.AlreadyExists, match="still taken"):
        cloud.add_task(receiver.url, task_id="one")
    cloud.advance(3601)
    cloud.add_task(receiver.url, task_id="one")

    assert len(receiver.wait_for(2)) == 2


def test_a_name_stays_taken_after_the_task_was_deleted(cloud: RunningCloud, receiver: Receiver) -> None:
    task = cloud.add_task(receiver.url, task_id="one", in_seconds=LATER)
    cloud.tasks.delete_task(name=task.name)

    with pytest.raises(exceptions.AlreadyExists):
        cloud.add_task(receiver.url, task_id="one")


def test_a_deleted_task_is_never_delivered(cloud: RunningCloud, receiver: Receiver) -> None:
    task = cloud.add_task(receiver.url, in_seconds=10)
    cloud.tasks.delete_task(name=task.name)

    assert cloud.advance(20).fired == []
    with pytest.raises(exceptions.NotFound):
        cloud.tasks.get_task(name=task.name)


def test_get_shows_the_body_in_the_full_view_only(cloud: RunningCloud, receiver: Receiver) -> None:
    name = cloud.add_task(receiver.url, in_seconds=LATER, body=b"secret").name

    full = cloud.tasks.get_task(request={"name": name, "response_view": tasks_v2.Task.View.FULL})

    assert full.http_request.body == b"secret"
    assert cloud.tasks.get_task(name=name).http_request.body == b""


def test_listing_tasks_goes_page_by_page(cloud: RunningCloud, receiver: Receiver) -> None:
    for number in range(5):
        cloud.add_task(receiver.url, task_id=f"t{number}", in_seconds=LATER)

    pages = list(cloud.tasks.list_tasks(request={"parent": QUEUE, "page_size": 2}).pages)

    assert [len(page.tasks) for page in pages] == [2, 2, 1]
    assert [task.name[-2:] for page in pages for task in page.tasks] == ["t0", "t1", "t2", "t3", "t4"]


def test_a_queue_that_does_not_exist_is_not_found(cloud: RunningCloud, receiver: Receiver) -> None:
    with pytest.raises(exceptions.NotFound, match="queues/other"):
        cloud.tasks.create_task(
            parent=f"{LOCATION}/queues/other", task=tasks_v2.Task(http_request={"url": receiver.url})
        )


URL = "http://127.0.0.1:9/"
FAR = timedelta(days=31)


@pytest.mark.parametrize(
    ("task", "field"),
    [
        ({"name": f"{QUEUE}/tasks/no spaces", "http_request": {"url": URL}}, "task.name"),
        ({"name": f"{LOCATION}/queues/other/tasks/x", "http_request": {"url": URL}}, "task.name"),
        ({"http_request": {"url": "ftp://example.com"}}, "task.http_request.url"),
        ({"http_request": {"url": "http://"}}, "task.http_request.url"),
        ({"http_request": {"url": "http://[::1"}}, "task.http_request.url"),
        ({"http_request": {"url": "http://" + "a" * 64 + ".test"}}, "task.http_request.url"),
        ({"http_request": {"url": "http://example.com/a b"}}, "task.http_request.url"),
        ({"http_request": {"url": URL, "body": b"x" * (1024 * 1024 + 1)}}, "task is"),
        ({"http_request": {"url": URL, "headers": {"A": "b\r\nC: d"}}}, "task.http_request.headers"),
        ({"http_request": {"url": URL, "http_method": "GET", "body": b"x"}}, "http_method"),
        ({"http_request": {"url": URL, "oidc_token": {}}}, "service_account_email"),
        ({"http_request": {"url": URL}, "dispatch_deadline": timedelta(seconds=1)}, "dispatch_deadline"),
        ({}, "task.http_request"),
    ],
)
def test_a_malformed_task_is_refused_naming_the_field(
    cloud: RunningCloud, task: dict[str, Any], field: str
) -> None:
    with pytest.raises(exceptions.InvalidArgument, match=field):
        cloud.tasks.create_task(parent=QUEUE, task=tasks_v2.Task(task))


def test_a_task_more_than_thirty_days_ahead_is_refused(cloud: RunningCloud) -> None:
    with pytest.raises(exceptions.InvalidArgument, match=r"task\.schedule_time"):
        cloud.add_task(URL, in_seconds=FAR.total_seconds())


def test_a_queue_is_created_once(cloud: RunningCloud) -> None:
    with pytest.raises(exceptions.AlreadyExists):
        cloud.make_queue()


def test_a_new_queue_has_the_defaults_of_the_service(cloud: RunningCloud) -> None:
    queue = cloud.tasks.get_queue(name=QUEUE)

    assert queue.state == tasks_v2.Queue.State.RUNNING
    assert queue.retry_config.max_attempts == 100
    assert queue.rate_limits.max_concurrent_dispatches == 1000


def test_an_update_changes_only_what_its_mask_names(cloud: RunningCloud) -> None:
    wanted = tasks_v2.Queue(
        name=QUEUE,
        retry_config={"max_attempts": 7, "max_doublings": 2},
        rate_limits={"max_concurrent_dispatches": 3},
    )

    cloud.tasks.update_queue(queue=wanted, update_mask={"paths": ["retry_config.max_attempts"]})

    queue = cloud.tasks.get_queue(name=QUEUE)
    assert queue.retry_config.max_attempts == 7
    assert queue.retry_config.max_doublings == 16
    assert queue.rate_limits.max_concurrent_dispatches == 1000


def test_an_update_outside_the_changeable_fields_is_refused(cloud: RunningCloud) -> None:
    with pytest.raises(exceptions.InvalidArgument, match="update_mask is 'state'"):
        cloud.tasks.update_queue(queue=tasks_v2.Queue(name=QUEUE), update_mask={"paths": ["state"]})


def test_a_limit_out_of_bounds_is_refused(cloud: RunningCloud) -> None:
    with pytest.raises(exceptions.InvalidArgument, match="max_dispatches_per_second is 501"):
        cloud.make_queue(f"{LOCATION}/queues/fast", rate_limits={"max_dispatches_per_second": 501})


def test_queues_are_listed_by_location(cloud: RunningCloud) -> None:
    cloud.make_queue(f"{LOCATION}/queues/another")

    names = [queue.name.rsplit("/", 1)[1] for queue in cloud.tasks.list_queues(parent=LOCATION)]

    assert names == ["another", "runExecution"]
    assert list(cloud.tasks.list_queues(parent="projects/demo-playbooks/locations/europe-west1")) == []


def test_the_name_of_a_deleted_queue_is_blocked_for_seven_days(cloud: RunningCloud) -> None:
    cloud.tasks.delete_queue(name=QUEUE)
    with pytest.raises(exceptions.FailedPrecondition, match="7 days"):
        cloud.make_queue()

    cloud.advance(7 * 86400)

    assert cloud.make_queue().name == QUEUE


def test_what_is_not_served_says_so(cloud: RunningCloud) -> None:
    task = {"app_engine_http_request": {"relative_uri": "/"}}

    with pytest.raises(exceptions.MethodNotImplemented, match="expected http_request"):
        cloud.tasks.create_task(parent=QUEUE, task=tasks_v2.Task(task))
