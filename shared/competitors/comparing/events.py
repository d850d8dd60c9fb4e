"""The domain events that a comparison of snapshots raises: each pair raises its events once, whichever run compares
it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shared.competitors.comparing.diff import MenuDiff
from shared.documents.events import reference
from shared.documents.org import EVENTS, org_path
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.values.digests import hex_digest
from shared.values.text import clean_text

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

PRICE_CHANGE = "competitor.price_change"
MENU_SHAKEUP = "competitor.menu_shakeup"
PRICE_CHANGE_PERCENT = Decimal(10)
SHAKEUP_PERCENT = Decimal(20)
"""Thresholds of the events for all listeners; a step's own thresholds only affect what it lists."""
MAX_PRICE_EVENTS = 20
"""Limit per competitor and comparison, largest changes first: each may start playbooks."""
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Event:
    """A document of `tenants/{orgId}/events` before it is written. Its id follows from what it tells."""

    id: str
    name: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Raised:
    """How many events this run has raised, and how many others had before it."""

    here: int
    before: int


def events_of(diff: MenuDiff) -> tuple[list[Event], int]:
    """A comparison's events, and how many price changes got none because of the limit."""
    moved = diff.changes_from(PRICE_CHANGE_PERCENT)
    listed, left_out = moved[:MAX_PRICE_EVENTS], max(len(moved) - MAX_PRICE_EVENTS, 0)
    events = [
        _event(
            diff,
            PRICE_CHANGE,
            [change.product, change.category, str(change.old_price), str(change.new_price)]
            + ([change.size] if change.size else []),
            {
                **change.model_dump(mode="json", by_alias=True),
                "product": clean_text(change.product),
                "category": clean_text(change.category) or None,
                "otherChanges": len(moved) - 1,
            },
        )
        for change in listed
    ]
    shakeup = diff.shakeup(SHAKEUP_PERCENT)
    if shakeup is not None:
        events.append(_event(diff, MENU_SHAKEUP, [], shakeup.model_dump(mode="json", by_alias=True)))
    return list({event.id: event for event in events}.values()), left_out


def raise_events(org_id: str, events: Iterable[Event], source: Mapping[str, Any], now: datetime) -> Raised:
    """Create the events that don't exist yet. Two runs that raise the same at once raise it once.

    `source`: what they keep of the step that raises them: `{executionId, depth, …}`.
    """
    waiting = list(events)
    here = before = 0
    for start in range(0, len(waiting), _AT_ONCE):
        raised = _raise(org_id, waiting[start : start + _AT_ONCE], source, now)
        here, before = here + raised.here, before + raised.before
    return Raised(here, before)


def _raise(org_id: str, events: list[Event], source: Mapping[str, Any], now: datetime) -> Raised:
    db = firestore()
    execution_id = source["executionId"]
    references = {event.id: reference(org_id, event.id) for event in events}

    def create_missing(transaction: Transaction) -> Raised:
        found = {
            one.id: one.to_dict() or {}
            for one in db.get_all(list(references.values()), transaction=transaction)
            if one.exists
        }
        for event in events:
            if event.id not in found:
                fields = {
                    "name": event.name,
                    "data": dict(event.data),
                    "createdAt": now,
                    "executionId": execution_id,
                    "source": dict(source),
                    "hops": 1 + source["depth"],
                }
                transaction.create(references[event.id], fields)
        by_others = sum(1 for one in found.values() if one.get("executionId") != execution_id)
        return Raised(len(events) - by_others, by_others)

    return in_transaction(create_missing, org_path(org_id, EVENTS))


def _event(diff: MenuDiff, name: str, listed: list[Any], data: Mapping[str, Any]) -> Event:
    parts = json.dumps([diff.competitor_id, diff.older_id, diff.newer_id, name, *listed])
    event_id = f"{name.replace('.', '-')}-{hex_digest(parts)}"
    about = {"competitor": clean_text(diff.competitor), "competitorId": diff.competitor_id}
    return Event(
        event_id, name, {**data, **about, "snapshotId": diff.newer_id, "previousSnapshotId": diff.older_id}
    )
