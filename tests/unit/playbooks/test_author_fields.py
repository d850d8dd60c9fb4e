"""A field that an author may write is taken, kept and shown everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from shared.mcp.tools.shown import ShownChanges, ShownPlaybook
from shared.mcp.tools.written import WrittenChanges, WrittenPlaybook
from shared.playbooks.models import Playbook
from shared.playbooks.pinned import PINNED_FIELDS

ROOT = Path(__file__).parents[3]
_NOT_THE_AUTHORS = {"ownerId", "orgId", "version"}
_FOR_READERS_ALONE = {"description"}
"""No part of what runs."""


def _names(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


AUTHORS = _names(Playbook) - _NOT_THE_AUTHORS


def test_a_run_keeps_it() -> None:
    missing = AUTHORS - set(PINNED_FIELDS)
    assert missing == set(), "name each in PINNED_FIELDS (shared/playbooks/pinned.py), or no run knows it"


@pytest.mark.parametrize("model", [ShownPlaybook, WrittenPlaybook], ids=lambda model: model.__name__)
def test_agents_may_write_it(model: type[BaseModel]) -> None:
    assert _names(model) == AUTHORS | _FOR_READERS_ALONE, f"add or remove it in {model.__module__}"


@pytest.mark.parametrize("model", [ShownChanges, WrittenChanges], ids=lambda model: model.__name__)
def test_agents_may_change_it(model: type[BaseModel]) -> None:
    wanted = AUTHORS - {"status"} | _FOR_READERS_ALONE
    assert _names(model) == wanted, f"add or remove it in {model.__module__}"


def test_the_dashboard_edits_it() -> None:
    source = (ROOT / "web/src/features/playbooks/authored.ts").read_text()
    listed = re.search(r"AUTHORED = \[(.*?)\]", source, re.DOTALL)
    assert listed is not None
    wanted = AUTHORS - {"status"} | _FOR_READERS_ALONE
    assert set(re.findall(r'"(\w+)"', listed[1])) == wanted, "add or remove it in AUTHORED (authored.ts)"


def test_the_docs_name_it() -> None:
    page = (ROOT / "docs/playbooks.md").read_text()
    missing = sorted(name for name in AUTHORS if f"`{name}`" not in page and f"`{name}[]`" not in page)
    assert missing == [], "give each a row in the table of fields of docs/playbooks.md"
