"""Lists the catalog playbooks that an org has deleted, and restores them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.api.errors import not_found
from shared.catalog.assigning import assign, assignment_reference
from shared.catalog.assignments import COLLECTION, SOURCE, OrgEntitlement, is_entitled
from shared.catalog.files.load import CatalogPlaybook, catalog
from shared.documents.org import PLAYBOOKS, org_path
from shared.errors import ConflictError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.playbooks.models import PlaybookStatus
from shared.tenants.tenant import load_tenant
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    pass


class DeletedPlaybook(CamelModel):
    """A catalog playbook that the org's tier includes and the org has deleted."""

    playbook_id: str
    name: str
    description: str
    category: str


def deleted_playbooks(org_id: str) -> list[DeletedPlaybook]:
    """Those that can be restored, in the catalog's order.

    Raises:
        NotFoundError: there is no such org.
    """
    entitlement = _standing(org_id)
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("removed", "==", True))
        .select(["playbookId"])
    )
    removed = [(one.to_dict() or {}).get("playbookId") for one in query.stream()]
    return [
        DeletedPlaybook(
            playbook_id=entry.id, name=entry.name, description=entry.description, category=entry.category
        )
        for entry in catalog().values()
        if entry.id in removed and is_entitled(entitlement, entry)
    ]


def restore(org_id: str, playbook_id: str, clock: Clock) -> None:
    """Bring the playbook back as the catalog has it now, active; one that is there stays as it is.

    Raises:
        NotFoundError: the catalog has no such playbook, or the org has never had it.
        ConflictError: the org's tier does not include it, the org is not active, or its id is taken.
    """
    entry = catalog().get(playbook_id)
    if entry is None:
        raise not_found(f"deleted playbook {playbook_id}")
    _require_entitled(org_id, entry)
    # Takes note of the deletion, if the news of it is still on its way.
    assign(org_id, clock, only={playbook_id})
    playbook = clients.firestore().document(org_path(org_id, PLAYBOOKS, playbook_id))
    found = playbook.get(["source"]).to_dict()
    if found is not None:
        _require_catalogs(playbook_id, found)
        return
    assignment = assignment_reference(org_id, playbook_id)
    if not assignment.get([]).exists:
        raise not_found(f"deleted playbook {playbook_id}")
    # An assignment that a person sets to active brings its playbook back.
    assignment.update({"status": PlaybookStatus.ACTIVE.value})
    assign(org_id, clock, only={playbook_id})


def _require_entitled(org_id: str, entry: CatalogPlaybook) -> None:
    entitlement = _standing(org_id)
    if is_entitled(entitlement, entry):
        return
    if not entitlement.is_active:
        raise ConflictError("this organization is not active; expected an active one")
    raise ConflictError(f"{entry.name} is not in your plan; expected {entry.tier.value} or higher")


def _require_catalogs(playbook_id: str, found: dict[str, Any]) -> None:
    if found.get("source") != SOURCE:
        raise ConflictError(f"a playbook of your own has the id {playbook_id}; rename or delete it first")


def _standing(org_id: str) -> OrgEntitlement:
    tenant = load_tenant(org_id)
    return OrgEntitlement(org_id, tenant.tier_id.value, tenant.status == "active")
