"""What runs have put out is compressed in the third night, and still reads as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

from shared.documents import executions
from shared.gcp import clients
from shared.runs import packing, store
from shared.runs.large import fetch_into
from shared.runs.packing import pack_outputs
from shared.runs.parts import StepResult
from shared.runs.record import ExecutionStatus
from shared.values import packed_results
from shared.values.packed_results import FIELD
from tests.harness.memory_clients import use_memory
from tests.unit.runs.state import NOW, execution

REPORT = {"text": "Blue Dream 3.5g is low. " * 300, "count": 3, "items": [{"id": f"sku-{n}"} for n in range(300)]}


@pytest.fixture(autouse=True)
def _google(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "heard")
    use_memory({})
    yield
    clients.forget_clients()


def put(name: str, days_ago: float, status: ExecutionStatus = ExecutionStatus.COMPLETED) -> None:
    run = execution(status)
    run.created_at = NOW - timedelta(days=days_ago)
    run.step_results = [StepResult(step_id="stock", action="low_stock_report", status="completed", output=REPORT)]
    clients.firestore().document(executions.path_of(name)).set(run.document())


def results(name: str) -> list[dict[str, Any]]:
    fields = clients.firestore().document(executions.path_of(name)).get().to_dict() or {}
    found: list[dict[str, Any]] = fields["stepResults"]
    return found


def org_id() -> str:
    return execution(ExecutionStatus.COMPLETED).org_id


def test_only_runs_completed_two_days_ago_are_packed() -> None:
    for name, days_ago in (("today", 0.5), ("due", 2.5), ("older", 5.0)):
        put(name, days_ago)
    put("failed", 2.5, ExecutionStatus.FAILED)
    assert pack_outputs(org_id(), NOW) == 1
    assert pack_outputs(org_id(), NOW) == 0
    assert [name for name in ("today", "due", "older", "failed") if FIELD in results(name)[0]] == ["due"]
    assert pack_outputs("another", NOW) == 0


def test_packed_outputs_read_as_they_were_written() -> None:
    put("run", 2.5)
    pack_outputs(org_id(), NOW)
    stored = store.read("run")
    assert stored is not None
    assert stored.execution.step_results[0].output == REPORT
    assert fetch_into({}, stored.execution, 1_000_000)["stepResults"][0]["output"] == REPORT


def test_all_runs_are_packed_page_by_page() -> None:
    for number in range(7):
        put(f"run{number}", 2.1 + number / 10)
    with mock.patch.object(packing, "PAGE", 3):
        assert pack_outputs(org_id(), NOW) == 7


def test_a_run_written_meanwhile_is_not_packed() -> None:
    put("run", 2.5)
    pack = packed_results.packed

    def written_meanwhile(found: Any) -> Any:
        clients.firestore().document(executions.path_of("run")).update({"failureTold": True})
        return pack(found)

    with mock.patch.object(packed_results, "packed", written_meanwhile):
        assert pack_outputs(org_id(), NOW) == 0
    assert results("run")[0]["output"] == REPORT
