"""Starts the catalog's runs for one page of orgs: once per assignment and slot, even if the page repeats.

A run is created in the same commit that counts it in its assignment and notes the slot there. So the assignment
alone tells whether the run is there, and a page that comes again writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import AlreadyExists, InvalidArgument, NotFound
from google.cloud.firestore_v1 import Increment

from shared.documents import executions
from shared.errors import NotFoundError, TransientError
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.playbooks.models import PlaybookStatus
from shared.playbooks.pinned import PINNED_FIELDS
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.runs import queue, startable, store
from shared.runs.fair.admission import hold_if_over
from shared.runs.fair.gate import ask_for_pass
from shared.runs.ids import slot_execution_id
from shared.runs.parts import TriggerRef
from shared.runs.pinning import StartRequest, pin_execution
from shared.runs.queue import Lane
from shared.runs.record import ACTIVE, Execution, ExecutionStatus
from shared.runs.startable import overlap_reason
from shared.triggers.catalog_pages import Assignment, Due, read_page
from shared.triggers.catalog_ticks import Page, has_own_schedule

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

RUNS_A_COMMIT = 50
"""Each is three writes."""
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
    """The playbook is paused or the org's own, its assignment has just gone, or the run before has not ended."""
    failed: int = 0
    """Malformed documents, those that are passed over by now too; each is in the log."""


@dataclass(frozen=True, slots=True)
class _Run:
    assignment: Assignment
    execution: Execution
    item: Item


def start_page(page: Page, clock: Clock) -> Counts:
    """Have the next page asked for, and start the runs of this one.

    Raises:
        TransientError, GoogleAPICallError: some could not be started now; dealing with the page again starts them.
    """
    with Isolation("catalog-runs") as isolation:
        due = read_page(page, isolation)
        starting = _Starting(page, due, clock, isolation)
        for at in range(0, len(due.assignments), RUNS_A_COMMIT):
            starting.start(due.assignments[at : at + RUNS_A_COMMIT])
    counts = starting.counts
    counts.failed = isolation.counts.failed + isolation.counts.passed_over
    figures = {name: getattr(counts, name) for name in Counts.__slots__}
    log.info("a page of catalog runs", extra={"slot": page.slot.isoformat(), "after": page.after, **figures})
    isolation.require_no_waiting()
    return counts


class _Starting:
    """One page being dealt with."""

    def __init__(self, page: Page, due: Due, clock: Clock, isolation: Isolation) -> None:
        self.counts = Counts(orgs=len(due.orgs))
        self._isolation = isolation
        self._page = page
        self._orgs = due.orgs
        self._clock = clock
        self._orgs_with_held: set[str] = set()

    def start(self, assignments: Sequence[Assignment]) -> None:
        """Some of the page's: in one commit, with their tasks after it."""
        last_runs = _states([one.last_run for one in assignments if one.last_run])
        there = [one.last_run for one in assignments if one.last_slot == self._page.slot]
        self.counts.existing += len(there)
        # The process that made them may have died before their tasks; a task's name makes a second one harmless.
        _enqueue([run for run in there if run and _is_queued(last_runs.get(run, {}))])
        self._note_held({one.org_id: last_runs.get(one.last_run or "", {}) for one in assignments})
        runs = self._runs([one for one in assignments if one.last_slot != self._page.slot], last_runs)
        _enqueue(self._create(runs))
        for org_id in self._orgs_with_held:
            ask_for_pass(org_id)
        self._orgs_with_held.clear()

    def _runs(self, assignments: Sequence[Assignment], last_runs: Mapping[str, dict[str, Any]]) -> list[_Run]:
        """The executions to create, queued or, where the run before has not ended, skipped."""
        runs = []
        definitions = _definitions(assignments)
        for one in assignments:
            with logging.bind(orgId=one.org_id, playbookId=one.playbook_id):
                found = definitions.get(one.playbook.path)
                item = Item(one.playbook.path, found.update_time if found else None, one.org_id)
                definition = found.to_dict() if found else None
                if definition is None:
                    self._isolation.note(item, NotFoundError("assigned, but there is no such playbook"))
                elif not _is_on_the_tick(definition):
                    self.counts.skipped += 1
                else:
                    last = last_runs.get(one.last_run or "", {})
                    execution = self._isolation.run(item, partial(self._execution, one, definition, last))
                    if execution is not None:
                        runs.append(_Run(one, execution, item))
        return runs

    def _execution(self, one: Assignment, definition: dict[str, Any], last: dict[str, Any]) -> Execution:
        trigger = TriggerRef(type="schedule", id=self._page.frequency.value, slot=self._page.slot)
        execution_id = slot_execution_id(one.org_id, one.playbook_id, self._page.frequency, self._page.slot)
        request = StartRequest(one.org_id, one.playbook_id, trigger, execution_id=execution_id)
        execution = pin_execution(request, definition, self._orgs[one.org_id], self._clock)
        reason = startable.reason_against(execution)
        if reason is None and one.last_run not in (None, execution_id) and last.get("status") in ACTIVE:
            reason = overlap_reason(str(one.last_run))
        if reason is not None:
            execution.status, execution.status_reason = ExecutionStatus.SKIPPED, reason
            execution.completed_at, execution.due_at = self._clock.now(), None
        else:
            hold_if_over(execution, self._orgs[one.org_id], self._clock.now())
            if execution.held is not None:
                self._orgs_with_held.add(one.org_id)
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
                queued = [run.execution for run in runs if run.execution.status is ExecutionStatus.QUEUED]
                self.counts.started += len(queued)
                self.counts.skipped += len(runs) - len(queued)
                return waiting + [execution.id for execution in queued if execution.held is None]
        raise TransientError(f"{len(runs)} runs are being started by somebody else at the same time")

    def _commit(self, runs: list[_Run]) -> None:
        batch = clients.firestore().batch()
        for run in runs:
            batch.create(executions.reference(run.execution.id), run.execution.document())
            store.put_summary(batch, run.execution)
            noted: dict[str, Any] = {"lastTriggeredSlot": self._page.slot}
            if run.execution.status is ExecutionStatus.QUEUED:
                noted |= {
                    "lastTriggeredAt": self._clock.now(),
                    "lastExecutionId": run.execution.id,
                    "triggerCount": Increment(1),
                }
            batch.update(run.assignment.reference, noted)
        batch.commit()

    def _left(self, runs: list[_Run], waiting: list[str]) -> list[_Run]:
        """Those that nobody has created meanwhile, and whose assignment is still there."""
        stored = _states([run.execution.id for run in runs])
        waiting += [execution_id for execution_id, data in stored.items() if _is_queued(data)]
        self._note_held({run.execution.org_id: stored.get(run.execution.id, {}) for run in runs})
        self.counts.existing += len(stored)
        rest = [run for run in runs if run.execution.id not in stored]
        if not rest:
            return []
        looked_up = clients.firestore().get_all([run.assignment.reference for run in rest], ["orgId"])
        assigned = {snapshot.id for snapshot in looked_up if snapshot.exists}
        left = [run for run in rest if run.assignment.reference.id in assigned]
        self.counts.skipped += len(rest) - len(left)
        return left

    def _note_held(self, found: Mapping[str, dict[str, Any]]) -> None:
        """Whoever made them may have died before asking for them to be looked at."""
        self._orgs_with_held |= {org_id for org_id, data in found.items() if data.get("held")}

    def _without_the_unstorable(self, runs: list[_Run], error: InvalidArgument) -> list[str]:
        """Find what Firestore cannot hold by halving, and create the others."""
        if len(runs) > 1:
            middle = len(runs) // 2
            return self._create(runs[:middle]) + self._create(runs[middle:])
        self._isolation.note(runs[0].item, error)
        return []


def _is_on_the_tick(definition: Mapping[str, Any]) -> bool:
    is_on = definition.get("status") == PlaybookStatus.ACTIVE and definition.get("source") == "catalog"
    return is_on and not has_own_schedule(definition)


def _states(execution_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """`{status, replay?, held?}` of the executions that there are."""
    if not execution_ids:
        return {}
    found = clients.firestore().get_all(
        [executions.reference(one) for one in execution_ids], ["status", "replay", "held"]
    )
    return {snapshot.id: snapshot.to_dict() or {} for snapshot in found if snapshot.exists}


def _is_queued(data: Mapping[str, Any]) -> bool:
    return data.get("status") == ExecutionStatus.QUEUED and not data.get("replay") and not data.get("held")


def _definitions(assignments: Sequence[Assignment]) -> dict[str, DocumentSnapshot[Any]]:
    """The playbooks' documents, as far as a run pins them, by path."""
    if not assignments:
        return {}
    found = clients.firestore().get_all([one.playbook for one in assignments], PINNED_FIELDS)
    return {snapshot.reference.path: snapshot for snapshot in found if snapshot.exists}


def _enqueue(execution_ids: Sequence[str]) -> None:
    if not execution_ids:
        return
    with ThreadPoolExecutor(TASKS_AT_ONCE, thread_name_prefix="catalog") as pool:
        for _ in pool.map(lambda one: queue.enqueue_attempt(one, 1, replay=0, lane=Lane.CATALOG), execution_ids):
            pass
