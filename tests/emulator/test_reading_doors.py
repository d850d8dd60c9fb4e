"""What the org's people and agents read over HTTP: whole documents where they work with them, else summaries."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.stack.running import Stack
from shared.api.cron_secret import newest_secret
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.runs.parts import TriggerRef
from shared.triggers.playbook_summaries import put_summary
from shared.triggers.reconcile import PlaybookKey, reconcile
from tests.emulator.executions import ORG, SET, execution, put_playbook, run, start
from tests.emulator.reading_doors import Headers, agent, get, user

pytestmark = pytest.mark.usefixtures("quiet_queues")

OTHER_ORG = "org_of_others"
KEY = "Bearer s3cret-of-the-crm"
PATIENT = "Ann Nonymous"
CALL = {
    "id": "call",
    "action": "http_request",
    "condition": "steps.who.name == ''",
    "params": {
        "url": "https://user:hush@crm.example/push?token=hush",
        "method": "POST",
        "headers": {"Authorization": KEY, "X-Crm": KEY, "Content-Type": "application/json"},
        "body": {"apiKey": KEY},
    },
}
WHO = {"id": "who", "action": "set", "params": {"values": {"name": PATIENT}}}


def put(playbook_id: str, *steps: dict[str, Any], **fields: Any) -> None:
    """A playbook, and what the platform makes of it."""
    put_playbook(playbook_id, list(steps), **fields)
    reconcile(PlaybookKey(ORG, playbook_id), Clock())


def ran(playbook_id: str, *steps: dict[str, Any]) -> str:
    put(playbook_id, *steps)
    started = start(playbook_id, event_data={"customer": PATIENT}).execution_id
    run(started)
    return started


def assert_says_nothing(answer: object) -> None:
    text = json.dumps(answer)
    for secret in (PATIENT, KEY, "s3cret", "hush"):
        assert secret not in text


def test_a_viewer_reads_what_happened_and_nothing_of_what_was_handled(quiet_queues: Stack) -> None:
    fails = {"id": "bad", "action": "stop", "params": {"reason": "{{steps.who.name}}", "status": "failed"}}
    done, failed = ran("calls", WHO, CALL), ran("fails", WHO, CALL, fails)
    viewer = user(quiet_queues)
    for path in ("executions", f"executions/{done}", f"executions/{failed}", "playbooks", "playbooks/calls"):
        status, answer = get(path, viewer)
        assert status == 200
        assert_says_nothing(answer)
    assert [step["status"] for step in get(f"executions/{done}", viewer)[1]["steps"]] == ["completed", "skipped"]
    assert get(f"executions/{failed}", viewer)[1]["statusReason"] == "the step bad (stop) failed"
    assert [step["action"] for step in get("playbooks/calls", viewer)[1]["steps"]] == ["set", "http_request"]
    for collection in ("execution_summaries", "playbook_summaries"):
        found = [one.to_dict() for one in clients.firestore().collection(collection).stream()]
        assert found
        assert_says_nothing([str(one) for one in found])


@pytest.mark.parametrize("caller", ["editor", "owner", "agent"])
def test_who_works_with_them_reads_whole_documents_with_keys_masked(quiet_queues: Stack, caller: str) -> None:
    done = ran("calls", WHO, CALL)
    headers = agent() if caller == "agent" else user(quiet_queues, caller)
    for path in ("executions", f"executions/{done}", "playbooks", "playbooks/calls"):
        status, answer = get(path, headers)
        assert status == 200
        assert "s3cret" not in json.dumps(answer)
        assert "hush" not in json.dumps(answer)
    whole = get(f"executions/{done}", headers)[1]
    assert whole["stepResults"][0]["output"] == {"name": PATIENT}
    assert whole["eventData"] == {"customer": PATIENT}
    call = get("playbooks/calls", headers)[1]["steps"][1]["params"]
    assert call["headers"] == {"Authorization": "•••", "X-Crm": "•••", "Content-Type": "application/json"}
    assert whole["definition"]["steps"][1]["params"] == call
    assert "lease" not in whole


def test_runs_are_listed_newest_first_page_by_page_and_as_asked(quiet_queues: Stack) -> None:
    put("p", SET)
    put("q", SET)
    wanted = [start("p" if number % 2 else "q").execution_id for number in range(5)]
    for number in (0, 1):
        run(wanted[number])
    for headers in (user(quiet_queues), user(quiet_queues, "editor")):
        seen, after = [], ""
        while True:
            answer = get(f"executions?limit=2{after}", headers)[1]
            seen += [item["executionId"] for item in answer["items"]]
            if "nextAfter" not in answer:
                break
            after = f"&after={answer['nextAfter']}"
        assert seen == wanted[::-1]

        def ids(query: str, headers: Headers = headers) -> list[str]:
            return [item["executionId"] for item in get(f"executions?{query}", headers)[1]["items"]]

        assert ids("status=completed") == [wanted[1], wanted[0]]
        assert ids("playbookId=p") == [wanted[3], wanted[1]]
        assert ids("status=queued&playbookId=p") == [wanted[3]]


def test_runs_are_listed_by_trigger_and_time(quiet_queues: Stack) -> None:
    put("p", SET)
    by_hand, by_agent = (start("p", trigger=TriggerRef(type=kind)).execution_id for kind in ("manual", "agent"))
    created = execution(by_agent).created_at
    later = (created + timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")
    exact = created.isoformat().replace("+00:00", "Z")
    for headers in (user(quiet_queues), user(quiet_queues, "editor")):
        for query, wanted in (
            ("trigger=manual", [by_hand]),
            ("trigger=agent&status=queued&playbookId=p", [by_agent]),
            (f"since={exact}", [by_agent]),
            (f"until={exact}", [by_hand]),
            (f"since={later}", []),
            (f"trigger=manual&since={exact}&until={later}", []),
        ):
            found = get(f"executions?{query}", headers)[1]["items"]
            assert [item["executionId"] for item in found] == wanted, query


def test_playbooks_are_listed_newest_first_page_by_page(quiet_queues: Stack) -> None:
    now = datetime.now(UTC)
    for number, name in enumerate(("oldest", "older", "new")):
        put(name, SET, createdAt=now + timedelta(minutes=number))
    clients.firestore().document(f"tenants/{ORG}/playbooks/older").delete()
    for headers in (user(quiet_queues), user(quiet_queues, "editor")):
        first = get("playbooks?limit=2", headers)[1]
        rest = get(f"playbooks?limit=2&after={first['nextAfter']}", headers)[1]
        names = [item["playbookId"] for item in (*first["items"], *rest["items"])]
        assert [name for name in names if name != "older"] == ["new", "oldest"]
        assert "nextAfter" not in rest


def test_a_list_of_large_playbooks_ends_early_and_goes_on(quiet_queues: Stack) -> None:
    for number in range(9):
        put_playbook(f"large{number}", [SET], notes="x" * 550_000)
        playbook = clients.firestore().document(f"tenants/{ORG}/playbooks/large{number}").get()
        put_summary(ORG, playbook.id, playbook.to_dict(), playbook.create_time, datetime.now(UTC))
    headers = user(quiet_queues, "editor")
    first = get("playbooks", headers)[1]
    rest = get(f"playbooks?after={first['nextAfter']}", headers)[1]
    names = [item["playbookId"] for item in (*first["items"], *rest["items"])]
    assert sorted(names) == [f"large{number}" for number in range(9)]
    assert len(json.dumps(first)) < 5_000_000


def test_another_orgs_look_like_none(quiet_queues: Stack) -> None:
    done = ran("calls", WHO)
    strangers = [user(quiet_queues, "owner", OTHER_ORG), agent(org=OTHER_ORG)]
    cron = {"Authorization": f"Bearer {newest_secret()}"}
    for headers in (*strangers, cron):
        for there, missing in ((f"executions/{done}", "executions/none"), ("playbooks/calls", "playbooks/none")):
            found, nothing = get(there, headers), get(missing, headers)
            assert (found[0], nothing[0]) == (404, 404)
            assert found[1]["detail"].replace(there.split("/")[1], "none") == nothing[1]["detail"]
    for headers in strangers:
        assert get("executions", headers) == (200, {"items": []})
        assert get("playbooks", headers) == (200, {"items": []})
        assert get(f"executions?orgId={ORG}", headers)[0] == 404
        assert get(f"playbooks?orgId={ORG}", headers)[0] == 404


@pytest.mark.parametrize("path", ["executions", "executions/none", "playbooks", "playbooks/none"])
def test_reading_wants_a_credential_and_agents_the_scope(quiet_queues: Stack, path: str) -> None:
    assert get(path, {})[0] == 401
    assert get(path, agent("playbooks:run"))[0] == 403
    assert get(path, user(quiet_queues), method="POST")[0] == 405


@pytest.mark.parametrize(
    "query", ["status=odd", "limit=0", "limit=101", "after=%2F", "page=2", "playbookId=", "trigger=x", "since=y"]
)
def test_a_question_that_cannot_be_read_is_refused_by_its_field(quiet_queues: Stack, query: str) -> None:
    status, problem = get(f"executions?{query}", user(quiet_queues))
    assert (status, query.partition("=")[0] in problem["detail"]) == (422, True)


def test_a_cursor_of_another_orgs_list_leads_nowhere_else(quiet_queues: Stack) -> None:
    put("p", SET)
    for _ in range(2):
        start("p")
    cursor = get("executions?limit=1", user(quiet_queues))[1]["nextAfter"]
    theirs = user(quiet_queues, "viewer", OTHER_ORG)
    assert get(f"executions?after={cursor}", theirs) == (200, {"items": []})


def test_a_run_whose_document_is_odd_is_listed_all_the_same(quiet_queues: Stack) -> None:
    done = ran("calls", WHO)
    odd = clients.firestore().document("playbook_executions/odd")
    odd.set({"orgId": ORG, "createdAt": datetime.now(UTC) + timedelta(hours=1), "pinned": "{"})
    found = get("executions", user(quiet_queues, "editor"))[1]["items"]
    assert [item["executionId"] for item in found] == ["odd", done]
    assert get("executions/odd", user(quiet_queues, "editor"))[0] == 404
    assert execution(done).status == "completed"
