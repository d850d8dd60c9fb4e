"""An org of a test's own: its documents, its runs, and the schedules and listeners that the product made for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import httpx
from google.cloud.firestore_v1.base_query import FieldFilter

from clients.python.playbooks_client import Playbooks
from clients.python.playbooks_client.operations import ExecuteBody, StartedRun
from shared.gcp import clients
from tests.e2e.conftest import Console, eventually
from tests.harness.eventually import PATIENCE_SECONDS
from tests.harness.locks import WAIT_FOR_LOCK

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference
    from google.cloud.scheduler_v1 import Job

OWNER_EMAIL = "owner@shop.example"
STAFF_PHONE = "+13155550123"
MARGIN_SECONDS = 0.5
MANUAL = {"type": "manual"}
ENDED = frozenset({"completed", "failed", "cancelled", "skipped"})


def email_step(**fields: Any) -> dict[str, Any]:
    """A step that sends one email."""
    params = {"to": OWNER_EMAIL, "subject": "Hello", "text": "How are you?"}
    return {"action": "send_email", "id": "mail", "params": params, **fields}


def set_step(step_id: str = "facts", **values: Any) -> dict[str, Any]:
    """A step that names values and touches nothing."""
    return {"action": "set", "id": step_id, "params": {"values": values}}


@dataclass(frozen=True, slots=True)
class Org:
    """One org, driven through the public API with the cron credential unless a test brings another.

    `client` is the Python client that integrators use; `api` is for calls that it would not make.
    """

    id: str
    api: httpx.Client
    client: Playbooks
    console: Console

    def playbook(self, *steps: dict[str, Any], name: str = "pb", **fields: Any) -> DocumentReference:
        """Write an active playbook document."""
        reference = self.reference(name)
        defaults = {"name": f"Playbook {name}", "status": "active", "orgId": self.id, "triggers": [MANUAL]}
        reference.set({**defaults, "steps": list(steps), **fields}, retry=WAIT_FOR_LOCK)
        return reference

    def reference(self, name: str = "pb") -> DocumentReference:
        """The playbook document of that id."""
        return clients.firestore().document(f"tenants/{self.id}/playbooks/{name}")

    def change(self, playbook_id: str = "pb", /, **fields: Any) -> None:
        """Change fields of the playbook document."""
        self.reference(playbook_id).update(fields, retry=WAIT_FOR_LOCK)

    def execute(
        self,
        name: str = "pb",
        *,
        headers: dict[str, str] | None = None,
        client: httpx.Client | None = None,
        **body: Any,
    ) -> httpx.Response:
        """POST to the execute door."""
        content = {"triggeredBy": "manual", "orgId": self.id, **body}
        return (client or self.api).post(f"/api/playbooks/{name}/execute", json=content, headers=headers)

    def start(self, name: str = "pb", **body: Any) -> str:
        """Start a run; the execution's id."""
        asked = cast(ExecuteBody, {"triggeredBy": "manual", "orgId": self.id, **body})
        return cast(StartedRun, self.client.execute_playbook(name, asked))["executionId"]

    def control(self, execution_id: str, verb: str, credential: dict[str, str]) -> httpx.Response:
        """POST to `…/retry` or `…/cancel` with an agent's or a user's credential."""
        base = self.api.base_url
        return httpx.post(
            f"{base}/api/executions/{execution_id}/{verb}", headers=credential, json={}, timeout=PATIENCE_SECONDS
        )

    def execution(self, execution_id: str) -> dict[str, Any]:
        """The execution document."""
        return clients.firestore().document(f"playbook_executions/{execution_id}").get().to_dict() or {}

    def until(self, execution_id: str, *statuses: str) -> dict[str, Any]:
        """The execution once its status is one of these; fails at once where it has ended with another."""

        def reached() -> dict[str, Any] | None:
            execution = self.execution(execution_id)
            status = execution.get("status")
            assert status in statuses or status not in ENDED, execution
            return execution if status in statuses else None

        return eventually(reached, what=f"execution {execution_id} {' or '.join(statuses)}")

    def run(self, name: str = "pb", **body: Any) -> dict[str, Any]:
        """Start a run and wait for its end."""
        return self.until(self.start(name, **body), *ENDED)

    def until_failed_attempt(self, execution_id: str, number: int) -> dict[str, Any]:
        """The execution once attempt `number` has failed and the next one is due."""

        def retrying() -> dict[str, Any] | None:
            execution = self.execution(execution_id)
            waits = execution.get("status") == "retrying" and execution.get("attempt") == number
            return execution if waits else None

        return eventually(retrying, what=f"attempt {number} of {execution_id} failed")

    def executions(self, name: str = "pb") -> dict[str, dict[str, Any]]:
        """Every execution of the playbook, by id."""
        return self._of_playbook("playbook_executions", name)

    def first_execution(self, name: str = "pb") -> str:
        """The id of the playbook's only execution, once there is one."""
        found = eventually(lambda: self.executions(name), what=f"a run of {name}")
        assert len(found) == 1, found
        return next(iter(found))

    def listeners(self, name: str = "pb") -> dict[str, dict[str, Any]]:
        """The playbook's event listeners, by id."""
        return self._of_playbook("playbook_event_listeners", name)

    def until_listening(self, name: str = "pb") -> None:
        """Wait for the playbook's listener."""
        eventually(lambda: self.listeners(name), what=f"a listener of {name}")

    def schedule(self, name: str = "pb") -> dict[str, Any]:
        """The record of the playbook's jobs; empty where there is none."""
        return clients.firestore().document(f"playbook_schedules/{self.id}_{name}").get().to_dict() or {}

    def until_scheduled(self, name: str = "pb") -> dict[str, Any]:
        """The record once its jobs exist."""
        return eventually(
            lambda: record if (record := self.schedule(name)).get("nextRunAt") else None, what=f"jobs of {name}"
        )

    def jobs(self) -> list[Job]:
        """The Cloud Scheduler jobs of all the org's playbooks."""
        scheduler = clients.scheduler()
        parent = "projects/demo-playbooks/locations/us-central1"
        return [job for job in scheduler.list_jobs(parent=parent) if f"-{self.id}-" in job.name]

    def emails(self, execution_id: str) -> list[dict[str, Any]]:
        """The emails that the run sent."""
        return [mail for mail in self.console.outbox("email") if mail["executionId"] == execution_id]

    def inbox(self, **wanted: Any) -> list[dict[str, Any]]:
        """The org's inbox notifications whose fields are as wanted."""
        found = self._query("inbox_notifications").stream()
        documents = [notification.to_dict() or {} for notification in found]
        return [document for document in documents if wanted.items() <= document.items()]

    def publish(self, event_id: str, name: str, **data: Any) -> None:
        """Create an event document, which fires the event."""
        clients.firestore().document(f"tenants/{self.id}/events/{event_id}").create({"name": name, "data": data})

    def item(self, item_id: str, **fields: Any) -> None:
        """Write an inventory item."""
        defaults = {"name": "Blue Dream", "category": "Flower", "price": 40.0, "quantity": 50, "reorderPoint": 10}
        clients.firestore().document(f"tenants/{self.id}/inventory/{item_id}").set(
            {**defaults, **fields}, retry=WAIT_FOR_LOCK
        )

    def soon(self, minutes: int = 2) -> tuple[datetime, str]:
        """A slot some minutes ahead of the stack's clock, and the cron line that is due then and no other day."""
        slot = (self.console.now() + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
        return slot, f"{slot.minute} {slot.hour} {slot.day} {slot.month} *"

    def advance_to(self, instant: datetime) -> list[dict[str, Any]]:
        """Move the clock just past the instant; what came due."""
        seconds = max(0.0, (instant - self.console.now()).total_seconds()) + MARGIN_SECONDS
        fired: list[dict[str, Any]] = self.console.advance(seconds)["fired"]
        return fired

    def clear(self) -> None:
        """Delete the playbooks, whose triggers then take their jobs and listeners away."""
        for found in clients.firestore().collection(f"tenants/{self.id}/playbooks").list_documents():
            found.delete()

    def _of_playbook(self, collection: str, name: str) -> dict[str, dict[str, Any]]:
        query = self._query(collection).where(filter=FieldFilter("playbookId", "==", name))
        return {found.id: found.to_dict() or {} for found in query.stream()}

    def _query(self, collection: str) -> Any:
        return clients.firestore().collection(collection).where(filter=FieldFilter("orgId", "==", self.id))
