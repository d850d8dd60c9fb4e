"""An org's gate, `run_gates/{orgId}`: its lines of held runs, and the passes that release them.

A pass has a number. Who has made a held run asks for the pass with the number that the gate shows *after* that, so
that a pass with this number or a later one sees the run; one that has been done needs no second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound
from google.cloud.firestore import DELETE_FIELD
from pydantic import Field

from shared.documents.org import org_path
from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp import clients, plain_firestore
from shared.gcp.plain_firestore import Commit, Version
from shared.gcp.task_queue import create_named_task
from shared.runs import queue
from shared.runs.fair.lines import Line
from shared.runs.parts import Part
from shared.runs.record import Execution, ExecutionStatus
from shared.values.digests import hex_digest

COLLECTION = "run_gates"
QUEUE = "releaseRuns"
DEADLINE_SECONDS = 60
RATE_WINDOW = timedelta(minutes=1)
CLOSED_AFTER = timedelta(minutes=2)
"""How long an empty line is still looked at: longer than it takes to create a run after one has joined it."""
ROUNDS = 20


class GateLine(Part):
    """A line in which runs may be waiting."""

    in_person: bool = False
    playbook_id: str | None = None
    trigger_id: str | None = None
    opened_at: datetime
    empty_since: datetime | None = None
    told: bool = False
    """The org has heard that a storm is being held back."""

    def line(self) -> Line:
        return Line(self.in_person, self.playbook_id, self.trigger_id)


class Release(Part):
    """How many runs were let go in a pass; those asked for in person do not count."""

    at: datetime
    runs: int


class Gate(Part):
    """The document."""

    org_id: str
    pass_number: int
    """Of the next pass to begin."""
    done: int
    """Of the last pass that has ended."""
    due_at: datetime | None = None
    """When somebody should look; absent when nothing is held."""
    lines: dict[str, GateLine] = Field(default_factory=dict)
    let_go: list[Release] = Field(default_factory=list)
    """Of the last minute."""
    idle: int = 0
    """How many passes in a row have let nobody go."""

    def holds_for_org(self) -> bool:
        """Whether runs may be held that only the org's limits hold."""
        return any(one.line().is_of_org and one.empty_since is None for one in self.lines.values())


@dataclass(frozen=True, slots=True)
class StoredGate:
    """A gate with the version of its document."""

    gate: Gate
    version: Version


def path_of(org_id: str) -> str:
    """The document's path."""
    return f"{COLLECTION}/{org_id}"


def read(org_id: str) -> StoredGate | None:
    """The org's gate; None where no run of it has ever been held."""
    found = plain_firestore.read(path_of(org_id))
    return StoredGate(Gate.model_validate(found.fields), found.version) if found is not None else None


def join(org_id: str, line: Line, now: datetime, started_lately: int) -> None:
    """Have the line looked at, before a run is created in it.

    `started_lately`: how many runs the org has started in the last minute, as far as known.

    Raises:
        TransientError: others kept writing the gate.
    """
    for _ in range(ROUNDS):
        stored = read(org_id)
        known = stored.gate.lines.get(line.key) if stored is not None else None
        if known is not None and known.empty_since is None:
            return
        try:
            _open(org_id, stored, line, now, started_lately)
        except (AlreadyExists, FailedPrecondition, NotFound):
            continue
        if line.is_of_org:
            mark_tenant(org_id, now)
        return
    raise TransientError(
        f"the gate of {org_id} changed {ROUNDS} times while a run joined a line", code=ErrorCode.BUSY
    )


def _open(org_id: str, stored: StoredGate | None, line: Line, now: datetime, started_lately: int) -> None:
    opened = GateLine(
        in_person=line.in_person, playbook_id=line.playbook_id, trigger_id=line.trigger_id, opened_at=now
    )
    commit = Commit()
    if stored is None:
        # The names of tasks stay taken for a while, so that numbers never begin anew.
        number = int(now.timestamp() * 1000)
        gate = Gate(org_id=org_id, pass_number=number, done=number - 1, due_at=now, lines={line.key: opened})
        gate.let_go = _known_starts(now, started_lately)
        commit.create(path_of(org_id), gate.document())
    else:
        fields: dict[str, Any] = {f"lines.{line.key}": opened.document(), "dueAt": now}
        if line.is_of_org and not stored.gate.holds_for_org():
            fields["letGo"] = [one.document() for one in _known_starts(now, started_lately)]
        commit.update(path_of(org_id), fields, stored.version)
    commit.send()


def _known_starts(now: datetime, started_lately: int) -> list[Release]:
    return [Release(at=now, runs=started_lately)] if started_lately else []


def mark_tenant(org_id: str, since: datetime | None) -> None:
    """Note in the org's document that runs of it are held, or that none is any more; one that is gone is let be."""
    value = DELETE_FIELD if since is None else since
    try:
        clients.firestore().document(org_path(org_id)).update({"runsHeldSince": value})
    except NotFound:
        return


def ask_for_pass(org_id: str) -> None:
    """Have held runs looked at now, those that were created before this call; nothing where none can be."""
    stored = read(org_id)
    if stored is not None and stored.gate.lines:
        enqueue(org_id, stored.gate.pass_number, "pass")


def set_off(execution: Execution, carried: Mapping[str, Any] | None = None) -> None:
    """Have a queued run start, or, where it is held, have its line looked at. Asking twice is harmless."""
    if execution.held is not None:
        ask_for_pass(execution.org_id)
    elif execution.status is ExecutionStatus.QUEUED:
        queue.enqueue_attempt(
            execution.id, 1, replay=execution.replay, lane=queue.lane_of(execution), carried=carried
        )


def enqueue(org_id: str, number: int, why: str, at: datetime | None = None) -> bool:
    """Have the pass made, at once or at an instant; False where a task of that name is or was there."""
    name = f"{hex_digest('gate', org_id)}-{why}-{number}"
    payload = {"orgId": org_id, "passNumber": number}
    return create_named_task(QUEUE, name, payload, deadline_seconds=DEADLINE_SECONDS, at=at)


def begin(org_id: str, number: int) -> StoredGate | None:
    """Begin a pass: the gate, with the number of the next one; None where this one need not be made.

    Raises:
        TransientError: others kept writing the gate.
    """
    for _ in range(ROUNDS):
        stored = read(org_id)
        if stored is None or stored.gate.done >= number or not stored.gate.lines:
            return None
        gate = stored.gate
        gate.pass_number += 1
        try:
            commit = Commit()
            commit.update(path_of(org_id), {"passNumber": gate.pass_number}, stored.version)
            return StoredGate(gate, commit.send()[0])
        except (FailedPrecondition, NotFound):
            continue
    raise TransientError(f"the gate of {org_id} changed {ROUNDS} times while a pass began", code=ErrorCode.BUSY)


def recent_releases(let_go: Iterable[Release], now: datetime) -> list[Release]:
    """Those of the last minute."""
    return [one for one in let_go if one.at > now - RATE_WINDOW]
