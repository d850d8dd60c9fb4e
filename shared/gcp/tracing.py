"""Traces of what the product does, and what of them travels from process to process.

`TRACE_SAMPLE_RATIO` says of how many traces all spans are exported. While it is 0, every call here does nothing.
Otherwise spans are noted as plain objects, of all traces, because a run that fails is exported whatever was chosen.
Only what is exported becomes a span of OpenTelemetry (`shared.gcp.span_export`), whose library is loaded then.

Attributes are ids, names of the product's own and counts. What else a text may hold is never exported.
"""

from __future__ import annotations

import random
import threading
import time
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from shared.gcp import logging
from shared.gcp.noted_spans import OFF, Attributes, Kind, NotedSpan, Span, TraceContext, parse
from shared.gcp.settings import SettingsError, settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

    from shared.gcp.span_export import Export

__all__ = [
    "ATTRIBUTE",
    "HEADER",
    "OFF",
    "Span",
    "TraceContext",
    "configure",
    "current",
    "current_span",
    "elapsed",
    "flush",
    "is_chosen",
    "is_on",
    "keep",
    "parse",
    "part",
    "record",
    "span",
]

log = logging.get_logger(__name__)

HEADER = "X-Playbooks-Traceparent"
"""On our own tasks. In `traceparent`, Cloud Run puts a span of its own, which it seldom exports."""
ATTRIBUTE = "traceparent"
"""Of a Pub/Sub message."""
MOST_SPANS = 1_000
"""Per part of a trace; Cloud Trace shows a few thousand spans per trace."""
_NOTHING: Attributes = {}
_CHOSEN_BY = 2**64
"""Of this many traces the ratio is one: the lower half of an id decides, as OpenTelemetry's own sampler has it."""


@dataclass(slots=True, eq=False)
class _Part:
    """This process's part of a trace; its spans are held back until the first of them ends."""

    began: float = field(default_factory=time.monotonic)
    spans: list[NotedSpan] = field(default_factory=list)
    kept: bool = False
    left_out: int = 0

    def add(self, span: NotedSpan) -> None:
        if len(self.spans) < MOST_SPANS:
            self.spans.append(span)
        else:
            self.left_out += 1

    def release(self) -> None:
        if self.left_out:
            log.warning("a trace has too many spans", extra={"leftOut": self.left_out})
        chosen = [one for one in self.spans if one.sampled or self.kept]
        if chosen:
            _exporting().put(chosen)


@dataclass(slots=True, eq=False)
class _Begun(NotedSpan):
    """A span around a block: the current one within."""

    part: _Part = field(default_factory=_Part)
    is_first: bool = False
    passes: tuple[type[BaseException], ...] = ()
    token: Token[_Begun | None] | None = None

    def __enter__(self) -> Self:
        self.token = _current.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.ended = time.time_ns()
        if kind is not None and not issubclass(kind, self.passes):
            self.fail(kind.__name__)
        if self.token is not None:
            _current.reset(self.token)
            self.token = None
        self.part.add(self)
        if self.is_first:
            self.part.release()


_current: ContextVar[_Begun | None] = ContextVar("span", default=None)
_lock = threading.Lock()
_ratio: float | None = None
_export: Export | None = None


def is_on() -> bool:
    global _ratio
    if _ratio is None:
        _ratio = _configured_ratio()
        logging.name_span(current if _ratio else None)
    return _ratio > 0


def _configured_ratio() -> float:
    try:
        return settings().trace_sample_ratio
    except SettingsError as error:
        log.error("there are no traces", extra={"reason": str(error)})
        return 0.0


def configure(ratio: float | None, exporter: SpanExporter | None = None) -> None:
    """Export a share of the traces to `exporter`; None of each: as the environment says, from the next span on."""
    global _ratio, _export
    if _export is not None:
        _export.close()
    _ratio, _export = ratio, None
    if ratio and exporter is not None:
        from shared.gcp.span_export import Export

        _export = Export(exporter)
    logging.name_span(current if ratio else None)


def flush() -> None:
    """Export all finished spans now."""
    if _export is not None:
        _export.flush()


def _exporting() -> Export:
    global _export
    if _export is not None:
        return _export
    with _lock:
        if _export is None:
            from shared.gcp.span_export import Export, exporter

            _export = Export(exporter())
        return _export


def span(
    name: str,
    attributes: Attributes = _NOTHING,
    *,
    kind: Kind = "internal",
    passes: tuple[type[BaseException], ...] = (),
) -> Span:
    """A span around a block, below the one around it; nothing where there is none around it.

    An exception fails it, unless it is one that `passes`.
    """
    above = _current.get()
    if above is None:
        return OFF
    return _Begun(
        name,
        kind,
        above.trace_id,
        _new_id(64),
        above.span_id,
        above.sampled,
        time.time_ns(),
        {**attributes},
        part=above.part,
        passes=passes,
    )


def part(
    name: str,
    attributes: Attributes = _NOTHING,
    *,
    kind: Kind,
    parent: TraceContext | None = None,
    trace_id: str | None = None,
) -> Span:
    """The first span of this process's part of a trace, around a block: below `parent`, else the first one of all.

    `trace_id`: of a trace that is new, where it is known. What ends within is exported together with it, so that a
    process that dies leaves no span whose parent nobody knows; and all of it is exported where `keep` is called
    within.
    """
    if not is_on():
        return OFF
    if parent is not None:
        trace_id, parent_id, sampled = parent.trace_id, parent.span_id, parent.sampled
    else:
        trace_id, parent_id = trace_id or _new_id(128), None
        sampled = is_chosen(trace_id)
    return _Begun(
        name, kind, trace_id, _new_id(64), parent_id, sampled, time.time_ns(), {**attributes}, is_first=True
    )


def record(
    name: str,
    context: TraceContext,
    *,
    parent: TraceContext | None,
    started: datetime,
    ended: datetime,
    attributes: Attributes,
    links: tuple[TraceContext, ...] = (),
    failed: str | None = None,
) -> None:
    """Record a span whose id and times are known; recording it again changes nothing."""
    if not is_on():
        return
    parent_id = parent.span_id if parent is not None else None
    span_record = NotedSpan(
        name,
        "internal",
        context.trace_id,
        context.span_id,
        parent_id,
        context.sampled,
        _ns(started),
        {**attributes},
        _ns(ended),
        links=[*links],
    )
    if failed is not None:
        span_record.fail(failed)
    around = _current.get()
    if around is not None:
        around.part.add(span_record)
    elif span_record.sampled:
        _exporting().put([span_record])


def current() -> TraceContext | None:
    """The span around this line; None where there is none, or while there are none at all."""
    found = _current.get()
    if found is None:
        return None
    return TraceContext(found.trace_id, found.span_id, found.sampled or found.part.kept)


def current_span() -> Span:
    """The current span, to add something to it."""
    return _current.get() or OFF


def keep() -> None:
    """Export this process's part of the trace, sampled or not."""
    found = _current.get()
    if found is not None:
        found.part.kept = True


def elapsed() -> float:
    """Seconds since this process's part of the trace began; 0 without one."""
    found = _current.get()
    return time.monotonic() - found.part.began if found is not None else 0.0


def is_chosen(trace_id: str) -> bool:
    """Whether that trace is sampled; the same in every process."""
    return is_on() and int(trace_id, 16) % _CHOSEN_BY < round((_ratio or 0.0) * _CHOSEN_BY)


def _new_id(bits: int) -> str:
    """In hex; 0 stands for none."""
    return f"{random.getrandbits(bits) or 1:0{bits // 4}x}"


def _ns(instant: datetime) -> int:
    return int(instant.timestamp() * 1_000_000) * 1_000
