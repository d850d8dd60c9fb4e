"""Alert types, severities and size limits."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

MAX_TITLE_CHARS = 255
MAX_BODY_CHARS = 20_000
MAX_TYPE_CHARS = 100

WEBHOOK = "webhook"
"""The type of alerts about the org's webhooks; it has no preferences."""

Severity = Literal["info", "warning", "critical"]


class AlertType(StrEnum):
    """Alert types that have notification preferences."""

    PLAYBOOK_FAILURE = "playbook_failure"
    USAGE_ALERT = "usage_alert"
    COMPETITOR_ALERT = "competitor_alert"
    COMPLIANCE_FLAG = "compliance_flag"
    BILLING_ALERT = "billing_alert"
    WEEKLY_REPORT = "weekly_report"
