"""An org's notification preferences: defaults, and what a document may hold."""

from __future__ import annotations

import pytest

from shared.delivery.preferences import AlertType, Channel, Preferences
from shared.errors import PermanentError


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


def test_unknown_types_and_channels_are_let_be() -> None:
    preferences = Preferences.from_document("org_1", {"moon_phase": 7, "usage_alert": {"fax": True}})
    assert preferences == Preferences.from_document("org_1", {})


def test_a_wrong_value_is_named() -> None:
    with pytest.raises(
        PermanentError, match=r"notification_preferences/org_1 .* billing_alert\.email: found 'often'"
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
