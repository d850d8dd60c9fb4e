"""The console takes spans as any collector does, and shows a run's as a waterfall."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan
from starlette.testclient import TestClient

from local.console.traces import EXECUTION_ID, MOST_TRACES
from local.demo.acts.trace import trace_lines
from shared.gcp import tracing
from tests.harness.traces import Exported, traced

EXECUTION = "e" * 32
ABOUT = {EXECUTION_ID: EXECUTION}


@pytest.fixture(autouse=True)
def _project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo")


def a_run(exported: Exported) -> list[ReadableSpan]:
    with (
        tracing.part("execute", ABOUT, kind="server"),
        tracing.span("attempt", {"playbooks.attempt": 1}) as attempt,
    ):
        with tracing.span("step", {"playbooks.step_id": "mail", "playbooks.action": "send_email"}) as step:
            step.event("receipt")
            step.set("playbooks.status", "completed")
        attempt.fail("AttemptFailed")
    return exported.spans()


def send(console: TestClient, spans: Sequence[ReadableSpan], *, packed: bool = False) -> None:
    body = encode_spans(spans).SerializeToString()
    headers = {"Content-Type": "application/x-protobuf"} | ({"Content-Encoding": "gzip"} if packed else {})
    answer = console.post("/v1/traces", content=gzip.compress(body) if packed else body, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-protobuf"


@pytest.mark.parametrize("packed", [False, True])
def test_a_runs_trace_is_shown_in_order_with_depths(console: TestClient, packed: bool) -> None:
    with traced() as exported:
        spans = a_run(exported)
        send(console, list(reversed(spans)), packed=packed)
    (trace,) = console.get("/api/traces", params={"executionId": EXECUTION}).json()
    assert [(span["depth"], span["name"], span["status"]) for span in trace["spans"]] == [
        (0, "execute", "ok"),
        (1, "attempt", "error"),
        (2, "step", "ok"),
    ]
    step = trace["spans"][2]
    assert step["attributes"]["playbooks.action"] == "send_email"
    assert [event["name"] for event in step["events"]] == ["receipt"]
    assert step["offsetMs"] >= 0
    lines = list(trace_lines(trace))
    assert lines[1].startswith("  attempt 1 ")
    assert lines[1].endswith("failed")
    assert lines[2].startswith("    step mail (completed)")
    assert lines[2].endswith("receipt")


def test_a_span_that_is_delivered_twice_is_shown_once(console: TestClient) -> None:
    with traced() as exported:
        spans = a_run(exported)
        send(console, spans)
        send(console, spans)
    (trace,) = console.get("/api/traces").json()
    assert len(trace["spans"]) == len(spans)


def test_a_span_whose_parent_has_not_come_is_at_the_top(console: TestClient) -> None:
    with traced() as exported:
        send(console, [span for span in a_run(exported) if span.name != "attempt"])
    (trace,) = console.get("/api/traces").json()
    assert {(span["depth"], span["name"]) for span in trace["spans"]} == {(0, "execute"), (0, "step")}


def test_the_page_of_a_run_has_a_row_for_each_span_and_links_to_its_steps(console: TestClient) -> None:
    with traced() as exported:
        send(console, a_run(exported))
    page = console.get(f"/runs/{EXECUTION}")
    assert page.status_code == 200
    assert page.text.count('<tr id="') == 3
    assert f'/runs/{EXECUTION}" target="_blank">step mail</a>' in page.text
    assert "script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_run_without_spans_says_so(console: TestClient) -> None:
    page = console.get("/runs/<b>none</b>")
    assert page.status_code == 404
    page = console.get("/runs/none")
    assert page.status_code == 404
    assert "No span of this run has come yet" in page.text
    assert console.get("/api/traces", params={"executionId": "none"}).json() == []


@pytest.mark.parametrize("body", [b"\xff\xff", b"{}"])
def test_anything_other_than_an_export_is_refused(console: TestClient, body: bytes) -> None:
    answer = console.post("/v1/traces", content=body)
    assert answer.status_code == 400
    assert "ExportTraceServiceRequest" in answer.json()["detail"]


def test_of_many_traces_the_newest_are_kept(console: TestClient) -> None:
    with traced() as exported:
        for _ in range(MOST_TRACES + 5):
            with tracing.part("execute", kind="server"):
                pass
        send(console, exported.spans())
    assert len(console.get("/api/traces").json()) == MOST_TRACES
