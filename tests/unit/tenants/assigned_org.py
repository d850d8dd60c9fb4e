"""An org as two dictionaries, and plans applied to them as Firestore would apply them."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.catalog.assignments import CatalogDocuments, Change, OrgEntitlement, plan
from shared.catalog.files.load import CatalogPlaybook, catalog

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
Documents = dict[str, dict[str, Any]]


@dataclass
class Org:
    """What there is of it."""

    tier: str
    status: str = "active"
    is_there: bool = True
    playbooks: Documents = field(default_factory=dict)
    assignments: Documents = field(default_factory=dict)
    entries: dict[str, CatalogPlaybook] = field(default_factory=lambda: dict(catalog()))

    def standing(self) -> OrgEntitlement:
        """As the tenant's document says now."""
        if not self.is_there:
            return OrgEntitlement("org_1", None, is_active=False)
        return OrgEntitlement("org_1", self.tier, self.status == "active")

    def reconcile(self, now: datetime = NOW) -> int:
        """Bring it in line; how many documents were written."""
        writes = 0
        for playbook_id in dict.fromkeys((*self.entries, *self.assignments)):
            found = CatalogDocuments(self.playbooks.get(playbook_id), self.assignments.get(playbook_id))
            wanted = plan(self.standing(), self.entries.get(playbook_id), copy.deepcopy(found), now)
            writes += _apply(self.playbooks, playbook_id, wanted.playbook)
            writes += _apply(self.assignments, playbook_id, wanted.assignment)
        return writes

    def active(self) -> set[str]:
        """Ids of what runs: active in both documents."""
        return {
            one for one in self.assignments if one in self.playbooks and self.state(one) == ("active", "active")
        }

    def state(self, playbook_id: str) -> tuple[str, str]:
        """The statuses of copy and assignment."""
        return self.playbooks[playbook_id]["status"], self.assignments[playbook_id]["status"]

    def paused_by(self, playbook_id: str) -> tuple[str | None, str | None]:
        """Whom copy and assignment name."""
        return self.playbooks[playbook_id].get("pausedBy"), self.assignments[playbook_id].get("pausedBy")


def _apply(documents: Documents, name: str, change: Change) -> int:
    if change.create:
        assert name not in documents
        documents[name] = copy.deepcopy(change.values)
    elif change:
        documents[name].update(copy.deepcopy(change.values))
        for one in change.without:
            del documents[name][one]
    return int(bool(change))
