"""Recorded spans, and their identity across processes (W3C Trace Context)."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Protocol, Self

Kind = Literal["internal", "server", "client", "producer", "consumer"]
Value = str | int | float | bool
Attributes = Mapping[str, Value | None]

_TRACEPARENT = re.compile(r"00-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})")


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
    """A span that has begun; as a context manager, it ends with its block."""

    def set(self, name: str, value: Value | None) -> None:
        """Set an attribute; None sets nothing. A text that is no id is exported as a note that it was none."""

    def event(self, name: str) -> None:
        """Record an event at this moment."""

    def link(self, other: TraceContext | None) -> None:
        """Link another span to this one."""

    def fail(self, error_type: str) -> None:
        """Mark it as failed, by the class of the error: its text may hold anything."""

    def __enter__(self) -> Span: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None: ...


class _Off:
    """The span used while tracing is off."""

    def set(self, name: str, value: Value | None) -> None:
        """Nothing."""

    def event(self, name: str) -> None:
        """Nothing."""

    def link(self, other: TraceContext | None) -> None:
        """Nothing."""

    def fail(self, error_type: str) -> None:
        """Nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Nothing."""


OFF = _Off()


@dataclass(slots=True)
class NotedSpan:
    """A span as this process notes it. Times are nanoseconds since 1970."""

    name: str
    kind: Kind
    trace_id: str
    span_id: str
    parent_id: str | None
    sampled: bool
    started: int
    attributes: dict[str, Value | None]
    ended: int = 0
    events: list[tuple[str, int]] = field(default_factory=list)
    links: list[TraceContext] = field(default_factory=list)
    failed: bool = False
    """Beside the attribute `error.type`."""

    def set(self, name: str, value: Value | None) -> None:
        """See `Span`."""
        if value is not None:
            self.attributes[name] = value

    def event(self, name: str) -> None:
        """See `Span`."""
        self.events.append((name, time.time_ns()))

    def link(self, other: TraceContext | None) -> None:
        """See `Span`."""
        if other is not None:
            self.links.append(other)

    def fail(self, error_type: str) -> None:
        """See `Span`."""
        self.attributes["error.type"] = error_type
        self.failed = True
