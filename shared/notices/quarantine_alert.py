"""Alerts an org that one of its documents is being skipped, once per quarantine entry."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.gcp import clients, logging
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.notices.alert import Alert, worded
from shared.notices.daily import alerts
from shared.quarantine import entries
from shared.quarantine.entries import Entry, Item
from shared.quarantine.isolation import Isolation
from shared.values.words import counted, listed, plural

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

ALERT_TYPE = AlertType.PLAYBOOK_FAILURE
_FIELD = re.compile(r"(?<![^\s,(])([^\s,(]+) \(\w+\)")

_KINDS = {
    "playbooks": "A playbook",
    "competitors": "A competitor",
    "inventory": "An inventory item",
    "orders": "An order",
    "customers": "A customer record",
    "locations": "A location",
    "events": "An event",
}
"""What people call a document in the collection."""


def notify_owners(now: datetime) -> int:
    """Notifies orgs about new entries; returns how many. Safe to repeat.

    Raises:
        TransientError: some could not be sent now; the rest were.
    """
    with Isolation("telling-owners") as isolation:
        notified = isolation.each(entries.unnotified(), _item, lambda found: _notify(found, now))
    isolation.require_no_waiting()
    return sum(one is True for one in notified)


def _item(found: DocumentSnapshot[Any]) -> Item:
    # Without an org: otherwise an entry about an entry would be reported too.
    return Item(found.reference.path, found.update_time)


def _notify(found: DocumentSnapshot[Any], now: datetime) -> bool:
    """Returns whether there was an org to notify."""
    from google.api_core.exceptions import FailedPrecondition, NotFound

    entry = Entry.model_validate(found.to_dict())
    if entry.status is not entries.Status.QUARANTINED or entry.org_id is None:
        return False
    alerts.notify(entry.org_id, _alert(found.id, entry), now)
    try:
        found.reference.update(
            {"told": True}, option=clients.firestore().write_option(last_update_time=found.update_time)
        )
    except (FailedPrecondition, NotFound):
        log.info("quarantine entry changed meanwhile", extra={"path": found.reference.path})
    return True


def _reason(reason: str) -> str:
    """`These fields need fixing: price, name.`, of `malformed: price (decimal_parsing), name (missing)`."""
    fields = _FIELD.findall(reason) if reason.startswith("malformed: ") else []
    words = (
        f"{plural(len(fields), 'This field needs', 'These fields need')} fixing: {listed(fields)}"
        if fields
        else reason
    )
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _alert(entry_id: str, entry: Entry) -> Alert:
    parts = entry.path.split("/")
    kind = parts[-2] if len(parts) > 1 else ""
    playbook_id = parts[3] if len(parts) == 4 and parts[2] == "playbooks" else None
    return Alert(
        # A new failing version of the document is reported again.
        id=f"quarantine-{entry_id}-{int(entry.first_failed_at.timestamp())}",
        type=ALERT_TYPE,
        key=f"quarantine-{entry_id}",
        message=worded(
            f"{_KINDS.get(kind, 'A record')} can't be used, so we're skipping it",
            f"We tried it {counted(entry.failures, 'time')}. {_reason(entry.reason)} Everything else keeps "
            f"running. Fix it, and we'll pick it up automatically. It's stored at {entry.path[:500]}.",
        ),
        severity="warning",
        playbook_id=playbook_id,
        link=links.of_document(entry.path),
    )
