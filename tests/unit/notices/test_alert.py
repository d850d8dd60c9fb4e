"""An alert: what the staff are texted of it, and what it may be made of."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from shared.compliance.sms_opt_outs import opt_out_id
from shared.messages.alert_types import AlertType
from shared.notices.alert import TEXT_KIND, Alert, StaffAlert, worded
from shared.notices.delivery import phone_key


def alert(**fields: Any) -> Alert:
    message = worded(fields.pop("title", "It failed"), fields.pop("body", "B"))
    given = {"id": "a1", "type": "playbook_failure", "key": "p1", "message": message, **fields}
    return Alert.model_validate(given)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Thrive: It failed. B"),
        ({"title": "Has it failed?"}, "Thrive: Has it failed? B"),
        ({"body": ""}, "Thrive: It failed"),
        ({"body": "It failed at once.\n\nMore."}, "Thrive: It failed at once."),
        ({"type": "usage_alert"}, "Thrive: It failed. B"),
        ({"type": "competitor_alert"}, "Thrive: It failed. B"),
        ({"type": "compliance_flag"}, "Thrive: compliance flag: It failed. B"),
        ({"type": "billing_alert"}, "Thrive: billing: It failed. B"),
        ({"type": "weekly_report"}, "Thrive: It failed. B"),
        ({"text_kind": "system_alert"}, "Thrive: system alert: It failed. B"),
        ({"text_kind": "custom"}, "Thrive: It failed. B"),
        ({"type": "approval"}, "Thrive: It failed. B"),
    ],
)
def test_a_text_starts_with_its_subject_and_continues_with_the_message(fields: dict[str, Any], text: str) -> None:
    assert alert(**fields).staff_text("Thrive") == text


def test_every_alert_type_has_a_kind_and_every_kind_a_channel() -> None:
    assert set(TEXT_KIND) == set(AlertType)
    assert {*TEXT_KIND.values(), StaffAlert.SYSTEM_ALERT} == set(StaffAlert)


def test_a_title_is_one_line() -> None:
    assert alert(title="It\r\nBcc: x\u2028failed").title == "It Bcc: x failed"


@pytest.mark.parametrize("fields", [{"id": "a/b"}, {"id": ""}, {"title": " "}, {"type": ""}, {"key": ""}, {"x": 1}])
def test_anything_other_than_an_alert_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        alert(**fields)


def test_numbers_are_distinguished_without_being_shown() -> None:
    assert phone_key("+13155550123") != phone_key("+13165550123")
    assert "315555" not in phone_key("+13155550123") + opt_out_id("+13155550123")
