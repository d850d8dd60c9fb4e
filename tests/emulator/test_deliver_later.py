"""The task function of the alert center."""

from __future__ import annotations

from typing import Any

import flask
import httpx
import pytest

from functions.deliver_later import deliver_later
from local.stack.running import Stack
from shared.gcp.clients import firestore, tasks
from shared.notices import outbox
from tests.emulator.alerted_org import EVERYWHERE, NOW, AlertedOrg, queue, waiting_tasks
from tests.emulator.outbox import EVENING, MORNING

TASK = {"X-CloudTasks-QueueName": "deliverLater", "X-CloudTasks-TaskName": "t"}


@pytest.fixture
def org(on_emulators: Stack) -> AlertedOrg:
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    tasks().pause_queue(name=queue())
    tasks().purge_queue(name=queue())
    return AlertedOrg(on_emulators).open().prefer(**EVERYWHERE).sleep()


def call(body: Any, **headers: str) -> tuple[int, Any]:
    with flask.Flask("door").test_request_context("/", method="POST", json=body, headers=headers) as context:
        answer = deliver_later(context.request)
        return answer.status_code, answer.get_json()


def eta(moment: Any) -> dict[str, str]:
    return {**TASK, "X-CloudTasks-TaskETA": str(moment.timestamp())}


def test_the_tasks_that_were_made_deliver(org: AlertedOrg) -> None:
    for number in range(3):
        org.deliver(number, EVENING)
    bodies = [
        one.http_request.body for one in tasks().list_tasks(request={"parent": queue(), "response_view": "FULL"})
    ]
    assert len(bodies) == 2
    for _ in range(2):
        for body in bodies:
            with flask.Flask("d").test_request_context(
                "/", method="POST", data=body, headers=eta(MORNING)
            ) as context:
                assert deliver_later(context.request).status_code == 200
    assert sorted(org.emails()) == ["2 more: It failed 2", "It failed 0"]


def test_it_is_a_private_door_that_reads_what_it_is_given(org: AlertedOrg) -> None:
    body = {"kind": "message", "id": "x"}
    assert call(body)[0] == 403
    assert call({"kind": "letter", "id": "x"}, **TASK)[0] == 422
    assert call(body, **TASK) == (200, {"delivered": False})
    assert call({"kind": "digest", "id": "x", "started": 1}, **TASK) == (200, {"delivered": False})


def test_what_is_not_due_comes_again(org: AlertedOrg) -> None:
    org.deliver(now=EVENING)
    assert call({"kind": "message", "id": org.delivery_id()}, **TASK)[0] == 503
    assert org.emails() == []


def test_an_org_that_is_gone_gets_nothing_and_is_asked_for_once(org: AlertedOrg) -> None:
    org.deliver(now=EVENING)
    firestore().document(f"tenants/{org.id}").delete()
    assert call({"kind": "message", "id": org.delivery_id()}, **eta(MORNING)) == (200, {"delivered": False})
    assert org.emails() == []
    assert len(waiting_tasks()) == 1


def test_the_digest_of_a_window_that_never_was_is_nothing(org: AlertedOrg) -> None:
    assert not outbox.send_digest("nowhere", 0, NOW)
