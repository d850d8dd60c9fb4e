"""The log calls of what is deployed: fields that a reader finds by one name everywhere, and none that is hidden."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.redaction import is_private

ROOT = Path(__file__).parents[2]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
CAMEL_CASE = re.compile(r"[a-z][A-Za-z0-9]*")
OTHER_NAMES = {
    "document": "path",
    "error": "reason",
    "event": "eventName",
    "execution": "executionId",
    "id": "deliveryId, or whose id it is",
    "org": "orgId",
    "playbook": "playbookId",
    "step": "stepId",
    "tenant": "orgId",
}
"""Names that would say the same as another, which is the one to use."""


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for room in ("shared", "functions"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                owner = node.func.value
                if (
                    node.func.attr in LEVELS
                    and isinstance(owner, ast.Name)
                    and owner.id in {"log", "logger", "_log"}
                ):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


CALLS = list(_calls())


def _fields(call: ast.Call) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg == "extra" and isinstance(keyword.value, ast.Dict):
            for key in keyword.value.keys:
                if isinstance(key, ast.Constant):
                    yield str(key.value)


def test_there_are_calls_to_look_at() -> None:
    assert len(CALLS) > 100
    assert sum(1 for _, call in CALLS for _ in _fields(call)) > 100


@pytest.mark.parametrize(("where", "call"), CALLS, ids=[where for where, _ in CALLS])
def test_fields_are_named_in_one_way(where: str, call: ast.Call) -> None:
    for name in _fields(call):
        assert CAMEL_CASE.fullmatch(name), f"{where}: {name} is not camelCase"
        assert name not in OTHER_NAMES, f"{where}: {name}; expected {OTHER_NAMES[name]}"
        assert not is_private(name), f"{where}: the value of {name} is never shown"


@pytest.mark.parametrize(("where", "call"), CALLS, ids=[where for where, _ in CALLS])
def test_a_message_is_the_same_each_time(where: str, call: ast.Call) -> None:
    """What differs stands in fields or arguments, so that lines can be grouped and found."""
    assert call.args, where
    assert not isinstance(call.args[0], ast.JoinedStr), f"{where}: the message is an f-string"
