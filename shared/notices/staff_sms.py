"""The texts to an org's own staff (`staffPhones`): seven kinds, each one segment where it can be."""

from __future__ import annotations

import string
from enum import StrEnum
from types import MappingProxyType

from shared.errors import PermanentError
from shared.messages.sms_text import one_segment


class StaffAlert(StrEnum):
    """What staff are texted about."""

    PLAYBOOK_FAILURE = "playbook_failure"
    USAGE_THRESHOLD = "usage_threshold"
    COMPETITOR_ALERT = "competitor_alert"
    COMPLIANCE_FLAG = "compliance_flag"
    BILLING_ALERT = "billing_alert"
    SYSTEM_ALERT = "system_alert"
    CUSTOM = "custom"


_WORDINGS = MappingProxyType(
    {
        StaffAlert.PLAYBOOK_FAILURE: "{org}: playbook {playbook} failed. {error}",
        StaffAlert.USAGE_THRESHOLD: "{org}: {metric} is at {percent}% of this month's limit.",
        StaffAlert.COMPETITOR_ALERT: "{org}: {competitor}: {detail}",
        StaffAlert.COMPLIANCE_FLAG: "{org}: compliance flag: {detail}",
        StaffAlert.BILLING_ALERT: "{org}: billing: {detail}",
        StaffAlert.SYSTEM_ALERT: "{org}: system alert: {detail}",
        StaffAlert.CUSTOM: "{message}",
    }
)


def needs(alert_type: StaffAlert) -> tuple[str, ...]:
    """The names that the wording holds."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(_WORDINGS[alert_type]) if name)


def staff_alert_text(alert_type: str, **data: object) -> str:
    """The text of one staff alert.

    `data` by type: playbook_failure `org, playbook, error` · usage_threshold `org, metric, percent` ·
    competitor_alert `org, competitor, detail` · compliance_flag, billing_alert, system_alert `org, detail` ·
    custom `message`. More is let be.

    Raises:
        PermanentError: no such type, or a name is missing.
    """
    try:
        wording = _WORDINGS[StaffAlert(alert_type)]
    except ValueError:
        raise PermanentError(
            f"{alert_type!r} is not a staff alert; expected one of {', '.join(StaffAlert)}"
        ) from None
    missing = [name for name in needs(StaffAlert(alert_type)) if data.get(name) is None]
    if missing:
        raise PermanentError(f"a staff alert {alert_type} needs {', '.join(missing)}; found {sorted(data)}")
    return one_segment(wording.format_map(data))
