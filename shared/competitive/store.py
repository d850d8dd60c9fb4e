"""The org's competitors, their snapshots and our own prices in Firestore."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from shared.competitive.models import MAX_NAME_LENGTH, Competitor, Product
from shared.competitive.snapshots import Snapshot
from shared.competitive.text import clean_text, parse_price
from shared.errors import PermanentError
from shared.gcp.clients import firestore

log = logging.getLogger(__name__)

MAX_COMPETITORS = 100
MAX_INVENTORY = 5_000
MAX_FRESH_SNAPSHOTS = 100
SNAPSHOTS_PER_COMMIT = 10
"""A commit holds 10 MiB, a snapshot up to 1."""


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A snapshot and the id that it is kept under."""

    id: str
    snapshot: Snapshot


def load_competitors(org_id: str) -> list[Competitor]:
    """The org's competitors by id.

    Raises:
        PermanentError: there are more than a scan can read.
    """
    query = firestore().collection(f"tenants/{org_id}/competitors").select(["name", "menuUrl"])
    documents = list(query.limit(MAX_COMPETITORS + 1).stream())
    if len(documents) > MAX_COMPETITORS:
        raise PermanentError(f"there are more than {MAX_COMPETITORS} competitors; name some in competitorIds")
    return [_competitor(document.id, document.to_dict() or {}) for document in documents]


def find_competitors(org_id: str, competitor_ids: Sequence[str]) -> list[Competitor]:
    """Those of these competitors that exist, in one round trip."""
    db = firestore()
    references = [db.document(f"tenants/{org_id}/competitors/{one}") for one in competitor_ids if "/" not in one]
    found = {document.id: document for document in db.get_all(references) if document.exists}
    return [_competitor(one, found[one].to_dict() or {}) for one in competitor_ids if one in found]


def fresh_snapshots(org_id: str, not_before: datetime, now: datetime) -> dict[str, StoredSnapshot]:
    """Each competitor's newest snapshot taken since `not_before`, by competitor."""
    from google.cloud.firestore import Query
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        firestore()
        .collection(f"tenants/{org_id}/competitor_snapshots")
        .where(filter=FieldFilter("takenAt", ">=", not_before))
        .order_by("takenAt", direction=Query.DESCENDING)
        .limit(MAX_FRESH_SNAPSHOTS)
    )
    newest: dict[str, StoredSnapshot] = {}
    for document in query.stream():
        stored = _stored(document.id, document.to_dict() or {})
        if stored and stored.snapshot.expires_at > now:
            newest.setdefault(stored.snapshot.competitor_id, stored)
    return newest


def load_snapshots(org_id: str, snapshot_ids: Sequence[str]) -> dict[str, Snapshot]:
    """Those of these snapshots that exist, by id, in one round trip."""
    db = firestore()
    references = [db.document(f"tenants/{org_id}/competitor_snapshots/{one}") for one in snapshot_ids]
    found = (document for document in db.get_all(references) if document.exists)
    stored = [_stored(document.id, document.to_dict() or {}) for document in found]
    return {one.id: one.snapshot for one in stored if one}


def save_snapshots(org_id: str, snapshots: Mapping[str, Snapshot]) -> None:
    """Write these snapshots under their ids; writing them again changes nothing."""
    db = firestore()
    entries = list(snapshots.items())
    for start in range(0, len(entries), SNAPSHOTS_PER_COMMIT):
        batch = db.batch()
        for one, snapshot in entries[start : start + SNAPSHOTS_PER_COMMIT]:
            reference = db.document(f"tenants/{org_id}/competitor_snapshots/{one}")
            batch.set(reference, snapshot.model_dump(by_alias=True))
        batch.commit()


def load_our_products(org_id: str) -> list[Product]:
    """What we sell ourselves, with a price.

    Raises:
        PermanentError: the inventory is larger than a comparison can read.
    """
    query = firestore().collection(f"tenants/{org_id}/inventory").select(["name", "category", "price"])
    documents = list(query.limit(MAX_INVENTORY + 1).stream())
    if len(documents) > MAX_INVENTORY:
        raise PermanentError(f"the inventory has more than {MAX_INVENTORY:,} items; prices are compared up to that")
    products = (_our_product(document.to_dict() or {}) for document in documents)
    return [product for product in products if product]


def _competitor(competitor_id: str, fields: Mapping[str, Any]) -> Competitor:
    url = fields.get("menuUrl")
    return Competitor(
        id=competitor_id,
        name=clean_text(fields.get("name")) or competitor_id,
        menu_url=url.strip() if isinstance(url, str) and url.strip() else None,
    )


def _our_product(fields: Mapping[str, Any]) -> Product | None:
    name, price = clean_text(fields.get("name"), MAX_NAME_LENGTH), parse_price(fields.get("price"))
    if not name or price is None:
        return None
    return Product(name=name, category=clean_text(fields.get("category")) or None, price=price)


def _stored(document_id: str, fields: Mapping[str, Any]) -> StoredSnapshot | None:
    try:
        return StoredSnapshot(document_id, Snapshot.model_validate(fields))
    except ValidationError as error:
        log.warning("passed over a snapshot of another shape: %s (%d problems)", document_id, error.error_count())
        return None
