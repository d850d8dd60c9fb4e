"""An org's notification preferences: defaults, and what a document may hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import PermanentError
from shared.messages.alert_types import AlertType
from shared.notices.preferences import Channel, Preferences


@pytest.mark.parametrize("alert_type", [kind for kind in AlertType if kind is not AlertType.PLAYBOOK_FAILURE])
def test_by_default_an_alert_goes_to_email_and_dashboard(alert_type: AlertType) -> None:
    preferences = Preferences.from_document("org_1", {})
    assert preferences.channels(alert_type) == {Channel.EMAIL, Channel.DASHBOARD}


def test_a_failure_is_mailed_only_where_the_org_asks_for_it() -> None:
    failure = AlertType.PLAYBOOK_FAILURE
    assert Preferences.from_document("org_1", {}).channels(failure) == {Channel.DASHBOARD}
    texted = Preferences.from_document("org_1", {"playbook_failure": {"sms": True}})
    assert texted.channels(failure) == {Channel.DASHBOARD, Channel.SMS}
    mailed = Preferences.from_document("org_1", {"playbook_failure": {"email": True}})
    assert mailed.channels(failure) == {Channel.DASHBOARD, Channel.EMAIL}


def test_a_document_overrides_only_what_it_names() -> None:
    preferences = Preferences.from_document("org_1", {"competitor_alert": {"sms": True, "email": False}})
    assert preferences.channels(AlertType.COMPETITOR_ALERT) == {Channel.SMS, Channel.DASHBOARD}
    assert preferences.channels(AlertType.BILLING_ALERT) == {Channel.EMAIL, Channel.DASHBOARD}


def test_unknown_types_and_channels_are_ignored() -> None:
    preferences = Preferences.from_document("org_1", {"moon_phase": 7, "usage_alert": {"fax": True}})
    assert preferences == Preferences.from_document("org_1", {})


def test_a_wrong_value_is_named() -> None:
    with pytest.raises(
        PermanentError,
        match=r"notification_preferences/org_1 .* billing_alert\.email: found a text of 5 characters",
    ):
        Preferences.from_document("org_1", {"billing_alert": {"email": "often"}})


def test_as_a_document_it_holds_all_six_types() -> None:
    document = Preferences.from_document("org_1", {"weekly_report": {"email": False}}).as_document()
    assert set(document) == {
        "playbook_failure",
        "usage_alert",
        "competitor_alert",
        "compliance_flag",
        "billing_alert",
        "weekly_report",
    }
    assert document["weekly_report"] == {"email": False, "dashboard": True, "sms": False}


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"quietHours": "9pm"}, ["quietHours"]),
        ({"quietHours": {"start": "21:00"}}, ["quietHours.end"]),
        ({"quietHours": {"start": "08:00", "end": "08:00"}}, ["quietHours"]),
        ({"usage_alert": "loud"}, ["usage_alert"]),
        ({"usage_alert": {"email": "often", "sms": []}}, ["usage_alert.email", "usage_alert.sms"]),
        ({"usage_alert": None, "quietHours": None}, []),
    ],
    ids=str,
)
def test_a_malformed_part_has_its_default_and_is_named(document: dict[str, Any], named: list[str]) -> None:
    asked = {"billing_alert": {"sms": True, "email": False}}
    found, problems = Preferences.in_force({**asked, **document})
    assert [line.partition(":")[0] for line in problems] == named
    assert found == Preferences.from_document("org_1", asked)


def test_of_a_type_only_the_malformed_channel_has_its_default() -> None:
    found, _ = Preferences.in_force({"playbook_failure": {"email": True, "dashboard": "no idea", "sms": True}})
    assert found.channels(AlertType.PLAYBOOK_FAILURE) == set(Channel)


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.datetimes()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)
parts = st.dictionaries(st.sampled_from(["email", "dashboard", "sms", "start", "end", "enabled"]), anything)


@given(st.dictionaries(st.sampled_from([*AlertType, "quietHours", "other"]), st.one_of(anything, parts)))
def test_any_document_yields_valid_preferences(document: dict[str, Any]) -> None:
    found, problems = Preferences.in_force(document)
    assert set(found.choices) == set(AlertType)
    assert all(problems)
    if not problems:
        assert found == Preferences.from_document("org_1", document)
