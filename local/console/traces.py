"""Receives the functions' spans (OTLP over HTTP) and shows a run's trace as a waterfall."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.protobuf.message import DecodeError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from local.cloud.times import rfc3339
from local.console.problems import parse_query
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

EXECUTION_ID = "playbooks.execution_id"
MOST_TRACES = 500
MOST_SPANS_A_TRACE = 2_000
MOST_BODY_BYTES = 16_000_000
_PROTOBUF = "application/x-protobuf"
_FAILED = 2
"""STATUS_CODE_ERROR."""
_KINDS = {1: "internal", 2: "server", 3: "client", 4: "producer", 5: "consumer"}


class _Shown(CamelModel):
    pass


class Event(_Shown):
    name: str
    at: datetime


class SpanLine(_Shown):
    """A span in the waterfall: nesting `depth`, `offset_ms` from the start of the trace."""

    span_id: str
    parent_id: str | None
    name: str
    kind: str
    service: str
    started_at: datetime
    offset_ms: float
    duration_ms: float
    status: str
    """`ok` or `error`."""
    depth: int
    attributes: dict[str, Any]
    events: list[Event]
    links: list[str]
    """The ids of other traces."""


class TraceView(_Shown):
    """A trace; spans in display order, each below its parent."""

    trace_id: str
    duration_ms: float
    spans: list[SpanLine]


@dataclass(frozen=True, slots=True)
class _Span:
    span_id: str
    parent_id: str | None
    name: str
    kind: str
    service: str
    start: int
    """Nanoseconds since 1970, as `end`."""
    end: int
    failed: bool
    attributes: dict[str, Any]
    events: tuple[tuple[str, int], ...]
    links: tuple[str, ...]


@dataclass
class Traces:
    """The newest exported traces."""

    _traces: OrderedDict[str, dict[str, _Span]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, exported: ExportTraceServiceRequest) -> None:
        """Stores the spans; repeated ones replace themselves."""
        with self._lock:
            for trace_id, span in _spans(exported):
                known = self._traces.setdefault(trace_id, {})
                self._traces.move_to_end(trace_id)
                if len(known) < MOST_SPANS_A_TRACE or span.span_id in known:
                    known[span.span_id] = span
            while len(self._traces) > MOST_TRACES:
                self._traces.popitem(last=False)

    def of_run(self, execution_id: str) -> TraceView | None:
        """The run's trace; None if none of its spans has arrived yet."""
        with self._lock:
            for trace_id, spans in reversed(self._traces.items()):
                if any(span.attributes.get(EXECUTION_ID) == execution_id for span in spans.values()):
                    return _view(trace_id, list(spans.values()))
        return None

    def all(self) -> list[TraceView]:
        """All traces, newest first."""
        with self._lock:
            return [_view(trace_id, list(spans.values())) for trace_id, spans in reversed(self._traces.items())]


def _spans(exported: ExportTraceServiceRequest) -> Iterator[tuple[str, _Span]]:
    for of_resource in exported.resource_spans:
        service = str(_attributes(of_resource.resource.attributes).get("service.name", ""))
        for of_scope in of_resource.scope_spans:
            for span in of_scope.spans:
                yield (
                    span.trace_id.hex(),
                    _Span(
                        span_id=span.span_id.hex(),
                        parent_id=span.parent_span_id.hex() or None,
                        name=span.name,
                        kind=_KINDS.get(span.kind, "internal"),
                        service=service,
                        start=span.start_time_unix_nano,
                        end=span.end_time_unix_nano,
                        failed=span.status.code == _FAILED,
                        attributes=_attributes(span.attributes),
                        events=tuple((event.name, event.time_unix_nano) for event in span.events),
                        links=tuple(link.trace_id.hex() for link in span.links),
                    ),
                )


def _attributes(pairs: Iterable[Any]) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "string_value") for pair in pairs}


def _view(trace_id: str, spans: list[_Span]) -> TraceView:
    begins, ends = min(span.start for span in spans), max(span.end for span in spans)
    below: dict[str | None, list[_Span]] = {}
    ids = {span.span_id for span in spans}
    for span in sorted(spans, key=lambda one: (one.start, one.name != "run", -one.end)):
        # An unfinished run hasn't exported its own span, so its attempts are at the top level until then.
        below.setdefault(span.parent_id if span.parent_id in ids else None, []).append(span)
    return TraceView(
        trace_id=trace_id,
        duration_ms=_ms(ends - begins),
        spans=[_line(span, depth, begins) for span, depth in _in_order(below, None, 0)],
    )


def _in_order(below: dict[str | None, list[_Span]], parent: str | None, depth: int) -> Iterator[tuple[_Span, int]]:
    for span in below.get(parent, []):
        yield span, depth
        yield from _in_order(below, span.span_id, depth + 1)


def _line(span: _Span, depth: int, begins: int) -> SpanLine:
    return SpanLine(
        span_id=span.span_id,
        parent_id=span.parent_id,
        name=span.name,
        kind=span.kind,
        service=span.service,
        started_at=_instant(span.start),
        offset_ms=_ms(span.start - begins),
        duration_ms=_ms(span.end - span.start),
        status="error" if span.failed else "ok",
        depth=depth,
        attributes=span.attributes,
        events=[Event(name=name, at=_instant(at)) for name, at in span.events],
        links=list(span.links),
    )


def _ms(nanoseconds: int) -> float:
    return round(nanoseconds / 1_000_000, 3)


def _instant(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 1_000_000_000, UTC)


class TraceQuery(BaseModel):
    """The run to show; all traces without one."""

    model_config = ConfigDict(extra="forbid")

    execution_id: str | None = Field(default=None, alias="executionId", max_length=128)


class TraceApi:
    """`POST /v1/traces` takes spans, `GET /api/traces` shows them, `/runs/{executionId}` is a run's waterfall."""

    def __init__(self, traces: Traces, dashboard_url: str, security_policy: str) -> None:
        self._traces = traces
        self._dashboard_url = dashboard_url
        self._headers = {"Content-Security-Policy": security_policy, "Cache-Control": "no-store"}
        self._templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
        self._templates.env.filters["rfc3339"] = rfc3339
        self.routes = [
            Route("/v1/traces", self._take, methods=["POST"]),
            Route("/api/traces", self._list, methods=["GET"]),
            Route("/runs/{execution_id}", self._page, methods=["GET"]),
        ]

    async def _take(self, request: Request) -> Response:
        # Imported late: most tests' functions export nothing, and the stack starts faster.
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
            ExportTraceServiceRequest,
            ExportTraceServiceResponse,
        )

        body = await request.body()
        try:
            if request.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            exported = ExportTraceServiceRequest.FromString(body)
        except (DecodeError, OSError, EOFError) as error:
            raise HTTPException(400, f"body: not an ExportTraceServiceRequest ({type(error).__name__})") from error
        self._traces.take(exported)
        return Response(ExportTraceServiceResponse().SerializeToString(), media_type=_PROTOBUF)

    async def _list(self, request: Request) -> Response:
        query = parse_query(request, TraceQuery)
        if query.execution_id is None:
            found = self._traces.all()
        else:
            of_run = self._traces.of_run(query.execution_id)
            found = [of_run] if of_run is not None else []
        return JSONResponse([one.model_dump(mode="json", by_alias=True) for one in found])

    async def _page(self, request: Request) -> Response:
        execution_id = request.path_params["execution_id"]
        found = self._traces.of_run(execution_id)
        context = {"execution_id": execution_id, "trace": found, "dashboard": self._dashboard_url}
        status = 200 if found is not None else 404
        return self._templates.TemplateResponse(
            request, "trace.html", context, status_code=status, headers=self._headers
        )
