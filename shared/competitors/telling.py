"""What an org's people hear of scans that did not work as they should."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.competitors.snapshots import suspects
from shared.competitors.snapshots.suspects import SuspectSnapshot
from shared.gcp import logging
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.notices import router
from shared.notices.alert import Alert
from shared.tenants.tenant import load_reachable

log = logging.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A suspect menu, whose it is, and what is said of it."""

    suspect: SuspectSnapshot
    name: str
    words: str


def tell_of_doubts(org_id: str, doubts: Iterable[Doubt], now: datetime) -> None:
    """Tell of each suspect menu once a day at most."""
    for doubt in doubts:
        competitor_id = doubt.suspect.competitor_id
        alert = Alert(
            id=suspects.alert_id(org_id, doubt.suspect),
            type=AlertType.COMPETITOR_ALERT,
            key=f"reading-{competitor_id}",
            title=f"We couldn't read {doubt.name}'s menu properly",
            body=doubt.words,
            severity="info",
            link=links.competitor(competitor_id),
        )
        deliver(org_id, alert, now)


def deliver(org_id: str, alert: Alert, now: datetime) -> bool:
    """Whether the router has it. A scan does not fail because its people could not be told: the next one tells."""
    try:
        router.deliver_alert(load_reachable(org_id), alert, now)
    except Exception:
        log.exception("the org could not be told of a scan", extra={"orgId": org_id, "alertId": alert.id})
        return False
    return True
