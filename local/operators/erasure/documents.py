"""Finds, deletes and changes documents page by page, counting each page in its own commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud.firestore import DELETE_FIELD, CollectionReference, DocumentReference, DocumentSnapshot
from google.cloud.firestore_v1.base_query import FieldFilter
from google.cloud.firestore_v1.field_path import FieldPath

from local.operators.erasure.registry import Collection, Org
from local.operators.erasure.report import Report
from local.operators.erasure.traces import Person
from shared.documents.org import org_path
from shared.errors import TransientError
from shared.gcp import clients
from shared.gcp.pages import paged

PAGE = 300
_TRIES = 5


def snapshots(collection: Collection, org_id: str) -> Iterator[DocumentSnapshot[Any]]:
    """The org's documents of the collection."""
    match collection.org:
        case Org.FIELD:
            query = (
                clients.firestore()
                .collection(collection.path)
                .where(filter=FieldFilter("orgId", "==", org_id))
                .order_by("__name__")
            )
            yield from paged(query, PAGE)
        case Org.ID:
            found = clients.firestore().collection(collection.path).document(org_id).get()
            if found.exists:
                yield found
        case Org.BELOW:
            for below in _below(collection, org_id):
                yield from paged(below.order_by("__name__"), PAGE)
        case Org.NONE:
            return


def delete_all(
    report: Report, collection: Collection, org_id: str, keeps: Callable[[dict[str, Any]], bool] | None = None
) -> None:
    """Deletes the org's documents in the collection, except those `keeps` selects."""
    batch, size = clients.firestore().batch(), 0
    for found in snapshots(collection, org_id):
        if keeps is not None and keeps(found.to_dict() or {}):
            report.count(collection.path, "kept")
            continue
        batch.delete(found.reference)
        size += 1
        if size == PAGE:
            _send(report, collection.path, batch, size)
            batch, size = clients.firestore().batch(), 0
    _send(report, collection.path, batch, size)


def delete_below(report: Report, reference: CollectionReference, place: str) -> None:
    """Deletes every document in an unlisted collection, including everything below."""
    batch, size = clients.firestore().batch(), 0
    for one in reference.list_documents(page_size=PAGE):
        for below in one.collections():
            delete_below(report, below, f"{place}/*/{below.id}")
        batch.delete(one)
        size += 1
        if size == PAGE:
            _send(report, place, batch, size)
            batch, size = clients.firestore().batch(), 0
    _send(report, place, batch, size)


def delete_one(report: Report, place: str, reference: DocumentReference) -> None:
    """Deletes the document if it exists."""
    if reference.get().exists:
        batch = clients.firestore().batch()
        batch.delete(reference)
        _send(report, place, batch, 1)


def take_out(report: Report, place: str, found: DocumentSnapshot[Any], person: Person) -> bool:
    """Removes the person from the document; returns whether it mentioned them.

    Raises:
        TransientError: too many concurrent writes to the document.
    """
    return rewrite(report, place, found, lambda fields: person.without(fields)[0])


def rewrite(
    report: Report,
    place: str,
    found: DocumentSnapshot[Any],
    change: Callable[[dict[str, Any]], dict[str, Any]],
) -> bool:
    """Applies `change` to the document's fields; returns whether anything changed."""
    for _ in range(_TRIES):
        fields = found.to_dict() or {}
        after = change(fields)
        if after == fields:
            return False
        if report.dry_run:
            report.count(place, "changed")
            return True
        updates: dict[str, Any] = {
            FieldPath(name).to_api_repr(): after.get(name, DELETE_FIELD)
            for name in {**fields, **after}
            if after.get(name, DELETE_FIELD) != fields.get(name, DELETE_FIELD)
        }
        batch = clients.firestore().batch()
        batch.update(found.reference, updates, clients.firestore().write_option(last_update_time=found.update_time))
        report.count(place, "changed", batch=batch)
        try:
            batch.commit()
        except NotFound:
            report.counts[place]["changed"] -= 1
            return False
        except FailedPrecondition:
            report.counts[place]["changed"] -= 1
            found = found.reference.get()
        else:
            return True
    raise TransientError(f"{found.reference.path} is being written by others; run it again")


def _send(report: Report, place: str, batch: Any, size: int) -> None:
    if size:
        report.count(place, "deleted", size, batch=batch)
        if not report.dry_run:
            batch.commit()


def _below(collection: Collection, org_id: str) -> Iterator[CollectionReference]:
    """Resolves paths like `tenants/*/playbooks/*/versions`, including those of deleted playbooks."""
    outer, _, name = collection.path.removeprefix("tenants/*/").rpartition("/*/")
    client = clients.firestore()
    if not outer:
        yield client.collection(org_path(org_id, name))
        return
    for one in client.collection(org_path(org_id, outer)).list_documents(page_size=PAGE):
        yield one.collection(name)
