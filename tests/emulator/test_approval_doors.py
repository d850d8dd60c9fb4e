"""What runs ask, through its doors: listed, shown, decided; and who is told beforehand that they may not decide."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import httpx
import pytest
from google.cloud.firestore_v1.base_query import FieldFilter

from functions.approvals import approvals as door
from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.api.cron_secret import newest_secret
from shared.decisions import approvals
from shared.decisions.approvals import Approval, ApprovalStatus
from shared.gcp import clients
from shared.runs import control, may_decide
from shared.runs.parts import PinnedUser
from tests.accounts import PASSWORD, Account, change_account, sign_up
from tests.emulator.executions import ORG, clock_in, documents, execution, put_playbook, run, start

ASK = {"id": "ask", "action": "wait_for_approval", "params": {"title": "Lower it?", "details": "40 to 35"}}


@pytest.fixture
def stack(quiet_queues: Stack) -> Stack:
    return quiet_queues


def person(stack: Stack, role: str = "editor", org: str = ORG) -> Account:
    return sign_up(stack, orgId=org, role=role)


def as_person(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.id_token}"}


def call(path: str, headers: dict[str, str], body: dict[str, Any] | None = None, query: str = "") -> flask.Response:
    """GET without a body, POST with one."""
    with flask.Flask(__name__).test_request_context(
        f"/api/{path}",
        method="GET" if body is None else "POST",
        query_string=query,
        headers=headers,
        data=None if body is None else json.dumps(body),
        content_type="application/json",
    ):
        return door(flask.request)


def items(headers: dict[str, str], query: str = "") -> list[dict[str, Any]]:
    answer = call("approvals", headers, query=query)
    assert answer.status_code == 200, answer.get_json()
    found: list[dict[str, Any]] = answer.get_json()["items"]
    return found


def asked(**cause: Any) -> str:
    """The id of what a run asks."""
    put_playbook("asks", [ASK, {"id": "set", "action": "set", "params": {"values": {"x": 1}}}])
    started = start("asks", **{"user": PinnedUser(id="asker", name="Ana Ruiz"), **cause}).execution_id
    assert run(started) == "waiting"
    mine = FieldFilter("executionId", "==", started)
    (found,) = clients.firestore().collection(approvals.COLLECTION).where(filter=mine).stream()
    return str(found.id)


def put_approval(number: int, org: str = ORG, **fields: Any) -> None:
    """One whose run is gone, asked so many minutes ago."""
    now = datetime.now(UTC)
    approval = Approval(
        id=f"a{number}",
        org_id=org,
        playbook_id="p",
        execution_id=f"e{number}",
        step_id="ask",
        title=f"Question {number}",
        details="secret",
        requested_at=now - timedelta(minutes=number),
        expires_at=now + timedelta(hours=1),
    )
    reference = clients.firestore().collection(approvals.COLLECTION).document(approval.id)
    reference.set({**approval.document(), **fields})


def test_a_person_knows_beforehand_whether_they_may_decide(stack: Stack) -> None:
    asker, editor, viewer = person(stack), person(stack), person(stack, "viewer")
    approval_id = asked(user=PinnedUser(id=asker.uid, name="Ana Ruiz"))
    path = f"approvals/{approval_id}"
    shown = call(path, as_person(editor)).get_json()
    assert shown.items() >= {"mayDecide": True, "requestedByName": "Ana Ruiz", "details": "40 to 35"}.items()
    assert "whyNot" not in shown
    barred = call(path, as_person(asker)).get_json()
    refusal = may_decide.refusal(approvals.find(approval_id)[0], asker.uid, datetime.now(UTC))
    assert (barred["mayDecide"], barred["whyNot"]) == (False, str(refusal))
    assert "someone else" in barred["whyNot"]
    assert call(path, as_person(asker), {"decision": "approve"}).get_json()["detail"] == barred["whyNot"]
    watched = call(path, as_person(viewer)).get_json()
    assert (watched["mayDecide"], watched["whyNot"]) == (False, "only editors and owners decide")
    assert not {"details", "comment"} & watched.keys()
    for account in (asker, editor, viewer):
        (listed,) = items(as_person(account))
        assert listed == call(path, as_person(account)).get_json()


def test_a_decision_says_who_and_when_to_whoever_comes_late(stack: Stack) -> None:
    first, second = person(stack), person(stack)
    change_account(stack, first.uid, displayName="Noor Haddad")
    first = Account(first.uid, first.email, _fresh_token(stack, first))
    path = f"approvals/{asked()}"
    decided = call(path, as_person(first), {"decision": "approve", "comment": "Fine"}).get_json()
    named = {"status": "approved", "decidedBy": first.uid, "decidedByName": "Noor Haddad", "comment": "Fine"}
    assert decided.items() >= named.items()
    late = call(path, as_person(second), {"decision": "reject"})
    assert late.status_code == 409
    assert "approved already by Noor Haddad at 20" in late.get_json()["detail"]
    assert call(path, as_person(second)).get_json().items() >= {**named, "mayDecide": False}.items()
    assert call(path, as_person(first), {"decision": "approve"}).status_code == 200


def _fresh_token(stack: Stack, account: Account) -> str:
    url = f"{stack.ports.url('auth')}/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=demo"
    body = {"email": account.email, "password": PASSWORD, "returnSecureToken": True}
    return str(httpx.post(url, json=body).raise_for_status().json()["idToken"])


def test_the_list_is_the_orgs_alone_newest_first_page_by_page(stack: Stack) -> None:
    editor = as_person(person(stack))
    for number in range(5):
        put_approval(number)
    put_approval(9, org="org_other")
    clients.firestore().document("approvals/bad").set({"orgId": ORG, "requestedAt": datetime.now(UTC), "title": 3})
    answer = call("approvals", editor, query="limit=3").get_json()
    assert ([one["approvalId"] for one in answer["items"]], answer["unreadable"]) == (["a0", "a1"], 1)
    rest = call("approvals", editor, query=f"limit=3&after={answer['nextAfter']}").get_json()
    assert [one["approvalId"] for one in rest["items"]] == ["a2", "a3", "a4"]
    assert "nextAfter" not in rest
    assert all("secret" not in str(one) for one in items(as_person(person(stack, "viewer"))))
    assert [one["approvalId"] for one in items(as_person(person(stack, org="org_other")))] == ["a9"]


def test_the_list_goes_by_the_status_as_it_is_now(stack: Stack) -> None:
    editor = as_person(person(stack))
    put_approval(1)
    put_approval(2, expiresAt=datetime.now(UTC) - timedelta(seconds=1))
    put_approval(3, status="expired")
    put_approval(4, status="approved", decidedBy="u", decidedAt=datetime.now(UTC))
    put_approval(5, status="rejected", decidedBy="u", decidedAt=datetime.now(UTC))
    found = {status: [one["approvalId"] for one in items(editor, f"status={status}")] for status in ApprovalStatus}
    assert found == {
        "pending": ["a1"],
        "approved": ["a4"],
        "rejected": ["a5"],
        "expired": ["a2", "a3"],
        "withdrawn": [],
    }
    assert [one["mayDecide"] for one in items(editor)] == [False] * 5


@pytest.mark.parametrize(
    ("query", "field"),
    [("status=perhaps", "status"), ("limit=0", "limit"), ("limit=99", "limit"), ("after=x", "after"), ("q=1", "q")],
)
def test_a_list_that_cannot_be_asked_for_so(stack: Stack, query: str, field: str) -> None:
    answer = call("approvals", as_person(person(stack)), query=query)
    assert answer.status_code == 422
    assert field in answer.get_json()["detail"]


def test_who_is_let_in(stack: Stack) -> None:
    path = f"approvals/{asked()}"
    stranger = as_person(person(stack, "owner", org="org_other"))
    assert call(path, stranger).status_code == call(path, stranger, {"decision": "approve"}).status_code == 404
    assert items(stranger) == []
    assert call("approvals", stranger, query=f"orgId={ORG}").status_code == 404
    assert call("approvals", {}).status_code == 401
    assert call("approvals", as_person(person(stack)), {"decision": "approve"}).status_code == 405
    agent = {"X-Api-Key": create_agent_key(ORG, "craig")}
    (listed,) = items(agent)
    assert (listed["mayDecide"], listed["whyNot"]) == (False, "only people decide")
    assert call(path, agent, {"decision": "approve"}).status_code == 403
    narrow = {"X-Api-Key": create_agent_key(ORG, "craig", ["chat"])}
    assert call("approvals", narrow).status_code == 403
    assert call("approvals", {"Authorization": f"Bearer {newest_secret()}"}).status_code == 404


def test_what_nobody_decided_in_time_is_closed_when_its_run_goes_on(stack: Stack) -> None:
    approval_id = asked()
    found = approvals.find(approval_id)[0]
    assert run(found.execution_id, later=73 * 3600) == "completed"
    assert approvals.find(approval_id)[0].status is ApprovalStatus.EXPIRED
    assert execution(found.execution_id).status_reason == "“Lower it?” wasn't decided in time"
    answer = call(f"approvals/{approval_id}", as_person(person(stack)), {"decision": "approve"})
    assert answer.status_code == 409
    assert "expired" in answer.get_json()["detail"]


def test_what_a_cancelled_run_asked_waits_for_nobody(stack: Stack) -> None:
    approval_id = asked()
    execution_id = approvals.find(approval_id)[0].execution_id
    control.cancel(execution_id, clock_in(0))
    control.cancel(execution_id, clock_in(0))
    assert [one["status"] for one in documents(approvals.COLLECTION)] == ["withdrawn"]
    shown = call(f"approvals/{approval_id}", as_person(person(stack))).get_json()
    assert (shown["mayDecide"], shown["whyNot"][:20]) == (False, "its run is cancelled")


def test_a_cancel_leaves_what_was_decided_as_it_is(stack: Stack) -> None:
    approval_id = asked()
    editor = as_person(person(stack))
    assert call(f"approvals/{approval_id}", editor, {"decision": "approve"}).status_code == 200
    control.cancel(approvals.find(approval_id)[0].execution_id, clock_in(0))
    assert approvals.find(approval_id)[0].status is ApprovalStatus.APPROVED
