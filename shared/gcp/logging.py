"""Structured logs: one JSON line per record on stdout, as Cloud Logging and Error Reporting read them."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

from shared.gcp.settings import SettingsError, settings

TRACE_FIELD = "logging.googleapis.com/trace"

_NOTHING_BOUND: Mapping[str, object] = MappingProxyType({})
_bound: ContextVar[Mapping[str, object]] = ContextVar("bound_log_fields", default=_NOTHING_BOUND)
_RECORD_ATTRIBUTES = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_SECRET_IN_TEXT = re.compile(
    r"(?P<name>(?:api[_-]?key|access[_-]?token|token|secret|password)=|bearer\s+|pbk_[0-9a-f]{16}_)[^\s&'\"]+",
    re.IGNORECASE,
)
_CHATTY_LOGGERS = ("httpx", "httpcore", "urllib3")


@contextmanager
def bind(**fields: object) -> Iterator[None]:
    """Put `fields` (camelCase: executionId, playbookId, orgId, stepId, functionName; `trace`) on every line within.

    A field that is None is left out. A thread of its own starts with nothing bound: run it in
    `contextvars.copy_context()`.
    """
    token = _bound.set({**_bound.get(), **{name: value for name, value in fields.items() if value is not None}})
    try:
        yield
    finally:
        _bound.reset(token)


def get_logger(name: str) -> logging.Logger:
    """The logger of a module; `extra={...}` adds fields to one line."""
    return logging.getLogger(name)


def configure_logging(level: int = logging.INFO) -> None:
    """Make the root logger write JSON lines; may be called again."""
    handler = _StdoutHandler()
    handler.setFormatter(_JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _CHATTY_LOGGERS:
        # They log whole URLs, and the SMS provider's key travels in the query string.
        logging.getLogger(name).setLevel(logging.WARNING)


class _StdoutHandler(logging.StreamHandler):  # type: ignore[type-arg]  # generic in the stubs only
    """Writes to what `sys.stdout` is at that moment: the functions framework replaces it while it starts."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stdout
        super().emit(record)


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in record.__dict__.items() if name not in _RECORD_ATTRIBUTES}
        line: dict[str, object] = {**_bound.get(), **fields}
        trace = line.pop("trace", None)
        if trace:
            line[TRACE_FIELD] = _trace_name(str(trace))
        line |= {
            "severity": record.levelname,
            "message": self._message(record),
            "time": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "logger": record.name,
        }
        return json.dumps(line, default=str, ensure_ascii=False)

    def _message(self, record: logging.LogRecord) -> str:
        """The text, followed by the traceback: Error Reporting finds the stack in the message."""
        text = record.getMessage()
        if record.exc_info:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        return _SECRET_IN_TEXT.sub(r"\g<name>[redacted]", text)


def _trace_name(trace_id: str) -> str:
    try:
        return f"projects/{settings().project}/traces/{trace_id}"
    except SettingsError:
        return trace_id
