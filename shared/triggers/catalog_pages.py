"""A page of a walk over all orgs: active orgs and their active assignments of the frequency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.api.http import is_document_id
from shared.documents.org import PLAYBOOK_ASSIGNMENTS, PLAYBOOKS, TENANTS, org_path
from shared.errors import PermanentError
from shared.gcp import clients
from shared.gcp.pages import page_after
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.tenants.tenant import Tenant, parse_tenant
from shared.triggers.catalog_ticks import Page, enqueue

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

ORGS_A_PAGE = 100
"""A few hundred runs, started within seconds."""
TENANT_FIELDS = ("name", "tierId", "timezone", "status", "ownerEmail", "monthlyBudgetUsd")
"""The org fields that a run pins."""


@dataclass(frozen=True, slots=True)
class Assignment:
    reference: DocumentReference
    org_id: str
    playbook_id: str
    last_slot: datetime | None
    """The last slot handled."""
    last_run: str | None
    """The last execution started, for that slot or, if it was skipped, an earlier one."""

    @property
    def playbook(self) -> DocumentReference:
        """The org's copy of the catalog playbook."""
        return clients.firestore().document(org_path(self.org_id, PLAYBOOKS, self.playbook_id))


@dataclass(slots=True)
class Due:
    """The orgs and assignments due on a page."""

    orgs: dict[str, Tenant] = field(default_factory=dict)
    assignments: list[Assignment] = field(default_factory=list)


def read_page(page: Page, isolation: Isolation) -> Due:
    """What is due on the page, in two queries; enqueues the next page in between. Skips unusable documents."""
    query = clients.firestore().collection(TENANTS).order_by("__name__").select(TENANT_FIELDS)
    found, last = page_after(query, page.after, ORGS_A_PAGE)
    if last is not None:
        enqueue(replace(page, after=last.id))
    due = Due()
    isolation.each(found, Item.of, lambda snapshot: _take_org(due, snapshot))
    if due.orgs:
        assigned = _assignments(page, min(due.orgs), max(due.orgs))
        isolation.each(assigned, Item.of, lambda snapshot: _take_assignment(due, snapshot))
    return due


def _take_org(due: Due, snapshot: DocumentSnapshot[Any]) -> None:
    data = snapshot.to_dict() or {}
    if data.get("status", "active") not in (None, "active"):
        return
    due.orgs[snapshot.id] = parse_tenant(snapshot.id, data)


def _assignments(page: Page, first: str, last: str) -> Iterable[DocumentSnapshot[Any]]:
    """Active assignments of the frequency, from org `first` to org `last`."""
    return (
        clients.firestore()
        .collection(PLAYBOOK_ASSIGNMENTS)
        .where(filter=FieldFilter("frequency", "==", page.frequency.value))
        .where(filter=FieldFilter("status", "==", "active"))
        .where(filter=FieldFilter("orgId", ">=", first))
        .where(filter=FieldFilter("orgId", "<=", last))
        .select(["orgId", "playbookId", "lastTriggeredSlot", "lastExecutionId"])
        .stream()
    )


def _take_assignment(due: Due, snapshot: DocumentSnapshot[Any]) -> None:
    data: dict[str, Any] = snapshot.to_dict() or {}
    org_id, playbook_id = data["orgId"], data.get("playbookId")
    if org_id not in due.orgs:
        return
    if not isinstance(playbook_id, str) or not playbook_id or snapshot.id != f"{org_id}_{playbook_id}":
        raise PermanentError("playbookId: expected the playbook named in the assignment's id")
    slot, run = data.get("lastTriggeredSlot"), data.get("lastExecutionId")
    due.assignments.append(
        Assignment(
            snapshot.reference,
            org_id,
            playbook_id,
            last_slot=slot if isinstance(slot, datetime) else None,
            last_run=run if isinstance(run, str) and is_document_id(run) else None,
        )
    )
