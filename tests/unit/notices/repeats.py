"""Helpers of the tests of repeats, shared with other tests."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.messages.alert_types import AlertType, Severity
from shared.notices.alert import Alert, worded

NOW = datetime(2026, 11, 23, 19, 5, tzinfo=UTC)


def alert(number: int = 0, severity: Severity = "warning", title: str = "Sync failed") -> Alert:
    return Alert(
        id=f"a{number}",
        type=AlertType.PLAYBOOK_FAILURE,
        key="p1",
        message=worded(title, f"Reason {number}"),
        severity=severity,
    )
