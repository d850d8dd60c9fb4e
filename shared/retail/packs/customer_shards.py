"""All customers in 16 documents, updated as customers are written: `tenants/{orgId}/customer_shards`.

For lists and figures only. Before contacting a customer, read that customer's own document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from shared.documents.customers import Customer
from shared.documents.org import CUSTOMERS, org_path
from shared.gcp import clients
from shared.gcp.pages import paged
from shared.retail import memo
from shared.retail.packs import pack
from shared.retail.packs.codec import Copy, unpacked
from shared.retail.packs.pack import Kind, State

SHARDS = 16
NAMES = tuple(f"{number:02}" for number in range(SHARDS))
PAGE = 1_000
COLLECTION = "customer_shards"


def shard_of(customer_id: str) -> str:
    return NAMES[hashlib.sha256(customer_id.encode()).digest()[0] % SHARDS]


KIND = Kind("customers", COLLECTION, Customer, lambda copy: shard_of(copy.id))


def keep_up(org_id: str, customer_id: str, now: datetime) -> None:
    """Updates the customer's copy from their document; does nothing if customers aren't packed yet.

    Raises:
        TransientError: too many concurrent writes to the shard.
    """
    pack.bring_up(KIND, org_id, shard_of(customer_id), [customer_id], now)


def settle(org_id: str, now: datetime) -> int:
    """Packs all customers as they are now; returns how many shards were wrong."""
    return pack.settle(KIND, org_id, NAMES, lambda: _scanned(org_id), now)


def customers(org_id: str) -> Iterator[Copy] | None:
    """Every customer, one shard in memory at a time; None unless all are packed."""
    shards: tuple[bytes, ...] = memo.once(
        (org_id, COLLECTION), lambda: _shards(org_id), lambda found: sum(map(len, found))
    )
    return _unpacked(org_id, shards) if len(shards) == SHARDS else None


def _unpacked(org_id: str, shards: tuple[bytes, ...]) -> Iterator[Copy]:
    for data in shards:
        yield from (copy for copy in unpacked(data, KIND.folder(org_id)).values() if copy is not None)


def _shards(org_id: str) -> tuple[bytes, ...]:
    query = clients.firestore().collection(org_path(org_id, "customer_shards")).limit(SHARDS)
    every = [snapshot.to_dict() or {} for snapshot in query.stream()]
    return tuple(
        fields["packed"]
        for fields in every
        if fields.get("state") == State.COMPLETE and fields.get("format") == KIND.format and fields.get("packed")
    )


def _scanned(org_id: str) -> Iterator[Copy]:
    query = clients.firestore().collection(org_path(org_id, CUSTOMERS)).order_by("__name__").select(KIND.fields)
    return (pack.copy_of(one, KIND) for one in paged(query, PAGE))
