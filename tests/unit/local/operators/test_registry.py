"""Every collection says what it holds of people: one that does not would be passed over when somebody is erased."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

from local.operators.erasure.registry import COLLECTIONS, Customer, Org, known_names
from local.setup.paths import ROOT
from shared.documents.org import TENANTS
from tests.queries import constants_of

_NAME = re.compile(r"[a-z][a-z_]*")


def _text(value: ast.expr, constants: dict[str, str]) -> str:
    """A path as far as it is written down; `*` for what is computed."""
    match value:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return constants.get(name, "*")
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            return constants.get(f"{module}.{name}", "*")
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, constants) for part in parts)
        case ast.FormattedValue(value=inner):
            return _text(inner, constants)
        case ast.Call(func=ast.Name(id="org_path"), args=[org, *names]):
            return "/".join((TENANTS, *(_text(one, constants) for one in (org, *names))))
    return "*"


def _in_source() -> Iterator[tuple[str, str]]:
    """Names of collections: arguments of `collection` and `document`, and constants called COLLECTION."""
    for path in sorted([*(ROOT / "shared").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]):
        tree = ast.parse(path.read_text())
        constants = constants_of(ROOT, tree)
        if "COLLECTION" in constants:
            yield constants["COLLECTION"], str(path)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            method = node.func.attr
            if method not in {"collection", "collection_group", "document"}:
                continue
            parts = _text(node.args[0], constants).split("/")
            if method == "document" and len(node.args) == 1 and len(parts) < 2:
                continue
            for name in parts[::2]:
                if _NAME.fullmatch(name):
                    yield name, f"{path}:{node.lineno}"


def test_every_collection_of_the_source_the_rules_and_the_indexes_is_classified() -> None:
    found = dict(_in_source())
    rules = (ROOT / "firestore.rules").read_text()
    found |= {name: "firestore.rules" for name in re.findall(r"match /([a-z_]+)/\{", rules) if name != "databases"}
    indexes = json.loads((ROOT / "firestore.indexes.json").read_text())
    groups = [one["collectionGroup"] for one in (*indexes["indexes"], *indexes["fieldOverrides"])]
    found |= dict.fromkeys(groups, "firestore.indexes.json")
    assert len(found) > 60, "the source is not read any more"
    missing = {name: where for name, where in found.items() if name not in known_names()}
    assert not missing, (
        "say in local/operators/erasure/registry.py how a document of these is an org's, and what it holds of its "
        f"customers: {missing}"
    )


def test_each_is_classified_once_and_the_runs_come_last() -> None:
    paths = [one.path for one in COLLECTIONS]
    assert len(paths) == len(set(paths))
    assert paths[-1] == "playbook_executions"
    assert all(one.path.startswith("tenants/*/") == (one.org is Org.BELOW) for one in COLLECTIONS)
    assert {one.path for one in COLLECTIONS if one.org is Org.NONE and one.customer is Customer.MENTIONS} == set()
