"""What the end of a test run says beside pytest's own summary, whatever worker the tests ran in."""

from __future__ import annotations

import json

import pytest

COUNTS = "counts"
"""The name under which a test hands a dict to `record_property`."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests have counted, one line of JSON each, and why a test needed its second try."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    for report in reports:
        if getattr(report, "when", None) != "call":
            continue
        for name, counted in report.user_properties:
            if name == COUNTS:
                terminalreporter.write_line(json.dumps(counted))
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"the first try of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)
