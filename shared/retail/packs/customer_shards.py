"""All customers in a fixed number of documents, kept as customers are written: `tenants/{orgId}/customer_shards`.

They are for lists and figures. Who writes to a customer reads that customer's own document first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from shared.documents.org import CUSTOMERS, org_path
from shared.gcp import clients
from shared.retail import memo
from shared.retail.packs import pack
from shared.retail.packs.codec import Copy, unpacked
from shared.retail.packs.pack import Kind, State
from shared.retail.records import Customer

SHARDS = 16
NAMES = tuple(f"{number:02}" for number in range(SHARDS))
PAGE = 1_000
COLLECTION = "customer_shards"


def shard_of(customer_id: str) -> str:
    """Where the customer's copy is."""
    return NAMES[hashlib.sha256(customer_id.encode()).digest()[0] % SHARDS]


KIND = Kind("customers", COLLECTION, Customer, lambda copy: shard_of(copy.id))


def keep_up(org_id: str, customer_id: str, now: datetime) -> None:
    """Bring the copy in line with what the customer's document says now; nothing where they are not packed yet.

    Raises:
        TransientError: others keep writing the shard.
    """
    pack.bring_up(KIND, org_id, shard_of(customer_id), [customer_id], now)


def settle(org_id: str, now: datetime) -> int:
    """Have all customers packed as they are now; how many shards were not right."""
    return pack.settle(KIND, org_id, NAMES, lambda: _scanned(org_id), now)


def customers(org_id: str) -> Iterator[Copy] | None:
    """Every customer as their document says, a shard held at a time; None where they are not all packed."""
    shards: tuple[bytes, ...] = memo.once(
        (org_id, COLLECTION), lambda: _shards(org_id), lambda found: sum(map(len, found))
    )
    return _unpacked(org_id, shards) if len(shards) == SHARDS else None


def _unpacked(org_id: str, shards: tuple[bytes, ...]) -> Iterator[Copy]:
    for data in shards:
        yield from (copy for copy in unpacked(data, KIND.folder(org_id)).values() if copy is not None)


def _shards(org_id: str) -> tuple[bytes, ...]:
    """Those that are complete."""
    query = clients.firestore().collection(org_path(org_id, "customer_shards")).limit(SHARDS)
    every = [snapshot.to_dict() or {} for snapshot in query.stream()]
    return tuple(
        fields["packed"]
        for fields in every
        if fields.get("state") == State.COMPLETE and fields.get("format") == KIND.format and fields.get("packed")
    )


def _scanned(org_id: str) -> Iterator[Copy]:
    query = (
        clients.firestore()
        .collection(org_path(org_id, CUSTOMERS))
        .order_by("__name__")
        .select(KIND.fields)
        .limit(PAGE)
    )
    page = list(query.stream())
    while page:
        yield from (pack.copy_of(one, KIND) for one in page)
        page = list(query.start_after(page[-1]).stream()) if len(page) == PAGE else []
