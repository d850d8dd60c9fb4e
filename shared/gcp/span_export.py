"""Exporting spans with OpenTelemetry's library, which `shared.gcp.tracing` loads with the first one exported."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Sequence

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from shared.gcp import logging
from shared.gcp.noted_spans import NotedSpan, Value
from shared.gcp.settings import settings

log = logging.get_logger(__name__)

EXPORT_SECONDS = 5.0
UNFIT = "(not an id)"
_ID = re.compile(r"[A-Za-z0-9_.:/~*-]{1,200}")
_KINDS = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_SCOPE = InstrumentationScope("playbooks")
_FAILED, _UNSET = Status(StatusCode.ERROR), Status(StatusCode.UNSET)


class Export:
    """Spans on their way to `exporter`, a batch at a time.

    Not the library's tracer: it makes each span with a lock and an ordered map of its own, exported or not, and is
    there for code that must not know who records its spans.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._batch = BatchSpanProcessor(exporter)
        self._resource = Resource(_resource())

    def put(self, spans: Iterable[NotedSpan]) -> None:
        """Queue the spans for export."""
        for one in spans:
            self._batch.on_end(self._readable(one))

    def flush(self) -> None:
        """See `shared.gcp.tracing.flush`."""
        self._batch.force_flush()

    def close(self) -> None:
        """Export the rest and stop."""
        self._batch.shutdown()  # type: ignore[no-untyped-call]

    def _readable(self, span: NotedSpan) -> ReadableSpan:
        parent = _context(span.trace_id, span.parent_id) if span.parent_id is not None else None
        return ReadableSpan(
            name=span.name,
            context=_context(span.trace_id, span.span_id),
            parent=parent,
            resource=self._resource,
            # Copied first: a thread that outlives its part may still add to it.
            attributes={key: attribute(value) for key, value in [*span.attributes.items()] if value is not None},
            events=[Event(name, timestamp=at) for name, at in [*span.events]],
            links=[Link(_context(one.trace_id, one.span_id)) for one in span.links],
            kind=_KINDS[span.kind],
            status=_FAILED if span.failed else _UNSET,
            start_time=span.started,
            end_time=span.ended,
            instrumentation_scope=_SCOPE,
        )


def attribute(value: Value) -> Value:
    """The value as a span attribute."""
    if isinstance(value, str) and not _ID.fullmatch(value):
        return UNFIT
    return value


def _context(trace_id: str, span_id: str) -> SpanContext:
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=False, trace_flags=_SAMPLED)


class _Exporter(SpanExporter):
    """OTLP over HTTP, made with the first batch, in the thread that exports. A failure is logged once.

    To Cloud Trace by the Telemetry API, which Google recommends in place of its own exporter.
    """

    def __init__(self) -> None:
        self._otlp: SpanExporter | None = None
        self._lock = threading.Lock()
        self._is_logged = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            result = self._made().export(spans)
        except Exception as error:  # noqa: BLE001 - whatever it is, no run may hear of it
            self._log_failure(type(error).__name__)
            return SpanExportResult.FAILURE
        if result is SpanExportResult.SUCCESS:
            self._is_logged = False
        else:
            self._log_failure("refused, or not reached")
        return result

    def _log_failure(self, reason: str) -> None:
        if not self._is_logged:
            self._is_logged = True
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
