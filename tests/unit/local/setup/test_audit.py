"""Advisories fail a check; a machine that cannot reach them does not."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from local.setup.audit import judge

FINE = {"name": "flask", "version": "3.1.3", "vulns": []}
BAD = {"name": "old", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"], "aliases": ["CVE-1"]}]}
UNKNOWN = {"name": "new", "skip_reason": "Dependency not found on PyPI"}


def report(*packages: Mapping[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_an_advisory_fails_with_the_package_and_the_release_that_mends_it() -> None:
    status, lines = judge(report(FINE, BAD), "Found 1 known vulnerability")
    assert status == 1
    assert lines[1:] == ["  old 1.0: PYSEC-1, fixed in 1.1"]


def test_packages_without_advisories_pass_and_are_counted() -> None:
    assert judge(report(FINE, UNKNOWN), "") == (0, ["pip-audit: no advisory for 1 of 2 packages"])


def test_an_index_without_advisories_is_said_in_one_line() -> None:
    status, lines = judge(report(UNKNOWN), "")
    assert (status, len(lines)) == (0, 1)


@pytest.mark.parametrize(
    "errors",
    [
        "requests.exceptions.ProxyError: HTTPSConnectionPool(host='pypi.example', port=443)",
        "ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed",
    ],
)
def test_without_a_network_one_line_says_that_it_was_skipped(errors: str) -> None:
    status, lines = judge("", errors)
    assert (status, len(lines)) == (0, 1)
    assert "skipped" in lines[0]


def test_any_other_failure_is_shown() -> None:
    assert judge("", "ERROR: requirements.txt: invalid line") == (
        0,
        ["pip-audit: skipped, it failed:", "ERROR: requirements.txt: invalid line"],
    )
