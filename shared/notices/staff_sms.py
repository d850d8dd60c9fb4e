"""The texts to an org's own staff (`staffPhones`): seven kinds, each one segment that a message is rendered to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from shared.messages.sms_text import one_segment
from shared.messages.template.as_text import title_and_lead
from shared.messages.template.models import Message


class StaffAlert(StrEnum):
    """What staff are texted about."""

    PLAYBOOK_FAILURE = "playbook_failure"
    USAGE_THRESHOLD = "usage_threshold"
    COMPETITOR_ALERT = "competitor_alert"
    COMPLIANCE_FLAG = "compliance_flag"
    BILLING_ALERT = "billing_alert"
    SYSTEM_ALERT = "system_alert"
    CUSTOM = "custom"


_OPENINGS: Mapping[StaffAlert, str] = MappingProxyType(
    {
        StaffAlert.COMPLIANCE_FLAG: "compliance flag: ",
        StaffAlert.BILLING_ALERT: "billing: ",
        StaffAlert.SYSTEM_ALERT: "system alert: ",
    }
)
"""Of those whose title does not say what they are about."""


def staff_text(kind: StaffAlert, org_name: str, message: Message) -> str:
    """The message for the staff's phones: who it is from, its title, and as much of its lead as fits."""
    return one_segment(f"{org_name}: {_OPENINGS.get(kind, '')}{title_and_lead(message)}")
