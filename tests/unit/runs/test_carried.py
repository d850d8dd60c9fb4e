"""A run inside its first task is the run as its document has it; what is old or malformed is read instead."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from hypothesis import given
from hypothesis import strategies as st

from shared.runs.carried import MAX_CHARS, carry, unpack
from shared.runs.parts import PinnedOrg, PinnedUser, TriggerRef
from shared.runs.record import Execution, ExecutionStatus, parse_execution
from shared.runs.stopping import JUST_STARTED
from shared.runs.store import Stored

NOW = datetime(2026, 11, 27, 9, 0, 0, 123_456, tzinfo=UTC)
VERSION = DatetimeWithNanoseconds(2026, 11, 27, 9, 0, 0, nanosecond=123_456_789, tzinfo=UTC)  # type: ignore[no-untyped-call]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(), JSON, max_size=4)
INSTANTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def created(**fields: Any) -> Stored:
    execution = Execution(
        id="e1",
        playbook_id="p1",
        org_id="o1",
        trigger=fields.pop("trigger", TriggerRef(type="manual")),
        status=ExecutionStatus.QUEUED,
        created_at=fields.pop("created_at", NOW),
        org=PinnedOrg(id="o1", name="O", timezone="UTC", tier_id="pro", monthly_budget_usd=12.5),
        **fields,
    )
    return Stored(execution, VERSION)


def through_a_task(stored: Stored) -> dict[str, Any] | None:
    carried: dict[str, Any] | None = json.loads(json.dumps(carry(stored)))
    return carried


@given(
    event=OBJECTS,
    definition=OBJECTS,
    slot=st.none() | INSTANTS,
    instants=st.lists(INSTANTS, min_size=3, max_size=3),
    names=st.lists(st.text(max_size=5), max_size=3),
    text=st.none() | st.text(max_size=20),
)
def test_the_task_and_the_document_hold_the_same_execution(
    event: dict[str, Any],
    definition: dict[str, Any],
    slot: datetime | None,
    instants: list[datetime],
    names: list[str],
    text: str | None,
) -> None:
    stored = created(
        created_at=instants[0],
        due_at=instants[1],
        expire_at=instants[2],
        event_data=event,
        definition=definition,
        trigger=TriggerRef(type="event", id=text, slot=slot),
        caused_by=names,
        requested_by=text,
        root_cause=text,
        user=PinnedUser(id=text, email=text),
    )
    read = parse_execution("e1", stored.execution.document())
    found = unpack("e1", through_a_task(stored), instants[0])
    assert found is not None
    assert found.execution.model_dump() == read.model_dump()
    assert found.version == VERSION
    assert found.version.nanosecond == VERSION.nanosecond


@pytest.mark.parametrize("value", [NOW, b"bytes", float("nan"), float("inf"), {"deep": [NOW]}])
def test_an_event_that_json_does_not_hold_is_read(value: Any) -> None:
    assert carry(created(event_data={"value": value})) is None


def test_a_large_run_is_read() -> None:
    assert carry(created(event_data={"text": "x" * MAX_CHARS})) is None
    assert carry(created(definition={"text": "x" * MAX_CHARS})) is None


def test_the_largest_carried_run_fits_the_request_limit() -> None:
    carried = carry(created(event_data={"text": "\N{PILE OF POO}" * (MAX_CHARS // 13)}))
    assert carried is not None
    assert len(json.dumps(carried)) < 256 * 1024


def test_a_run_that_has_waited_for_its_turn_is_read() -> None:
    carried = through_a_task(created())
    assert unpack("e1", carried, NOW + JUST_STARTED) is None
    assert unpack("e1", carried, NOW + JUST_STARTED - timedelta(milliseconds=1)) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"version": "yesterday"},
        {"pinned": "no JSON"},
        {"pinned": "[]"},
        {"fields": {"status": "queued"}},
        {"fields": None},
        {"more": 1},
    ],
)
def test_a_malformed_copy_is_skipped(wrong: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    carried = (through_a_task(created()) or {}) | wrong if wrong else {}
    assert unpack("e1", carried, NOW) is None
    assert "the run is read" in caplog.text
