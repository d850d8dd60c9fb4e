"""Campaign statistics over all runs: `campaign_stats/{orgId}_{campaignId}`.

Reader events are recorded in `campaign_events/{runId}-{page}`, one document per page of 250 customers, as the
customers' places. So repeated, late or unordered events count once, orgs and pages don't contend, and writes need
no prior read. The sweep adds new events to the statistics, which may lag by a few minutes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import Field

from shared.campaigns.record import KEPT_FOR, Campaign, Totals
from shared.documents.stored import Stored, parsed
from shared.gcp import clients
from shared.gcp.transactions import in_transaction

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

COLLECTION = "campaign_stats"
EVENTS = "campaign_events"
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "open": "opens",
        "click": "clicks",
        "bounce": "bounces",
        "blocked": "bounces",
        "spam": "spam",
        "unsub": "unsubscribes",
    }
)
"""Mailjet's events and the statistic each counts toward; counts customers, not events."""
MOST_COUNTED = 300
_CUSTOM_ID = re.compile(r"([0-9a-f]{32}):(\d{1,9}):(\d{1,6})")


class CampaignStats(Stored):
    org_id: str
    campaign_id: str
    playbook_id: str | None = None
    emails: int = 0
    texts: int = 0
    unknown: int = 0
    """Texts that may or may not have arrived: the provider can't be asked, and they cost money."""
    failed: int = 0
    opens: int = 0
    clicks: int = 0
    bounces: int = 0
    spam: int = 0
    unsubscribes: int = 0
    last_sent_at: datetime | None = None


class _Events(Stored):
    org_id: str
    campaign_id: str
    playbook_id: str | None = None
    places: dict[str, list[int]] = Field(default_factory=dict)
    counted: dict[str, int] = Field(default_factory=dict)


def stats_path(org_id: str, campaign_id: str) -> str:
    return f"{COLLECTION}/{org_id}_{campaign_id}"


def count_sent(transaction: Transaction, campaign: Campaign, tally: Totals, now: datetime) -> None:
    """Adds a page's messages, in the transaction that ends the page."""
    from google.cloud.firestore import Increment

    added = {"emails": tally.emails, "texts": tally.texts, "unknown": tally.unknown, "failed": tally.failed}
    fields = {
        "orgId": campaign.org_id,
        "campaignId": campaign.campaign_id,
        "playbookId": campaign.playbook_id,
        "lastRunId": campaign.execution_id,
        "lastSentAt": now,
        **{name: Increment(count) for name, count in added.items()},
    }
    transaction.set(
        clients.firestore().document(stats_path(campaign.org_id, campaign.campaign_id)), fields, merge=True
    )


def note_event(
    event: str, custom_id: str, org_id: str, campaign_id: str, playbook_id: str | None, now: datetime
) -> bool:
    """Records a reader's event; False if it isn't about a campaign email or isn't counted."""
    from google.cloud.firestore import ArrayUnion

    found, kind = _CUSTOM_ID.fullmatch(custom_id), KINDS.get(event)
    if found is None or kind is None:
        return False
    fields = {
        "orgId": org_id,
        "campaignId": campaign_id,
        "playbookId": playbook_id,
        "places": {kind: ArrayUnion([int(found[3])])},
        "isNew": True,
        "expireAt": now + KEPT_FOR,
    }
    clients.firestore().collection(EVENTS).document(f"{found[1]}-{found[2]}").set(fields, merge=True)
    return True


def count_events(found: Any) -> int:
    """Adds new events from one `campaign_events` document to the statistics; returns how many.

    Raises:
        ValidationError: the document is malformed.
        TransientError: too many wrote at this moment.
    """
    reference = found.reference

    def add(transaction: Transaction) -> int:
        from google.cloud.firestore import Increment

        events = _Events.model_validate(reference.get(transaction=transaction).to_dict() or {})
        seen = {kind: len(set(places)) for kind, places in events.places.items() if kind in KINDS.values()}
        added = {kind: count - events.counted.get(kind, 0) for kind, count in seen.items()}
        fields = {kind: Increment(count) for kind, count in added.items() if count > 0}
        if fields:
            ids = {"orgId": events.org_id, "campaignId": events.campaign_id, "playbookId": events.playbook_id}
            path = stats_path(events.org_id, events.campaign_id)
            transaction.set(clients.firestore().document(path), {**ids, **fields}, merge=True)
        transaction.update(reference, {"counted": seen, "isNew": False})
        return sum(count for count in added.values() if count > 0)

    return in_transaction(add, f"{EVENTS}/{reference.id}")


def new_events() -> Any:
    """Documents with uncounted events."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = clients.firestore().collection(EVENTS).where(filter=FieldFilter("isNew", "==", True))
    return query.limit(MOST_COUNTED).stream()


def stats_of(org_id: str) -> list[CampaignStats]:
    """Statistics of all the org's campaigns; unreadable documents are logged and skipped."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = clients.firestore().collection(COLLECTION).where(filter=FieldFilter("orgId", "==", org_id))
    found = (parsed(CampaignStats, one) for one in query.stream())
    return [one for one in found if one is not None]
