"""What is too large for every run that it would start is refused where it arrives."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import PermanentError
from shared.playbooks.sizes import MAX_EVENT_BYTES, MAX_PLAYBOOK_BYTES, json_bytes
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.steps.registry import params_model
from shared.triggers.events import parse_domain_event
from shared.triggers.inventory import events_of_change

ITEM = {"name": "Blue Dream", "quantity": 3}


def playbook(text: str) -> dict[str, Any]:
    step = {"action": "set", "params": {"values": {"text": text}}}
    return {"name": "Large", "status": "active", "triggers": [], "steps": [step]}


@pytest.mark.parametrize("letter", ["x", '"', "\x01", "ü"])
def test_a_playbook_is_measured_as_its_runs_will_keep_it(letter: str) -> None:
    room = MAX_PLAYBOOK_BYTES - json_bytes(playbook(""))
    letters = room // (json_bytes(letter) - 2)
    assert parse_playbook("o1", playbook(letter * letters), params_model).name == "Large"
    with pytest.raises(InvalidPlaybookError, match="expected at most 600,000"):
        parse_playbook("o1", playbook(letter * (letters + 1)), params_model)


@pytest.mark.parametrize("letter", ["x", "\x01", "\ud800"])
def test_an_event_too_large_for_its_runs_is_refused(letter: str) -> None:
    assert parse_domain_event("o1", "e1", {"name": "a.b", "data": {"text": "x" * (MAX_EVENT_BYTES - 20)}})
    with pytest.raises(PermanentError, match=r"events/e1: data: found .* bytes; expected at most 100,000"):
        parse_domain_event("o1", "e1", {"name": "a.b", "data": {"text": letter * MAX_EVENT_BYTES}})


def test_an_item_too_large_for_its_runs_is_refused() -> None:
    assert events_of_change("o1", "i1", None, {**ITEM, "note": "x" * (MAX_EVENT_BYTES - 100)}, "v1")
    with pytest.raises(PermanentError, match=r"inventory/i1: found .* bytes; expected at most 100,000"):
        events_of_change("o1", "i1", None, {**ITEM, "note": "x" * MAX_EVENT_BYTES}, "v1")
