"""What an org reads in its inbox when it reaches a limit on what it makes and starts itself: one notice each."""

from __future__ import annotations

from datetime import datetime

from shared.gcp import logging
from shared.messages import links
from shared.notices import inbox
from shared.tenants.causes import Cause, CauseLimitError

log = logging.get_logger(__name__)


def tell_of_cause(cause: Cause, error: CauseLimitError, playbook_id: str, now: datetime) -> None:
    """Say once for the cause that what it sets off has been stopped; `playbook_id` is where it was."""
    log.warning(
        "a cause has set off all that it may",
        extra={"orgId": cause.org_id, "rootCause": cause.root, "playbookId": playbook_id, "reason": str(error)},
    )
    words = str(error)
    notification = inbox.InboxNotification(
        org_id=cause.org_id,
        type="playbook_failure",
        title="Stopped: one run or event started too many others",
        body=f"{words[:1].upper()}{words[1:]}. Runs already under way will finish; nothing new starts.",
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
        title="Too many runs requested at once",
        body=(
            f"{reason[0].upper()}{reason[1:]}. Requests over the limit were refused. "
            "Schedules and events aren't affected."
        ),
        severity="warning",
        link=links.USAGE,
        created_at=now,
    )
    inbox.write(f"executes-{org_id}-{now:%Y%m%dT%H}", notification)
