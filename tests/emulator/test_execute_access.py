"""Who may have which run made: the scheduler's runs, runs in somebody's name, and what strangers can find out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import pytest

from functions.approvals import approvals
from functions.execute import execute
from functions.executions import executions
from local.stack.accounts import sign_up_as
from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key, main
from shared.api.cron_secret import newest_secret
from shared.gcp import clients
from tests.accounts import change_account, sign_up
from tests.emulator.executions import ORG, SET, execution, put_playbook, start

DAILY = {"type": "schedule", "id": "daily", "cron": "0 9 * * *", "timezone": "Etc/UTC"}
OTHER_ORG = "org_of_others"
Headers = Mapping[str, str]


@pytest.fixture(autouse=True)
def door(quiet_queues: Stack) -> None:
    put_playbook("p", [SET], triggers=[DAILY])


def call(handler: Any, path: str, headers: Headers, body: Any = None) -> tuple[int, dict[str, Any]]:
    with flask.Flask("door").test_request_context(path, method="POST", json=body, headers=dict(headers)) as context:
        answer = handler(context.request)
        return answer.status_code, answer.get_json()


def asked(headers: Headers, **body: Any) -> tuple[int, dict[str, Any]]:
    return call(execute, "/api/playbooks/p/execute", headers, {"triggeredBy": "manual", "orgId": ORG, **body})


def cron(due: datetime | None = None) -> Headers:
    scheduled = {"X-CloudScheduler-ScheduleTime": due.isoformat()} if due else {}
    return {"Authorization": f"Bearer {newest_secret()}", **scheduled}


def agent(*acts_for: str, org: str = ORG) -> Headers:
    return {"X-Api-Key": create_agent_key(org, "ezal", acts_for=acts_for)}


def user(stack: Stack, role: str = "editor", org: str = ORG) -> Headers:
    return {"Authorization": f"Bearer {sign_up(stack, orgId=org, role=role).id_token}"}


def slot(**ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


def test_a_scheduled_run_is_the_schedulers_alone(quiet_queues: Stack) -> None:
    tick = {"triggeredBy": "schedule", "triggerId": "daily", "slot": slot(minutes=1)}
    for headers in (agent(), user(quiet_queues), user(quiet_queues, "owner")):
        status, problem = asked(headers, **tick)
        assert (status, "schedule" in problem["detail"]) == (403, True)
    assert asked(cron(), **tick)[0] == 202


@pytest.mark.parametrize("ahead", [{"days": 1}, {"minutes": 6}, {"hours": -7}])
def test_a_slot_far_from_now_is_refused(ahead: dict[str, int]) -> None:
    status, problem = asked(cron(), triggeredBy="schedule", triggerId="daily", slot=slot(**ahead))
    assert (status, problem["detail"].startswith("slot: found")) == (422, True)
    assert not list(clients.firestore().collection("playbook_executions").stream())


@pytest.mark.parametrize("ahead", [{"minutes": 4}, {"hours": -5}])
def test_a_slot_near_now_is_run(ahead: dict[str, int]) -> None:
    assert asked(cron(), triggeredBy="schedule", triggerId="daily", slot=slot(**ahead))[0] == 202


def test_now_is_when_the_scheduler_was_due_to_call_and_an_old_slot_is_still_the_same_run() -> None:
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    tick = {"triggeredBy": "schedule", "triggerId": "daily", "slot": due.isoformat()}
    status, first = asked(cron(due), **tick)
    assert status == 202
    assert asked(cron(), **tick) == (202, {"executionId": first["executionId"], "status": "queued"})


def test_the_slot_of_a_run_by_hand_does_not_take_the_schedulers_place() -> None:
    near = slot(minutes=1)
    by_hand = asked(agent(), triggerId="daily", slot=near)[1]["executionId"]
    assert asked(agent(), triggerId="daily", slot=near)[1]["executionId"] == by_hand
    by_cron = asked(cron(), triggeredBy="schedule", triggerId="daily", slot=near)[1]["executionId"]
    assert by_cron != by_hand


@pytest.mark.parametrize("caller", ["manual", "agent", "event"])
def test_a_run_by_hand_in_the_name_of_a_schedule_keeps_no_tick_from_running(caller: str) -> None:
    by_hand = asked(agent(), triggeredBy=caller, triggerId="daily")[1]
    assert by_hand["status"] == "queued"
    tick = {"triggeredBy": "schedule", "triggerId": "daily", "slot": slot(minutes=1)}
    assert asked(cron(), **tick)[1]["status"] == "queued"
    later = {**tick, "slot": slot(minutes=3)}
    assert asked(cron(), **later)[1]["status"] == "skipped", "the run of the schedule itself does"


def test_no_credential_breaks_a_door_with_an_org_or_a_slot_that_cannot_be() -> None:
    for org in ("a/b", "..", "__x__"):
        status, problem = asked(cron(), orgId=org)
        assert (status, problem["detail"].startswith("orgId: found")) == (422, True)
    for instant in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        status, problem = asked(agent(), slot=instant)
        assert (status, problem["detail"].startswith("slot: found")) == (422, True)


def test_an_agent_acts_as_itself(quiet_queues: Stack) -> None:
    member = sign_up(quiet_queues, orgId=ORG, role="editor")
    stranger = sign_up(quiet_queues, orgId=OTHER_ORG, role="owner")
    for uid in (member.uid, stranger.uid, "nobody-at-all"):
        assert asked(agent(), userId=uid)[0] == 403
    status, answer = asked(agent())
    run = execution(answer["executionId"])
    assert (status, run.requested_by, run.user.id) == (202, "agent:ezal", None)
    assert run.user.email == "owner@runs.example", "mail goes to the org's owner"


def test_an_agent_acts_for_a_member_who_was_delegated_to_it(quiet_queues: Stack) -> None:
    member = sign_up(quiet_queues, orgId=ORG, role="editor")
    key = agent(member.uid)
    run = execution(asked(key, userId=member.uid)[1]["executionId"])
    assert (run.user.id, run.user.email, run.requested_by) == (member.uid, member.email, "agent:ezal")
    assert set(run.caused_by) == {member.uid, "agent:ezal"}
    change_account(quiet_queues, member.uid, disableUser=True)
    assert asked(key, userId=member.uid)[0] == 404, "who has left the org is nobody to act for"


def test_a_delegation_reaches_no_other_org(quiet_queues: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    stranger = sign_up(quiet_queues, orgId=OTHER_ORG, role="owner")
    assert asked(agent(stranger.uid), userId=stranger.uid)[0] == 404
    assert main([ORG, "ezal", "--acts-for", stranger.uid]) == 1
    assert "does not exist" in capsys.readouterr().err


def test_a_person_acts_for_themselves_alone(quiet_queues: Stack) -> None:
    me, other = (sign_up(quiet_queues, orgId=ORG, role="editor") for _ in range(2))
    mine = {"Authorization": f"Bearer {me.id_token}"}
    assert asked(mine, userId=other.uid)[0] == 403
    run = execution(asked(mine, userId=me.uid)[1]["executionId"])
    assert (run.user.id, run.requested_by) == (me.uid, me.uid)


def test_an_address_that_is_not_confirmed_gets_no_mail(quiet_queues: Stack) -> None:
    claims = {"orgId": ORG, "role": "editor"}
    account = sign_up_as(quiet_queues, "somebody@elsewhere.example", claims, is_verified=False)
    _, answer = asked({"Authorization": f"Bearer {account.id_token}"})
    run = execution(answer["executionId"])
    assert (run.user.id, run.user.email) == (account.uid, "owner@runs.example")


@pytest.mark.parametrize("verb", ["cancel", "retry"])
def test_what_belongs_to_others_looks_like_what_does_not_exist(quiet_queues: Stack, verb: str) -> None:
    started = start("p").execution_id
    broken = clients.firestore().document("playbook_executions/broken")
    broken.set({"orgId": ORG, "pinned": "{"})
    strangers = [agent(org=OTHER_ORG), user(quiet_queues, "owner", OTHER_ORG), cron()]
    for headers in strangers:
        answers = []
        for run in (started, "nothing", "broken"):
            status, problem = call(executions, f"/api/executions/{run}/{verb}", headers)
            answers.append((status, {**problem, "detail": problem["detail"].replace(run, "ID")}))
        assert answers[0] == answers[1] == answers[2], "there is no telling them apart"
        assert answers[0][0] == 404


def test_another_orgs_approval_looks_like_none(quiet_queues: Stack) -> None:
    clients.firestore().document("approvals/broken").set({"orgId": ORG})
    headers = user(quiet_queues, "owner", OTHER_ORG)
    answers = [
        call(approvals, f"/api/approvals/{name}", headers, {"decision": "approve"}) for name in ("broken", "none")
    ]
    assert [status for status, _ in answers] == [404, 404]
    assert answers[0][1]["detail"].replace("broken", "none") == answers[1][1]["detail"]
