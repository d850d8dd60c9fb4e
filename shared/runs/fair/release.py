"""A pass over an org's held runs: starts those that there is room for, longest waiting first.

Passes of one org that overlap write the gate in turn, so that no two of them give away the same slot.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud.firestore import DELETE_FIELD

from shared.documents.executions import path_of
from shared.documents.org import org_path
from shared.error_codes import ErrorCode
from shared.errors import TransientError
from shared.gcp import logging, plain_firestore
from shared.gcp.clock import Clock
from shared.gcp.plain_firestore import Commit
from shared.notices import limit_notice
from shared.notices.limit_notice import Storm
from shared.runs import queue, summaries
from shared.runs.fair import gate
from shared.runs.fair.gate import CLOSED_AFTER, Gate, GateLine, Release, StoredGate
from shared.runs.fair.limits import OrgLimits, org_limits
from shared.runs.fair.lines import RATE, Line, Waiting, bound_by, choose
from shared.runs.fair.waiting_runs import FreeCapacity, count_held, held_runs, room_of
from shared.runs.store import Stored
from shared.tenants.tenant import Tenant, reachable

log = logging.get_logger(__name__)

MOST_A_ROUND = 50
"""Two writes each."""
TASKS_AT_ONCE = 16
TRIES = 20
SECONDS = 20.0
"""How long a pass goes on while more may go; the next one takes over then."""
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(seconds=15)
"""Until somebody looks again, where no run that ends asks for it before."""


@dataclass(slots=True)
class _Round:
    """What was found, and what is to be written."""

    stored: StoredGate
    limits: OrgLimits
    held: dict[Line, Sequence[Stored]]
    chosen: list[Stored] = field(default_factory=list)
    is_last: bool = True
    holds_for_org: bool = False
    """Whether runs are left that only the org's limits hold."""
    look_again_at: datetime | None = None
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def gate(self) -> Gate:
        return self.stored.gate


def run_pass(org_id: str, number: int, clock: Clock) -> int | None:
    """Make the pass of that number; how many runs it let go, None where it need not be made.

    Raises:
        TransientError, GoogleAPICallError: it could not be made now, and must come again.
    """
    begun = gate.begin(org_id, number)
    if begun is None:
        return None
    own_number, ends_at, count = begun.gate.pass_number - 1, time.monotonic() + SECONDS, 0
    while True:
        tenant = _tenant(org_id)
        done = _round(org_id, own_number, tenant, clock)
        _enqueue(done.chosen)
        count += len(done.chosen)
        if done.is_last or time.monotonic() >= ends_at:
            break
    _follow_up(done, tenant, clock.now())
    log.info("held runs looked at", extra={"orgId": org_id, "pass": own_number, "letGo": count})
    return count


def _tenant(org_id: str) -> Tenant:
    found = plain_firestore.read(org_path(org_id))
    return reachable(org_id, found.fields if found is not None else {})


def _round(org_id: str, number: int, tenant: Tenant, clock: Clock) -> _Round:
    for _ in range(TRIES):
        stored = gate.read(org_id)
        if stored is None:
            raise TransientError(f"the gate of {org_id} is gone")
        found = _look(stored, org_limits(tenant), clock.now())
        found.fields |= {"done": max(number, stored.gate.done)} if found.is_last else {}
        try:
            _commit(found, clock.now())
        except (FailedPrecondition, NotFound):
            # A run was canceled, or a line joined, or another pass gave the slots away.
            continue
        return found
    raise TransientError(
        f"the gate of {org_id} changed {TRIES} times while held runs were looked at", code=ErrorCode.BUSY
    )


def _look(stored: StoredGate, limits: OrgLimits, now: datetime) -> _Round:
    """Who may go now, and what the gate says then."""
    known = stored.gate
    lately = gate.recent_releases(known.let_go, now)
    lines = [one.line() for one in known.lines.values()]
    room = room_of(known.org_id, limits, lately, lines, now)
    # One more than may go, to see whether anybody is left.
    held = {line: held_runs(known.org_id, line, limit=1 + _most_of(line, room)) for line in lines}
    waiting = {line: [Waiting(run.execution.id, _since(run)) for run in runs] for line, runs in held.items()}
    ids = set(choose(waiting, room.budgets, MOST_A_ROUND))
    runs = {run.execution.id: (line, run) for line, found in held.items() for run in found}
    chosen = [run for run_id, (_, run) in runs.items() if run_id in ids]
    result = _Round(stored, limits, held, chosen, is_last=len(chosen) < MOST_A_ROUND)
    counted = sum(not runs[run_id][0].in_person for run_id in ids)
    lately = [*lately, Release(at=now, runs=counted)] if counted else lately
    result.fields["letGo"] = [one.document() for one in lately]
    result.fields["idle"] = 0 if chosen else known.idle + 1
    left = [line for line, found in held.items() if any(run.execution.id not in ids for run in found)]
    result.holds_for_org = any(line.is_of_org for line in left)
    is_rate_spent = room.budgets.get(RATE, 1) - counted <= 0
    _note_lines(result, left, is_rate_spent=is_rate_spent, now=now)
    if any(result.fields.get(f"lines.{key}") is not DELETE_FIELD for key in known.lines):
        result.look_again_at = _when(result, left, room.opens_at, now)
    result.fields["dueAt"] = result.look_again_at
    return result


def _most_of(line: Line, room: FreeCapacity) -> int:
    most = min((room.budgets[name] for name in bound_by(line) if name in room.budgets), default=MOST_A_ROUND)
    return max(0, min(most, MOST_A_ROUND))


def _since(run: Stored) -> datetime:
    held = run.execution.held
    return held.since if held is not None else run.execution.created_at


def _note_lines(result: _Round, left: list[Line], *, is_rate_spent: bool, now: datetime) -> None:
    """Which lines are empty, which have been so long enough, and which storms have been told."""
    for key, one in result.gate.lines.items():
        line, name = one.line(), f"lines.{key}"
        if result.held[line]:
            is_new_storm = line in left and line == Line() and not one.told
            if is_new_storm and _notify_of_event_storm(result, one, is_rate_spent=is_rate_spent, now=now):
                result.fields[f"{name}.told"] = True
            if one.empty_since is not None:
                result.fields[f"{name}.emptySince"] = DELETE_FIELD
        elif one.empty_since is None:
            result.fields[f"{name}.emptySince"] = now
        elif now - one.empty_since >= CLOSED_AFTER:
            result.fields[name] = DELETE_FIELD


def _notify_of_event_storm(result: _Round, one: GateLine, *, is_rate_spent: bool, now: datetime) -> bool:
    """Where more is waiting than may start in a minute, or a minute's runs are spent; whether the org was told."""
    limits, waiting = result.limits, count_held(result.gate.org_id, one.line())
    if not is_rate_spent and waiting < limits.a_minute:
        return False
    held = held_runs(result.gate.org_id, one.line(), limit=MOST_A_ROUND)
    playbook_id, _ = Counter(run.execution.playbook_id for run in held).most_common(1)[0]
    names = (run.execution.definition.get("name") for run in held if run.execution.playbook_id == playbook_id)
    storm = Storm(playbook_id, str(next(names)), waiting, limits.at_once, limits.a_minute, one.opened_at)
    limit_notice.notify_of_event_storm(result.gate.org_id, storm, now)
    return True


def _when(result: _Round, left: list[Line], opens_at: Mapping[Line, datetime], now: datetime) -> datetime:
    """When to look again: soon where a slot may come free, at its time where a throttle alone holds everybody."""
    if left and all(line in opens_at for line in left):
        return min(max(min(opens_at[line] for line in left), now), now + queue.FARTHEST)
    if not left:
        return now + CLOSED_AFTER
    idle: int = result.fields["idle"]
    return now + min(SHORTEST_PAUSE * (1 << min(idle, 5)), LONGEST_PAUSE)


def _commit(found: _Round, now: datetime) -> None:
    commit = Commit()
    for run in found.chosen:
        execution = run.execution
        fields = {"held": DELETE_FIELD, "statusReason": DELETE_FIELD, "dueAt": now, "turnAt": now}
        commit.update(path_of(execution.id), fields, run.version)
        execution.held, execution.status_reason, execution.due_at, execution.turn_at = None, None, now, now
        commit.set(summaries.path_of(execution.id), summaries.summary_of(execution))
    commit.update(gate.path_of(found.gate.org_id), found.fields, found.stored.version)
    commit.send()


def _enqueue(chosen: list[Stored]) -> None:
    """What dies before this is found by the sweep: the runs are due."""
    if not chosen:
        return
    with ThreadPoolExecutor(min(TASKS_AT_ONCE, len(chosen)), thread_name_prefix="release") as pool:
        for _ in pool.map(
            lambda run: queue.enqueue_attempt(
                run.execution.id, 1, replay=run.execution.replay, lane=queue.lane_of(run.execution)
            ),
            chosen,
        ):
            pass


def _follow_up(done: _Round, tenant: Tenant, now: datetime) -> None:
    org_id = done.gate.org_id
    if done.holds_for_org != (tenant.runs_held_since is not None):
        gate.mark_tenant(org_id, now if done.holds_for_org else None)
    if not done.is_last:
        gate.enqueue(org_id, done.gate.pass_number, "pass")
    elif done.look_again_at is not None:
        gate.enqueue(org_id, done.gate.pass_number, "poll", done.look_again_at)
