from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.gcp.tracing import TraceContext
from shared.runs import traced
from shared.runs.parts import Attempt, PinnedOrg, TriggerRef
from shared.runs.record import Execution, ExecutionStatus
from shared.runs.state import Delivery
from tests.harness.traces import Exported
from tests.harness.traces import traced as exporting

ID = "e" * 32
NOW = datetime.now(UTC)


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[Exported]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo")
    with exporting() as found:
        yield found


def a_run(created: datetime, completed: datetime, **fields: object) -> Execution:
    about = {
        "id": ID,
        "playbook_id": "p",
        "org_id": "o",
        "trigger": TriggerRef(type="manual"),
        "status": ExecutionStatus.COMPLETED,
        "created_at": created,
        "completed_at": completed,
        "org": PinnedOrg(id="o", name="O", timezone="UTC", tier_id="pro"),
    }
    return Execution.model_validate({**about, **fields})


def seconds(exported: Exported) -> float:
    span = exported.only("run")
    return ((span.end_time or 0) - (span.start_time or 0)) / 1e9


def test_a_runs_duration_starts_when_it_is_queued(exported: Exported) -> None:
    traced.ended(a_run(NOW - timedelta(seconds=50), NOW - timedelta(seconds=10)))
    assert seconds(exported) == pytest.approx(40)


def test_a_replayed_runs_duration_starts_with_its_first_new_attempt(exported: Exported) -> None:
    attempts = [Attempt(number=1, started_at=NOW - timedelta(hours=hours)) for hours in (9, 1)]
    traced.ended(a_run(NOW - timedelta(hours=9), NOW, replay=1, attempts=attempts))
    assert seconds(exported) == pytest.approx(3_600)


@pytest.mark.parametrize("created_ahead", [timedelta(0), timedelta(hours=13)])
def test_a_moved_clock_does_not_make_a_long_duration(created_ahead: timedelta, exported: Exported) -> None:
    now, ahead = datetime.now(UTC), timedelta(hours=13)
    traced.ended(a_run(now - timedelta(seconds=5) + created_ahead, now + ahead))
    assert seconds(exported) < 3_600
    assert (exported.only("run").end_time or 0) < (now + timedelta(hours=1)).timestamp() * 1e9


def test_every_process_derives_the_same_span_and_a_replay_gets_a_new_one(exported: Exported) -> None:
    run = a_run(NOW, NOW)
    assert (
        traced.context_of(run)
        == traced.context_of(a_run(NOW, NOW))
        == TraceContext(ID, _span_id(run), sampled=True)
    )
    assert _span_id(run) != _span_id(a_run(NOW, NOW, replay=1))


def test_a_malformed_traceparent_gives_a_run_a_trace_of_its_own(exported: Exported) -> None:
    context = traced.context_of(a_run(NOW, NOW, traceparent="00-nonsense"))
    assert context is not None
    assert context.trace_id == ID


def test_a_run_whose_id_is_not_a_trace_id_still_gets_a_trace(exported: Exported) -> None:
    context = traced.context_of(a_run(NOW, NOW, id="run-of-old"))
    assert context is not None
    assert len(context.trace_id) == 32


def test_an_unfinished_run_exports_nothing(exported: Exported) -> None:
    traced.ended(a_run(NOW, NOW, status=ExecutionStatus.RUNNING))
    assert exported.spans() == []


def _span_id(run: Execution) -> str:
    context = traced.context_of(run)
    assert context is not None
    return context.span_id


@pytest.mark.parametrize(("slow_seconds", "names"), [(0.0, ["run", "attempt"]), (30.0, [])])
def test_a_slow_run_is_exported_even_if_its_trace_was_not_sampled(
    slow_seconds: float, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo")
    monkeypatch.setattr(traced, "SLOW_SECONDS", slow_seconds)
    run = a_run(NOW - timedelta(seconds=50), NOW)
    with exporting(1e-18) as exported:
        with traced.attempt(run, Delivery(run.id, 1)):
            traced.ended(run)
        assert [span.name for span in exported.spans()] == names
