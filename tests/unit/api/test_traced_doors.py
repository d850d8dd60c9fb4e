"""Which trace a request belongs to: who may say so, and who may not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
from cloudevents.http import CloudEvent

from local.setup.paths import ROOT
from shared.api.event_door import event_door
from shared.api.http import door, json_response
from shared.errors import PermanentError
from shared.gcp import tracing
from shared.gcp.tracing import ATTRIBUTE, HEADER, TraceContext
from tests.harness.traces import Exported, traced
from tests.unit.api.requests import request

PARENT = TraceContext("a" * 32, "b" * 16, sampled=True)


@pytest.fixture(autouse=True)
def _project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo")


@pytest.fixture
def exported() -> Iterator[Exported]:
    with traced() as found:
        yield found


@door()
def public(request: flask.Request) -> flask.Response:
    return json_response({})


@door(trace="carried")
def private(request: flask.Request) -> flask.Response:
    return json_response({})


@door(trace="handlers")
def run(request: flask.Request) -> flask.Response:
    assert tracing.current() is None
    return json_response({})


def test_a_task_continues_the_trace_it_carries(exported: Exported) -> None:
    private(request(headers={HEADER: str(PARENT)}))
    span = exported.only("private")
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == PARENT.span_id
    assert exported.traces() == {int(PARENT.trace_id, 16)}


def test_outside_callers_cannot_join_our_traces_or_force_an_export(exported: Exported) -> None:
    public(request(headers={HEADER: str(PARENT)}))
    assert exported.only("public").parent is None
    assert exported.traces() != {int(PARENT.trace_id, 16)}


def test_a_public_request_begins_its_trace_under_the_platforms_id(exported: Exported) -> None:
    public(request(headers={"traceparent": str(PARENT)}))
    assert exported.only("public").parent is None
    assert exported.traces() == {int(PARENT.trace_id, 16)}


def test_a_malformed_context_begins_a_trace(exported: Exported) -> None:
    private(request(headers={HEADER: "00-zz-1-01"}))
    assert exported.only("private").parent is None


def test_a_door_whose_handler_sees_to_it_makes_no_span(exported: Exported) -> None:
    assert run(request(headers={HEADER: str(PARENT)})).status_code == 200
    assert exported.spans() == []


def test_a_question_makes_no_span(exported: Exported) -> None:
    @door(methods=("GET",))
    def question(request: flask.Request) -> flask.Response:
        return json_response({})

    question(request(method="GET"))
    assert exported.spans() == []


def test_a_crashing_handler_fails_its_span_and_exports_it() -> None:
    @door()
    def breaking(request: flask.Request) -> flask.Response:
        raise RuntimeError("jane@shop.example")

    with traced(1e-18) as exported:
        breaking(request())
        assert exported.only("breaking").attributes == {"http.response.status_code": 500, "error.type": "500"}
        assert "jane" not in exported.texts()


def _message(attributes: dict[str, str]) -> CloudEvent:
    about = {"type": "google.cloud.pubsub.topic.v1.messagePublished", "source": "//pubsub/topics/t", "id": "1"}
    return CloudEvent(about, {"message": {"data": "", "attributes": attributes}})


def test_a_message_continues_the_trace_it_carries(exported: Exported) -> None:
    @event_door
    def received(event: CloudEvent) -> None:
        """Nothing to do."""

    received(_message({ATTRIBUTE: str(PARENT)}))
    received(_message({}))
    carried, fresh = exported.spans("received")
    assert carried.parent is not None
    assert f"{carried.parent.span_id:016x}" == PARENT.span_id
    assert fresh.parent is None


def test_an_event_that_cannot_be_used_fails_its_span(exported: Exported) -> None:
    @event_door
    def refused(event: CloudEvent) -> None:
        raise PermanentError("no such thing")

    refused(_message({}))
    assert exported.only("refused").attributes == {"error.type": "PermanentError"}


BEGINNERS = {"start_slot", "start_once", "release_runs", "check_org"}
"""Ticks, passes and checks: what follows one is no part of what came before, or all would be one trace."""


def _modules() -> list[Path]:
    return sorted((ROOT / "functions").glob("[a-z]*.py"))


@pytest.mark.parametrize("module", _modules(), ids=lambda path: path.stem)
def test_only_doors_reserved_for_cloud_tasks_trust_the_callers_trace(module: Path) -> None:
    source = module.read_text()
    trusts = [
        keyword.value.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "door"
        for keyword in node.keywords
        if keyword.arg == "trace" and isinstance(keyword.value, ast.Constant)
    ]
    is_task = 'require_caller(request, "tasks")' in source
    is_carried = is_task and module.stem not in BEGINNERS
    expected = ["carried"] if is_carried else ["handlers"] if "deliver_task(request)" in source else []
    assert trusts == expected
