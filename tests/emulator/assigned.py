"""An org on Firestore, and what the catalog has made of it."""

from __future__ import annotations

from typing import Any

from functions.on_tenant_written import on_tenant_written
from shared.gcp import clients
from tests.emulator.firestore_events import document_event

TENANT: dict[str, Any] = {
    "name": "Hudson Herb",
    "tierId": "starter",
    "timezone": "America/New_York",
    "status": "active",
    "ownerEmail": "owner@hudson.example",
    "staffPhones": ["+15185550142"],
}
NOT_OURS = ("lastTriggeredAt", "createdAt", "updatedAt")


class Org:
    """One org; nothing is delivered by itself."""

    def __init__(self, org_id: str = "org_hudson") -> None:
        self.id = org_id

    def write(self, **fields: Any) -> None:
        """The org's document, from the usual one."""
        clients.firestore().document(f"tenants/{self.id}").set({**TENANT, **fields})

    def delete(self) -> None:
        """Take its document away."""
        clients.firestore().document(f"tenants/{self.id}").delete()

    def told(self, **stale: Any) -> None:
        """The news that it was written, which may tell of another state than there is."""
        on_tenant_written(document_event(f"tenants/{self.id}", None, {**TENANT, **stale}))

    def playbook(self, playbook_id: str) -> Any:
        """Its copy's reference."""
        return clients.firestore().document(f"tenants/{self.id}/playbooks/{playbook_id}")

    def assignment(self, playbook_id: str) -> Any:
        """Its assignment's reference."""
        return clients.firestore().document(f"playbook_assignments/{self.id}_{playbook_id}")

    def active(self) -> set[str]:
        """Ids of what is active in both documents."""
        active = {one for one, fields in self.assignments().items() if fields["status"] == "active"}
        return {one for one, fields in self.playbooks().items() if fields["status"] == "active" and one in active}

    def playbooks(self) -> dict[str, dict[str, Any]]:
        """Its playbooks by id."""
        found = clients.firestore().collection(f"tenants/{self.id}/playbooks").stream()
        return {one.id: one.to_dict() or {} for one in found}

    def assignments(self) -> dict[str, dict[str, Any]]:
        """Its assignments by playbook."""
        found = clients.firestore().collection("playbook_assignments").stream()
        every = (one.to_dict() or {} for one in found)
        return {fields["playbookId"]: fields for fields in every if fields["orgId"] == self.id}

    def end_state(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """All that the catalog has made of it, but for instants."""
        return _without_instants(self.playbooks()), _without_instants(self.assignments())

    def onboardings(self) -> list[dict[str, Any]]:
        """The runs of its onboarding."""
        found = clients.firestore().collection("playbook_executions").stream()
        every = (one.to_dict() or {} for one in found)
        return [run for run in every if (run["orgId"], run["playbookId"]) == (self.id, "onboarding")]

    def events(self) -> list[dict[str, Any]]:
        """Its `org.created` events."""
        found = clients.firestore().collection(f"tenants/{self.id}/events").stream()
        return [fields for one in found if (fields := one.to_dict() or {})["name"] == "org.created"]

    def versions(self) -> dict[str, Any]:
        """Every document's last write, to be compared later."""
        collections = (f"tenants/{self.id}/playbooks", f"tenants/{self.id}/events", "playbook_assignments")
        return {
            one.reference.path: one.update_time
            for name in collections
            for one in clients.firestore().collection(name).stream()
        }


def _without_instants(documents: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        one: {name: value for name, value in fields.items() if name not in NOT_OURS}
        for one, fields in documents.items()
    }
