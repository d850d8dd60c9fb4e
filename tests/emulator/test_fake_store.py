"""The engine's tests run on a store in memory: here it answers every sequence of operations as Firestore does."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from google.cloud.firestore import DELETE_FIELD
from google.cloud.firestore_v1.field_path import FieldPath
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from local.stack.running import Stack
from shared.documents import executions
from shared.runs import store
from shared.runs.parts import PinnedOrg, TriggerRef
from shared.runs.record import Execution, ExecutionStatus
from shared.runs.store import FenceError, Stored
from tests.harness.profiles import examples
from tests.unit.runs.fake_store import FakeStore
from tests.unit.runs.world import EPOCH

PARTS = ["status", "effects", "progress", "waits", "lease", "s0/0/mail", "a.b", "ünï`c", "1", "owner"]
PATHS = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map(lambda way: FieldPath(*way).to_api_repr())
LEAVES = st.sampled_from(
    [None, True, False, 0, 1, 0.0, 1.0, -0.0, 2.5, "", "é", "1", EPOCH, ExecutionStatus.RUNNING, "running"]
) | st.integers(0, 3).map(lambda seconds: EPOCH + timedelta(seconds=seconds))
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner.filter(lambda item: not isinstance(item, list)), max_size=2)
        | st.dictionaries(st.sampled_from(PARTS), inner, max_size=2)
    ),
    max_leaves=4,
)
NAMES = st.sampled_from(["one", "two"])


def _without_overlaps(fields: dict[str, Any]) -> dict[str, Any]:
    """Firestore takes no update of both a map and something inside it, and neither does the engine write one."""
    kept: dict[str, Any] = {}
    for path, value in fields.items():
        parts = FieldPath.from_api_repr(path).parts
        others = (FieldPath.from_api_repr(other).parts for other in kept)
        if not any(parts[: len(other)] == other or other[: len(parts)] == parts for other in others):
            kept[path] = value
    return kept


UPDATES = st.dictionaries(PATHS, VALUES | st.just(DELETE_FIELD), min_size=1, max_size=4).map(_without_overlaps)
Both = tuple[Stored, Stored]


def _execution(execution_id: str) -> Execution:
    return Execution(
        id=execution_id,
        playbook_id="p1",
        org_id="o1",
        trigger=TriggerRef(type="manual"),
        status=ExecutionStatus.QUEUED,
        created_at=EPOCH,
        org=PinnedOrg(id="o1", name="O", timezone="UTC", tier_id="pro"),
    )


class SameAnswers(RuleBasedStateMachine):
    """Two readers write, each on top of what it has read, to Firestore and to the fake."""

    held = Bundle("held")

    @initialize()
    def begin(self) -> None:
        self.fake = FakeStore()
        self.run = uuid.uuid4().hex

    def _id(self, name: str) -> str:
        return f"{self.run}-{name}"

    @rule(name=NAMES)
    def create(self, name: str) -> None:
        execution = _execution(self._id(name))
        assert (store.create(execution) is None) == (self.fake.create(execution) is None)

    @rule(target=held, name=NAMES)
    def read(self, name: str) -> Any:
        real, fake = executions.reference(self._id(name)).get(), self.fake.documents.get(self._id(name))
        if fake is None:
            assert not real.exists
            return multiple()
        stored = self._stored(name)
        return (Stored(stored.execution, real.update_time), stored)

    def _stored(self, name: str) -> Stored:
        version: Any = self.fake.version(self._id(name))
        return Stored(_execution(self._id(name)), version)

    @rule(both=held, fields=UPDATES)
    def update(self, both: Both, fields: dict[str, Any]) -> None:
        real, fake = both
        assert self._refused(store.update, real, fields) == self._refused(self.fake.update, fake, fields)

    @rule(both=consumes(held))
    def forget(self, both: Both) -> None:
        """Of a reader that dies nothing is left."""

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        executions.reference(self._id(name)).delete()
        self.fake.delete(self._id(name))

    @staticmethod
    def _refused(update: Any, stored: Stored, fields: dict[str, Any]) -> bool:
        try:
            update(stored, fields)
        except FenceError:
            return True
        return False

    @invariant()
    def documents_are_the_same(self) -> None:
        for name in ("one", "two"):
            snapshot = executions.reference(self._id(name)).get()
            assert snapshot.to_dict() == self.fake.documents.get(self._id(name))

    def teardown(self) -> None:
        for name in ("one", "two"):
            executions.reference(self._id(name)).delete()


SETTINGS = settings(max_examples=examples(20), stateful_step_count=20, suppress_health_check=[HealthCheck.too_slow])


def test_the_fake_answers_as_firestore_does(on_emulators: Stack) -> None:
    run_state_machine_as_test(SameAnswers, settings=SETTINGS)
