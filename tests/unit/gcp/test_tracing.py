from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision, TraceIdRatioBased

from shared.gcp import span_export, tracing
from shared.gcp.tracing import TraceContext
from tests.harness.traces import Exported, traced

PARENT = TraceContext("a" * 32, "b" * 16, sampled=True)
NEVER = 1e-18
"""A ratio that chooses no trace, with spans all the same."""


@pytest.fixture(autouse=True)
def _project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo")


@pytest.fixture
def exported() -> Iterator[Exported]:
    with traced() as found:
        yield found


@pytest.fixture
def unchosen() -> Iterator[Exported]:
    with traced(NEVER) as found:
        yield found


def test_nested_spans_share_one_trace(exported: Exported) -> None:
    with tracing.part("door", kind="server"), tracing.span("step"), tracing.span("call", kind="client"):
        pass
    assert exported.tree() == ["door", "  step", "    call"]
    assert len(exported.traces()) == 1


def test_a_part_goes_on_with_the_trace_of_another_process(exported: Exported) -> None:
    with tracing.part("attempt", kind="consumer", parent=PARENT):
        pass
    span = exported.only("attempt")
    assert span.parent is not None
    assert (f"{span.parent.trace_id:032x}", f"{span.parent.span_id:016x}") == (PARENT.trace_id, PARENT.span_id)


def test_a_new_trace_has_the_id_that_the_request_came_with(exported: Exported) -> None:
    with tracing.part("door", kind="server", trace_id="c" * 32):
        assert tracing.current() is not None
    assert exported.only("door").parent is None
    assert exported.traces() == {int("c" * 32, 16)}


def test_a_line_outside_of_every_span_makes_none(exported: Exported) -> None:
    with tracing.span("step"):
        assert tracing.current() is None
    assert exported.spans() == []


def test_what_ends_in_another_thread_belongs_to_the_same_part(unchosen: Exported) -> None:
    def work() -> None:
        with tracing.span("block"):
            pass

    with tracing.part("attempt", kind="consumer", trace_id="f" * 32):
        thread = threading.Thread(target=copy_context().run, args=(work,))
        thread.start()
        thread.join()
        tracing.keep()
    assert unchosen.tree() == ["attempt", "  block"]


def test_an_unsampled_trace_exports_nothing(unchosen: Exported) -> None:
    with tracing.part("door", kind="server"), tracing.span("step"):
        pass
    assert unchosen.spans() == []


def test_a_part_that_is_kept_is_exported_whole_although_it_was_not_chosen(unchosen: Exported) -> None:
    with tracing.part("attempt", kind="consumer"):
        with tracing.span("before"):
            pass
        tracing.keep()
        with tracing.span("after"):
            pass
        context = tracing.current()
    assert unchosen.tree() == ["attempt", "  before", "  after"]
    assert context is not None
    assert context.sampled


def test_the_parents_choice_counts_and_not_the_ratio(unchosen: Exported) -> None:
    with tracing.part("attempt", kind="consumer", parent=PARENT):
        pass
    assert [span.name for span in unchosen.spans()] == ["attempt"]


def test_every_process_chooses_the_same_traces() -> None:
    ids = [f"{number:032x}" for number in range(1, 2**64, 2**57)]
    with traced(0.3):
        chosen = [one for one in ids if tracing.is_chosen(one)]
        for one in ids:
            with tracing.part("door", kind="server", trace_id=one):
                current = tracing.current()
                assert current is not None
                assert current.sampled == (one in chosen)
    assert 0 < len(chosen) < len(ids)


@given(st.integers(1, 2**128 - 1), st.floats(1e-9, 1.0))
def test_the_ratio_chooses_what_the_librarys_own_sampler_would(trace: int, ratio: float) -> None:
    decision = TraceIdRatioBased(ratio).should_sample(None, trace, "door").decision
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tracing, "_ratio", ratio)
        assert tracing.is_chosen(f"{trace:032x}") == (decision is Decision.RECORD_AND_SAMPLE)


def test_a_span_of_known_id_is_the_same_however_often_it_is_exported(exported: Exported) -> None:
    started = datetime(2026, 11, 1, 9, tzinfo=UTC)
    for _ in range(2):
        tracing.record(
            "run",
            PARENT,
            parent=None,
            started=started,
            ended=started + timedelta(minutes=5),
            attributes={"playbooks.attempts": 2},
            failed="RunFailed",
        )
    first, second = exported.spans("run")
    assert first.context == second.context
    assert first.parent is None
    assert first.status.status_code.name == "ERROR"
    assert (first.end_time or 0) - (first.start_time or 0) == 300 * 10**9


def test_an_exception_fails_its_span_without_its_text(exported: Exported) -> None:
    with (
        pytest.raises(ValueError, match="jane"),
        tracing.part("door", kind="server"),
        tracing.span("step", passes=(KeyError,)),
    ):
        raise ValueError("jane@shop.example said +1 315 555 0142")
    assert exported.only("step").attributes == {"error.type": "ValueError"}
    assert "jane" not in exported.texts()
    assert "555 0142" not in exported.texts()


def test_an_exception_that_passes_fails_nothing(exported: Exported) -> None:
    with (
        pytest.raises(KeyError),
        tracing.part("door", kind="server"),
        tracing.span("step", passes=(KeyError,)),
    ):
        raise KeyError("x")
    assert exported.only("step").status.is_unset


@given(st.text(min_size=1))
def test_a_text_that_is_not_an_id_never_gets_into_a_span(text: str) -> None:
    shown = span_export.attribute(text)
    assert shown == span_export.UNFIT or not any(sign in text for sign in "@+ \n\"'{}()?&=<>")


@given(st.text() | st.none() | st.integers())
def test_anything_other_than_a_traceparent_is_none(text: object) -> None:
    assert tracing.parse(text) is None


@given(st.integers(1, 2**128 - 1), st.integers(1, 2**64 - 1), st.booleans())
def test_a_context_is_read_back_as_it_was_written(trace: int, span: int, sampled: bool) -> None:
    context = TraceContext(f"{trace:032x}", f"{span:016x}", sampled)
    assert tracing.parse(str(context)) == context


@pytest.mark.parametrize(
    "text",
    [
        f"00-{'0' * 32}-{'b' * 16}-01",
        f"00-{'a' * 32}-{'0' * 16}-01",
        f"01-{'a' * 32}-{'b' * 16}-01",
        f"00-{'A' * 32}-{'b' * 16}-01",
        f"00-{'a' * 32}-{'b' * 16}-01\n",
    ],
)
def test_an_invalid_context_is_none(text: str) -> None:
    assert tracing.parse(text) is None


@pytest.mark.parametrize(("ratio", "keep"), [("0", "tracing.keep()"), (str(NEVER), "pass")])
def test_while_nothing_is_exported_nothing_of_the_library_is_loaded(ratio: str, keep: str) -> None:
    program = f"""
import sys
from shared.gcp import tracing
with tracing.part("door", kind="server") as door, tracing.span("step"):
    door.set("n", 1)
    {keep}
assert tracing.current() is None
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={
            "GOOGLE_CLOUD_PROJECT": "demo",
            "PYTHONPATH": ":".join(sys.path),
            "TRACE_SAMPLE_RATIO": ratio,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("ratio", ["2", "-1", "often", "nan"])
def test_a_malformed_ratio_means_no_traces_and_is_logged(
    ratio: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TRACE_SAMPLE_RATIO", ratio)
    tracing.configure(None)
    assert not tracing.is_on()
    tracing.configure(None)
    assert [record.message for record in caplog.records] == ["there are no traces"]


class _Broken(SpanExporter):
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        raise OSError("no network")


def test_an_exporter_that_fails_fails_no_work_and_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(span_export, "_otlp_exporter", _Broken)
    tracing.configure(1.0, span_export.exporter())
    for _ in range(3):
        with tracing.part("door", kind="server"):
            pass
        tracing.flush()
    tracing.configure(None)
    assert [record.message for record in caplog.records] == ["spans cannot be exported; runs go on without"]


class _Refusing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_collector_that_refuses_fails_no_work_and_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with HTTPServer(("127.0.0.1", 0), _Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        tracing.configure(1.0, span_export.exporter())
        for _ in range(2):
            with tracing.part("door", kind="server"):
                pass
            tracing.flush()
        tracing.configure(None)
        server.shutdown()
    ours = [record.message for record in caplog.records if record.name == "shared.gcp.span_export"]
    assert ours == ["spans cannot be exported; runs go on without"]


def test_attributes_survive_as_json(exported: Exported) -> None:
    with tracing.part("door", {"playbooks.org_id": "org_1", "left_out": None}, kind="server") as door:
        door.set("count", 3)
    assert json.loads(exported.only("door").to_json())["attributes"] == {"playbooks.org_id": "org_1", "count": 3}
