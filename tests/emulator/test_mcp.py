"""The tools against real Firestore, with real agent keys: written, refused, run, explained, kept to one org."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from google.cloud.firestore import SERVER_TIMESTAMP

from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key, revoke_agent_key
from shared.api.masking import MASKED
from shared.gcp import clients
from shared.mcp.tools.playbooks import EXAMPLE
from tests.accounts import sign_up
from tests.emulator.executions import ORG, execution, put_playbook, run, start
from tests.unit.mcp.door import ask, use

OTHER_ORG = "org_of_others"
SET = {"action": "set", "id": "facts", "params": {"values": {"price": 40}}}
BROKEN = {"action": "notify", "params": {"subjct": "Hello"}}
HOOK = {
    "action": "http_request",
    "id": "hook",
    "params": {"url": "https://hooks.example/x", "method": "POST", "headers": {"Authorization": "Bearer abc"}},
}


@pytest.fixture
def stack(quiet_queues: Stack) -> Iterator[Stack]:
    clients.firestore().document(f"tenants/{OTHER_ORG}").set({"name": "Others", "tierId": "pro"})
    yield quiet_queues
    for org in (ORG, OTHER_ORG):
        for found in clients.firestore().collection(f"tenants/{org}/playbooks").list_documents():
            found.delete()


@pytest.fixture
def agent(stack: Stack) -> dict[str, str]:
    return key("*")


def key(*scopes: str, org: str = ORG) -> dict[str, str]:
    return {"X-Api-Key": create_agent_key(org, "ezal", scopes)}


def call(credential: dict[str, str], tool: str, **arguments: Any) -> dict[str, Any]:
    told = use(tool, arguments, credential=credential)
    assert not told.get("isError"), told
    content: dict[str, Any] = told["structuredContent"]
    return content


def refused(credential: dict[str, str], tool: str, **arguments: Any) -> dict[str, Any]:
    told = use(tool, arguments, credential=credential)
    assert told["isError"] is True, told
    error: dict[str, Any] = told["structuredContent"]["error"]
    return error


def stored(playbook_id: str, org: str = ORG) -> dict[str, Any]:
    return clients.firestore().document(f"tenants/{org}/playbooks/{playbook_id}").get().to_dict() or {}


def create(credential: dict[str, str], *steps: dict[str, Any], **fields: Any) -> str:
    playbook = {"name": "Facts", "triggers": [{"type": "manual"}], "steps": [*steps], **fields}
    made: str = call(credential, "create_playbook", playbook=playbook)["playbookId"]
    return made


def test_a_playbook_is_created_changed_paused_resumed_and_deleted(agent: dict[str, str]) -> None:
    made = call(agent, "create_playbook", playbook=EXAMPLE)
    assert (made["status"], made["version"], made["created"]) == ("active", 1, True)
    assert made["schedules"][0]["words"].startswith("every day at 9:00 AM")
    assert made["estimate"]["runsPerMonth"] == 30
    playbook_id = made["playbookId"]
    document = stored(playbook_id)
    assert (document["ownerId"], document["lastEditedBy"], document["orgId"]) == ("agent:ezal", "agent:ezal", ORG)
    assert document["createdBy"] == "mcp"

    changed = call(agent, "update_playbook", playbookId=playbook_id, version=1, changes={"name": "Morning alert"})
    assert changed["version"] == 2
    assert stored(playbook_id)["name"] == "Morning alert"
    assert call(agent, "pause_playbook", playbookId=playbook_id) == {
        "playbookId": playbook_id,
        "version": 3,
        "status": "paused",
    }
    assert call(agent, "pause_playbook", playbookId=playbook_id)["version"] == 3
    on = call(agent, "resume_playbook", playbookId=playbook_id, version=3)
    assert (on["status"], on["version"]) == ("active", 4)
    assert len(on["schedules"]) == 1
    assert call(agent, "delete_playbook", playbookId=playbook_id, version=4)["deleted"] is True
    assert stored(playbook_id) == {}


def test_an_older_version_changes_and_deletes_nothing(agent: dict[str, str]) -> None:
    playbook_id = create(agent, SET)
    call(agent, "update_playbook", playbookId=playbook_id, version=1, changes={"description": "New"})
    for tool, arguments in (
        ("update_playbook", {"version": 1, "changes": {"name": "Old"}}),
        ("delete_playbook", {"version": 1}),
        ("pause_playbook", {"version": 1}),
    ):
        error = refused(agent, tool, playbookId=playbook_id, **arguments)
        assert "found 1; expected 2" in error["message"], tool
    assert (stored(playbook_id)["name"], stored(playbook_id)["version"]) == ("Facts", 2)


def test_what_is_wrong_is_refused_with_every_problem_and_nothing_is_written(agent: dict[str, str]) -> None:
    playbook = {"name": "Broken", "triggers": [{"type": "manual"}], "steps": [BROKEN, {"action": "notfy"}]}
    told = call(agent, "validate_playbook", playbook={**playbook, "status": "active"})
    error = refused(agent, "create_playbook", playbook=playbook)
    fields = {one["field"] for one in error["problems"]}
    assert fields == {one["field"] for one in told["problems"]}
    assert {"steps[0].params.subjct", "steps[1].action"} <= fields
    assert list(clients.firestore().collection(f"tenants/{ORG}/playbooks").list_documents()) == []


def test_what_was_hardly_meant_is_a_warning(agent: dict[str, str]) -> None:
    triggers = [{"type": "event", "eventName": name} for name in ("inventory.low_stok", "loyalty.reward_due")]
    told = call(
        agent,
        "validate_playbook",
        playbook={"name": "Low", "status": "active", "triggers": triggers, "steps": [SET]},
    )
    assert told["problems"] == []
    (warning,) = told["warnings"]
    assert warning["field"] == "triggers[0].eventName"
    assert warning["remedy"] == "Change it to 'inventory.low_stock'."


@pytest.mark.parametrize("field", ["status", "ownerId", "source", "statusReason", "version", "orgId", "requests"])
def test_what_is_not_an_authors_is_refused(agent: dict[str, str], field: str) -> None:
    playbook = {"name": "Facts", "triggers": [], "steps": [SET], field: "error"}
    assert field in refused(agent, "create_playbook", playbook=playbook)["message"]
    playbook_id = create(agent, SET)
    error = refused(agent, "update_playbook", playbookId=playbook_id, version=1, changes={field: "error"})
    assert field in error["message"]


def test_the_same_key_is_the_same_playbook(agent: dict[str, str]) -> None:
    playbook = {"name": "Facts", "triggers": [], "steps": [SET]}
    first, again = (call(agent, "create_playbook", playbook=playbook, idempotencyKey="k1") for _ in range(2))
    assert first["playbookId"] == again["playbookId"]
    assert (first["created"], again["created"]) == (True, False)
    other = {**playbook, "steps": [SET, {"action": "stop", "params": {"reason": "Done."}}]}
    assert "key" in refused(agent, "create_playbook", playbook=other, idempotencyKey="k1")["message"]


def test_masked_keys_stay_as_they_are_and_go_nowhere_else(agent: dict[str, str]) -> None:
    # From before keys were refused.
    playbook_id = "hook"
    put_playbook(playbook_id, [HOOK])
    shown = call(agent, "get_playbook", playbookId=playbook_id)
    (step,) = shown["steps"]
    assert step["params"]["headers"] == {"Authorization": MASKED}
    call(agent, "update_playbook", playbookId=playbook_id, version=1, changes={"steps": [SET, step]})
    assert stored(playbook_id)["steps"][1] == HOOK
    moved = {**step, "params": {**step["params"], "url": "https://evil.example/x"}}
    error = refused(agent, "update_playbook", playbookId=playbook_id, version=2, changes={"steps": [moved]})
    assert MASKED in error["message"]
    assert (
        MASKED
        in refused(agent, "create_playbook", playbook={"name": "X", "triggers": [], "steps": [step]})["message"]
    )


def test_a_key_is_refused_with_where_it_belongs_and_a_secret_is_taken_and_shown(agent: dict[str, str]) -> None:
    error = refused(agent, "create_playbook", playbook={"name": "X", "triggers": [], "steps": [HOOK]})
    (problem,) = error["problems"]
    assert problem["field"] == "steps[0].params.headers.Authorization"
    assert problem["remedy"] == "Put it under Settings → Secrets and write {{secrets.NAME}} instead."
    assert "abc" not in json.dumps(error)
    headers = {"Authorization": "Bearer {{secrets.SHOP_KEY}}"}
    params = {"url": "https://hooks.example/x", "method": "POST", "headers": headers}
    playbook_id = create(agent, {**HOOK, "params": params})
    assert call(agent, "get_playbook", playbookId=playbook_id)["steps"][0]["params"]["headers"] == headers


def test_a_dry_run_shows_effects_and_cost_and_a_run_is_watched(agent: dict[str, str]) -> None:
    mail = {"action": "send_email", "id": "mail", "params": {"to": "a@b.example", "subject": "Hi", "text": "Hello"}}
    playbook_id = create(agent, SET, mail)
    tried = call(agent, "dry_run_playbook", playbookId=playbook_id)
    assert [one["stepId"] for one in tried["steps"]] == ["facts", "mail"]
    assert len(tried["effects"]) == 1
    assert tried["costUsd"] >= 0
    assert "perRunUsd" in tried["estimate"]

    first = call(agent, "run_playbook", playbookId=playbook_id, idempotencyKey="today")
    again = call(agent, "run_playbook", playbookId=playbook_id, idempotencyKey="today")
    assert first["executionId"] == again["executionId"]
    assert (first["startedNow"], again["startedNow"]) == (True, False)
    run_id = first["executionId"]
    assert call(agent, "watch_run", executionId=run_id, waitSeconds=0)["hasEnded"] is False
    run(run_id)
    watched = call(agent, "watch_run", executionId=run_id)
    assert (watched["hasEnded"], watched["run"]["status"]) == (True, "completed")
    assert execution(run_id).requested_by == "agent:ezal"
    assert run_id in {one["executionId"] for one in call(agent, "list_runs", playbookId=playbook_id)["runs"]}


def test_a_failed_run_is_explained_and_sent_back_and_a_waiting_one_is_cancelled(agent: dict[str, str]) -> None:
    params = {"collection": "inventory", "id": "none", "required": True}
    playbook_id = create(agent, {"action": "get_document", "id": "read", "params": params}, SET)
    run_id = call(agent, "run_playbook", playbookId=playbook_id)["executionId"]
    run(run_id)
    told = call(agent, "explain_run", executionId=run_id)
    assert told["status"] == "failed"
    assert told["why"].startswith("It failed at step read: ")
    assert call(agent, "retry_run", executionId=run_id)["status"] == "queued"
    put_playbook("later", [{"action": "wait", "id": "wait", "params": {"hours": 2}}])
    waiting = start("later").execution_id
    run(waiting)
    assert call(agent, "explain_run", executionId=waiting)["waitingSteps"][0]["stepId"] == "wait"
    assert call(agent, "cancel_run", executionId=waiting)["status"] == "cancelled"
    assert "expected one" in refused(agent, "retry_run", executionId=waiting)["message"]


def test_another_orgs_things_do_not_exist(agent: dict[str, str]) -> None:
    theirs = key("*", org=OTHER_ORG)
    playbook_id = create(agent, SET)
    run_id = call(agent, "run_playbook", playbookId=playbook_id)["executionId"]
    for tool, arguments in (
        ("get_playbook", {"playbookId": playbook_id}),
        ("update_playbook", {"playbookId": playbook_id, "version": 1, "changes": {"name": "Mine"}}),
        ("pause_playbook", {"playbookId": playbook_id}),
        ("resume_playbook", {"playbookId": playbook_id}),
        ("delete_playbook", {"playbookId": playbook_id, "version": 1}),
        ("dry_run_playbook", {"playbookId": playbook_id}),
        ("run_playbook", {"playbookId": playbook_id}),
        ("get_run", {"executionId": run_id}),
        ("explain_run", {"executionId": run_id}),
        ("watch_run", {"executionId": run_id, "waitSeconds": 0}),
        ("retry_run", {"executionId": run_id}),
        ("cancel_run", {"executionId": run_id}),
        ("competitor_prices", {"competitorId": "salt"}),
    ):
        error = refused(theirs, tool, **arguments)
        missing = refused(theirs, tool, **{name: _missing(name, value) for name, value in arguments.items()})
        known = [str(value) for name, value in arguments.items() if name.endswith("Id")]
        assert "does not exist" in error["message"], tool
        assert error["message"].replace(known[0], "none-such") == missing["message"], tool
    assert call(theirs, "list_playbooks")["playbooks"] == []
    assert call(theirs, "list_runs")["runs"] == []
    assert stored(playbook_id)["name"] == "Facts"


def _missing(name: str, value: Any) -> Any:
    return "none-such" if name.endswith("Id") else value


def test_what_goes_on_in_the_shop_is_read_and_never_decided(agent: dict[str, str]) -> None:
    ask_first = {
        "id": "ask",
        "action": "wait_for_approval",
        "params": {"title": "Lower it?", "details": "40 to 35"},
    }
    put_playbook("asks", [ask_first])
    run(start("asks").execution_id)
    suggestion = {"status": "pending", "createdAt": SERVER_TIMESTAMP, "product": "Blue Dream"}
    clients.firestore().document(f"tenants/{ORG}/pricing_suggestions/s1").set(suggestion)
    decisions = call(agent, "list_decisions")
    assert "Lower it?" in {one["title"] for one in decisions["approvals"]}
    assert decisions["approvals"][0]["mayDecide"] is False
    assert [one["suggestionId"] for one in decisions["suggestions"]["pricing_suggestions"]] == ["s1"]
    assert "Lower it?" in str(call(agent, "list_alerts")["alerts"])
    assert call(agent, "get_usage", months=1)["usage"]
    assert call(agent, "list_competitors")["items"] == []


def test_a_sentence_is_previewed_and_what_it_makes_can_be_created(
    agent: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    answer = call(
        agent, "preview_sentence", message="every weekday at 7:30 send me yesterday's sales to a@b.example"
    )
    assert list(clients.firestore().collection(f"tenants/{ORG}/playbooks").list_documents()) == []
    made = call(agent, "create_playbook", playbook=answer["playbook"])
    assert made["status"] == "draft"


def test_a_viewer_sees_summaries_and_changes_nothing(stack: Stack, agent: dict[str, str]) -> None:
    playbook_id = create(agent, SET)
    viewer = {"Authorization": f"Bearer {sign_up(stack, orgId=ORG, role='viewer').id_token}"}
    shown = call(viewer, "get_playbook", playbookId=playbook_id)
    assert "params" not in str(shown["steps"])
    assert "40" not in str(shown["steps"])
    assert "role" in refused(viewer, "delete_playbook", playbookId=playbook_id, version=1)["message"]


def test_a_key_that_is_wrong_or_revoked_gets_nothing(stack: Stack) -> None:
    assert ask("tools/list", credential={}).status_code == 401
    assert ask("tools/list", credential={"X-Api-Key": "pbk_no"}).status_code == 401
    made = create_agent_key(ORG, "ezal", ["chat"])
    revoke_agent_key(made.split("_")[1])
    refusal = ask("tools/list", credential={"X-Api-Key": made})
    assert (refusal.status_code, refusal.headers["WWW-Authenticate"]) == (401, 'Bearer realm="playbooks"')
