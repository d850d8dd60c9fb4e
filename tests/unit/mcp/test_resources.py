"""The documents that agents may read, in both revisions."""

from __future__ import annotations

import json

import pytest

from shared.steps.playbook_schema import playbook_schema
from tests.unit.mcp.door import REVISIONS, ask, result

both = pytest.mark.parametrize("revision", REVISIONS)


@both
def test_every_resource_that_is_listed_can_be_read(revision: str) -> None:
    listed = result(ask("resources/list", revision=revision))["resources"]
    assert {one["name"] for one in listed} == {"playbook-schema", "actions", "events", "templates", "expressions"}
    for one in listed:
        (contents,) = result(ask("resources/read", {"uri": one["uri"]}, revision))["contents"]
        assert (contents["uri"], contents["mimeType"]) == (one["uri"], one["mimeType"])
        assert json.loads(contents["text"])


@both
def test_the_schema_is_the_published_one(revision: str) -> None:
    (contents,) = result(ask("resources/read", {"uri": "playbooks://schema/playbook"}, revision))["contents"]
    assert json.loads(contents["text"]) == playbook_schema()


@both
def test_a_resource_that_is_not_there_is_an_error(revision: str) -> None:
    for uri in ("playbooks://schema/none", "file:///etc/passwd", ""):
        assert ask("resources/read", {"uri": uri}, revision).get_json()["error"]["code"] in (-32602, -32020)


def test_there_are_no_resource_templates() -> None:
    assert result(ask("resources/templates/list"))["resourceTemplates"] == []
