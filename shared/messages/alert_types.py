"""The kinds of alerts that an org's people get."""

from __future__ import annotations

from enum import StrEnum


class AlertType(StrEnum):
    """What an org can set its preferences for."""

    PLAYBOOK_FAILURE = "playbook_failure"
    USAGE_ALERT = "usage_alert"
    COMPETITOR_ALERT = "competitor_alert"
    COMPLIANCE_FLAG = "compliance_flag"
    BILLING_ALERT = "billing_alert"
    WEEKLY_REPORT = "weekly_report"
