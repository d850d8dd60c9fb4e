"""The spans that a test's own process makes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.gcp import tracing

RETRIED_RUN = [
    "execute",
    "  run",
    "    attempt",
    "      step",
    "      step",
    "        Mailjet POST",
    "      send retryExecution",
    "    attempt",
    "      step",
    "        Mailjet POST",
    "  send runExecution",
]
"""The tree of a run of two steps, the second an email that Mailjet took at the second attempt."""


class Exported:
    """What has been exported."""

    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    def spans(self, name: str | None = None) -> list[ReadableSpan]:
        """In the order of their starts."""
        tracing.flush()
        found = [span for span in self._exporter.get_finished_spans() if name in (None, span.name)]
        return sorted(found, key=lambda span: span.start_time or 0)

    def only(self, name: str) -> ReadableSpan:
        """The one of that name."""
        (span,) = self.spans(name)
        return span

    def tree(self) -> list[str]:
        """Each span's name below its parent's, by two spaces; `?` before one whose parent nobody has exported."""
        spans = self.spans()
        ids = {id_of(span) for span in spans}
        lines: list[str] = []

        def add(parent: int | None, depth: int) -> None:
            for span in spans:
                known = span.parent.span_id if span.parent is not None else None
                if known == parent or (parent is None and known not in ids):
                    lines.append(f"{'  ' * depth}{'?' if parent is None and known is not None else ''}{span.name}")
                    add(id_of(span), depth + 1)

        add(None, 0)
        return lines

    def traces(self) -> set[int]:
        """The ids of the traces that the spans belong to."""
        return {span.context.trace_id for span in self.spans() if span.context is not None}

    def texts(self) -> str:
        """Everything that the spans say."""
        return "\n".join(span.to_json() for span in self.spans())


def id_of(span: ReadableSpan) -> int:
    """The span's id."""
    assert span.context is not None
    found: int = span.context.span_id
    return found


@contextmanager
def traced(ratio: float = 1.0) -> Iterator[Exported]:
    """Spans are exported to the test, of that share of the traces."""
    exporter = InMemorySpanExporter()
    tracing.configure(ratio, exporter)
    try:
        yield Exported(exporter)
    finally:
        tracing.configure(None)
