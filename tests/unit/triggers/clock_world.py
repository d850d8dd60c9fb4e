"""One playbook's schedules, the real code that carries them, and Google's side of it in memory, with its own clock.

Tasks come at least once, late and out of order; jobs tick at their slots; whoever works may die at any call.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core.exceptions import AlreadyExists, NotFound, ResourceExhausted
from google.cloud import scheduler_v1

from shared.gcp import clients, direct_calls, plain_firestore
from shared.gcp.clock import Clock
from shared.playbooks.cron import next_slot
from shared.runs import queue
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.slot_start import start_slot
from shared.runs.start import start_execution
from shared.runs.sweep import sweep_missed, sweep_reviews
from shared.triggers import apply_times, jobs, time_tasks
from shared.triggers.jobs import JobOwner
from shared.triggers.reconcile import PlaybookKey, reconcile
from shared.triggers.record import Carrier
from shared.triggers.repair import _repair_one
from tests.harness.killing import Executioner, Killed
from tests.harness.memory_clients import use_memory

ORG, PLAYBOOK = "org1", "p1"
PATH = f"tenants/{ORG}/playbooks/{PLAYBOOK}"
STEPS = [{"action": "set", "params": {"values": {"a": 1}}}]
Death = tuple[int, bool] | None
"""At which call it dies, and whether the call is still made."""


@dataclass
class Job:
    """One of Cloud Scheduler's."""

    name: str
    cron: str
    zone: str
    body: dict[str, Any]
    due: datetime


@dataclass
class Google:
    """What Cloud Tasks and Cloud Scheduler hold. A name that a task has had is taken for good."""

    now: datetime
    has_room: bool = True
    tasks: dict[str, tuple[datetime, dict[str, Any]]] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    jobs: dict[str, Job] = field(default_factory=dict)

    def create_task(
        self, name_of_queue: str, name: str, payload: Mapping[str, Any], *, at: datetime | None = None, **_: Any
    ) -> bool:
        if name in self.spent:
            return False
        self.spent.add(name)
        at = at or self.now
        assert at <= self.now + timedelta(days=30), "Cloud Tasks takes none for so late"
        if name_of_queue == time_tasks.QUEUE:
            self.tasks[name] = (at, dict(payload))
        return True

    def delete_task(self, request: dict[str, Any]) -> None:
        if self.tasks.pop(request["name"].rpartition("/")[2], None) is None:
            raise NotFound("no such task")  # type: ignore[no-untyped-call]

    def create_job(self, request: dict[str, Any]) -> None:
        job = request["job"]
        if job["name"] in self.jobs:
            raise AlreadyExists(job["name"])  # type: ignore[no-untyped-call]
        if not self.has_room:
            raise ResourceExhausted("the quota is used up")  # type: ignore[no-untyped-call]
        self._put(job)

    def update_job(self, request: dict[str, Any]) -> Any:
        job = request["job"]
        if job["name"] not in self.jobs:
            raise NotFound(job["name"])  # type: ignore[no-untyped-call]
        return self._put(job)

    def _put(self, job: dict[str, Any]) -> scheduler_v1.Job:
        body = json.loads(job["http_target"]["body"])
        due = next_slot(job["schedule"], job["time_zone"], self.now)
        self.jobs[job["name"]] = Job(job["name"], job["schedule"], job["time_zone"], body, due)
        return scheduler_v1.Job(name=job["name"], state=scheduler_v1.Job.State.ENABLED)

    def get_job(self, request: dict[str, Any]) -> scheduler_v1.Job:
        if request["name"] not in self.jobs:
            raise NotFound(request["name"])  # type: ignore[no-untyped-call]
        job = self.jobs[request["name"]]
        return scheduler_v1.Job(name=job.name, schedule_time=job.due)

    def delete_job(self, request: dict[str, Any]) -> None:
        if self.jobs.pop(request["name"], None) is None:
            raise NotFound(request["name"])  # type: ignore[no-untyped-call]


class ClockWorld:
    """The playbook, its clock, and whoever works for it."""

    def __init__(self, begin: datetime, limit: int) -> None:
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
        self.patch.setenv("PUBLIC_BASE_URL", "https://app.example")
        self.patch.setenv("SCHEDULER_JOB_LIMIT", str(limit))
        org = {"name": "T", "tierId": "enterprise", "timezone": "UTC", "ownerEmail": "o@shop.example"}
        self.memory = use_memory({f"tenants/{ORG}": org, "platform/scheduler_jobs": {"others": 0}})
        self.google = Google(begin)
        self.patch.setattr(apply_times, "newest_secret", lambda: "secret")
        # Asked for anew at each call, so that a death may stand in front of it.
        self.patch.setattr(
            time_tasks, "create_named_task", lambda *given, **more: self.google.create_task(*given, **more)
        )
        self.patch.setattr(
            queue, "create_named_task", lambda *given, **more: self.google.create_task(*given, **more)
        )
        self.patch.setattr(clients, "tasks", lambda: self.google)
        # What these keep of the server must not be what a later death stands in front of.
        plain_firestore.read("platform/scheduler_jobs")
        first = plain_firestore.Commit()
        first.set("platform/warm", {})
        first.send()
        self.patch.setattr(clients, "scheduler", lambda: self.google)
        self.patch.setattr(jobs, "all_jobs", list)
        self.is_dirty = False
        self.triggers: list[dict[str, Any]] | None = None

    def close(self) -> None:
        """Put everything back."""
        self.patch.undo()
        clients.forget_clients()

    @property
    def now(self) -> datetime:
        """By Google's clock."""
        return self.google.now

    def clock(self, at: datetime | None = None) -> Clock:
        """Of a call that was due then."""
        return Clock(not_before=at or self.now)

    def dying(self, death: Death, work: Callable[[], object]) -> bool:
        """Do it, or die on the way; whether it came to its end."""
        executioner = Executioner(death[0] if death else -1, after=death[1] if death else False)
        with pytest.MonkeyPatch.context() as guarded, contextlib.suppress(Killed):
            for name in ("commit", "batch_get_documents", "get_document", "run_query"):
                guarded.setattr(self.memory, name, executioner.guard(getattr(self.memory, name)))
            guarded.setattr(direct_calls, "call", executioner.guard(direct_calls.call))
            for name in ("create_task", "delete_task", "create_job", "update_job", "delete_job", "get_job"):
                guarded.setattr(self.google, name, executioner.guard(getattr(self.google, name)))
            work()
            return True
        return False

    # --- what the author does ---------------------------------------------------------------------------------

    def write(self, status: str, triggers: list[dict[str, Any]]) -> None:
        """The playbook, saved."""
        document = {"name": "P", "status": status, "triggers": triggers, "steps": STEPS}
        clients.firestore().document(PATH).set(document)
        self.triggers = triggers if status == "active" else None
        self.is_dirty = True

    def delete(self) -> None:
        """The playbook, gone."""
        clients.firestore().document(PATH).delete()
        self.triggers, self.is_dirty = None, True

    # --- what the platform does ---------------------------------------------------------------------------------

    def reconcile(self, death: Death = None) -> None:
        """The event of the last write comes; it stays, where it was not dealt with."""
        done = self.dying(death, lambda: reconcile(PlaybookKey(ORG, PLAYBOOK), self.clock()))
        self.is_dirty = self.is_dirty and not done

    def repair(self, move_to: Carrier | None, death: Death = None) -> None:
        """The nightly look at the playbook, and again where it died."""
        key = PlaybookKey(ORG, PLAYBOOK)
        if not self.dying(death, lambda: _repair_one(key, None, {}, set(), move_to, self.clock())):
            _repair_one(key, None, {}, set(), move_to, self.clock())

    def sweep(self, death: Death = None) -> None:
        """Every five minutes."""
        self.dying(death, lambda: (sweep_missed(self.clock()), sweep_reviews(self.clock())))

    def tick(self, job: Job, death: Death = None) -> None:
        """A job calls, and once more where nobody answered."""
        slot = job.due
        job.due = next_slot(job.cron, job.zone, slot)
        trigger = TriggerRef(type="schedule", id=job.body["triggerId"])
        request = StartRequest(org_id=ORG, playbook_id=PLAYBOOK, trigger=trigger, tick=slot)
        if not self.dying(death, lambda: self._call(request)):
            self._call(request)

    def _call(self, request: StartRequest) -> None:
        from shared.errors import NotFoundError

        with contextlib.suppress(NotFoundError):
            start_execution(request, self.clock(request.tick))

    def come(self, name: str, death: Death = None, *, twice: bool = False) -> None:
        """A task comes; it stays in its queue until it is answered."""
        at, body = self.google.tasks[name]
        owner = JobOwner(ORG, PLAYBOOK, body["triggerId"])

        def work() -> None:
            start_slot(owner, datetime.fromisoformat(body["at"]), body["generation"], self.clock(at))

        if self.dying(death, work):
            if twice:
                work()
            self.google.tasks.pop(name, None)

    # --- what is to be seen -------------------------------------------------------------------------------------

    def started(self) -> list[tuple[str, datetime]]:
        """Trigger and slot of every run, in order."""
        found = self.memory.fields("playbook_executions").values()
        return sorted((one["trigger"]["id"], one["trigger"]["slot"].astimezone(UTC)) for one in found)

    def record(self) -> dict[str, Any]:
        """Of the playbook's schedules."""
        return self.memory.fields("playbook_schedules").get(f"{ORG}_{PLAYBOOK}", {})
