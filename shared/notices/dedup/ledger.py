"""What an org's people were told, in a few documents: a report that says a hundred things reads and writes four.

`tenants/{orgId}/told_findings/part-{n}` holds the things whose ids fall to it, as compressed JSON in `packed`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from shared.documents.org import org_path
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.notices.dedup.fact import NotifiedFact
from shared.quarantine.failures import describe

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction

log = logging.get_logger(__name__)

COLLECTION = "told_findings"
PARTS = 4
"""Each costs a read and a write; of two runs that tell something of the same part, one waits for the other."""
MAX_BYTES = 900_000
"""Firestore takes a document of 1 MiB."""


@dataclass(slots=True)
class Ledger:
    """The parts that some ids fall to. What is put into it is written when `write` is called."""

    things: dict[str, NotifiedFact]
    """What is there, by id."""
    _references: dict[str, DocumentReference] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, org_id: str, ids: Collection[str], transaction: Transaction) -> Ledger:
        """Whatever cannot be understood counts as not there, and is written anew."""
        folder = firestore().collection(org_path(org_id, COLLECTION))
        references = {name: folder.document(name) for name in sorted({_part_of(one) for one in ids})}
        ledger = cls({}, references)
        for found in firestore().get_all(list(references.values()), transaction=transaction):
            ledger.things.update(unpacked(found))
        return ledger

    def put(self, thing_id: str, told: NotifiedFact) -> None:
        """Remember this of the thing; its id must be one of those that were read."""
        self.things[thing_id] = told
        self._changed.add(_part_of(thing_id))

    def write(self, transaction: Transaction, now: datetime) -> None:
        """Have the parts written that changed, without what is over."""
        parts: dict[str, dict[str, NotifiedFact]] = {name: {} for name in self._changed}
        for thing_id, told in self.things.items():
            part = _part_of(thing_id)
            if part in parts and told.expires_at > now:
                parts[part][thing_id] = told
        for name, things in parts.items():
            expires_at = max((told.expires_at for told in things.values()), default=now)
            transaction.set(self._references[name], {"packed": _packed(name, things), "expiresAt": expires_at})


def _part_of(thing_id: str) -> str:
    return f"part-{int(thing_id[:8], 16) % PARTS}"


def _packed(name: str, things: Mapping[str, NotifiedFact]) -> bytes:
    """Where no document holds so many, what would be over first is forgotten first."""
    kept = sorted(things.items(), key=lambda pair: pair[1].expires_at, reverse=True)
    while True:
        rows = {
            thing_id: told.model_dump(mode="json", by_alias=True, exclude_defaults=True) for thing_id, told in kept
        }
        data = zlib.compress(json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode())
        if len(data) <= MAX_BYTES:
            return data
        log.warning("more was told than is remembered", extra={"part": name, "things": len(kept)})
        kept = kept[: len(kept) * MAX_BYTES // (len(data) + MAX_BYTES // 20)]


def unpacked(found: DocumentSnapshot[Any]) -> dict[str, NotifiedFact]:
    """The things of a part, by id."""
    data = (found.to_dict() or {}).get("packed")
    if not data:
        return {}
    try:
        rows = json.loads(zlib.decompress(data)).items()
    except (zlib.error, ValueError, TypeError, AttributeError) as error:
        extra = {"path": found.reference.path, "reason": type(error).__name__}
        log.error("malformed document passed over", extra=extra)
        return {}
    things: dict[str, NotifiedFact] = {}
    for thing_id, fields in rows:
        try:
            things[thing_id] = NotifiedFact.model_validate(fields)
        except ValidationError as error:
            extra = {"path": f"{found.reference.path}#{thing_id}", "reason": describe(error)}
            log.error("a finding that cannot be read is passed over", extra=extra)
    return things
