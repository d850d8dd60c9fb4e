"""Params of the business actions and of `publish_event`: what is refused before anything is done."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from shared.errors import PermanentError
from shared.steps.business import create_task
from shared.steps.business.create_task import CreateTask, CreateTaskParams
from shared.steps.registry import load_action
from tests.unit.steps.fakes import RecordingEffects, step_context


def accept(name: str, /, **params: Any) -> Any:
    return load_action(name).params.model_validate(params)


def dry(name: str, /, **params: Any) -> tuple[dict[str, Any], RecordingEffects]:
    effects = RecordingEffects()
    output = load_action(name).run(accept(name, **params), step_context(effects))
    return output.model_dump(mode="json", by_alias=True), effects


@pytest.mark.parametrize(
    ("name", "params", "complaint"),
    [
        ("publish_event", {"name": "inventory.low_stock"}, "raised by the system alone"),
        ("publish_event", {"name": "usage.at_80_percent"}, "raised by the system alone"),
        ("publish_event", {"name": "org.created"}, "raised by the system alone"),
        ("publish_event", {"name": "competitor.price_change"}, "raised by the system alone"),
        ("publish_event", {"name": "Shelf Counted"}, "name"),
        ("publish_event", {"name": "shelf"}, "name"),
        ("publish_event", {"name": "shelf.counted", "data": {"text": "x" * 100_000}}, "100,012 bytes"),
        ("publish_event", {"name": "shelf.counted", "data": {"a": [[1]]}}, "data"),
        ("create_pricing_suggestion", {"suggestedPrice": 1, "reason": "r"}, "either itemId or product"),
        (
            "create_pricing_suggestion",
            {"itemId": "a", "product": "A", "suggestedPrice": 1, "reason": "r"},
            "either itemId or product",
        ),
        ("create_pricing_suggestion", {"itemId": "a", "suggestedPrice": 0, "reason": "r"}, "suggestedPrice"),
        ("create_pricing_suggestion", {"itemId": "a", "suggestedPrice": -3, "reason": "r"}, "suggestedPrice"),
        ("create_pricing_suggestion", {"itemId": "a/b", "suggestedPrice": 3, "reason": "r"}, "itemId"),
        ("create_pricing_suggestion", {"itemId": "a", "suggestedPrice": 3, "reason": ""}, "reason"),
        ("create_campaign_draft", {"name": "N", "channels": ["email"], "body": "b"}, "subject is missing"),
        ("create_campaign_draft", {"name": "N", "channels": [], "body": "b"}, "channels"),
        ("create_campaign_draft", {"name": "N", "channel": "fax", "body": "b"}, "channel"),
        ("create_campaign_draft", {"name": "N", "channel": "sms", "body": "b", "discountPercent": 101}, "discount"),
        (
            "create_campaign_draft",
            {"name": "N", "channel": "sms", "body": "b", "startsAt": "2027-01-01"},
            "startsAt",
        ),
        ("create_task", {"title": ""}, "title"),
        ("create_task", {"title": "T", "dueInDays": -1}, "dueInDays"),
        ("check_usage", {"metrics": ["overageCharges"]}, "metrics"),
        ("check_usage", {"metrics": []}, "metrics"),
    ],
)
def test_nonsensical_params_are_refused(name: str, params: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        accept(name, **params)


@pytest.mark.parametrize("name", ["orders.packed", "organic.sale", "inventoried.shelf", "shelf.inventory"])
def test_an_event_may_have_any_name_that_is_not_the_systems(name: str) -> None:
    assert accept("publish_event", name=name).name == name


def test_a_campaign_has_each_channel_once_and_may_have_only_one() -> None:
    assert accept("create_campaign_draft", name="N", channel="sms", body="b").channels == ["sms"]
    assert accept("create_campaign_draft", name="N", channels=["sms", "sms"], body="b").channels == ["sms"]


def test_a_campaign_that_would_have_started_already_is_refused() -> None:
    with pytest.raises(
        PermanentError, match=r"startsAt: found 2026-11-23T14:00:00\+00:00; expected an instant after"
    ):
        dry("create_campaign_draft", name="N", channel="sms", body="b", startsAt="2026-11-23T09:00:00-05:00")


@pytest.mark.parametrize(
    ("name", "params", "summary"),
    [
        (
            "create_task",
            {"title": "Count"},
            {"channel": "tasks", "title": "Count", "assignee": None, "dueOn": None},
        ),
        (
            "create_campaign_draft",
            {"name": "N", "channel": "sms", "body": "b"},
            {"channel": "campaign_drafts", "name": "N", "channels": ["sms"], "body": "b"},
        ),
        (
            "publish_event",
            {"name": "shelf.counted", "data": {"n": 1}},
            {"channel": "event", "name": "shelf.counted", "data": {"n": 1}},
        ),
        (
            "create_document",
            {"collection": "notes", "id": "n1", "data": {"a": 1}},
            {"channel": "document", "path": "notes/n1", "data": {"a": 1}},
        ),
    ],
)
def test_a_dry_run_shows_what_would_be_created(name: str, params: dict[str, Any], summary: dict[str, Any]) -> None:
    _, effects = dry(name, **params)
    assert effects.summaries == [summary]


@pytest.mark.parametrize(
    ("now", "days", "due_on", "due_at"),
    [
        (datetime(2026, 11, 23, 14, tzinfo=UTC), 0, "2026-11-23", datetime(2026, 11, 24, 5, tzinfo=UTC)),
        (datetime(2026, 11, 23, 3, tzinfo=UTC), 0, "2026-11-22", datetime(2026, 11, 23, 5, tzinfo=UTC)),
        (datetime(2026, 10, 31, 14, tzinfo=UTC), 1, "2026-11-01", datetime(2026, 11, 2, 5, tzinfo=UTC)),
        (datetime(2026, 10, 31, 14, tzinfo=UTC), 0, "2026-10-31", datetime(2026, 11, 1, 4, tzinfo=UTC)),
    ],
    ids=["today", "yesterday over there", "over the change of the clocks", "before the change of the clocks"],
)
def test_a_task_is_due_at_the_end_of_a_day_of_the_orgs(
    now: datetime, days: int, due_on: str, due_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, Any] = {}
    monkeypatch.setattr(create_task, "create_unless_there", lambda _path, fields: made.update(fields))
    context = dataclasses.replace(step_context(), now=now)
    output = CreateTask().run(CreateTaskParams(title="Count", due_in_days=days), context)
    assert (made["dueOn"], made["dueAt"]) == (due_on, due_at)
    assert output.model_dump(mode="json", by_alias=True)["dueOn"] == due_on
