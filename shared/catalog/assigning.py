"""Makes an org's catalog playbooks match its tier: what `assignments` plans, read from and written to Firestore.

Everything of one org is one transaction: a process that dies halfway has changed nothing, and of two at once the
later one sees what the earlier one did.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.catalog.assignments import COLLECTION, CatalogDocuments, Change, OrgEntitlement, Plan, plan
from shared.catalog.files.load import catalog
from shared.documents import events
from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.transactions import in_transaction
from shared.tenants.tenant import Tenant, parse_tenant

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction, WriteBatch

log = logging.get_logger(__name__)

CREATED_EVENT = "org.created"
CREATED_EVENT_ID = "org-created"
"""The id of its document: an org is created once."""
ONBOARDING = "onboarding"
ONBOARDED_FIELD = "onboardingStartedAt"

StartOnboarding = Callable[[str, str, Mapping[str, Any]], None]
"""Starts the org's onboarding for the event of that id with its data; once, however often it is called."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """What was done to an org's playbooks. `taken`: ids that the org uses for playbooks of its own."""

    created: int = 0
    changed: int = 0
    taken: tuple[str, ...] = ()
    waiting_event: Mapping[str, Any] | None = None
    """The data of an `org.created` for which the onboarding has not been started yet."""

    @property
    def is_settled(self) -> bool:
        """Whether there was nothing to do."""
        return not self.created and not self.changed


@dataclass(frozen=True, slots=True)
class _View:
    """An org's part of the world, read at one time."""

    tenant: Tenant | None
    event: Mapping[str, Any] | None
    found: Mapping[str, CatalogDocuments]

    def standing(self, org_id: str) -> OrgEntitlement:
        if self.tenant is None:
            return OrgEntitlement(org_id, None, is_active=False)
        return OrgEntitlement(org_id, self.tenant.tier_id.value, self.tenant.status == "active")

    @property
    def is_new(self) -> bool:
        """Whether nothing of the catalog was ever assigned."""
        return self.tenant is not None and all(found.assignment is None for found in self.found.values())


def assign(
    org_id: str,
    clock: Clock,
    *,
    announce: bool = True,
    only: Collection[str] | None = None,
    start: StartOnboarding | None = None,
) -> Assigned:
    """Bring the org's catalog playbooks and assignments in line with the org as it is now; idempotent.

    `announce`: say `org.created` where nothing was ever assigned to it. `only`: these playbooks alone.
    `start`: how its onboarding is started then. It is not left to the event's listener, which is made from the
    playbook some time after both are written; where the listener is faster, both mean the same run.

    Raises:
        PermanentError: the org's document is malformed; what is assigned stays as it is.
        TransientError: its documents kept changing; to be done again.
    """
    announce = announce and only is None
    with logging.bind(orgId=org_id):
        done = _look(org_id, clock.now(), announce, only)
        if not done.is_settled:
            done = in_transaction(
                lambda transaction: _assign(transaction, org_id, clock.now(), announce, only),
                f"what is assigned to {org_id}",
            )
            log.info("catalog assigned", extra={"playbooksCreated": done.created, "playbooksChanged": done.changed})
        if done.taken:
            log.warning("the org's own playbooks use ids of the catalog's", extra={"ids": done.taken})
        if done.waiting_event is not None and start is not None:
            start(org_id, CREATED_EVENT_ID, done.waiting_event)
            _event(org_id).update({ONBOARDED_FIELD: clock.now()})
        return done


def _look(org_id: str, now: datetime, announce: bool, only: Collection[str] | None) -> Assigned:
    """What would be done. It takes no locks, and usually there is nothing to do."""
    view = _read(org_id, only, None)
    return _outcome(view, _plans(org_id, view, now), announce)


def _assign(
    transaction: Transaction, org_id: str, now: datetime, announce: bool, only: Collection[str] | None
) -> Assigned:
    view = _read(org_id, only, transaction)
    plans = _plans(org_id, view, now)
    for playbook_id, one in plans.items():
        _write(transaction, _playbook(org_id, playbook_id), one.playbook)
        _write(transaction, assignment_reference(org_id, playbook_id), one.assignment)
    if _is_news(view, plans, announce):
        transaction.create(_event(org_id), {"name": CREATED_EVENT, "data": _event_data(view), "createdAt": now})
    return _outcome(view, plans, announce)


def _read(org_id: str, only: Collection[str] | None, transaction: Transaction | None) -> _View:
    """In two requests at most: the assignments that there are, where all are asked for, and the rest by its id."""
    client = clients.firestore()
    if only is None:
        query = (
            client.collection(COLLECTION).where(filter=FieldFilter("orgId", "==", org_id)).select(["playbookId"])
        )
        assigned = [
            str((snapshot.to_dict() or {}).get("playbookId")) for snapshot in query.stream(transaction=transaction)
        ]
        # What the catalog no longer has is still assigned to those who had it.
        ids = [one for one in dict.fromkeys((*catalog(), *assigned)) if one and "/" not in one]
    else:
        ids = list(only)
    references = [_tenant(org_id), _event(org_id)]
    references += [of(org_id, one) for one in ids for of in (_playbook, assignment_reference)]
    found: dict[str, DocumentSnapshot[Any]] = {
        snapshot.reference.path: snapshot for snapshot in client.get_all(references, transaction=transaction)
    }
    tenant = found[_tenant(org_id).path]
    return _View(
        tenant=parse_tenant(org_id, tenant.to_dict() or {}) if tenant.exists else None,
        event=found[_event(org_id).path].to_dict(),
        found={
            one: CatalogDocuments(
                found[_playbook(org_id, one).path].to_dict(),
                found[assignment_reference(org_id, one).path].to_dict(),
            )
            for one in ids
        },
    )


def _plans(org_id: str, view: _View, now: datetime) -> dict[str, Plan]:
    entitlement, entries = view.standing(org_id), catalog()
    return {one: plan(entitlement, entries.get(one), found, now) for one, found in view.found.items()}


def _is_news(view: _View, plans: Mapping[str, Plan], announce: bool) -> bool:
    return announce and view.event is None and view.is_new and any(one.assignment.create for one in plans.values())


def _outcome(view: _View, plans: Mapping[str, Plan], announce: bool) -> Assigned:
    waiting = _event_data(view) if _is_news(view, plans, announce) else None
    if view.event is not None and view.event.get("name") == CREATED_EVENT and ONBOARDED_FIELD not in view.event:
        waiting = view.event.get("data") or {}
    return Assigned(
        created=sum(one.playbook.create for one in plans.values()),
        changed=sum(bool(one) and not one.playbook.create for one in plans.values()),
        taken=tuple(playbook_id for playbook_id, one in plans.items() if one.is_taken),
        waiting_event=waiting,
    )


def _event_data(view: _View) -> dict[str, Any]:
    tenant = view.tenant
    return {"orgId": tenant.id, "name": tenant.name, "tierId": tenant.tier_id.value} if tenant else {}


def _write(batch: WriteBatch, reference: DocumentReference, change: Change) -> None:
    from google.cloud.firestore import DELETE_FIELD

    if change.create:
        batch.create(reference, change.values)
    elif change:
        batch.update(reference, {**change.values, **dict.fromkeys(change.without, DELETE_FIELD)})


def _tenant(org_id: str) -> DocumentReference:
    return clients.firestore().document(org_path(org_id))


def _event(org_id: str) -> DocumentReference:
    return events.reference(org_id, CREATED_EVENT_ID)


def _playbook(org_id: str, playbook_id: str) -> DocumentReference:
    return clients.firestore().document(org_path(org_id, PLAYBOOKS, playbook_id))


def assignment_reference(org_id: str, playbook_id: str) -> DocumentReference:
    """The assignment of the catalog's playbook to the org."""
    return clients.firestore().document(COLLECTION, f"{org_id}_{playbook_id}")
