"""The published schema takes what runs, and refuses what an editor should underline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.catalog.files.load import catalog
from shared.steps.playbook_schema import playbook_schema
from shared.steps.registry import action_modules, load_action

VALIDATOR = Draft202012Validator(playbook_schema())
NOTIFY = {"action": "notify", "params": {"subject": "Hello", "body": "Hi"}}


def playbook(*steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"name": "Test", "status": "draft", "triggers": [{"type": "manual"}], "steps": list(steps), **fields}


def faults(document: dict[str, Any]) -> list[str]:
    return [error.json_path for error in VALIDATOR.iter_errors(document)]


def test_it_is_a_schema_itself() -> None:
    Draft202012Validator.check_schema(playbook_schema())


def test_it_is_what_the_docs_hold() -> None:
    written = Path(__file__).parents[3] / "docs" / "playbook.schema.json"
    assert json.loads(written.read_text()) == playbook_schema()


@pytest.mark.parametrize("one", catalog().values(), ids=list(catalog()))
def test_it_takes_every_playbook_of_the_catalog(one: Any) -> None:
    assert faults({**one.content(), "status": "active"}) == []


@pytest.mark.parametrize("name", sorted(action_modules()))
def test_it_takes_every_actions_example(name: str) -> None:
    assert faults(playbook({"action": name, "params": dict(load_action(name).example)})) == []


def test_it_takes_templates_for_values_of_any_kind() -> None:
    scan = {"action": "scan_competitors", "params": {"maxAgeHours": "{{event.hours}}"}}
    assert faults(playbook(scan)) == []


@pytest.mark.parametrize(
    "document",
    [
        {},
        playbook(),
        playbook(NOTIFY, status="on"),
        playbook(NOTIFY, triggers=[{"type": "schedul", "cron": "0 9 * * *"}]),
        playbook({**NOTIFY, "conditon": "1 > 0"}),
        playbook({"action": "notfy"}),
        playbook({"action": "notify", "params": {"subjct": "Hello", "body": "Hi"}}),
        playbook({"action": "notify"}),
        playbook({"action": "scan_competitors", "params": {"maxAgeHours": "six"}}),
        playbook({"action": "for_each", "params": {"items": [], "steps": [{"action": "notfy"}]}}),
    ],
)
def test_it_refuses_what_cannot_run(document: dict[str, Any]) -> None:
    assert faults(document)
