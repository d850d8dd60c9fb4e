"""Traces of what the product does, as OpenTelemetry spans, and what of them travels from process to process.

`TRACE_SAMPLE_RATIO` says of how many traces all spans are exported. While it is 0, nothing of the library is loaded
and every call here does nothing. Otherwise the library is loaded with the first span, not when a function starts.

Attributes are ids, names of the product's own and counts. What else a text may hold is never written to a span.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from shared.gcp import logging
from shared.gcp.settings import SettingsError, settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

    from shared.gcp.spans import Spans

log = logging.get_logger(__name__)

HEADER = "X-Playbooks-Traceparent"
"""On our own tasks. In `traceparent`, Cloud Run puts a span of its own, which it seldom exports."""
ATTRIBUTE = "traceparent"
"""Of a Pub/Sub message."""
UNFIT = "(not an id)"

Kind = Literal["internal", "server", "client", "producer", "consumer"]
Value = str | int | float | bool
Attributes = Mapping[str, Value | None]

_TRACEPARENT = re.compile(r"00-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})")
_ID = re.compile(r"[A-Za-z0-9_.:/~*-]{1,200}")
_NOTHING: Attributes = {}


@dataclass(frozen=True, slots=True)
class TraceContext:
    """A span as another process knows it: ids in hex, of 32 and 16 digits."""

    trace_id: str
    span_id: str
    sampled: bool

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"


def parse(text: object) -> TraceContext | None:
    """What a `traceparent` (W3C Trace Context, version 00) says; None where it is none."""
    match = _TRACEPARENT.fullmatch(text) if isinstance(text, str) else None
    if match is None or not int(match["trace"], 16) or not int(match["span"], 16):
        return None
    return TraceContext(match["trace"], match["span"], bool(int(match["flags"], 16) & 1))


class Span(Protocol):
    """A span that has begun."""

    def set(self, name: str, value: Value | None) -> None:
        """Set an attribute; None sets none. A text that is no id is replaced by a note that it was none."""

    def event(self, name: str) -> None:
        """Note that something has happened at this moment."""

    def link(self, other: TraceContext | None) -> None:
        """Say that another span has to do with this one."""

    def fail(self, error_type: str) -> None:
        """Mark it as failed, by the class of the error: its text may hold anything."""


class _Off:
    """What stands for a span while there are none."""

    def set(self, name: str, value: Value | None) -> None:
        """Nothing."""

    def event(self, name: str) -> None:
        """Nothing."""

    def link(self, other: TraceContext | None) -> None:
        """Nothing."""

    def fail(self, error_type: str) -> None:
        """Nothing."""


OFF = _Off()

_lock = threading.Lock()
_ratio: float | None = None
_spans: Spans | None = None


def is_on() -> bool:
    """Whether there are spans."""
    global _ratio
    if _ratio is None:
        _ratio = _configured_ratio()
    return _ratio > 0


def _configured_ratio() -> float:
    try:
        return settings().trace_sample_ratio
    except SettingsError as error:
        log.error("there are no traces", extra={"reason": str(error)})
        return 0.0


def configure(ratio: float | None, exporter: SpanExporter | None = None) -> None:
    """Export a share of the traces to `exporter`; None of each: as the environment says, from the next span on."""
    global _ratio, _spans
    if _spans is not None:
        _spans.close()
    _ratio, _spans = ratio, None
    if ratio and exporter is not None:
        from shared.gcp.spans import Spans

        _spans = Spans(ratio, exporter)
    logging.name_span(current if ratio else None)


def flush() -> None:
    """Have everything exported that has ended."""
    if _spans is not None:
        _spans.flush()


def _loaded() -> Spans:
    global _spans
    if _spans is not None:
        return _spans
    with _lock:
        if _spans is None:
            from shared.gcp.spans import Spans, exporter

            _spans = Spans(_ratio or 0.0, exporter())
            logging.name_span(current)
        return _spans


@contextmanager
def span(
    name: str,
    attributes: Attributes = _NOTHING,
    *,
    kind: Kind = "internal",
    passes: tuple[type[BaseException], ...] = (),
) -> Iterator[Span]:
    """A span around the block, below the one around it; nothing where there is none around it.

    An exception fails it, unless it is one that `passes`.
    """
    if _spans is None:
        yield OFF
        return
    with _spans.span(name, attributes, kind, passes) as begun:
        yield begun


@contextmanager
def part(
    name: str,
    attributes: Attributes = _NOTHING,
    *,
    kind: Kind,
    parent: TraceContext | None = None,
    trace_id: str | None = None,
) -> Iterator[Span]:
    """The first span of this process's part of a trace: below `parent`, else the first one of all.

    `trace_id`: of a trace that is new, where it is known. What ends within is exported together with it, so that a
    process that dies leaves no span whose parent nobody knows; and all of it is exported where `keep` is called
    within.
    """
    if not is_on():
        yield OFF
        return
    with _loaded().part(name, attributes, kind, parent, trace_id) as begun:
        yield begun


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
    """Tell of a span whose id and times are known; telling it again changes nothing."""
    if is_on():
        _loaded().record(name, context, parent, (started, ended), attributes, links, failed)


def current() -> TraceContext | None:
    """The span around this line; None where there is none, or while there are none at all."""
    return _spans.current() if _spans is not None else None


def current_span() -> Span:
    """The same, to say something about it."""
    return _spans.current_span() if _spans is not None else OFF


def keep() -> None:
    """Have this process's part of the trace exported, whether or not it was chosen."""
    if _spans is not None:
        _spans.keep()


def is_chosen(trace_id: str) -> bool:
    """Whether the ratio chooses that trace; the same answer in every process."""
    return is_on() and _loaded().is_chosen(trace_id)


def attribute(value: Value) -> Value:
    """The value as a span may hold it."""
    if isinstance(value, str) and not _ID.fullmatch(value):
        return UNFIT
    return value
