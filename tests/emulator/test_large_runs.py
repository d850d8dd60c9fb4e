"""Runs and playbooks that outgrow a document of 1 MiB, on a Firestore that counts as the real one does."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core.exceptions import InvalidArgument
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.documents import executions
from shared.errors import ConflictError
from shared.gcp import blobs, clients
from shared.gcp.clock import Clock
from shared.runs.outputs import value_of
from shared.runs.parts import TriggerRef
from shared.runs.record import ExecutionStatus
from shared.runs.room import MAX_DOCUMENT_BYTES, bytes_in_firestore, document_bytes
from shared.triggers.reconcile import PlaybookKey, reconcile
from tests.emulator.executions import ORG, SET, execution, put_playbook, run, start
from tests.unit.runs.fake_store import MAX_BYTES
from tests.unit.runs.world import EPOCH

pytestmark = pytest.mark.usefixtures("quiet_queues")

TEXT = "A line of a menu, with a name, a price and what is said of it. " * 2
NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N", "S"]), min_size=1, max_size=6)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2**40),
    st.floats(allow_nan=False),
    st.just(EPOCH),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner.filter(lambda item: not isinstance(item, list)), max_size=3)
        | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, VALUES, max_size=4))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_size_is_counted_to_the_byte_as_firestore_counts(fields: dict[str, Any]) -> None:
    padded = {**fields, "padding": "", "more padding": ""}
    room = MAX_BYTES - bytes_in_firestore("e1", padded)
    full = {**padded, "padding": "x" * (room // 2), "more padding": "x" * (room - room // 2)}
    reference = executions.reference("e1")
    reference.set(full)
    with pytest.raises(InvalidArgument, match="maximum entity size"):
        reference.set({**full, "padding": full["padding"] + "x"})


def test_ten_steps_for_each_of_five_hundred_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their results take more than a document: forty of them for each item take four, in the same way."""
    steps = [
        {
            "id": f"s{number}",
            "action": "set",
            "params": {"values": {"line": "{{ item }} of " + str(number), "text": TEXT}},
        }
        for number in range(10)
    ]
    each = {"id": "each", "action": "for_each", "params": {"items": list(range(500)), "steps": steps}}
    put_playbook("p", [each, SET])
    put, paths = blobs.put, list[str]()

    def counted(path: str, *args: Any) -> str:
        paths.append(path)
        return put(path, *args)

    monkeypatch.setattr(blobs, "put", counted)
    execution_id = start("p").execution_id
    assert run(execution_id) == "completed"
    ended = execution(execution_id)
    assert (ended.interruptions, len(ended.attempts)) == (0, 1)
    assert any("/archive/" in path for path in paths)
    results = value_of(ended.step_results[0])["results"]
    assert [one["output"]["s9"]["line"] for one in results] == [f"{item} of 9" for item in range(500)]


def test_a_playbook_of_quotes_is_refused_when_it_is_written_and_by_whoever_is_faster() -> None:
    quotes = {"id": "set", "action": "set", "params": {"values": {"x": '"' * 550_000}}}
    put_playbook("p", [quotes], triggers=[{"type": "manual"}])
    with pytest.raises(ConflictError, match="expected at most 600,000"):
        start("p")
    skipped = start("p", trigger=TriggerRef(type="event", id="t", event_id="x"))
    assert skipped.status is ExecutionStatus.SKIPPED
    assert "expected at most 600,000" in (execution(skipped.execution_id).status_reason or "")

    reconcile(PlaybookKey(ORG, "p"), Clock())
    written = clients.firestore().document(f"tenants/{ORG}/playbooks/p").get().to_dict() or {}
    assert written["status"] == "error"
    assert "the playbook has 1,100," in written["statusReason"]


def test_a_playbook_of_just_the_size_has_room_to_run() -> None:
    text = {"id": "text", "action": "set", "params": {"values": {"x": "y" * 599_000}}}
    long = {"id": "long", "action": "set", "params": {"values": {"x": "{{ event.text }}"}}}
    put_playbook("p", [text, *({**long, "id": f"long{number}"} for number in range(8))])
    execution_id = start("p", event_data={"text": "é" * 45_000}).execution_id
    assert run(execution_id) == "completed"
    ended = execution(execution_id)
    assert document_bytes(ended) <= MAX_DOCUMENT_BYTES
    assert all(value_of(result)["x"] == "é" * 45_000 for result in ended.step_results[1:])
