"""Every problem of a playbook comes with what to do about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.triggers.checking import check_playbook

NOW = datetime(2026, 11, 29, tzinfo=UTC)
NOTIFY = {"action": "notify", "params": {"subject": "Hello", "body": "Hi"}}


def remedies(**fields: Any) -> dict[str, str | None]:
    document = {"name": "Test", "status": "active", "triggers": [{"type": "manual"}], "steps": [NOTIFY], **fields}
    return {one.field: one.remedy for one in check_playbook("org_a", None, document, NOW).problems}


@pytest.mark.parametrize(
    ("fields", "field", "remedy"),
    [
        ({"steps": [{"action": "notfy"}]}, "steps[0].action", "Change it to notify."),
        ({"steps": [{**NOTIFY, "conditon": "1 > 0"}]}, "steps[0].conditon", "Rename it to 'condition'."),
        ({"steps": [{**NOTIFY, "xyzzy": 1}]}, "steps[0].xyzzy", "Remove it."),
        ({"triggers": [{"type": "event"}]}, "triggers[0].eventName", "Add triggers[0].eventName."),
        (
            {"triggers": [{"type": "event", "eventname": "org.created"}]},
            "triggers[0].eventName",
            "Rename 'eventname' to 'eventName'.",
        ),
        (
            {"triggers": [{"type": "event", "eventName": "low stock"}]},
            "triggers[0].eventName",
            "Change it to 'inventory.low_stock'.",
        ),
        ({"name": 7}, "name", "Change it to a text."),
        ({"steps": [{**NOTIFY, "condition": "1 >"}]}, "steps[0].condition", None),
    ],
)
def test_a_problem_says_what_to_do(fields: dict[str, Any], field: str, remedy: str | None) -> None:
    found = remedies(**fields)
    assert found.keys() >= {field}
    assert all(found.values())
    assert remedy in (None, found[field])
