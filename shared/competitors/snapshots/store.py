"""Snapshots of menus in Firestore."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel

from shared.competitors.snapshots import suspects
from shared.competitors.snapshots.snapshot import Head, HeadFields, Snapshot, StoredSnapshot
from shared.competitors.snapshots.suspects import SuspectSnapshot
from shared.documents.org import COMPETITOR_SNAPSHOTS, org_path
from shared.gcp import logging
from shared.gcp.clients import firestore

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

SNAPSHOTS_PER_COMMIT = 10
"""A commit holds 10 MiB, a snapshot up to 1."""
_HEADS_AT_LEAST = 10
_HEADS_EACH = 3
_AT_ONCE = 8
M = TypeVar("M", bound=BaseModel)


def heads(org_id: str, competitor_ids: Sequence[str], now: datetime) -> dict[str, Head]:
    """Each competitor's newest snapshot without its menu, by competitor.

    One query reads those that were seen last: of competitors that are scanned together, all. One that is missed
    because others are scanned far more often is asked for by itself.
    """
    from google.cloud.firestore import Query
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        firestore()
        .collection(org_path(org_id, COMPETITOR_SNAPSHOTS))
        .where(filter=FieldFilter("expiresAt", ">", now))
        .order_by("expiresAt", direction=Query.DESCENDING)
        .select([to_camel(name) for name in HeadFields.model_fields])
        .limit(max(_HEADS_AT_LEAST, _HEADS_EACH * len(competitor_ids)))
    )
    newest: dict[str, Head] = {}
    for document in query.stream():
        fields = _parsed(HeadFields, document.id, document.to_dict() or {})
        if fields is None:
            continue
        known = newest.get(fields.competitor_id)
        if known is None or known.fields.taken_at < fields.taken_at:
            newest[fields.competitor_id] = Head(document.id, fields)
    missed = [one for one in competitor_ids if one not in newest]
    for one, found in newest_first(org_id, missed, count=1).items():
        if found and found[0].snapshot.expires_at > now:
            newest[one] = Head(found[0].id, HeadFields.model_validate(found[0].snapshot.model_dump()))
    return newest


def load_snapshots(org_id: str, snapshot_ids: Sequence[str]) -> dict[str, Snapshot]:
    """These snapshots by id, in one round trip; missing and unreadable ones are left out."""
    if not snapshot_ids:
        return {}
    db = firestore()
    references = [db.document(org_path(org_id, COMPETITOR_SNAPSHOTS, one)) for one in snapshot_ids]
    found = {document.id: document for document in db.get_all(references) if document.exists}
    parsed = {one: _parsed(Snapshot, one, document.to_dict() or {}) for one, document in found.items()}
    return {one: snapshot for one, snapshot in parsed.items() if snapshot}


def newest_first(
    org_id: str, competitor_ids: Sequence[str], before: datetime | None = None, count: int = 2
) -> dict[str, list[StoredSnapshot]]:
    """Each competitor's last `count` snapshots, those taken until `before` if it is given."""
    return _each(competitor_ids, lambda one: _newest_of(org_id, one, before, count))


def oldest(org_id: str, competitor_ids: Sequence[str]) -> dict[str, StoredSnapshot]:
    """Each competitor's oldest kept snapshot."""
    found = _each(competitor_ids, lambda one: _oldest_of(org_id, one))
    return {one: snapshots[0] for one, snapshots in found.items() if snapshots}


def walk_back(org_id: str, competitor_id: str, count: int) -> Iterator[Snapshot | None]:
    """The competitor's snapshots one by one, the newest first; None for one that cannot be read."""
    from google.cloud.firestore import Query
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        firestore()
        .collection(org_path(org_id, COMPETITOR_SNAPSHOTS))
        .where(filter=FieldFilter("competitorId", "==", competitor_id))
        .order_by("takenAt", direction=Query.DESCENDING)
    )
    for document in query.limit(count).stream():
        yield _parsed(Snapshot, document.id, document.to_dict() or {})


def _each(
    competitor_ids: Sequence[str], read: Callable[[str], list[StoredSnapshot]]
) -> dict[str, list[StoredSnapshot]]:
    if not competitor_ids:
        return {}
    with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="snapshots") as pool:
        futures = {one: pool.submit(copy_context().run, read, one) for one in competitor_ids}
        return {one: future.result() for one, future in futures.items()}


def _newest_of(org_id: str, competitor_id: str, before: datetime | None, count: int) -> list[StoredSnapshot]:
    from google.cloud.firestore import Query
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        firestore()
        .collection(org_path(org_id, COMPETITOR_SNAPSHOTS))
        .where(filter=FieldFilter("competitorId", "==", competitor_id))
        .order_by("takenAt", direction=Query.DESCENDING)
    )
    if before is not None:
        query = query.start_at({"takenAt": before})
    return _snapshots(query.limit(count).stream())


def _oldest_of(org_id: str, competitor_id: str) -> list[StoredSnapshot]:
    from google.cloud.firestore_v1.base_query import FieldFilter

    query = (
        firestore()
        .collection(org_path(org_id, COMPETITOR_SNAPSHOTS))
        .where(filter=FieldFilter("competitorId", "==", competitor_id))
        .order_by("takenAt")
    )
    return _snapshots(query.limit(1).stream())


def _snapshots(documents: Iterable[DocumentSnapshot[Any]]) -> list[StoredSnapshot]:
    return [
        StoredSnapshot(document.id, snapshot)
        for document in documents
        if (snapshot := _parsed(Snapshot, document.id, document.to_dict() or {}))
    ]


def save_scan(
    org_id: str,
    taken: Mapping[str, Snapshot],
    seen: Mapping[str, Mapping[str, Any]],
    doubted: Mapping[str, SuspectSnapshot | None],
) -> None:
    """Write the new snapshots under their ids, and on those `seen` again the fields given.

    `doubted`: the suspect menus by competitor; None where the doubt is over.
    """
    db = firestore()
    collection = org_path(org_id, COMPETITOR_SNAPSHOTS)
    entries: list[tuple[str, Snapshot | Mapping[str, Any] | None]] = [
        *((f"{collection}/{one}", snapshot) for one, snapshot in taken.items()),
        *((f"{collection}/{one}", fields) for one, fields in seen.items()),
        *((suspects.path(org_id, one), suspect) for one, suspect in doubted.items()),
    ]
    for start in range(0, len(entries), SNAPSHOTS_PER_COMMIT):
        batch = db.batch()
        for path, written in entries[start : start + SNAPSHOTS_PER_COMMIT]:
            reference = db.document(path)
            if written is None:
                batch.delete(reference)
            elif isinstance(written, Snapshot):
                batch.set(reference, written.model_dump(by_alias=True))
            else:
                batch.update(reference, dict(written))
        batch.commit()


def _parsed(model: type[M], document_id: str, fields: Mapping[str, Any]) -> M | None:
    try:
        return model.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        log.warning("passed over a snapshot of another shape: %s (%d problems)", document_id, error.error_count())
        return None
