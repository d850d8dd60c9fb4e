"""`POST /api/playbooks/{playbookId}/execute`: who may, what it answers, and that one cause makes one run."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from tests.accounts import sign_up
from tests.e2e.execute_door import assert_problem
from tests.e2e.org import Org, email_step, set_step
from tests.harness.eventually import PATIENCE_SECONDS

NOBODY = "org_of_nobody"


@pytest.fixture
def stranger(on_stack: Stack) -> Iterator[httpx.Client]:
    """A caller who shows nothing of its own accord."""
    with httpx.Client(base_url=on_stack.public_url, timeout=PATIENCE_SECONDS) as client:
        yield client


def _user(stack: Stack, org_id: str, role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {sign_up(stack, orgId=org_id, role=role).id_token}"}


def test_no_credential_is_401(org: Org, stranger: httpx.Client) -> None:
    assert_problem(org.execute(client=stranger), 401, "credential")


@pytest.mark.parametrize("header", [{"Authorization": "Bearer wrong"}, {"X-Api-Key": "pbk_0123456789abcdef_wrong"}])
def test_a_wrong_credential_is_401(header: dict[str, str], org: Org, stranger: httpx.Client) -> None:
    assert_problem(org.execute(client=stranger, headers=header), 401)


def test_cron_an_editor_and_an_agent_may_run_a_playbook(
    org: Org, agent: dict[str, str], on_stack: Stack, stranger: httpx.Client
) -> None:
    org.playbook(set_step())
    credentials = ({"Authorization": org.api.headers["Authorization"]}, _user(on_stack, org.id, "editor"), agent)
    answers = [org.execute(client=stranger, headers=credential) for credential in credentials]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    for answer in answers:
        org.until(answer.json()["executionId"], "completed")


def test_a_run_acts_for_the_user_who_asked_for_it(org: Org, on_stack: Stack, stranger: httpx.Client) -> None:
    account = sign_up(on_stack, orgId=org.id, role="owner")
    org.playbook(set_step(who="{{user.email}}"))
    answer = org.execute(client=stranger, headers={"Authorization": f"Bearer {account.id_token}"})
    execution = org.until(answer.json()["executionId"], "completed")
    assert execution["stepResults"][0]["output"] == {"who": account.email}


def test_a_viewer_is_403(org: Org, on_stack: Stack, stranger: httpx.Client) -> None:
    org.playbook(set_step())
    assert_problem(org.execute(client=stranger, headers=_user(on_stack, org.id, "viewer")), 403, "viewer", "editor")


def test_an_agent_key_without_the_scope_is_403(org: Org, stranger: httpx.Client) -> None:
    org.playbook(set_step())
    key = create_agent_key(org.id, "ezal", ["chat"])
    assert_problem(org.execute(client=stranger, headers={"X-Api-Key": key}), 403, "playbooks:run")


def test_another_orgs_playbook_is_404_like_one_that_does_not_exist(
    org: Org, on_stack: Stack, stranger: httpx.Client
) -> None:
    org.playbook(set_step())
    foreign = {"X-Api-Key": create_agent_key(NOBODY, "ezal")}
    theirs = org.execute(client=stranger, headers=foreign)
    missing = org.execute("nothing")
    assert_problem(theirs, 404)
    assert_problem(missing, 404)
    assert not org.executions()
    own_org_named = org.execute(client=stranger, headers=foreign, orgId=NOBODY)
    assert_problem(own_org_named, 404)


def test_another_orgs_run_is_404(org: Org, stranger: httpx.Client) -> None:
    org.playbook(set_step())
    execution = org.start()
    foreign = {"X-Api-Key": create_agent_key(NOBODY, "ezal")}
    assert_problem(org.control(execution, "cancel", foreign), 404)
    assert_problem(org.control(execution, "retry", foreign), 404)


def test_another_method_is_405(org: Org) -> None:
    answer = org.api.get("/api/playbooks/pb/execute")
    assert_problem(answer, 405, "POST")
    assert answer.headers["allow"] == "POST"


def test_a_large_body_is_413(org: Org) -> None:
    org.playbook(set_step())
    assert_problem(org.execute(eventData={"much": "x" * 2_000_000}), 413, "bytes")


def test_a_body_that_is_not_json_is_400(org: Org) -> None:
    assert_problem(org.api.post("/api/playbooks/pb/execute", content=b"{"), 400, "JSON")


def test_an_unknown_field_is_refused_by_name(org: Org) -> None:
    assert_problem(org.execute(dryrun=True), 422, "dryrun")


def test_a_wrong_field_is_refused_with_what_was_expected(org: Org) -> None:
    assert_problem(org.execute(triggeredBy="someone"), 422, "triggeredBy", "someone", "manual")


def test_the_same_idempotency_key_is_the_same_run(org: Org) -> None:
    org.playbook(set_step())
    answers = [org.execute(headers={"Idempotency-Key": "click-1"}) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["executionId"] for answer in answers}) == 1
    assert org.execute(headers={"Idempotency-Key": "click-2"}).json()["executionId"] not in answers[0].text
    assert len(org.executions()) == 2


def test_an_idempotency_key_is_never_cut_and_never_answers_another_request(org: Org) -> None:
    org.playbook(set_step())
    assert_problem(org.execute(headers={"Idempotency-Key": "k" * 256}), 422, "Idempotency-Key", "1 to 255")
    assert org.execute(headers={"Idempotency-Key": "k"}, eventData={"n": 1}).status_code == 202
    other = org.execute(headers={"Idempotency-Key": "k"}, eventData={"n": 2})
    assert_problem(other, 422, "Idempotency-Key", "another request")
    reuse = {"Idempotency-Key": "k", "Idempotency-Reuse": "always"}
    assert_problem(org.execute(headers=reuse), 422, "Idempotency-Reuse", "failed")


def test_the_same_slot_is_the_same_run(org: Org) -> None:
    cron = {"type": "schedule", "id": "daily", "cron": "0 9 * * *", "timezone": "Etc/UTC"}
    org.playbook(set_step(), triggers=[cron])
    slot = "2027-01-05T09:00:00Z"
    due = {"X-CloudScheduler-ScheduleTime": slot}
    answers = [org.execute(headers=due, triggeredBy="schedule", triggerId="daily", slot=slot) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    first, second = (answer.json()["executionId"] for answer in answers)
    assert first == second
    assert list(org.executions()) == [first]


def test_a_dry_run_lists_effects_and_performs_none(org: Org) -> None:
    org.playbook(
        set_step(total=5),
        email_step(params={"to": "{{user.email}}", "subject": "Total {{steps.facts.total}}", "text": "x"}),
        {"action": "create_inbox_notification", "params": {"title": "Total", "body": "x"}},
        {"action": "http_request", "params": {"url": "https://shop.example/hook", "method": "POST", "body": "x"}},
    )
    answer = org.execute(dryRun=True)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert [step["status"] for step in shown["steps"]] == ["completed"] * 4
    effects = [(effect["stepId"], effect["effect"]) for effect in shown["effects"]]
    assert effects == [("mail", "once"), ("create_inbox_notification", "idempotent"), ("http_request", "once")]
    assert shown["effects"][0]["subject"] == "Total 5"
    assert shown["costUsd"] == 0.001, "what the mail would cost"
    assert (org.executions(), org.inbox(), org.console.outbox()) == ({}, [], [])


def test_a_playbook_in_error_cannot_be_run_and_the_answer_says_why(org: Org) -> None:
    org.playbook(set_step(), status="error", statusReason="steps[0].action: is missing; it is required")
    assert_problem(org.execute(), 409, "steps[0].action: is missing")
    assert org.executions() == {}


def test_an_archived_playbook_cannot_be_run(org: Org) -> None:
    org.playbook(set_step(), status="archived")
    assert_problem(org.execute(), 409, "archived")
