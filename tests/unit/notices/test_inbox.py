"""The shape of an inbox notification's document."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from shared.notices.inbox import InboxNotification, document

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_document_has_the_contracts_fields_and_expires_in_30_days() -> None:
    notification = InboxNotification(
        org_id="org_1",
        type="playbook_failure",
        title="It failed",
        body="Mailjet said no.",
        severity="critical",
        playbook_id="pb_1",
        execution_id="run_1",
        created_at=NOON,
    )
    assert document("n1", notification) == (
        "inbox_notifications/n1",
        {
            "orgId": "org_1",
            "type": "playbook_failure",
            "title": "It failed",
            "body": "Mailjet said no.",
            "severity": "critical",
            "playbookId": "pb_1",
            "executionId": "run_1",
            "read": False,
            "createdAt": NOON,
            "expireAt": datetime(2026, 12, 23, 12, tzinfo=UTC),
        },
    )


def test_a_notification_without_a_run_has_no_run_fields() -> None:
    _, fields = document("n1", InboxNotification(org_id="o", type="t", title="T", body="", created_at=NOON))
    assert not {"playbookId", "executionId"} & set(fields)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        InboxNotification(org_id="o", type="t", title="T", body="", created_at=datetime(2026, 11, 23))  # noqa: DTZ001
