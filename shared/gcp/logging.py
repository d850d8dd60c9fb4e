"""Structured logs: one JSON line per record on stdout, as Cloud Logging and Error Reporting read them."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Protocol

from shared.gcp.log_values import clipped, plain, printable, text_of
from shared.gcp.settings import SettingsError, settings
from shared.redaction import is_private, redact

TRACE_FIELD = "logging.googleapis.com/trace"
SPAN_FIELD = "logging.googleapis.com/spanId"
SAMPLED_FIELD = "logging.googleapis.com/trace_sampled"
REPORTED_ERROR = "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent"
MAX_MESSAGE_CHARS = 8_000
MAX_TRACEBACK_CHARS = 16_000
"""Cloud Logging takes 256 KiB a line, and a character may need six bytes."""

_NOTHING_BOUND: Mapping[str, object] = MappingProxyType({})
_bound: ContextVar[Mapping[str, object]] = ContextVar("bound_log_fields", default=_NOTHING_BOUND)
_FIELDS_ATTRIBUTE = "log_fields"
_RECORD_ATTRIBUTES = frozenset(
    {*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName", _FIELDS_ATTRIBUTE}
)
_NAMES_OF_THE_LINE = frozenset(
    {
        *("severity", "message", "time", "logger", "timestamp", "timestampSeconds", "timestampNanos"),
        *("httpRequest", "@type", "serviceContext"),
    }
)
"""What the line says itself, or what Cloud Logging reads as something other than a field."""
_ERRORS = frozenset({"ERROR", "CRITICAL"})
_CHATTY_LOGGERS = ("httpx", "httpcore", "urllib3", "mcp")


class SpanName(Protocol):
    """The ids of a span, in hex, and whether it is exported."""

    @property
    def trace_id(self) -> str: ...

    @property
    def span_id(self) -> str: ...

    @property
    def sampled(self) -> bool: ...


_current_span: Callable[[], SpanName | None] | None = None


def name_span(current: Callable[[], SpanName | None] | None) -> None:
    """From now on, put the span that `current` answers on every line; None: there are no spans."""
    global _current_span
    _current_span = current


@contextmanager
def bind(**fields: object) -> Iterator[None]:
    """Add `fields` (camelCase: executionId, playbookId, orgId, stepId, functionName; `trace`) on every line within.

    None fields are left out. A thread of its own starts with nothing bound: run it in
    `contextvars.copy_context()`.
    """
    token = _bound.set({**_bound.get(), **{name: value for name, value in fields.items() if value is not None}})
    try:
        yield
    finally:
        _bound.reset(token)


class FieldLogger(logging.LoggerAdapter[logging.Logger]):
    """A logger whose `extra={...}` may hold fields of any name and value.

    They travel under one attribute of the record: as attributes of their own, `created` or `name` would break it.
    """

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        """See `logging.LoggerAdapter`."""
        return msg, {**kwargs, "extra": {_FIELDS_ATTRIBUTE: kwargs.get("extra")}}


def get_logger(name: str) -> FieldLogger:
    """The logger of a module; `extra={...}` adds fields to one line."""
    return FieldLogger(logging.getLogger(name), None)


def fields_of(record: logging.LogRecord) -> dict[str, object]:
    """The fields passed to a log call, unchanged."""
    given = record.__dict__.get(_FIELDS_ATTRIBUTE)
    own = dict(given) if isinstance(given, Mapping) else {} if given is None else {"extra": given}
    others = record.__dict__.keys() - _RECORD_ATTRIBUTES
    return {**{name: record.__dict__[name] for name in others}, **own} if others else own


def configure_logging(level: int = logging.INFO) -> None:
    """Make the root logger write JSON lines; safe to call again."""
    # No line tells these, and each record would look them up.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = StdoutHandler()
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY_LOGGERS:
        # They log whole URLs, where the SMS provider's key travels in the query string, or several lines a request.
        logging.getLogger(name).setLevel(logging.WARNING)
    # It logs several lines for each batch of spans that cannot be exported; one is logged in their place.
    logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)


class StdoutHandler(logging.StreamHandler):  # type: ignore[type-arg]  # generic in the stubs only
    """Writes JSON lines to what `sys.stdout` is at that moment: the functions framework replaces it at its start.

    A log call that is wrong (`log.info("%d", "a")`) never fails its caller, and still leaves a line.
    """

    def __init__(self) -> None:
        super().__init__(sys.stdout)
        self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`."""
        self.stream = sys.stdout
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is the standard library's
        """Write the line without the parts that can't be written, and say why."""
        error = sys.exc_info()[1]
        text = f"a log record cannot be written ({type(error).__name__}): {redact(text_of(record.msg)[:500])}"
        line = {"severity": "ERROR", "message": text, "logger": record.name, "line": record.lineno}
        try:
            print(json.dumps(line), file=sys.stdout, flush=True)  # noqa: T201 - the logger itself has failed
        except (OSError, ValueError):
            # Standard output is closed, so there's nowhere left to report it.
            return


class JsonFormatter(logging.Formatter):
    """A record as one JSON line: bound fields, the fields of the call, severity, message, time and logger."""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`.

        Raises:
            Exception: the message's arguments do not fit it; whatever else is in the record can be written.
        """
        given = {**_bound.get(), **fields_of(record)}
        trace = given.pop("trace", None)
        shown = plain({_field_name(name): value for name, value in given.items()}, redact, is_private)
        line: dict[str, object] = shown if isinstance(shown, dict) else {"fields": shown}
        span = _current_span() if _current_span is not None else None
        if span is not None:
            line[TRACE_FIELD] = _trace_name(span.trace_id)
            line[SPAN_FIELD], line[SAMPLED_FIELD] = span.span_id, span.sampled
        elif trace:
            line[TRACE_FIELD] = _trace_name(str(trace))
        if record.exc_info and record.levelname in _ERRORS:
            line |= _as_reported_error(given.get("functionName"))
        line |= {
            "severity": record.levelname,
            "message": self._message(record),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "logger": record.name,
        }
        return json.dumps(line, ensure_ascii=not _writes_utf8())

    def _message(self, record: logging.LogRecord) -> str:
        """The text, followed by the traceback: Error Reporting finds the stack in the message."""
        text = clipped(redact(record.getMessage()), MAX_MESSAGE_CHARS)
        if record.exc_info:
            stack = redact(self.formatException(record.exc_info))
            if len(stack) > MAX_TRACEBACK_CHARS:
                # The end says what went wrong, and where.
                cut = len(stack) - MAX_TRACEBACK_CHARS
                stack = f"({cut} characters cut)\n{stack[cut:]}"
            text = f"{text}\n{stack}"
        return printable(text)


def _writes_utf8() -> bool:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return encoding.lower().replace("-", "").replace("_", "") == "utf8"


def _as_reported_error(function_name: object) -> dict[str, object]:
    """Lets Error Reporting group the line (its message ends with the stack) by service and revision."""
    service = os.environ.get("K_SERVICE") or str(function_name or "playbooks")
    version = os.environ.get("K_REVISION")
    return {
        "@type": REPORTED_ERROR,
        "serviceContext": {"service": service, **({"version": version} if version else {})},
    }


def _field_name(name: object) -> object:
    if name in _NAMES_OF_THE_LINE or (isinstance(name, str) and name.startswith("logging.googleapis.com/")):
        return f"{name}_"
    return name


def _trace_name(trace_id: str) -> str:
    try:
        return f"projects/{settings().project}/traces/{trace_id}"
    except SettingsError:
        return trace_id
