"""Test modules stand alone, and every test says in its own lines what it shows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_no_test_module_is_imported_by_another() -> None:
    found = {
        f"{path.relative_to(TESTS)}:{node.lineno}"
        for path in TESTS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("tests.")
        and (node.module or "").rpartition(".")[2].startswith("test_")
    }
    assert found == set()


_SHOWS = re.compile(
    r"_*(?:assert|require|check|expect|eventually|until|raises|fail|warns|run_state_machine_as_test)"
)
"""How the names of helpers begin that fail the test that calls them."""


def test_every_test_asserts_something_or_calls_a_helper_that_says_so() -> None:
    silent = [
        f"{path.relative_to(TESTS)}:{test.lineno} {test.name}"
        for path in TESTS.rglob("test_*.py")
        for test in ast.walk(ast.parse(path.read_text()))
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_") and not any(_shown(test))
    ]
    assert silent == []


def _shown(test: ast.FunctionDef) -> Iterator[bool]:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            yield True
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield _SHOWS.match(called) is not None
