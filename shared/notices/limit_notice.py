"""Notices about runs that weren't started: because of a limit, or because of an unusable document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.billing.causes import Cause, CauseLimitError
from shared.errors import PermanentError
from shared.gcp import logging
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.notices import outbox
from shared.notices.alert import DASHBOARD, Alert, worded
from shared.notices.daily import alerts
from shared.values.digests import hex_digest

log = logging.get_logger(__name__)

_KINDS = {"events": "An event", "inventory": "An inventory item"}


def notify_of_loop_limit(cause: Cause, error: CauseLimitError, playbook_id: str, now: datetime) -> None:
    """Notify once per cause that further runs were stopped; `playbook_id` is where it was."""
    log.warning(
        "runs and events of one cause reached the limit",
        extra={"orgId": cause.org_id, "rootCause": cause.root, "playbookId": playbook_id, "reason": str(error)},
    )
    words = str(error)
    body = f"{words[:1].upper()}{words[1:]}. Runs already under way will finish; nothing new starts."
    alert = Alert(
        id=cause.key(),
        type=AlertType.PLAYBOOK_FAILURE,
        key=f"cause-{playbook_id}"[:500],
        message=worded("Stopped: one run or event started too many others", body),
        severity="critical",
        playbook_id=playbook_id,
    )
    outbox.notify(cause.org_id, alert, now)


def notify_of_chain_limit(org_id: str, root: str, playbook_id: str, reason: str, now: datetime) -> None:
    """Notify once per chain's cause that the playbook wasn't started again."""
    log.warning(
        "stopped a chain of playbooks",
        extra={"orgId": org_id, "rootCause": root, "playbookId": playbook_id, "reason": reason},
    )
    body = f"{reason[:1].upper()}{reason[1:]}. Runs under way will finish; this playbook isn't started again."
    which = hex_digest(org_id, root, playbook_id)
    alert = Alert(
        id=f"chain-{which}",
        type=AlertType.PLAYBOOK_FAILURE,
        key=f"chain-{playbook_id}"[:500],
        message=worded("Stopped: a playbook kept starting itself", body),
        severity="critical",
        playbook_id=playbook_id,
    )
    outbox.notify(org_id, alert, now)


def notify_of_execute_limit(org_id: str, reason: str, now: datetime) -> None:
    """Notify once an hour that people and agents request more runs than the tier allows."""
    body = (
        f"{reason[0].upper()}{reason[1:]}. Requests over the limit were refused. "
        "Schedules and events aren't affected."
    )
    alert = Alert(
        id=f"executes-{org_id}-{now:%Y%m%dT%H}",
        type=AlertType.USAGE_ALERT,
        key="executes",
        message=worded("Too many runs requested at once", body),
        severity="warning",
        link=links.USAGE,
        at_most=DASHBOARD,
    )
    outbox.notify(org_id, alert, now)


@dataclass(frozen=True, slots=True)
class Storm:
    """More runs than an org may start: which playbook most of them belong to, and how many are waiting."""

    playbook_id: str
    playbook_name: str
    waiting: int
    at_once: int
    a_minute: int
    began_at: datetime


def notify_of_event_storm(org_id: str, storm: Storm, now: datetime) -> None:
    """Notify once per storm about the runs being held back."""
    runs = "1 run is" if storm.waiting == 1 else f"{storm.waiting:,} runs are"
    body = (
        f"{runs} waiting, most of them from “{storm.playbook_name}”. They'll start in order: at most "
        f"{storm.at_once:,} at a time and {storm.a_minute:,} a minute. If you didn't expect this, pause the "
        "playbook; its waiting runs will be skipped."
    )
    log.warning(
        "runs are held back", extra={"orgId": org_id, "playbookId": storm.playbook_id, "waiting": storm.waiting}
    )
    alert = Alert(
        id=f"storm-{org_id}-{storm.began_at:%Y%m%dT%H%M%S}",
        type=AlertType.PLAYBOOK_FAILURE,
        key="storm",
        message=worded("Runs are waiting: too many started at once", body),
        severity="warning",
        playbook_id=storm.playbook_id,
        at_most=DASHBOARD,
    )
    outbox.notify(org_id, alert, now)


def notify_of_unusable(org_id: str, path: str, error: PermanentError, now: datetime) -> None:
    """Notify once that the document at `path` (below the org) can't be used, however often it's written."""
    kind = path.partition("/")[0]
    which = hex_digest(org_id, path)
    alert = Alert(
        id=f"unusable-{which}",
        type=AlertType.PLAYBOOK_FAILURE,
        key=f"unusable-{kind}",
        message=worded(f"{_KINDS[kind]} can't be used, so no playbook started", str(error)),
        severity="warning",
    )
    alerts.notify(org_id, alert, now)
