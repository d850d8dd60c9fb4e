"""Documents that a worker repeatedly failed on: `quarantine/{id}`, one per document and worker.

An entry counts the failures with one version of the document. The third one takes the document out of that
worker's way until it is written again or an operator releases it. It is also tried once a day: what was wrong may
have been another document (its org's), or the product itself. Nothing is stored of documents that never failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from pydantic import AwareDatetime, Field, ValidationError

from shared.gcp import clients, logging
from shared.gcp.transactions import in_transaction
from shared.values.camel_model import CamelModel
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction

log = logging.get_logger(__name__)

COLLECTION = "quarantine"
FAILURES = 3
"""How often a worker fails with a document before it passes it over."""
TRIED_AGAIN_AFTER = timedelta(days=1)
KEPT_FOR = timedelta(days=30)
MOST_KNOWN = 1_000
"""How many entries of a worker are looked at; with what is beyond them it fails again, and that stops nobody."""


class Status(StrEnum):
    """`failing`: it is still tried."""

    FAILING = "failing"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Item:
    """What a worker deals with: the path of a document, its version where that is known, and whose it is."""

    path: str
    version: datetime | None = None
    org_id: str | None = None

    @classmethod
    def of(cls, snapshot: DocumentSnapshot[Any]) -> Self:
        """The document itself. Its org stands in its path, or in its field `orgId`."""
        parts = snapshot.reference.path.split("/")
        named = parts[1] if parts[0] == "tenants" else (snapshot.to_dict() or {}).get("orgId")
        org_id = named if isinstance(named, str) and named and "/" not in named else None
        return cls(snapshot.reference.path, snapshot.update_time, org_id)

    def entry_id(self, worker: str) -> str:
        """Of its entry for that worker."""
        return hex_digest(worker, self.path)


class Entry(CamelModel, frozen=True):
    """What is known of a document and a worker. `reason`: of the last failure; it names fields, never values."""

    path: str = Field(min_length=1)
    worker: str = Field(min_length=1)
    org_id: str | None = None
    version: AwareDatetime | None = None
    reason: str
    failures: int = Field(ge=1)
    first_failed_at: AwareDatetime
    last_failed_at: AwareDatetime
    status: Status
    told: bool
    """Whether its org knows; True from the start where it is nobody's."""
    expire_at: AwareDatetime
    payload: bytes | None = None
    """Of a message that nobody can read, what it held: no topic keeps it. The topic leads its `path`."""

    def document(self) -> dict[str, Any]:
        """As Firestore stores it."""
        fields = self.model_dump(by_alias=True, mode="python") | {"status": self.status.value}
        return {name: value for name, value in fields.items() if name != "payload" or value is not None}

    def is_of(self, item: Item) -> bool:
        """Whether it counts the item as it is now, and not an earlier version."""
        return self.version == item.version

    def passes_over(self, item: Item, now: datetime) -> bool:
        """Whether the item, as it is now, is not tried at this time."""
        is_due = now - self.last_failed_at >= TRIED_AGAIN_AFTER
        return self.status is Status.QUARANTINED and self.is_of(item) and not is_due


def after_failure(known: Entry | None, item: Item, worker: str, reason: str, now: datetime) -> Entry:
    """The entry after one more failure; another version of the document is counted from the beginning."""
    if known is not None and known.passes_over(item, now):
        return known
    same = known if known is not None and known.is_of(item) else None
    failures = same.failures + 1 if same else 1
    quarantined = failures >= FAILURES
    return Entry(
        path=item.path,
        worker=worker,
        org_id=item.org_id,
        version=item.version,
        reason=reason,
        failures=failures,
        first_failed_at=same.first_failed_at if same else now,
        last_failed_at=now,
        status=Status.QUARANTINED if quarantined else Status.FAILING,
        told=not quarantined or item.org_id is None or _was_notified(same),
        expire_at=now + KEPT_FOR,
    )


def _was_notified(same: Entry | None) -> bool:
    return same is not None and same.status is Status.QUARANTINED and same.told


def reference(entry_id: str) -> DocumentReference:
    return clients.firestore().collection(COLLECTION).document(entry_id)


def parse_entry(entry_id: str, data: Mapping[str, Any] | None) -> Entry | None:
    """The entry that a document holds; a malformed one counts as none, and the next failure overwrites it."""
    if data is None:
        return None
    try:
        return Entry.model_validate(data)
    except ValidationError as error:
        fields = [found["loc"] for found in error.errors(include_url=False)]
        log.error("malformed entry", extra={"path": f"{COLLECTION}/{entry_id}", "fields": str(fields)[:500]})
        return None


def find(entry_id: str) -> Entry | None:
    return parse_entry(entry_id, reference(entry_id).get().to_dict())


def known_to(worker: str) -> dict[str, Entry]:
    """The worker's entries by id; most often there are none."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = clients.firestore().collection(COLLECTION).where(filter=FieldFilter("worker", "==", worker))
    return dict(_parsed(query.limit(MOST_KNOWN).stream()))


def _parsed(found: Any) -> Iterator[tuple[str, Entry]]:
    for snapshot in found:
        entry = parse_entry(snapshot.id, snapshot.to_dict())
        if entry is not None:
            yield snapshot.id, entry


def record_failure(item: Item, worker: str, reason: str, now: datetime) -> Entry:
    """Count one failure.

    Raises:
        TransientError: too many count at once.
    """
    entry_id = item.entry_id(worker)
    document = reference(entry_id)

    def write(transaction: Transaction) -> Entry:
        known = parse_entry(entry_id, document.get(transaction=transaction).to_dict())
        entry = after_failure(known, item, worker, reason, now)
        if entry != known:
            transaction.set(document, entry.document())
        return entry

    return in_transaction(write, f"{COLLECTION}/{entry_id}")


def forget(entry_id: str) -> None:
    """The document is fine again, or is to be tried again."""
    reference(entry_id).delete()


def unnotified() -> Iterator[DocumentSnapshot[Any]]:
    """The documents of entries whose orgs do not know yet, malformed ones too."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = clients.firestore().collection(COLLECTION).where(filter=FieldFilter("told", "==", False))
    yield from query.stream()


def listed(org_id: str | None = None) -> list[tuple[str, Entry]]:
    """All entries with their ids, or those of one org, the latest failure first."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    if org_id is None:
        found = clients.firestore().collection(COLLECTION).stream()
    else:
        found = clients.firestore().collection(COLLECTION).where(filter=FieldFilter("orgId", "==", org_id)).stream()
    return sorted(_parsed(found), key=lambda one: one[1].last_failed_at, reverse=True)
