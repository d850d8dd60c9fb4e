"""What an org reads in its inbox when it has come to one of the limits of its own making: once, not each time."""

from __future__ import annotations

from datetime import datetime

from shared.delivery import inbox
from shared.gcp import logging
from shared.tenants.causes import Cause, CauseLimitError

log = logging.get_logger(__name__)


def tell_of_cause(cause: Cause, error: CauseLimitError, playbook_id: str, now: datetime) -> None:
    """Say once for the cause that what it sets off has been stopped; `playbook_id` is where it was."""
    log.warning(
        "a cause has set off all that it may",
        extra={"orgId": cause.org_id, "rootCause": cause.root, "playbookId": playbook_id, "reason": str(error)},
    )
    notification = inbox.InboxNotification(
        org_id=cause.org_id,
        type="playbook_failure",
        title="Stopped: one run or event has set off too many others",
        body=f"At the playbook {playbook_id}: {error}. What is running goes on to its end; nothing new is started.",
        severity="critical",
        playbook_id=playbook_id,
        created_at=now,
    )
    inbox.write(cause.key(), notification)


def tell_of_executes(org_id: str, reason: str, now: datetime) -> None:
    """Say once an hour that people and agents ask for more runs than the tier allows."""
    notification = inbox.InboxNotification(
        org_id=org_id,
        type="usage_alert",
        title="Too many runs were asked for at once",
        body=f"{reason[0].upper()}{reason[1:]}. Those beyond were refused; schedules and events are not affected.",
        severity="warning",
        created_at=now,
    )
    inbox.write(f"executes-{org_id}-{now:%Y%m%dT%H}", notification)
