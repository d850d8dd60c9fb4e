"""Notifies an org's people of failed and suspect scans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.competitors.models import Competitor
from shared.competitors.snapshots import suspects, unreadable
from shared.competitors.snapshots.suspects import SuspectSnapshot
from shared.competitors.snapshots.unreadable import Unreadable
from shared.gcp import logging
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.notices.alert import Alert, worded
from shared.notices.daily import alerts
from shared.values.digests import hex_digest

log = logging.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A suspect menu, whose it is, and what is said of it."""

    suspect: SuspectSnapshot
    name: str
    words: str


def notify_of_suspect_menus(org_id: str, doubts: Iterable[Doubt], now: datetime) -> None:
    """Notify of each suspect menu at most once a day."""
    for doubt in doubts:
        competitor_id = doubt.suspect.competitor_id
        alert = Alert(
            id=suspects.alert_id(org_id, doubt.suspect),
            type=AlertType.COMPETITOR_ALERT,
            key=f"reading-{competitor_id}",
            message=worded(f"We couldn't read {doubt.name}'s menu properly", doubt.words),
            severity="info",
            link=links.competitor(competitor_id),
        )
        alerts.try_to_notify(org_id, alert, now)


def notify_of_unreadable_menu(org_id: str, competitor: Competitor, counted: Unreadable, now: datetime) -> None:
    """Notify once that a competitor's menu couldn't be read several times in a row."""
    name, reason = competitor.name, counted.reason.rstrip(".")
    remedy = f"{counted.remedy[:1].upper()}{counted.remedy[1:]}"
    about = hex_digest(org_id, competitor.id)
    alert = Alert(
        id=f"competitor-unreadable-{about}-{int(counted.since.timestamp())}",
        type=AlertType.COMPETITOR_ALERT,
        key=f"unreadable-{competitor.id}",
        message=worded(
            f"We can't read {name}'s menu",
            f"The last {counted.failures} scans of {name} failed: {reason}. {remedy}. "
            "We'll keep trying. Its prices won't be compared until a scan works.",
        ),
        severity="warning",
        link=links.competitor(competitor.id),
    )
    if alerts.try_to_notify(org_id, alert, now):
        unreadable.mark_notified(org_id, competitor.id, counted, now)
