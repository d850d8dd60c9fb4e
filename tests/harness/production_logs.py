"""Production's logging for the tests: every line is made as it is deployed, and one that cannot be made fails."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from shared.gcp.logging import JsonFormatter

_OWN = ("shared", "functions")


class CheckingHandler(logging.Handler):
    """Makes each line and keeps what went wrong: code under test may swallow what a log call raises."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.failures: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.format(record)
        except Exception as error:  # noqa: BLE001 - whatever it is, the line would be lost in production
            self.failures.append(f"{record.pathname}:{record.lineno} {record.msg!r}: {error!r}")


@pytest.fixture(scope="session")
def log_lines() -> CheckingHandler:
    """What checks each line."""
    return CheckingHandler()


@pytest.fixture(autouse=True)
def every_log_line_can_be_written(log_lines: CheckingHandler) -> Iterator[None]:
    """Fail the test during which a log line could not be made.

    Lines of INFO and above are made, as in production, and those of DEBUG of the product's own modules.
    """
    root = logging.getLogger()
    # Anew for each test: one that configures logging throws out the handlers that it finds.
    root.addHandler(log_lines)
    root.setLevel(min(root.level or logging.INFO, logging.INFO))
    for name in _OWN:
        logging.getLogger(name).setLevel(logging.DEBUG)
    log_lines.failures.clear()
    yield
    assert log_lines.failures == []
