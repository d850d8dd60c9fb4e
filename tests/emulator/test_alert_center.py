"""An org's inbox through its door: listed, read, all read; by its own people only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import pytest

from functions import alerts as alerts_module
from functions.mark_alerts_read import mark_alerts_read
from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.api.cron_secret import newest_secret
from shared.gcp.clients import firestore, tasks
from shared.notices import alert_center
from shared.notices.inbox import COLLECTION
from tests.accounts import change_account, sign_up
from tests.emulator.alert_door import ALL, LIST, ORG, OTHER, bearer, call, get, now, person, put, put_many, stored

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def stack(on_emulators: Stack) -> Stack:
    return on_emulators


def ids(answer: dict[str, Any]) -> list[str]:
    return [one["id"] for one in answer["alerts"]]


def test_the_list_is_the_last_30_days_newest_first(stack: Stack) -> None:
    put("old", 20 * DAY)
    put("new", SECOND)
    put("gone", 31 * DAY)
    put("expired", DAY, expireAt=now() - SECOND)
    put("theirs", DAY, org=OTHER)
    answer = get(LIST, person(stack))
    assert ids(answer) == ["new", "old"]
    assert answer["unread"] == 3  # what expired early is still counted until Firestore deletes it
    assert (answer["unreadable"], "nextAfter" in answer) == (0, False)
    shown = answer["alerts"][0]
    assert shown.keys() == {"id", "type", "title", "body", "severity", "read", "createdAt"}
    assert datetime.fromisoformat(shown["createdAt"]).tzinfo is not None


def test_pages_follow_one_another_without_gap_or_double(stack: Stack) -> None:
    same = now() - DAY
    for number in range(7):
        put(f"a{number}", createdAt=same if number < 4 else same + number * SECOND)
    put("early", createdAt=same + SECOND, expireAt=now() - SECOND)
    viewer, seen, after = person(stack), list[str](), ""
    for _ in range(4):
        answer = get(f"{LIST}?limit=2{after}", viewer)
        seen += ids(answer)
        after = f"&after={answer.get('nextAfter')}"
    assert seen == ["a6", "a5", "a4", "a3", "a2", "a1", "a0"]
    assert "nextAfter" not in answer


def test_anothers_cursor_shows_ones_own(stack: Stack) -> None:
    for number in range(2):
        put(f"theirs{number}", number * SECOND, org=OTHER)
    put("mine", DAY)
    cursor = get(f"{LIST}?limit=1", person(stack, org=OTHER))["nextAfter"]
    assert ids(get(f"{LIST}?after={cursor}", person(stack))) == ["mine"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=many", "limit"),
        ("after=nonsense", "after"),
        ("after=%FF", "after"),
        ("limit=1&limit=2", "limit"),
        ("order=up", "order"),
    ],
)
def test_a_wrong_query_is_refused_by_name(stack: Stack, query: str, field: str) -> None:
    answer = call(f"{LIST}?{query}", person(stack), method="GET")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == field


def test_a_malformed_notification_is_counted_and_keeps_the_others(stack: Stack) -> None:
    put("broken", SECOND, title=7)
    put("whole", DAY)
    answer = get(LIST, person(stack))
    assert (ids(answer), answer["unreadable"]) == (["whole"], 1)


def test_reading_marks_one_once(stack: Stack) -> None:
    put("a1")
    put("a2")
    account = sign_up(stack, orgId=ORG, role="viewer")
    assert call("alerts/a1/read", bearer(account)).get_json() == {"updated": 1}
    first = stored("a1")
    assert (first["read"], first["readBy"]) == (True, account.uid)
    assert call("alerts/a1/read", person(stack, "owner")).get_json() == {"updated": 0}
    assert (stored("a1"), stored("a2")["read"]) == (first, False)


def test_an_id_of_a_step_in_blocks_is_read(stack: Stack) -> None:
    long = f"e1:{'~'.join(['each~0~mail'] * 20)}:inbox"
    put(long)
    assert call(f"alerts/{long}/read", person(stack)).get_json() == {"updated": 1}


@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_marking_all_marks_any_number(stack: Stack, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(alert_center, "PAGE", 3)
    put_many(count)
    put_many(2, org=OTHER)
    put("read", read=True)
    put("gone", 31 * DAY)
    assert call(ALL, person(stack)).get_json() == {"updated": count}
    assert call(ALL, person(stack)).get_json() == {"updated": 0}
    assert get(LIST, person(stack))["unread"] == 0
    assert get(LIST, person(stack, org=OTHER))["unread"] == 2
    assert stored("gone")["read"] is False


def test_marking_all_marks_more_than_a_batch_holds(stack: Stack) -> None:
    put_many(1_001)
    assert call(ALL, person(stack)).get_json() == {"updated": 1_001}


def test_what_an_answer_has_no_time_for_is_marked_by_a_task(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert_center, "PAGE", 2)
    monkeypatch.setattr(alerts_module, "MARKING_SECONDS", 0)
    parent = tasks().queue_path("demo-playbooks", "us-central1", alert_center.MARK_QUEUE)
    tasks().pause_queue(name=parent)
    tasks().purge_queue(name=parent)
    put_many(5)
    assert call(ALL, person(stack)).get_json() == {"updated": 2, "more": True}
    (task,) = tasks().list_tasks(request={"parent": parent, "response_view": "FULL"})
    headers = {"X-CloudTasks-QueueName": "q", "X-CloudTasks-TaskName": "t"}
    with flask.Flask("d").test_request_context("/", method="POST", data=task.http_request.body, headers=headers):
        answer = mark_alerts_read(flask.request)
    assert answer.get_json() == {"updated": 3, "more": False}
    assert get(LIST, person(stack))["unread"] == 0
    tasks().purge_queue(name=parent)
    tasks().resume_queue(name=parent)


def test_the_task_is_a_private_door(stack: Stack) -> None:
    with flask.Flask("d").test_request_context("/", method="POST", json={"orgId": ORG, "by": "u", "after": "x"}):
        assert mark_alerts_read(flask.request).status_code == 403


def test_one_that_is_deleted_meanwhile_keeps_the_others_going(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_many(3)
    real, deleted = alert_center._has_expired, list[str]()

    def delete_one(one: Any, at: datetime) -> bool:
        if not deleted:
            deleted.append(one.id)
            one.reference.delete()
        return real(one, at)

    monkeypatch.setattr(alert_center, "_has_expired", delete_one)
    assert call(ALL, person(stack)).get_json() == {"updated": 2}


NOT_MINE = ["alerts/theirs/read", "alerts/nowhere/read", "alerts/gone/read", "alerts/expired/read"]


def test_anothers_looks_like_none_and_like_one_that_expired(stack: Stack) -> None:
    put("theirs", org=OTHER)
    put("gone", 31 * DAY)
    put("expired", expireAt=now() - SECOND)
    put("orgless", orgId=None)
    owner = person(stack, "owner")
    answers = [call(path, owner) for path in [*NOT_MINE, "alerts/orgless/read"]]
    words = {one.get_json()["detail"].split()[2:] == ["does", "not", "exist"] for one in answers}
    assert ({one.status_code for one in answers}, words) == ({404}, {True})
    assert all(stored(one)["read"] is False for one in ("theirs", "gone", "expired", "orgless"))


def test_naming_another_org_looks_like_naming_none(stack: Stack) -> None:
    put("theirs", org=OTHER)
    owner = person(stack, "owner")
    answers = [
        call(f"{LIST}?orgId={OTHER}", owner, method="GET"),
        call(f"{LIST}?orgId=org_nowhere", owner, method="GET"),
        call(ALL, owner, {"orgId": OTHER}),
        call("alerts/theirs/read", owner, {"orgId": OTHER}),
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({one.get_json()["detail"].replace("org_nowhere", OTHER) for one in answers}) == 1
    assert stored("theirs")["read"] is False
    assert call(ALL, owner, {"orgId": ORG}).status_code == 200


CALLS = [(LIST, "GET"), (ALL, "POST"), ("alerts/a1/read", "POST"), ("alerts/nowhere/read", "POST")]


@pytest.mark.parametrize(("path", "method"), CALLS)
def test_the_inbox_is_for_people(stack: Stack, path: str, method: str) -> None:
    put("a1")
    agent = {"X-Api-Key": create_agent_key(ORG, "craig", ["*"])}
    cron = {"Authorization": f"Bearer {newest_secret()}"}
    for headers in (agent, cron):
        assert call(path, headers, {}, method).status_code == 403
        named = call(f"{path}?orgId={ORG}" if method == "GET" else path, headers, {"orgId": ORG}, method)
        assert named.status_code == 403
    assert stored("a1")["read"] is False


@pytest.mark.parametrize(("path", "method"), CALLS)
def test_a_revoked_credential_opens_nothing(stack: Stack, path: str, method: str) -> None:
    put("a1")
    revoked = sign_up(stack, orgId=ORG, role="owner")
    later = datetime.now(UTC) + 2 * SECOND
    change_account(stack, revoked.uid, validSince=str(int(later.timestamp())))
    disabled = sign_up(stack, orgId=ORG, role="owner")
    change_account(stack, disabled.uid, disableUser=True)
    orgless, roleless = sign_up(stack, role="owner"), sign_up(stack, orgId=ORG)
    for headers in ({}, {"Authorization": "Bearer nonsense"}, *map(bearer, (revoked, disabled, orgless, roleless))):
        assert call(path, headers, {}, method).status_code == 401
    deleted = person(stack, "owner")
    stack.clear_auth()
    assert call(path, deleted, {}, method).status_code == 401
    assert stored("a1")["read"] is False


@pytest.mark.parametrize(("path", "method", "allowed"), [(LIST, "POST", "GET"), (ALL, "GET", "POST")])
def test_each_address_has_its_method(stack: Stack, path: str, method: str, allowed: str) -> None:
    answer = call(path, person(stack), {}, method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize(
    "path", ["alerts/a/b/read", "alerts/__x__/read", "alerts/../read", "alerts/a1", "alerts//read"]
)
def test_other_addresses_lead_nowhere(stack: Stack, path: str) -> None:
    assert call(path, person(stack)).status_code == 404


def test_a_body_with_more_in_it_is_refused(stack: Stack) -> None:
    put("a1")
    assert call("alerts/a1/read", person(stack), {"read": False}).status_code == 422
    assert [one.id for one in firestore().collection(COLLECTION).stream()] == ["a1"]
