"""OpenTelemetry's library behind `shared.gcp.tracing`, which alone imports this, and only where traces are on."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult, TraceIdRatioBased
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from shared.gcp import logging
from shared.gcp.settings import settings
from shared.gcp.tracing import OFF, Attributes, Kind, Span, TraceContext, Value, attribute

log = logging.get_logger(__name__)

MOST_SPANS = 1_000
"""Of one part of a trace; Cloud Trace shows a few thousand of a whole one."""
EXPORT_SECONDS = 5.0
_KINDS = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}
_SAMPLED, _UNSAMPLED = TraceFlags(TraceFlags.SAMPLED), TraceFlags(TraceFlags.DEFAULT)
_DECIDED = otel_context.create_key("playbooks-sampled")

_trace_id: ContextVar[int | None] = ContextVar("trace_id", default=None)
_span_id: ContextVar[int | None] = ContextVar("span_id", default=None)


@dataclass(slots=True)
class _Part:
    """This process's part of a trace; its spans are held back until the first of them ends."""

    ended: list[ReadableSpan] = field(default_factory=list)
    kept: bool = False
    left_out: int = 0

    def add(self, span: ReadableSpan) -> None:
        if len(self.ended) < MOST_SPANS:
            self.ended.append(span)
        else:
            self.left_out += 1


_part: ContextVar[_Part | None] = ContextVar("trace_part", default=None)


class Spans:
    """A tracer whose spans go to `exporter`, of all traces recorded and of a share of them exported."""

    def __init__(self, ratio: float, exporter: SpanExporter) -> None:
        self._ratio = TraceIdRatioBased(ratio)
        self._batch = BatchSpanProcessor(exporter)
        self._provider = TracerProvider(
            sampler=_ByParent(self._ratio), resource=Resource(_resource()), id_generator=_Ids()
        )
        self._provider.add_span_processor(_HeldBack(self._batch))
        # Not the process's global provider: Google's own libraries would write their spans into it.
        self._tracer = self._provider.get_tracer("playbooks")

    @contextmanager
    def span(
        self, name: str, attributes: Attributes, kind: Kind, passes: tuple[type[BaseException], ...] = ()
    ) -> Iterator[Span]:
        """See `shared.gcp.tracing.span`."""
        if not trace.get_current_span().get_span_context().is_valid:
            yield OFF
            return
        with self._begun(name, attributes, kind, None, passes) as begun:
            yield begun

    @contextmanager
    def part(
        self,
        name: str,
        attributes: Attributes,
        kind: Kind,
        parent: TraceContext | None,
        trace_id: str | None,
    ) -> Iterator[Span]:
        """See `shared.gcp.tracing.part`."""
        held = _Part()
        tokens = (
            _part.set(held),
            _trace_id.set(int(trace_id, 16) if parent is None and trace_id else None),
        )
        try:
            with self._begun(name, attributes, kind, _remote(parent)) as begun:
                yield begun
        finally:
            _part.reset(tokens[0])
            _trace_id.reset(tokens[1])
            self._release(held)

    @contextmanager
    def _begun(
        self,
        name: str,
        attributes: Attributes,
        kind: Kind,
        above: Context | None,
        passes: tuple[type[BaseException], ...] = (),
    ) -> Iterator[Span]:
        begun = self._tracer.start_span(name, above, _KINDS[kind], _fit(attributes))
        token = otel_context.attach(trace.set_span_in_context(begun))
        shown = _Span(begun)
        try:
            yield shown
        except passes:
            raise
        except BaseException as error:
            shown.fail(type(error).__name__)
            raise
        finally:
            otel_context.detach(token)
            begun.end()

    def record(
        self,
        name: str,
        context: TraceContext,
        parent: TraceContext | None,
        times: tuple[datetime, datetime],
        attributes: Attributes,
        links: tuple[TraceContext, ...],
        failed: str | None,
    ) -> None:
        """See `shared.gcp.tracing.record`."""
        chosen = _trace_id.set(int(context.trace_id, 16))
        named = _span_id.set(int(context.span_id, 16))
        try:
            above = otel_context.set_value(_DECIDED, context.sampled, _remote(parent))
            told = self._tracer.start_span(
                name,
                above,
                SpanKind.INTERNAL,
                _fit(attributes),
                [Link(_foreign(one)) for one in links],
                _ns(times[0]),
            )
        finally:
            _span_id.reset(named)
            _trace_id.reset(chosen)
        if failed is not None:
            _Span(told).fail(failed)
        told.end(_ns(times[1]))

    def current(self) -> TraceContext | None:
        """See `shared.gcp.tracing.current`."""
        found = trace.get_current_span().get_span_context()
        if not found.is_valid:
            return None
        part = _part.get()
        sampled = found.trace_flags.sampled or (part is not None and part.kept)
        return TraceContext(f"{found.trace_id:032x}", f"{found.span_id:016x}", sampled)

    def current_span(self) -> Span:
        """See `shared.gcp.tracing.current_span`."""
        return _Span(trace.get_current_span())

    def keep(self) -> None:
        """See `shared.gcp.tracing.keep`."""
        part = _part.get()
        if part is not None:
            part.kept = True

    def is_chosen(self, trace_id: str) -> bool:
        """See `shared.gcp.tracing.is_chosen`."""
        return self._ratio.should_sample(None, int(trace_id, 16), "").decision is Decision.RECORD_AND_SAMPLE

    def _release(self, part: _Part) -> None:
        if part.left_out:
            log.warning("a trace has too many spans", extra={"leftOut": part.left_out})
        for one in part.ended:
            if part.kept and not (one.context and one.context.trace_flags.sampled):
                self._batch.on_end(_as_sampled(one))
            else:
                self._batch.on_end(one)  # which passes over those that were not chosen

    def flush(self) -> None:
        """See `shared.gcp.tracing.flush`."""
        self._provider.force_flush()

    def close(self) -> None:
        """Export what is left, and nothing after that."""
        self._provider.shutdown()


class _Span:
    """A span of the library, which takes ids and counts."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def set(self, name: str, value: Value | None) -> None:
        if value is not None:
            self._span.set_attribute(name, attribute(value))

    def event(self, name: str) -> None:
        self._span.add_event(name)

    def link(self, other: TraceContext | None) -> None:
        if other is not None:
            self._span.add_link(_foreign(other))

    def fail(self, error_type: str) -> None:
        self._span.set_attribute("error.type", attribute(error_type))
        self._span.set_status(Status(StatusCode.ERROR))


class _HeldBack(SpanProcessor):
    """Keeps the spans of a part of a trace until that part has ended."""

    def __init__(self, batch: BatchSpanProcessor) -> None:
        self._batch = batch

    def on_end(self, span: ReadableSpan) -> None:
        part = _part.get()
        if part is None:
            self._batch.on_end(span)
        else:
            part.add(span)

    def shutdown(self) -> None:
        self._batch.shutdown()  # type: ignore[no-untyped-call]

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._batch.force_flush(timeout_millis)


class _ByParent(Sampler):
    """As the parent was; of a first span, as the ratio says. What is not chosen is recorded all the same."""

    def __init__(self, ratio: TraceIdRatioBased) -> None:
        self._ratio = ratio

    def should_sample(
        self, parent_context: Context | None, trace_id: int, name: str, *args: Any, **kwargs: Any
    ) -> SamplingResult:
        attributes = kwargs.get("attributes", args[1] if len(args) > 1 else None)
        parent = trace.get_current_span(parent_context).get_span_context()
        decided = otel_context.get_value(_DECIDED, parent_context)
        if isinstance(decided, bool):
            is_chosen = decided
        elif parent.is_valid:
            is_chosen = parent.trace_flags.sampled
        else:
            is_chosen = self._ratio.should_sample(None, trace_id, name).decision is Decision.RECORD_AND_SAMPLE
        return SamplingResult(Decision.RECORD_AND_SAMPLE if is_chosen else Decision.RECORD_ONLY, attributes)

    def get_description(self) -> str:
        return f"ByParent({self._ratio.get_description()})"


class _Ids(RandomIdGenerator):
    """Random ids, but where the span's own is known before: the library has no other way to give one."""

    def generate_trace_id(self) -> int:
        return _trace_id.get() or super().generate_trace_id()

    def generate_span_id(self) -> int:
        return _span_id.get() or super().generate_span_id()


class _Exporter(SpanExporter):
    """OTLP over HTTP, made with the first batch, in the thread that exports. A failure is logged once.

    To Cloud Trace by the Telemetry API, which Google recommends in place of its own exporter.
    """

    def __init__(self) -> None:
        self._otlp: SpanExporter | None = None
        self._lock = threading.Lock()
        self._is_told = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            result = self._made().export(spans)
        except Exception as error:  # noqa: BLE001 - whatever it is, no run may hear of it
            self._tell(type(error).__name__)
            return SpanExportResult.FAILURE
        if result is SpanExportResult.SUCCESS:
            self._is_told = False
        else:
            self._tell("refused, or not reached")
        return result

    def _tell(self, reason: str) -> None:
        if not self._is_told:
            self._is_told = True
            log.warning("spans cannot be exported; runs go on without", extra={"reason": reason})

    def _made(self) -> SpanExporter:
        with self._lock:
            if self._otlp is None:
                self._otlp = _otlp_exporter()
        return self._otlp

    def shutdown(self) -> None:
        if self._otlp is not None:
            self._otlp.shutdown()


def exporter() -> SpanExporter:
    """Exports to `OTEL_EXPORTER_OTLP_ENDPOINT`, or to the project's Cloud Trace where there is none."""
    return _Exporter()


def _otlp_exporter() -> SpanExporter:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    endpoint = settings().trace_endpoint
    made: SpanExporter
    if endpoint is not None:
        made = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=EXPORT_SECONDS)
        return made
    import google.auth
    from google.auth.transport.requests import AuthorizedSession

    credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
    made = OTLPSpanExporter(
        endpoint="https://telemetry.googleapis.com/v1/traces",
        session=AuthorizedSession(credentials),  # type: ignore[no-untyped-call]
        timeout=EXPORT_SECONDS,
    )
    return made


def _resource() -> dict[str, str]:
    """Without the library's detectors, which read the metadata of all installed packages."""
    name = os.environ.get("K_SERVICE") or os.environ.get("FUNCTION_TARGET") or "playbooks"
    found = {"service.name": name, "service.version": os.environ.get("K_REVISION", "")}
    return {**{key: value for key, value in found.items() if value}, "gcp.project_id": settings().project}


def _fit(attributes: Attributes) -> dict[str, Value]:
    return {name: attribute(value) for name, value in attributes.items() if value is not None}


def _foreign(context: TraceContext) -> SpanContext:
    flags = _SAMPLED if context.sampled else _UNSAMPLED
    return SpanContext(int(context.trace_id, 16), int(context.span_id, 16), is_remote=True, trace_flags=flags)


def _remote(parent: TraceContext | None) -> Context:
    """A context with nothing but that parent in it."""
    return Context() if parent is None else trace.set_span_in_context(NonRecordingSpan(_foreign(parent)), Context())


def _as_sampled(span: ReadableSpan) -> ReadableSpan:
    known = span.context
    if known is None:
        return span
    context = SpanContext(known.trace_id, known.span_id, is_remote=False, trace_flags=_SAMPLED)
    return ReadableSpan(
        name=span.name,
        context=context,
        parent=span.parent,
        resource=span.resource,
        attributes=span.attributes,
        events=span.events,
        links=span.links,
        kind=span.kind,
        status=span.status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _ns(instant: datetime) -> int:
    return int(instant.timestamp() * 1_000_000) * 1_000
