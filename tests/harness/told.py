"""What an org's people were told, as the product keeps it."""

from __future__ import annotations

from shared.gcp.clients import firestore
from shared.notices.dedup.fact import NotifiedFact
from shared.notices.dedup.ledger import COLLECTION, unpacked


def told_things(org_id: str) -> dict[str, NotifiedFact]:
    """All of it, by the things' ids."""
    parts = firestore().collection(f"tenants/{org_id}/{COLLECTION}").stream()
    return {thing_id: told for part in parts for thing_id, told in unpacked(part).items()}
