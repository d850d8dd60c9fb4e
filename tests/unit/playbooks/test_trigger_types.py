"""Every type of trigger can be told in words and is in the docs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from shared.playbooks.models import Trigger, readable_triggers
from shared.playbooks.trigger_words import when_in_words

EXAMPLES: dict[str, dict[str, Any]] = {
    "schedule": {"cron": "0 9 * * *", "timezone": "Etc/UTC"},
    "once": {"at": "2027-01-01T09:00:00Z"},
    "event": {"eventName": "inventory.low_stock"},
    "webhook": {},
    "manual": {},
}
TYPES = {get_args(model.model_fields["type"].annotation)[0] for model in get_args(get_args(Trigger)[0])}


def test_each_has_an_example_here() -> None:
    assert EXAMPLES.keys() == TYPES, "each type has an example above"


@pytest.mark.parametrize("kind", EXAMPLES)
def test_it_is_told_in_words_unless_a_person_starts_it(kind: str) -> None:
    written = {"type": kind, **EXAMPLES[kind]}
    assert [one.type for one in readable_triggers([written])] == [kind]
    assert (when_in_words([written]) == "when you ask for it") == (kind == "manual")


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_the_docs_say_how_it_is_written(kind: str) -> None:
    page = (Path(__file__).parents[3] / "docs/playbooks.md").read_text()
    assert f"`{{type: {kind}" in page, "describe it under Triggers in docs/playbooks.md"
