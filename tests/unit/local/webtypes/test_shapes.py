"""The shapes that are written down beside the product fit what the product writes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from local.webtypes import shapes
from local.webtypes.models import DOCUMENTS
from shared.notices.preferences import DEFAULTS, Preferences
from shared.runs import record, summaries

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
ORG = {"id": "org_a", "name": "Shop", "timezone": "America/New_York", "tierId": "pro"}


def execution(**fields: Any) -> record.Execution:
    whole = {
        "id": "run-1",
        "playbookId": "pb",
        "orgId": "org_a",
        "trigger": {"type": "schedule", "id": "schedule", "slot": NOW, "eventId": "e"},
        "status": "failed",
        "statusReason": "mailjet: 503",
        "stepResults": [{"stepId": "mail", "action": "send_email", "agent": "craig", "status": "failed"}],
        "createdAt": NOW,
        "startedAt": NOW,
        "completedAt": NOW,
        "nextAttemptAt": NOW,
        "expireAt": NOW,
        "definition": {"name": "Prices", "steps": []},
        "org": ORG,
    }
    return record.Execution.model_validate({**whole, **fields})


def test_a_runs_summary() -> None:
    found = summaries.ExecutionSummary.model_validate(summaries.summary_of(execution()))
    assert (found.playbook_id, found.status) == ("pb", "failed")


def test_a_run_as_it_is_stored_and_what_is_pinned_in_it() -> None:
    stored = execution().document()
    found = shapes.PinnedExecution.model_validate({**stored, "id": "run-1", "org": ORG})
    assert shapes.ExecutionPinned.model_validate_json(found.pinned).definition["name"] == "Prices"


def test_each_field_of_a_run_has_a_type() -> None:
    entry = next(one for one in DOCUMENTS if one.title == "Execution")
    typed = {field.alias for field in shapes.PinnedExecution.model_fields.values()} - entry.without
    assert execution().document().keys() <= typed
    assert entry.left_out <= typed


def test_notification_preferences() -> None:
    hours = {"start": "21:00", "end": "08:00"}
    chosen = Preferences.model_validate({"choices": dict(DEFAULTS), "quietHours": hours})
    found = shapes.NotificationPreferences.model_validate(chosen.as_document())
    assert found.quiet_hours is not None
