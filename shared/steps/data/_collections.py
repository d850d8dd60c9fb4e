"""The collections playbooks may read and write: closed lists, each within the run's own org."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from shared.documents.org import org_path
from shared.redaction import shape_of

OF_THE_TENANT = frozenset(
    {"playbooks", "inventory", "products", "events", "customers", "orders", "competitors"}
    | {"competitor_snapshots", "competitive_actions", "pricing_suggestions", "campaign_drafts"}
    | {"inventory_recommendations", "margin_optimizations"}
    | {"campaigns", "locations", "content", "tasks", "notes", "files"}
)
"""Collections under `tenants/{orgId}/`."""
ACROSS_TENANTS = frozenset(
    {"playbook_executions", "inbox_notifications", "dead_letters", "usage", "playbook_assignments"}
)
"""Top-level collections whose documents carry an `orgId`."""
CREATABLE = frozenset({"products", "customers", "tasks", "content", "campaigns", "notes", "locations"})
"""What shops own and playbooks may add to.

Not orders, which are sales that somebody made; not what people approve, which has actions of its own that check it;
not playbooks, executions, keys, usage or events, through which a playbook could give itself power or never end.
"""
UPDATABLE = CREATABLE | {"inventory", "orders", "competitors"}
FIXED_FIELDS = {"competitors": frozenset({"menuUrl"})}
"""Fields that an update may not change: every scan fetches a competitor's address."""

_SYSTEM_FIELDS = frozenset({"id", "orgId", "createdAt", "createdBy", "updatedAt", "updatedBy", "lastEditedBy"})
ACCESS_FIELDS = frozenset({"role", "roles", "tier", "tierId", "claims", "ownerId", "ownerEmail"})
"""Fields that control permissions; playbooks may not write them."""


def _one_of(allowed: frozenset[str], verb: str) -> AfterValidator:
    def check(name: str) -> str:
        if name not in allowed:
            raise ValueError(f"found a name that cannot be {verb}; expected one of {', '.join(sorted(allowed))}")
        return name

    return AfterValidator(check)


def _usable_id(document_id: str) -> str:
    if "/" in document_id or document_id in {".", ".."} or document_id.startswith("__"):
        raise ValueError(
            f"found {shape_of(document_id)}; expected an id without /, not . or .., not starting with __"
        )
    return document_id


Readable = Annotated[str, _one_of(OF_THE_TENANT | ACROSS_TENANTS, "queried")]
Creatable = Annotated[str, _one_of(CREATABLE, "added to by a playbook")]
Updatable = Annotated[str, _one_of(UPDATABLE, "changed by a playbook")]
DocumentId = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_usable_id)]


def path_of(org_id: str, collection: str, document_id: str) -> str:
    """The document's path; of a collection across tenants it may be another org's, as its `orgId` says."""
    own = collection in OF_THE_TENANT
    return org_path(org_id, collection, document_id) if own else f"{collection}/{document_id}"


def is_fixed(collection: str, field: str) -> bool:
    """Whether an update of the collection may not change the field or anything inside it."""
    root = field.partition(".")[0]
    return root in _SYSTEM_FIELDS | ACCESS_FIELDS | FIXED_FIELDS.get(collection, frozenset())
