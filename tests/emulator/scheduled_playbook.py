"""One playbook of an org of its own, and what the scheduling room has made of it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import GoogleAPICallError
from google.cloud.firestore_v1.base_query import FieldFilter
from google.cloud.tasks_v2 import Task

from shared.errors import TransientError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.triggers import jobs, listeners, record, time_tasks
from shared.triggers.jobs import JobOwner
from shared.triggers.reconcile import PlaybookKey, reconcile

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference
    from google.cloud.scheduler_v1 import Job

NEW_YORK = "America/New_York"
STEPS = [{"action": "set", "params": {"values": {"a": 1}}}]


def schedule(cron: str = "0 9 * * *", zone: str = NEW_YORK, **fields: Any) -> dict[str, Any]:
    return {"type": "schedule", "cron": cron, "timezone": zone, **fields}


def once(at: datetime, **fields: Any) -> dict[str, Any]:
    return {"type": "once", "at": at, **fields}


def on_event(name: str = "inventory.low_stock", **fields: Any) -> dict[str, Any]:
    return {"type": "event", "eventName": name, **fields}


def document(*triggers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"name": "P", "status": "active", "triggers": list(triggers), "steps": STEPS, **fields}


@dataclass
class ScheduledPlaybook:
    """The playbook `p1`, unless named otherwise, of a fresh org."""

    playbook_id: str = "p1"
    org_id: str = field(default_factory=lambda: f"org{uuid.uuid4().hex[:10]}")

    @property
    def key(self) -> PlaybookKey:
        return PlaybookKey(self.org_id, self.playbook_id)

    @property
    def reference(self) -> DocumentReference:
        return clients.firestore().document(f"tenants/{self.org_id}/playbooks/{self.playbook_id}")

    def write(self, data: dict[str, Any] | None) -> None:
        """Set the document, or delete it."""
        if data is None:
            self.reference.delete()
        else:
            self.reference.set(data)

    def reconcile(self, clock: Clock | None = None) -> bool:
        return reconcile(self.key, clock or Clock())

    def deliver(self) -> None:
        """Reconcile as the platform does: again, until it is not refused for the moment."""
        for _ in range(50):
            try:
                self.reconcile()
            except (TransientError, GoogleAPICallError):
                continue
            return
        raise AssertionError("reconciling failed 50 times")

    def data(self) -> dict[str, Any]:
        return self.reference.get().to_dict() or {}

    def job_name(self, trigger_id: str = "schedule") -> str:
        return jobs.job_name(JobOwner(self.org_id, self.playbook_id, trigger_id))

    def jobs(self) -> dict[str, Job]:
        """The playbook's jobs as Cloud Scheduler has them, by trigger id."""
        return {owner.trigger_id: job for job, owner in jobs.playbook_jobs() if owner.org_id == self.org_id}

    def job(self, trigger_id: str = "schedule") -> Job:
        return clients.scheduler().get_job(name=self.job_name(trigger_id))

    def schedules(self) -> dict[str, tuple[str, str]]:
        """Cron and zone of each job, by trigger id."""
        return {trigger_id: (job.schedule, job.time_zone) for trigger_id, job in self.jobs().items()}

    def listening(self) -> dict[str, str]:
        """The event of each listener, by trigger id."""
        found = listeners.existing(self.org_id, self.playbook_id).values()
        return {listener["triggerId"]: listener["eventName"] for listener in found}

    def record(self) -> dict[str, Any] | None:
        return record.reference(self.org_id, self.playbook_id).get().to_dict()

    def recorded(self) -> dict[str, tuple[str, str, str]]:
        """Cron, zone and state of each job by the record, by trigger id."""
        entries = (self.record() or {"jobs": {}})["jobs"].items()
        return {trigger_id: (job["cron"], job["timezone"], job["state"]) for trigger_id, job in entries}

    def tasks(self) -> dict[str, datetime]:
        """When each task of the playbook's single runs is due, by trigger id."""
        found = {}
        for task in self.tasks_of(time_tasks.ONCE_QUEUE):
            trigger_id = json.loads(task.http_request.body)["triggerId"]
            assert trigger_id not in found, "two tasks for one trigger"
            found[trigger_id] = task.schedule_time
        return found

    def slot_tasks(self) -> dict[str, list[datetime]]:
        """The slots of the tasks that carry the playbook's schedules, by trigger id."""
        found: dict[str, list[datetime]] = {}
        for task in self.tasks_of(time_tasks.QUEUE):
            body = json.loads(task.http_request.body)
            found.setdefault(body["triggerId"], []).append(datetime.fromisoformat(body["at"]))
        return found

    def tasks_of(self, queue: str) -> list[Task]:
        """The playbook's tasks in a queue."""
        parent = clients.tasks().queue_path("demo-playbooks", "us-central1", queue)
        listed = clients.tasks().list_tasks(request={"parent": parent, "response_view": Task.View.FULL})
        bodies = [(task, json.loads(task.http_request.body)) for task in listed]
        key = (self.org_id, self.playbook_id)
        return [task for task, body in bodies if (body["orgId"], body["playbookId"]) == key]

    def single_runs(self) -> dict[str, str]:
        """The state of each single run by the record, by trigger id."""
        return {name: one["state"] for name, one in (self.record() or {"once": {}})["once"].items()}

    def notifications(self) -> list[dict[str, Any]]:
        query = clients.firestore().collection("inbox_notifications")
        found = query.where(filter=FieldFilter("orgId", "==", self.org_id)).stream()
        return [notification.to_dict() or {} for notification in found]

    def end_state(self) -> tuple[object, ...]:
        """All that must not depend on how it came about."""
        return self.schedules(), self.listening(), self.recorded(), self.record() is None
