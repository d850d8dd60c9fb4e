"""Schedules with `maxRuns`: each slot that starts a run is counted once, in the schedule's record."""

from __future__ import annotations

import random
import time
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import Aborted, AlreadyExists, FailedPrecondition
from google.cloud.firestore_v1.field_path import FieldPath

from shared.documents import executions
from shared.errors import TransientError
from shared.gcp import clients
from shared.playbooks.timing import counted_runs, runs_left
from shared.runs import store
from shared.runs.record import Execution
from shared.runs.store import Stored
from shared.triggers import record

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

    from shared.playbooks.time_triggers import Timing

ROUNDS = 20
LONGEST_PAUSE_SECONDS = 0.05
USED_UP = "its maxRuns are used up"


class NoRunsLeftError(Exception):
    """The schedule has started as many runs as it may."""


def are_used_up(execution: Execution, timing: Timing) -> bool:
    """Whether the schedule may start no run any more for the execution's slot, which has had none."""
    ran = _ran(execution, record.reference(execution.org_id, execution.playbook_id).get())
    return execution.trigger.slot not in ran and runs_left(timing, ran) == 0


def create_within(execution: Execution, timing: Timing) -> Stored | None:
    """Create the scheduled execution and count its slot, both or neither; None when it is there already.

    Raises:
        NoRunsLeftError: the schedule has started as many runs as it may.
        TransientError: others kept writing the schedule's record.
    """
    reference = record.reference(execution.org_id, execution.playbook_id)
    slot = execution.trigger.slot
    assert slot is not None, "a scheduled run has a slot"
    for _ in range(ROUNDS):
        found = reference.get()
        ran = counted_runs(timing, _ran(execution, found))
        if slot in ran or runs_left(timing, ran) == 0:
            if executions.reference(execution.id).get([]).exists:
                return None
            raise NoRunsLeftError
        try:
            return _commit(execution, found, sorted({*ran, slot}))
        except (AlreadyExists, FailedPrecondition, Aborted):
            # Another slot's run was counted, the same one's was made, or the reconciler wrote the record.
            if executions.reference(execution.id).get([]).exists:
                return None
            time.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))  # noqa: S311 - two of them must not keep in step
    raise TransientError(
        f"the record of playbook {execution.playbook_id} changed {ROUNDS} times while it counted a run"
    )


def _commit(execution: Execution, found: DocumentSnapshot[Any], runs: list[datetime]) -> Stored:
    client = clients.firestore()
    batch = client.batch()
    batch.create(executions.reference(execution.id), execution.document())
    store.put_summary(batch, execution)
    trigger_id = execution.trigger.id or ""
    if found.exists:
        path = FieldPath("runs", trigger_id).to_api_repr()
        batch.update(found.reference, {path: runs}, client.write_option(last_update_time=found.update_time))
    else:
        owner = {"orgId": execution.org_id, "playbookId": execution.playbook_id}
        batch.create(found.reference, {**owner, "runs": {trigger_id: runs}})
    return Stored(execution, batch.commit()[0].update_time)


def _ran(execution: Execution, found: DocumentSnapshot[Any]) -> Collection[datetime]:
    known = record.parse_record(found)
    return known.runs.get(execution.trigger.id or "", []) if known is not None else []
