"""Starting the catalog's runs of one page of orgs: once per assignment and slot, however often the page comes.

A run is created in the same commit that counts it in its assignment and notes the slot there. So the assignment
alone tells whether the run is there, and a page that comes again writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from google.api_core.exceptions import AlreadyExists, InvalidArgument, NotFound
from google.cloud.firestore_v1 import Increment
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.errors import TransientError
from shared.execution import queue, store
from shared.execution.ids import slot_execution_id
from shared.execution.record import ACTIVE, COLLECTION, Execution, ExecutionStatus, TriggerRef
from shared.execution.start import PINNED_FIELDS, StartRequest, overlap_reason, pin_execution
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.playbooks.models import PlaybookStatus
from shared.scheduling.catalog_pages import Assignment, Due, read_page
from shared.scheduling.catalog_ticks import Page

log = logging.get_logger(__name__)

RUNS_A_COMMIT = 50
"""Each is two writes."""
TASKS_AT_ONCE = 16
ROUNDS = 3


@dataclass(slots=True)
class Counts:
    """What became of a page's assignments."""

    orgs: int = 0
    """Active ones."""
    started: int = 0
    existing: int = 0
    """Runs that were there already."""
    skipped: int = 0
    """The playbook is paused, its assignment has just gone, or the run before has not ended."""
    failed: int = 0
    """Malformed documents; each is in the log."""


@dataclass(frozen=True, slots=True)
class _Run:
    assignment: Assignment
    execution: Execution


@dataclass(slots=True)
class _Active:
    """The runs of the frequency that have not ended."""

    by_playbook: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """Ids, by org and playbook."""
    queued: set[str] = field(default_factory=set)
    """Those that no task has reached yet."""


def start_page(page: Page, clock: Clock) -> Counts:
    """Have the next page asked for, and start the runs of this one.

    Raises:
        TransientError, GoogleAPICallError: some could not be started now; dealing with the page again starts them.
    """
    due = read_page(page)
    starting = _Starting(page, due, clock)
    starting.start()
    counts = starting.counts
    figures = {name: getattr(counts, name) for name in Counts.__slots__}
    log.info("a page of catalog runs", extra={"slot": page.slot.isoformat(), "after": page.after, **figures})
    return counts


class _Starting:
    """One page being dealt with."""

    def __init__(self, page: Page, due: Due, clock: Clock) -> None:
        self.counts = Counts(orgs=len(due.orgs), failed=due.malformed)
        self._page = page
        self._due = due
        self._clock = clock
        self._active = _active_runs(page, due) if due.assignments else _Active()

    def start(self) -> None:
        missing = [one for one in self._due.assignments if one.last_slot != self._page.slot]
        there = {self._id(one) for one in self._due.assignments} - {self._id(one) for one in missing}
        self.counts.existing += len(there)
        # Whoever made them may have died before their tasks; a task's name makes a second one harmless.
        _enqueue(sorted(there & self._active.queued))
        runs = self._runs(missing)
        for at in range(0, len(runs), RUNS_A_COMMIT):
            _enqueue(self._create(runs[at : at + RUNS_A_COMMIT]))

    def _id(self, one: Assignment) -> str:
        return slot_execution_id(one.org_id, one.playbook_id, self._page.frequency, self._page.slot)

    def _runs(self, assignments: Sequence[Assignment]) -> list[_Run]:
        """The executions to create, queued or, where the run before has not ended, skipped."""
        runs = []
        definitions = _definitions(assignments)
        for one in assignments:
            with logging.bind(orgId=one.org_id, playbookId=one.playbook_id):
                definition = definitions.get(one.playbook.path)
                if definition is None:
                    self.counts.failed += 1
                    log.error("assigned, but there is no such playbook")
                elif definition.get("status") != PlaybookStatus.ACTIVE:
                    self.counts.skipped += 1
                else:
                    try:
                        runs.append(_Run(one, self._execution(one, definition)))
                    except Exception:
                        # One org's malformed document must not stop the others.
                        self.counts.failed += 1
                        log.exception("the run cannot be made")
        return runs

    def _execution(self, one: Assignment, definition: dict[str, Any]) -> Execution:
        trigger = TriggerRef(type="schedule", id=self._page.frequency.value, slot=self._page.slot)
        request = StartRequest(one.org_id, one.playbook_id, trigger, execution_id=self._id(one))
        execution = pin_execution(request, definition, self._due.orgs[one.org_id], self._clock)
        others = self._active.by_playbook.get((one.org_id, one.playbook_id), [])
        running = next((other for other in others if other != execution.id), None)
        if running is not None:
            execution.status, execution.status_reason = ExecutionStatus.SKIPPED, overlap_reason(running)
            execution.completed_at, execution.due_at = self._clock.now(), None
        return execution

    def _create(self, runs: list[_Run]) -> list[str]:
        """Create the executions and count them in their assignments; the ids of those that wait for a task."""
        waiting: list[str] = []
        for _ in range(ROUNDS):
            if not runs:
                return waiting
            try:
                self._commit(runs)
            except (AlreadyExists, NotFound):
                runs = self._left(runs, waiting)
            except InvalidArgument as error:
                return waiting + self._without_the_unstorable(runs, error)
            else:
                queued = [run.execution.id for run in runs if run.execution.status is ExecutionStatus.QUEUED]
                self.counts.started += len(queued)
                self.counts.skipped += len(runs) - len(queued)
                return waiting + queued
        raise TransientError(f"{len(runs)} runs are being started by somebody else at the same time")

    def _commit(self, runs: list[_Run]) -> None:
        batch = clients.firestore().batch()
        for run in runs:
            batch.create(store.reference(run.execution.id), run.execution.document())
            noted: dict[str, Any] = {"lastTriggeredSlot": self._page.slot}
            if run.execution.status is ExecutionStatus.QUEUED:
                noted |= {"lastTriggeredAt": self._clock.now(), "triggerCount": Increment(1)}
            batch.update(run.assignment.reference, noted)
        batch.commit()

    def _left(self, runs: list[_Run], waiting: list[str]) -> list[_Run]:
        """Those that nobody has created meanwhile, and whose assignment is still there."""
        client = clients.firestore()
        references = [store.reference(run.execution.id) for run in runs]
        found = client.get_all(references, ["status", "replay"])
        stored = {snapshot.id: snapshot.to_dict() or {} for snapshot in found if snapshot.exists}
        waiting += [execution_id for execution_id, data in stored.items() if _is_queued(data)]
        self.counts.existing += len(stored)
        rest = [run for run in runs if run.execution.id not in stored]
        if not rest:
            return []
        looked_up = client.get_all([run.assignment.reference for run in rest], ["orgId"])
        assigned = {snapshot.id for snapshot in looked_up if snapshot.exists}
        left = [run for run in rest if run.assignment.reference.id in assigned]
        self.counts.skipped += len(rest) - len(left)
        return left

    def _without_the_unstorable(self, runs: list[_Run], error: InvalidArgument) -> list[str]:
        """Find what Firestore cannot hold by halving, and create the others."""
        if len(runs) > 1:
            middle = len(runs) // 2
            return self._create(runs[:middle]) + self._create(runs[middle:])
        self.counts.failed += 1
        one = runs[0].assignment
        log.error(
            "the run cannot be stored", extra={"orgId": one.org_id, "playbookId": one.playbook_id}, exc_info=error
        )
        return []


def _active_runs(page: Page, due: Due) -> _Active:
    query = (
        clients.firestore()
        .collection(COLLECTION)
        .where(filter=FieldFilter("trigger.id", "==", page.frequency.value))
        .where(filter=FieldFilter("status", "in", sorted(ACTIVE)))
        .where(filter=FieldFilter("orgId", ">=", min(due.orgs)))
        .where(filter=FieldFilter("orgId", "<=", max(due.orgs)))
        .select(["orgId", "playbookId", "status", "replay"])
    )
    active = _Active()
    for snapshot in query.stream():
        data = snapshot.to_dict() or {}
        active.by_playbook.setdefault((data["orgId"], data["playbookId"]), []).append(snapshot.id)
        if _is_queued(data):
            active.queued.add(snapshot.id)
    return active


def _is_queued(data: dict[str, Any]) -> bool:
    return data.get("status") == ExecutionStatus.QUEUED and not data.get("replay")


def _definitions(assignments: Sequence[Assignment]) -> dict[str, dict[str, Any] | None]:
    """The playbooks' documents, as far as a run pins them, by path."""
    if not assignments:
        return {}
    found = clients.firestore().get_all([one.playbook for one in assignments], PINNED_FIELDS)
    return {snapshot.reference.path: snapshot.to_dict() for snapshot in found}


def _enqueue(execution_ids: Sequence[str]) -> None:
    with ThreadPoolExecutor(TASKS_AT_ONCE, thread_name_prefix="catalog") as pool:
        for _ in pool.map(lambda execution_id: queue.enqueue_attempt(execution_id, 1, replay=0), execution_ids):
            pass
