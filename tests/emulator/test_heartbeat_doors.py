"""Who may call the heartbeat, and that every active org gets one task an hour."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import pytest

from functions.check_org import check_org as check_org_door
from functions.heartbeat import heartbeat
from shared.errors import TransientError
from shared.gcp import clients
from shared.gcp.task_queue import create_named_task
from shared.heartbeat import fan_out as fanning
from shared.heartbeat import load as loading
from shared.heartbeat.fan_out import QUEUE, fan_out, task_name
from shared.heartbeat.load import Section
from tests.emulator.heartbeat_shop import DAY, HOUR, NOON, Shop, open_shop, raising, unavailable


@pytest.fixture
def quiet_queue(shop: Shop) -> Iterator[str]:
    parent = clients.tasks().queue_path("demo-playbooks", "us-central1", QUEUE)
    clients.tasks().pause_queue(name=parent)
    clients.tasks().purge_queue(name=parent)
    yield parent
    clients.tasks().purge_queue(name=parent)
    clients.tasks().resume_queue(name=parent)


def test_every_active_org_gets_one_task_an_hour(
    shop: Shop, quiet_queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanning, "PAGE", 2)
    others = [open_shop(shop.stack) for _ in range(3)]
    open_shop(shop.stack, status="suspended")
    statusless = open_shop(shop.stack, status=None)
    # Names of tasks that lately were there are spent, so each run of this test has an hour of its own.
    hour = datetime.now(UTC).replace(minute=17)
    assert fan_out(hour) == fanning.FannedOut(orgs=5, enqueued=5)
    assert fan_out(hour + timedelta(minutes=20)) == fanning.FannedOut(orgs=5, enqueued=0)
    names = {task.name.rpartition("/")[2] for task in clients.tasks().list_tasks(parent=quiet_queue)}
    start = hour.replace(minute=0, second=0, microsecond=0)
    assert names == {task_name(one.id, start) for one in (shop, statusless, *others)}
    assert fan_out(hour + HOUR).enqueued == 5


def test_one_refused_task_leaves_the_other_orgs_checked_and_is_made_when_asked_again(
    shop: Shop, quiet_queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanning, "PAGE", 2)
    others = [open_shop(shop.stack) for _ in range(4)]
    refused = [others[1].id]

    def create(queue: str, name: str, payload: Mapping[str, Any], **how: Any) -> bool:
        if payload["orgId"] in refused:
            raise unavailable()
        return create_named_task(queue, name, payload, **how)

    monkeypatch.setattr(fanning, "create_named_task", create)
    hour = datetime.now(UTC) - 2 * DAY
    with pytest.raises(TransientError, match=f"1 could not be dealt with now: tenants/{refused[0]}"):
        fan_out(hour)
    assert len(list(clients.tasks().list_tasks(parent=quiet_queue))) == 4
    refused.clear()
    assert fan_out(hour) == fanning.FannedOut(orgs=5, enqueued=1)


def call(handler: Callable[[flask.Request], flask.Response], body: Any, **headers: str) -> tuple[int, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with flask.Flask("door").test_request_context("/", method="POST", json=body, headers=named) as context:
        answer = handler(context.request)
        return answer.status_code, answer.get_json()


TASK = {"X_CloudTasks_QueueName": QUEUE, "X_CloudTasks_TaskName": "t1"}


def test_the_round_of_an_org_is_a_private_door(shop: Shop) -> None:
    shop.item("blue dream", 3)
    eta = str(NOON.timestamp() + 10 * 365 * DAY.total_seconds())
    assert call(check_org_door, {"orgId": shop.id})[0] == 403
    assert call(check_org_door, {"orgId": 7}, **TASK)[0] == 422
    assert call(check_org_door, {"orgId": "org_nowhere"}, **TASK) == (200, {"skipped": True})
    made = call(check_org_door, {"orgId": shop.id}, **TASK, X_CloudTasks_TaskETA=eta)
    assert made == (200, {"findings": 1, "told": 1, "failed": []})
    assert shop.state()["checkedAt"].timestamp() >= float(eta)


def test_a_round_that_must_be_made_again_answers_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(loading._READERS, Section.ITEMS, raising(unavailable()))
    assert call(check_org_door, {"orgId": shop.id}, **TASK)[0] == 503


def test_the_hourly_call_is_the_schedulers(shop: Shop, quiet_queue: str) -> None:
    assert call(heartbeat, None)[0] == 403
    status, answer = call(heartbeat, None, X_CloudScheduler="true")
    assert (status, answer["orgs"]) == (200, 1)
