"""What a test has counted, printed as a line of JSON at the end of the run, whatever worker it ran in."""

from __future__ import annotations

import json

import pytest

COUNTS = "counts"
"""The name under which a test hands a dict to `record_property`."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each test that has counted, passed or not."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    for report in reports:
        if getattr(report, "when", None) != "call":
            continue
        for name, counted in report.user_properties:
            if name == COUNTS:
                terminalreporter.write_line(json.dumps(counted))
