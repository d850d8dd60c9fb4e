"""Names and paths of Firestore collections are written down once; everybody else imports them."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from itertools import chain

import pytest

from local.operators.erasure.registry import COLLECTIONS, known_names
from local.setup.paths import ROOT
from shared.documents.org import PLAYBOOKS, TENANTS, org_path

ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
METHODS = {"collection", "collection_group", "document"}
EVENT_PATTERNS = "document_ids"
"""Takes the pattern of a trigger's path (`tenants/{org_id}/…`), as the function's manifest has it."""
NAMES_ITS_OWN = {
    "shared/documents/org.py": "where the names are",
    "functions/routes.py": "the documents whose writes call a function, as patterns",
    "local/operators/erasure/registry.py": "every collection, and what it holds of people",
}
TOP_LEVEL = {one.path for one in COLLECTIONS if "/" not in one.path}


def raw_paths(source: str) -> Iterator[int]:
    """Lines with a path or a collection's name that is written out where a query or a reference is made."""
    tree = ast.parse(source)
    patterns = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == EVENT_PATTERNS
        for argument in node.args
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=method), args=[ast.Constant(value=str()), *_]) if (
                method in METHODS
            ):
                yield node.lineno
            case ast.Constant(value=str(text)) if text.startswith(f"{TENANTS}/") and id(node) not in patterns:
                if "*" not in text:
                    yield node.lineno
            case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]) if start.split("/")[0] in TOP_LEVEL:
                if "/" in start and "*" not in start:
                    yield node.lineno


def defined(source: str) -> Iterator[str]:
    """Top-level collections' names that the module gives a constant of its own."""
    for node in ast.parse(source).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))) if name.isupper():
                if text in TOP_LEVEL and "_" in text:
                    yield text


def modules() -> Iterator[tuple[str, str]]:
    for path in sorted(
        chain.from_iterable((ROOT / room).rglob("*.py") for room in ("shared", "functions", "local"))
    ):
        name = path.relative_to(ROOT).as_posix()
        if "node_modules" not in name and name not in NAMES_ITS_OWN:
            yield name, path.read_text()


def test_no_module_writes_a_path_or_a_collection_out() -> None:
    assert {name: lines for name, text in modules() if (lines := sorted(set(raw_paths(text))))} == {}


def test_each_collection_has_one_owner() -> None:
    owners: dict[str, list[str]] = defaultdict(list)
    for name, text in modules():
        for collection in defined(text):
            owners[collection].append(name)
    assert {collection: found for collection, found in owners.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    "line",
    [
        'db.collection("orders")',
        'db.document("tenants", org_id)',
        'db.collection(f"tenants/{org_id}/orders")',
        'path = f"tenants/{org_id}"',
        'path = f"usage/{org_id}-{month}"',
    ],
)
def test_a_path_that_is_written_out_is_found(line: str) -> None:
    assert set(raw_paths(line)) == {1}


@pytest.mark.parametrize(
    "line",
    [
        "db.collection(org_path(org_id, ORDERS))",
        "db.collection(COLLECTION)",
        'document_ids(event, "tenants/{org_id}/orders/{order_id}")',
        'raise ValueError(f"{org_path(org_id)}.name is missing")',
    ],
)
def test_a_path_that_is_made_from_names_is_fine(line: str) -> None:
    assert list(raw_paths(line)) == []


def _models_of_the_docs() -> list[str]:
    """What the third column of the tables of collections names."""
    rows = re.findall(r"^\| .*?\| .*? \| (.*) \|$", ARCHITECTURE.split("## Collections")[1], re.M)
    return [
        name for cell in rows for name in re.findall(r"`([a-z_]+(?:\.\w+)+)`", cell) if not name.endswith(".py")
    ]


@pytest.mark.parametrize("name", _models_of_the_docs())
def test_the_docs_name_the_model_of_each_collection_where_it_is(name: str) -> None:
    try:
        import_module(f"shared.{name}")
    except ModuleNotFoundError:
        module, _, model = name.rpartition(".")
        assert hasattr(import_module(f"shared.{module}"), model)


def test_paths_of_an_org_are_what_the_rules_name() -> None:
    assert org_path("org_1") == "tenants/org_1"
    assert org_path("org_1", PLAYBOOKS) == "tenants/org_1/playbooks"
    assert org_path("org_1", PLAYBOOKS, "p1") == "tenants/org_1/playbooks/p1"
    assert PLAYBOOKS in known_names()
