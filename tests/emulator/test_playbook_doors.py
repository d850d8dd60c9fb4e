"""Playbooks over HTTP beyond reading: checked before they are saved, searched, and brought back once deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import flask
import pytest

from functions.playbooks import playbooks
from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.api.cron_secret import newest_secret
from shared.catalog.assigning import assign
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.triggers.reconcile import PlaybookKey, reconcile
from tests.accounts import sign_up
from tests.emulator.assigned import Org
from tests.emulator.executions import ORG, SET, put_playbook

pytestmark = pytest.mark.usefixtures("quiet_queues")

Headers = Mapping[str, str]
DAILY = {"type": "schedule", "cron": "0 9 * * *", "timezone": "America/New_York"}
SOUND = {"name": "P", "status": "draft", "triggers": [DAILY], "steps": [SET]}
INTEL = "daily-intel"


def call(method: str, path: str, headers: Headers, body: Any = None) -> tuple[int, dict[str, Any]]:
    with flask.Flask("door").test_request_context(
        f"/api/{path}", method=method, headers=dict(headers), json=body if method == "POST" else None
    ) as context:
        answer = playbooks(context.request)
        return answer.status_code, answer.get_json()


def user(stack: Stack, role: str = "editor", org: str = ORG) -> Headers:
    return {"Authorization": f"Bearer {sign_up(stack, orgId=org, role=role).id_token}"}


def put(playbook_id: str, **fields: Any) -> None:
    put_playbook(playbook_id, fields.pop("steps", [SET]), **fields)
    reconcile(PlaybookKey(ORG, playbook_id), Clock())


def validate(stack: Stack, playbook: Any, role: str = "editor") -> tuple[int, dict[str, Any]]:
    return call("POST", "playbooks/validate", user(stack, role), {"playbook": playbook})


def test_a_sound_playbook_is_told_when_it_would_run(quiet_queues: Stack) -> None:
    status, answer = validate(quiet_queues, SOUND)
    assert (status, answer["problems"]) == (200, [])
    (schedule,) = answer["schedules"]
    assert schedule["triggerId"] == "schedule"
    assert schedule["words"].startswith("every day at 9:00 AM E")
    assert len(schedule["nextRuns"]) == 5
    assert schedule["nextRuns"] == sorted(schedule["nextRuns"])
    assert list(clients.firestore().collection(f"tenants/{ORG}/playbooks").stream()) == []


def test_every_problem_is_reported_by_its_field(quiet_queues: Stack) -> None:
    bad = {"name": "P", "status": "on", "triggers": [{**DAILY, "cron": "9"}], "steps": [SET, {"action": "mail"}]}
    status, answer = validate(quiet_queues, bad)
    assert status == 200
    assert answer["schedules"] == []
    assert {one["field"] for one in answer["problems"]} == {"status", "triggers[0].cron", "steps[1].action"}
    cron = next(one for one in answer["problems"] if one["field"] == "triggers[0].cron")
    assert cron["found"] == "'9' has 1 fields"
    assert cron["expected"].startswith("five: minute hour")
    _, answer = validate(quiet_queues, {**SOUND, "steps": [SET, {"action": "mail"}]})
    assert [one["field"] for one in answer["problems"]] == ["steps[1].action"]


def test_a_limit_of_the_tier_is_a_problem_too(quiet_queues: Stack) -> None:
    clients.firestore().document(f"tenants/{ORG}").set({"name": "Shop", "tierId": "starter"})
    _, answer = validate(quiet_queues, {**SOUND, "triggers": [{**DAILY, "cron": "*/5 * * * *"}]})
    assert [one["field"] for one in answer["problems"]] == ["triggers[0].cron"]
    assert "every hour on starter" in answer["problems"][0]["expected"]


def test_times_that_have_passed_are_problems_of_whoever_sets_them(quiet_queues: Stack) -> None:
    passed = datetime(2026, 1, 2, 9, tzinfo=UTC)
    triggers = [{"type": "once", "at": passed}, {**DAILY, "endsAt": passed, "id": "daily"}]
    written = [
        {**one, **{name: "2026-01-02T09:00:00Z" for name in ("at", "endsAt") if name in one}} for one in triggers
    ]
    edited = {**SOUND, "triggers": written}
    _, answer = validate(quiet_queues, edited)
    assert [one["field"] for one in answer["problems"]] == ["triggers[0].at", "triggers[1].endsAt"]
    assert answer["problems"][0]["found"] == "2026-01-02T09:00:00Z, which has passed"
    assert answer["problems"][0]["expected"] == "a time in the future"
    put("p", triggers=triggers, status="draft")
    body = {"playbook": edited, "playbookId": "p"}
    _, answer = call("POST", "playbooks/validate", user(quiet_queues), body)
    assert answer["problems"] == []
    assert [(one["triggerId"], one["nextRuns"], one["ends"]) for one in answer["schedules"]] == [
        ("once", [], True),
        ("daily", [], True),
    ]
    assert call("POST", "playbooks/validate", user(quiet_queues), {**body, "playbookId": "a/b"})[0] == 422


def test_a_bounded_schedule_is_described_with_its_bounds(quiet_queues: Stack) -> None:
    bounded = {**DAILY, "startsAt": "2036-12-01T05:00:00Z", "every": {"days": 2}, "maxRuns": 3}
    _, answer = validate(
        quiet_queues, {**SOUND, "triggers": [bounded, {"type": "once", "at": "2037-01-01T17:00:00Z"}]}
    )
    schedule, once = answer["schedules"]
    assert schedule["words"].startswith("every other day at 9:00 AM E")
    assert schedule["words"].endswith(", from Dec 1, 2036, at most 3 times")
    assert schedule["nextRuns"] == [f"2036-12-0{day}T14:00:00Z" for day in (1, 3, 5)]
    assert (once["nextRuns"], schedule["ends"], once["ends"]) == (["2037-01-01T17:00:00Z"], True, True)
    _, answer = validate(
        quiet_queues, {**SOUND, "triggers": [{**bounded, "maxRuns": 0, "endsAt": "2030-01-01T00:00Z"}]}
    )
    assert [one["field"] for one in answer["problems"]] == ["triggers[0].endsAt", "triggers[0].maxRuns"]


@pytest.mark.parametrize("body", [{}, {"playbook": "x"}, {"playbook": SOUND, "more": 1}])
def test_a_request_that_holds_no_playbook_is_refused(quiet_queues: Stack, body: dict[str, Any]) -> None:
    assert call("POST", "playbooks/validate", user(quiet_queues), body)[0] == 422


def test_only_authors_of_the_org_may_check_and_restore(quiet_queues: Stack) -> None:
    for path in ("playbooks/validate", f"playbooks/{INTEL}/restore"):
        body: dict[str, Any] = {"playbook": SOUND} if path.endswith("validate") else {}
        assert call("POST", path, user(quiet_queues, "viewer"), body)[0] == 403
        assert call("POST", path, user(quiet_queues, "owner", "org_of_others"), {**body, "orgId": ORG})[0] == 404
        assert call("POST", path, {}, body)[0] == 401
        assert call("POST", path, {"Authorization": f"Bearer {newest_secret()}"}, body)[0] == 404
        narrow = {"X-Api-Key": create_agent_key(ORG, "ezal", ("executions:read",))}
        assert call("POST", path, narrow, body)[0] == 403
    agent = {"X-Api-Key": create_agent_key(ORG, "ezal")}
    assert call("POST", "playbooks/validate", agent, {"playbook": SOUND})[0] == 200
    assert call("POST", "playbooks", user(quiet_queues), {})[0] == 405


def test_one_playbook_comes_with_its_schedules(quiet_queues: Stack) -> None:
    put("p", triggers=[DAILY])
    for role in ("viewer", "editor"):
        status, answer = call("GET", "playbooks/p", user(quiet_queues, role))
        assert status == 200
        assert [(one["triggerId"], len(one["nextRuns"])) for one in answer["schedules"]] == [("schedule", 5)]


def test_a_list_is_searched_by_words_category_and_status(quiet_queues: Stack) -> None:
    put("a", name="Price watch", category="pricing")
    put("b", name="Stock watch", category="inventory", status="paused")
    put("c", name="Old prices", category="Pricing", status="draft")
    viewer = user(quiet_queues, "viewer")

    def ids(query: str) -> list[str]:
        status, answer = call("GET", f"playbooks?{query}", viewer)
        assert status == 200
        return sorted(one["playbookId"] for one in answer["items"])

    assert ids("search=PRICE") == ["a", "c"]
    assert ids("search=watch&status=paused") == ["b"]
    assert ids("category=pricing") == ["a", "c"]
    assert ids("search=nothing") == []
    first = call("GET", "playbooks?search=watch&limit=1", user(quiet_queues))[1]
    rest = call("GET", f"playbooks?search=watch&limit=1&after={first['nextAfter']}", user(quiet_queues))[1]
    assert [one["playbookId"] for one in (*first["items"], *rest["items"])] == ["b", "a"]
    assert call("GET", "playbooks?status=off", viewer)[0] == 422


def deleted_intel() -> Org:
    """An org that has deleted its Daily Intel, and the news of it has come."""
    org = Org(ORG)
    org.write()
    assign(ORG, Clock())
    org.playbook(INTEL).delete()
    assign(ORG, Clock(), only={INTEL})
    assert INTEL not in org.playbooks()
    return org


def test_a_deleted_catalog_playbook_is_offered_and_comes_back(quiet_queues: Stack) -> None:
    org = deleted_intel()
    editor = user(quiet_queues)
    offered = call("GET", "playbooks?deleted=true", user(quiet_queues, "viewer"))[1]["items"]
    assert [(one["playbookId"], one["name"]) for one in offered] == [(INTEL, "Daily Intel")]
    for _ in range(2):
        assert call("POST", f"playbooks/{INTEL}/restore", editor, {}) == (
            200,
            {"playbookId": INTEL, "status": "active"},
        )
        assert org.playbooks()[INTEL]["status"] == "active"
        assert org.assignments()[INTEL]["status"] == "active"
    assert INTEL in org.active()
    assert call("GET", "playbooks?deleted=true", editor)[1]["items"] == []


def test_a_playbook_comes_back_before_the_news_of_its_deletion(quiet_queues: Stack) -> None:
    org = Org(ORG)
    org.write()
    assign(ORG, Clock())
    org.playbook(INTEL).delete()
    assert call("POST", f"playbooks/{INTEL}/restore", user(quiet_queues), {})[0] == 200
    assign(ORG, Clock(), only={INTEL})
    assert INTEL in org.active()


def test_what_the_tier_lacks_is_neither_offered_nor_restored(quiet_queues: Stack) -> None:
    org = deleted_intel()
    editor = user(quiet_queues)
    status, answer = call("POST", "playbooks/win-back/restore", editor, {})
    assert status == 409
    assert "expected pro or higher" in answer["detail"]
    assert call("POST", "playbooks/nothing/restore", editor, {})[0] == 404
    org.write(status="cancelled")
    assert call("POST", f"playbooks/{INTEL}/restore", editor, {})[0] == 409
    assert call("GET", "playbooks?deleted=true", editor)[1]["items"] == []


def test_an_id_that_the_org_uses_itself_is_not_taken_over(quiet_queues: Stack) -> None:
    deleted_intel()
    put(INTEL, name="Mine")
    assert call("POST", f"playbooks/{INTEL}/restore", user(quiet_queues), {})[0] == 409
    assert call("GET", f"playbooks/{INTEL}", user(quiet_queues))[1]["name"] == "Mine"
