"""What tells an org's people stands in one place: with the import contract, no other way to the inbox is left."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
READERS = {"shared/steps/data/_collections.py"}
"""Where the collections that no playbook may write are listed."""


@pytest.mark.parametrize("collection", ["inbox_notifications", "alert_deliveries", "alert_digests", "sms_rates"])
def test_no_module_outside_notices_names_the_documents_of_the_outbox(collection: str) -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for room in ("shared", "functions")
        for path in (ROOT / room).rglob("*.py")
        if (ROOT / "shared/notices") not in path.parents
        if any(
            isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(collection)
            for node in ast.walk(ast.parse(path.read_text()))
        )
    }
    assert found <= READERS
