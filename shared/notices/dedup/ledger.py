"""Reported facts in a few documents: a report with a hundred facts takes four reads and writes.

`tenants/{orgId}/told_findings/part-{n}` holds the facts whose ids hash to it, as compressed JSON in `packed`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from shared.documents.org import org_path
from shared.gcp import logging, read_lately
from shared.gcp.clients import firestore
from shared.notices.dedup.fact import NotifiedFact
from shared.quarantine.failures import describe

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction

log = logging.get_logger(__name__)

COLLECTION = "told_findings"
PARTS = 4
"""Each costs a read and a write; runs that write the same part wait for each other."""
MAX_BYTES = 900_000
"""Below Firestore's limit of 1 MiB."""


@dataclass(slots=True)
class Ledger:
    """The parts needed for some ids. `put` changes are stored by `write`."""

    things: dict[str, NotifiedFact]
    """The stored facts, by id."""
    _references: dict[str, DocumentReference] = field(default_factory=dict)
    _versions: dict[str, Any] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, org_id: str, ids: Collection[str], transaction: Transaction) -> Ledger:
        """Unreadable content counts as missing and is replaced."""
        folder = firestore().collection(org_path(org_id, COLLECTION))
        references = {name: folder.document(name) for name in sorted({_part_of(one) for one in ids})}
        ledger = cls({}, references)
        for found in firestore().get_all(list(references.values()), transaction=transaction):
            ledger.things.update(unpacked(found))
            if found.exists:
                ledger._versions[found.id] = found.update_time
        return ledger

    @classmethod
    def recalled(cls, org_id: str, ids: Collection[str]) -> Ledger | None:
        """The parts as this run last wrote them; None if it hasn't."""
        known = read_lately.kept(org_path(org_id, COLLECTION))
        names = {_part_of(one) for one in ids}
        if not isinstance(known, Ledger) or not names <= known._versions.keys():
            return None
        return cls(dict(known.things), known._references, dict(known._versions))

    def keep(self, org_id: str, versions: Sequence[Any] = ()) -> None:
        """Remembers the parts for this run. `versions`: the new versions of the changed parts, in order."""
        if versions:
            self._versions.update(zip(self._changed_parts(), versions, strict=True))
        read_lately.keep(org_path(org_id, COLLECTION), Ledger(self.things, self._references, self._versions))

    def put(self, thing_id: str, fact: NotifiedFact) -> None:
        """Stores a fact; its id must be one of those read."""
        self.things[thing_id] = fact
        self._changed.add(_part_of(thing_id))

    def write(self, transaction: Transaction, now: datetime) -> None:
        """Writes changed parts, without expired facts."""
        for name, fields in self._documents(now):
            transaction.set(self._references[name], fields)

    def replace(self, now: datetime) -> list[Any] | None:
        """Writes changed parts unless somebody else did since; returns their versions, or None."""
        from google.api_core.exceptions import Aborted, FailedPrecondition, NotFound

        from shared.gcp import plain_firestore

        commit = plain_firestore.Commit()
        for name, fields in self._documents(now):
            commit.replace(self._references[name].path, fields, self._versions[name])
        try:
            return list(commit.send())
        except (Aborted, FailedPrecondition, NotFound):
            return None

    @property
    def is_changed(self) -> bool:
        """Whether there are changes to write."""
        return bool(self._changed)

    def _changed_parts(self) -> list[str]:
        return sorted(self._changed)

    def _documents(self, now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
        parts: dict[str, dict[str, NotifiedFact]] = {name: {} for name in self._changed_parts()}
        for thing_id, fact in self.things.items():
            part = _part_of(thing_id)
            if part in parts and fact.expires_at > now:
                parts[part][thing_id] = fact
        for name, things in parts.items():
            expires_at = max((fact.expires_at for fact in things.values()), default=now)
            yield name, {"packed": _packed(name, things), "expiresAt": expires_at}


def _part_of(thing_id: str) -> str:
    return f"part-{int(thing_id[:8], 16) % PARTS}"


def _packed(name: str, things: Mapping[str, NotifiedFact]) -> bytes:
    """If it is too large for a document, drops what expires first."""
    kept = sorted(things.items(), key=lambda pair: pair[1].expires_at, reverse=True)
    while True:
        rows = {
            thing_id: fact.model_dump(mode="json", by_alias=True, exclude_defaults=True) for thing_id, fact in kept
        }
        data = zlib.compress(json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode())
        if len(data) <= MAX_BYTES:
            return data
        log.warning("dropping reported facts", extra={"part": name, "things": len(kept)})
        kept = kept[: len(kept) * MAX_BYTES // (len(data) + MAX_BYTES // 20)]


def unpacked(found: DocumentSnapshot[Any]) -> dict[str, NotifiedFact]:
    """A part's facts, by id."""
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
            log.error("unreadable finding skipped", extra=extra)
    return things
