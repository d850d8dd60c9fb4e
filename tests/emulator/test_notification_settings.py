"""An org's preferences through their door: looked at by members, changed by the owner, a part at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.settings import NotificationSettings
from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.api.cron_secret import newest_secret
from shared.gcp.clients import firestore
from shared.messages.alert_types import AlertType
from shared.notices.preferences import COLLECTION, load
from tests.accounts import sign_up
from tests.emulator.alert_door import ORG, OTHER, PREFERENCES, bearer, call, get, person

DEFAULTS = {
    kind.value: {"email": kind is not AlertType.PLAYBOOK_FAILURE, "dashboard": True, "sms": False}
    for kind in AlertType
}


@pytest.fixture
def stack(on_emulators: Stack) -> Stack:
    return on_emulators


def document(org: str = ORG) -> dict[str, Any]:
    return firestore().document(f"{COLLECTION}/{org}").get().to_dict() or {}


def test_the_body_names_every_type() -> None:
    assert set(NotificationSettings.model_fields) == {*AlertType, "quiet_hours", "org_id"}


@pytest.mark.parametrize("role", ["viewer", "editor", "owner"])
def test_every_member_sees_the_six_types(stack: Stack, role: str) -> None:
    assert get(PREFERENCES, person(stack, role)) == DEFAULTS
    assert document() == {}


def test_a_post_changes_what_it_names_and_nothing_else(stack: Stack) -> None:
    owner = sign_up(stack, orgId=ORG, role="owner")
    first = call(PREFERENCES, bearer(owner), {"usage_alert": {"sms": True}})
    assert (first.status_code, first.get_json()) == (
        200,
        {**DEFAULTS, "usage_alert": {"email": True, "dashboard": True, "sms": True}},
    )
    second = call(PREFERENCES, bearer(owner), {"usage_alert": {"email": False}, "weekly_report": {"email": False}})
    changed = {
        **DEFAULTS,
        "usage_alert": {"email": False, "dashboard": True, "sms": True},
        "weekly_report": {"email": False, "dashboard": True, "sms": False},
    }
    assert second.get_json() == get(PREFERENCES, person(stack)) == load(ORG).as_document() == changed
    assert document()["updatedBy"] == owner.uid
    assert call(PREFERENCES, bearer(owner), {}).get_json() == changed
    assert get(PREFERENCES, person(stack, org=OTHER)) == DEFAULTS


def test_quiet_hours_stand_beside_the_types_once_they_are_set(stack: Stack) -> None:
    owner = person(stack, "owner")
    quiet = {"start": "21:00", "end": "08:00", "enabled": True}
    answer = call(PREFERENCES, owner, {"quietHours": {"start": "21:00", "end": "08:00"}})
    assert answer.get_json() == {**DEFAULTS, "quietHours": quiet}
    off = call(PREFERENCES, owner, {"quietHours": {"enabled": False}})
    assert off.get_json()["quietHours"] == {**quiet, "enabled": False}
    assert get(PREFERENCES, person(stack))["quietHours"] == {**quiet, "enabled": False}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"moon_phase": {"email": True}}, "moon_phase"),
        ({"usage_alert": {"fax": True}}, "usage_alert.fax"),
        ({"usage_alert": {"sms": "yes"}}, "usage_alert.sms"),
        ({"usage_alert": {"sms": None}}, "usage_alert.sms"),
        ({"usage_alert": True}, "usage_alert"),
        ({"usageAlert": {"sms": True}}, "usageAlert"),
        ({"billing_alert": {"sms": True}, "weekly_report": {"sms": 1}}, "weekly_report.sms"),
        ({"quietHours": {"start": "9:00", "end": "08:00"}}, "quietHours.start"),
        ({"quietHours": {"start": "24:00", "end": "08:00"}}, "quietHours.start"),
        ({"quietHours": {"start": "21:00", "end": "08:00", "zone": "UTC"}}, "quietHours.zone"),
        ({"quietHours": None}, "quietHours"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(stack: Stack, body: dict[str, Any], field: str) -> None:
    answer = call(PREFERENCES, person(stack, "owner"), body)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.get_json()["errors"]] == [field]
    assert document() == {}


@pytest.mark.parametrize("hours", [{"start": "21:00"}, {"enabled": False}, {"start": "08:00", "end": "08:00"}])
def test_half_known_or_endless_quiet_hours_are_refused(stack: Stack, hours: dict[str, Any]) -> None:
    answer = call(PREFERENCES, person(stack, "owner"), {"quietHours": hours})
    assert answer.status_code == 422
    assert "quietHours" in answer.get_json()["detail"]
    assert document() == {}


def test_a_malformed_document_is_fixed_by_naming_what_is_wrong(stack: Stack) -> None:
    firestore().document(f"{COLLECTION}/{ORG}").set({"usage_alert": "loud", "other": 1})
    owner = person(stack, "owner")
    assert call(PREFERENCES, owner, {"weekly_report": {"sms": True}}).status_code == 422
    assert "updatedBy" not in document()
    assert call(PREFERENCES, owner, {"usage_alert": {"sms": True}}).status_code == 200
    assert document()["other"] == 1


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_only_the_owner_writes(stack: Stack, role: str) -> None:
    for body in ({"usage_alert": {"sms": True}}, {"moon_phase": 1}, {}):
        assert call(PREFERENCES, person(stack, role), body).status_code == 403
    assert document() == {}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_settings_are_for_people(stack: Stack, method: str) -> None:
    agent = {"X-Api-Key": create_agent_key(ORG, "craig", ["*"])}
    cron = {"Authorization": f"Bearer {newest_secret()}"}
    for headers in (agent, cron):
        assert call(PREFERENCES, headers, {"usage_alert": {"sms": True}}, method).status_code == 403
    stale = person(stack, "owner")
    stack.clear_auth()
    for headers in ({}, {"Authorization": "Bearer x.y.z"}, stale):
        assert call(PREFERENCES, headers, {"usage_alert": {"sms": True}}, method).status_code == 401
    assert document() == {}


def test_another_org_looks_like_none(stack: Stack) -> None:
    owner = person(stack, "owner")
    answers = [
        call(f"{PREFERENCES}?orgId={OTHER}", owner, method="GET"),
        call(f"{PREFERENCES}?orgId=org_nowhere", owner, method="GET"),
        call(PREFERENCES, owner, {"orgId": OTHER, "usage_alert": {"sms": True}}),
        call(f"{PREFERENCES}?orgId={OTHER}", owner, {"usage_alert": {"sms": True}}),
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({one.get_json()["detail"].replace("org_nowhere", OTHER) for one in answers}) == 1
    assert (document(OTHER), document()) == ({}, {})
    assert call(PREFERENCES, owner, {"orgId": ORG, "usage_alert": {"sms": True}}).status_code == 200
    assert document(OTHER) == {}


def test_changes_at_the_same_moment_all_hold(stack: Stack) -> None:
    owner = person(stack, "owner")

    def turn_on(kind: AlertType) -> int:
        for _ in range(5):
            status = call(PREFERENCES, owner, {kind.value: {"sms": True}}).status_code
            if status != 503:
                return status
        return 503

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(turn_on, list(AlertType)[:3])) == {200}
    assert [document()[kind]["sms"] for kind in list(AlertType)[:3]] == [True] * 3


@pytest.mark.parametrize("path", ["settings", "settings/other"])
def test_other_addresses_lead_nowhere(stack: Stack, path: str) -> None:
    assert call(path, person(stack), method="GET").status_code == 404


def test_what_is_shown_is_what_is_in_force_also_where_the_document_is_malformed(stack: Stack) -> None:
    stored = {"usage_alert": {"sms": True, "email": "often"}, "weekly_report": "loud", "quietHours": "9pm"}
    firestore().document(f"{COLLECTION}/{ORG}").set(stored)
    in_force = {**DEFAULTS, "usage_alert": {"email": True, "dashboard": True, "sms": True}}
    assert get(PREFERENCES, person(stack)) == in_force == load(ORG).as_document()


def test_the_door_has_no_defaults_of_its_own() -> None:
    named = NotificationSettings.model_validate_json("{}").model_dump(by_alias=True, exclude={"org_id"})
    assert named == {name: {} for name in (*AlertType, "quietHours")}
