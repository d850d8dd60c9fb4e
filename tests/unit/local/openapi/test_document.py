"""The OpenAPI document names every door that anybody may call, and is valid."""

from __future__ import annotations

import fnmatch
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from local.openapi.document import document
from local.openapi.door import Door
from local.openapi.table import DOORS, NOT_DOORS
from shared.error_codes import CODES

ROOT = Path(__file__).parents[4]
ENDPOINTS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "functions.yaml").read_text())["endpoints"]
HOSTING: dict[str, Any] = json.loads((ROOT / "firebase.json").read_text())["hosting"]
REWRITES: list[dict[str, Any]] = [one for one in HOSTING["rewrites"] if "function" in one]
PUBLIC = {
    endpoint["entryPoint"]: function_id
    for function_id, endpoint in ENDPOINTS.items()
    if "public" in endpoint.get("httpsTrigger", {}).get("invoker", ())
}


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    return document(DOORS)


def test_the_document_is_valid(written: dict[str, Any]) -> None:
    validate(written)
    assert written["openapi"].startswith("3.1")


def test_no_two_models_share_a_name(written: dict[str, Any]) -> None:
    """Pydantic tells such models apart by their modules, and clients would get names like FunctionsWebhooksKey."""
    assert [name for name in written["components"]["schemas"] if "__" in name] == []


def test_every_public_function_has_a_door_in_the_table() -> None:
    """A new HTTP function gets its operations in local/openapi/table.py; see CONTRIBUTING.md."""
    assert {door.function for door in DOORS} | NOT_DOORS == set(PUBLIC)


def _function_at(path: str) -> str:
    """What Hosting leads to: the first rewrite whose pattern fits, of which ** fits any number of parts."""
    for rewrite in REWRITES:
        pattern = re.escape(rewrite["source"]).replace(r"\*\*", ".*").replace(r"\*", "[^/]+")
        if re.fullmatch(pattern, path):
            return str(rewrite["function"]["functionId"])
    raise LookupError(path)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.path}")
def test_hosting_leads_each_path_to_its_function(door: Door) -> None:
    path = re.sub(r"\{\w+\}", "some-id", door.path)
    assert _function_at(path) == PUBLIC[door.function]


def test_every_rewrite_has_a_door() -> None:
    paths = [re.sub(r"\{\w+\}", "some-id", door.path) for door in DOORS]
    sources = [one["source"] for one in REWRITES if one["function"]["functionId"] not in ("unknownAddress",)]
    assert [source for source in sources if not fnmatch.filter(paths, source.replace("**", "*"))] == []


def test_operations_are_named_once_each() -> None:
    names = [door.names for door in DOORS]
    assert sorted(set(names)) == sorted(names)


def test_an_operation_asks_for_a_credential_unless_anybody_may_call(written: dict[str, Any]) -> None:
    open_to_anybody = {
        operation["operationId"]
        for methods in written["paths"].values()
        for operation in methods.values()
        if not operation["security"]
    }
    assert open_to_anybody == {"askToUnsubscribe", "unsubscribe", "takeText"}


def test_the_problems_name_every_code_under_its_status(written: dict[str, Any]) -> None:
    listed: dict[str, int] = {}
    for response in written["components"]["responses"].values():
        content = response["content"]["application/problem+json"]["schema"]
        listed |= dict.fromkeys(content["allOf"][1]["properties"]["code"]["enum"], 0)
    assert set(listed) == set(CODES)


def _references(part: object) -> set[str]:
    if isinstance(part, dict):
        own = {str(part["$ref"])} if "$ref" in part else set()
        return own.union(*map(_references, part.values()))
    return set().union(*map(_references, part)) if isinstance(part, list) else set()


def test_every_reference_leads_to_a_component_and_every_schema_is_referred_to(written: dict[str, Any]) -> None:
    components = written["components"]
    there = {f"#/components/{kind}/{name}" for kind in ("schemas", "responses") for name in components[kind]}
    assert _references(written) <= there
    assert {one for one in there if "/schemas/" in one} <= _references(written)
