"""A world in memory in which runs are delivered: documents, tasks, a mail provider, and processes that die.

Every touch of the outside is a point at which the scheduler of a test may let somebody else go on, or kill the
process. The engine under test is the real one; only its four roads to the outside are replaced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.errors import OutcomeUnknownError, PermanentError, TransientError
from shared.gcp import blobs
from shared.runs import blocks, dead_letters, engine, ids, queue, runner, store
from shared.runs.parts import PinnedOrg, TriggerRef
from shared.runs.record import Execution, ExecutionStatus
from shared.runs.session import Session
from shared.runs.state import Delivery
from shared.runs.store import FenceError, Stored
from shared.steps.base import Action, Cost, Effect, Output, Params, StepContext
from shared.steps.registry import load_action
from tests.unit.runs.fake_store import FakeStore
from tests.unit.runs.processes import Process, TurnLock

EPOCH = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)
PRICE = Decimal("0.01")
"""Of one mail or text."""


@dataclass
class Task:
    delivery: Delivery
    due: datetime
    delivered: int = 0
    carried: Stored | None = None
    """The run as it was created."""


@dataclass
class World:
    """Everything outside the processes; it outlives them."""

    now: datetime = EPOCH
    store: FakeStore = field(default_factory=FakeStore)
    tasks: dict[str, Task] = field(default_factory=dict)
    dead_letters: list[tuple[str, int]] = field(default_factory=list)
    mails: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=dict)
    """In Cloud Storage, by address."""
    written_archives: set[str] = field(default_factory=set)
    """The addresses that the document has had."""
    storage_faults: list[bool] = field(default_factory=list)
    """Of the coming calls of Cloud Storage, which ones fail."""
    lost_answers: list[bool] = field(default_factory=list)
    """Of the coming updates, which ones are made without their writer being told."""
    charges: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    calls_under_way: int = 0
    point: Callable[[], None] = lambda: None
    current_process: Callable[[], Process | None] = lambda: None
    sessions: list[tuple[Session, Process | None]] = field(default_factory=list)
    """The runs that a process is at, each with a thread that may renew its lease at any point."""

    # --- the four roads ---------------------------------------------------------------------------------------

    def create(self, execution: Execution, beside: tuple[str, dict[str, Any]] | None = None) -> Stored | None:
        self.point()
        created = self.store.create(execution, beside)
        self.point()
        return created

    def read(self, execution_id: str) -> Stored | None:
        self.point()
        return self.store.read(execution_id)

    def update(
        self, stored: Stored, fields: dict[str, Any], beside: tuple[str, dict[str, Any]] | None = None
    ) -> None:
        self.point()
        before = stored.version
        self.store.update(stored, fields, beside)
        archives = self.store.documents[stored.execution.id].get("archives", [])
        self.written_archives.update(archive["ref"] for archive in archives)
        if beside is not None:
            self.charges.append(beside)
        if self.lost_answers and self.lost_answers.pop(0):
            # The client's library sends the commit again, and Firestore finds the document changed: by itself.
            stored.version = before
            raise FenceError(stored.execution.id)
        self.point()

    def enqueue(
        self,
        execution_id: str,
        attempt: int,
        *,
        replay: int,
        at: datetime | None = None,
        suffix: str = "",
        carried: Stored | None = None,
        lane: str = "",
    ) -> bool:
        self.point()
        name = ids.task_name(execution_id, replay, attempt, suffix)
        is_new = name not in self.tasks
        delivery = Delivery(execution_id, attempt, replay)
        self.tasks.setdefault(name, Task(delivery, at or self.now, carried=carried))
        self.point()
        return is_new

    def is_waiting(self, _queue: str, name: str) -> bool:
        """One that was delivered may come again, or may be gone."""
        self.point()
        return name in self.tasks and not self.tasks[name].delivered

    def publish(self, execution: Execution) -> None:
        self.point()
        self.dead_letters.append((execution.id, execution.replay))
        self.point()

    def put_object(self, path: str, data: bytes, _content_type: str) -> str:
        self._reach_storage()
        self.objects[f"gs://b/{path}"] = data
        self.point()
        return f"gs://b/{path}"

    def get_object(self, uri: str) -> bytes:
        self._reach_storage()
        return self.objects[uri]

    def _reach_storage(self) -> None:
        self.point()
        if self.storage_faults and self.storage_faults.pop(0):
            raise TransientError("Cloud Storage: 503")

    @contextmanager
    def renewing(self, session: Session, _lease_seconds: float, _claimed_after: float) -> Iterator[None]:
        session.lock = TurnLock(self)  # type: ignore[assignment]
        entry = (session, self.current_process())
        self.sessions.append(entry)
        try:
            yield
        finally:
            self.sessions.remove(entry)
            session.close()

    # --- the provider -----------------------------------------------------------------------------------------

    def send_mail(self, custom_id: str) -> dict[str, Any]:
        self.calls_under_way += 1
        try:
            self.point()
            fault = self.faults.pop(0) if self.faults else None
            if fault == "refused":
                raise PermanentError("no such mailbox")
            if fault == "unavailable":
                raise TransientError("503")
            self.mails[custom_id] += 1
            if fault == "dropped":
                raise OutcomeUnknownError("nobody answered")
            self.point()
        finally:
            self.calls_under_way -= 1
        return {"messageId": custom_id}

    def find_mail(self, custom_id: str) -> dict[str, Any] | None:
        self.point()
        if self.faults and self.faults[0] == "unavailable":
            self.faults.pop(0)
            raise TransientError("the look-up failed")
        return {"messageId": custom_id} if self.mails[custom_id] else None

    # --- for assertions ---------------------------------------------------------------------------------------

    def execution(self, execution_id: str) -> Execution:
        stored = self.store.read(execution_id)
        assert stored is not None
        return stored.execution


class WorldClock:
    """A process's clock: the world's."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.now


class NoParams(Params):
    """Takes nothing."""


class Done(Output):
    """Says that it was done."""

    done: bool = True


class PureAction(Action[NoParams, Done]):
    params, output, effect = NoParams, Done, Effect.NONE

    def run(self, params: NoParams, context: StepContext) -> Done:
        return Done()


class NoteAction(Action[NoParams, Done]):
    params, output, effect = NoParams, Done, Effect.IDEMPOTENT

    def __init__(self, world: World) -> None:
        self._world = world

    def run(self, params: NoParams, context: StepContext) -> Done:
        key = context.effect_key()
        context.effects.write("note", {}, lambda: self._write(key), sample=None)
        return Done()

    def _write(self, key: str) -> None:
        self._world.point()
        self._world.notes[key] = 1


class MailAction(Action[NoParams, Done]):
    params, output, effect = NoParams, Done, Effect.ONCE

    def __init__(self, world: World, *, can_ask: bool) -> None:
        self._world = world
        self._can_ask = can_ask

    def run(self, params: NoParams, context: StepContext) -> Done:
        key = context.effect_key()
        context.effects.once(
            "mail",
            {},
            lambda: self._world.send_mail(key),
            find=(lambda: self._world.find_mail(key)) if self._can_ask else None,
            sample={},
            costs=[Cost("email", 1, PRICE)],
        )
        return Done()


def install(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the world's roads in the place of Firestore, Cloud Tasks, Pub/Sub and the registry."""
    actions: dict[str, Action[Any, Any]] = {
        "pure": PureAction(),
        "note": NoteAction(world),
        "mail": MailAction(world, can_ask=True),
        "text": MailAction(world, can_ask=False),
        **{name: load_action(name) for name in ("for_each", "parallel", "wait", "stop")},
    }
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("LEASE_SECONDS", str(int(LEASE.total_seconds())))
    monkeypatch.setattr(blobs, "put", world.put_object)
    monkeypatch.setattr(blobs, "get", world.get_object)
    monkeypatch.setattr(runner, "renewing", world.renewing)
    monkeypatch.setattr(store, "create", world.create)
    monkeypatch.setattr(store, "read", world.read)
    monkeypatch.setattr(store, "update", world.update)
    monkeypatch.setattr(queue, "enqueue_attempt", world.enqueue)
    monkeypatch.setattr(queue, "is_waiting", world.is_waiting)
    monkeypatch.setattr(dead_letters, "publish", world.publish)
    monkeypatch.setattr(engine, "load_action", actions.__getitem__)
    # The world moves one thread at a time, so what runs at once there runs in turn.
    monkeypatch.setattr(blocks, "in_threads", lambda calls, _at_once: [call() for call in calls])
    monkeypatch.setattr(runner, "params_model", lambda name: actions[name].params)


def queued(world: World, plan: Sequence[str | dict[str, Any]], execution_id: str = "e1") -> Execution:
    """An execution of these actions (or steps, as written), created and enqueued."""
    steps = [{"action": step} if isinstance(step, str) else step for step in plan]
    execution = Execution(
        id=execution_id,
        playbook_id="p1",
        org_id="o1",
        trigger=TriggerRef(type="manual"),
        status=ExecutionStatus.QUEUED,
        created_at=world.now,
        due_at=world.now,
        definition={
            "name": "P",
            "status": "active",
            "triggers": [],
            "steps": [{"id": f"s{number}", **step} for number, step in enumerate(steps)],
        },
        org=PinnedOrg(id="o1", name="O", timezone="UTC", tier_id="pro"),
    )
    world.create(execution)
    world.enqueue(execution.id, 1, replay=0, carried=world.store.read(execution.id))
    return execution
