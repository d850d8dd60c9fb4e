"""Instants that grow in order are indexed by themselves only where a query asks for them so.

An index of such a field takes all its new entries at one end: about 500 writes a second, for all orgs together.
Behind an equality (an org's runs by time) each org has an end of its own.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import get_args

import pytest
from pydantic import AwareDatetime, BaseModel
from pydantic.alias_generators import to_camel

from shared.notices.delivery import AlertDelivery
from shared.notices.inbox import InboxNotification
from shared.notices.policy import Window
from shared.runs.record import Execution
from shared.runs.summaries import ExecutionSummary
from shared.subscriptions.deliveries import WebhookDelivery
from shared.webhooks.messages import Message
from tests.indexes import read_indexes
from tests.queries import read_source

ROOT = Path(__file__).parents[2]
INDEXES = read_indexes(ROOT / "firestore.indexes.json")
QUERIES = read_source(ROOT, "shared", "functions").queries
WRITTEN_BY_EACH_RUN: dict[str, type[BaseModel]] = {
    "playbook_executions": Execution,
    "execution_summaries": ExecutionSummary,
    "alert_deliveries": AlertDelivery,
    "inbox_notifications": InboxNotification,
    "alert_digests": Window,
    "webhook_messages": Message,
    "webhook_deliveries": WebhookDelivery,
}
"""Top-level collections that grow with what orgs do. Below an org, each org's index has its own end."""
ASKED_FOR = {
    ("playbook_executions", "dueAt"),
    ("alert_deliveries", "dueAt"),
    ("webhook_messages", "dueAt"),
    ("webhook_deliveries", "dueAt"),
}
"""By the sweeps, over all orgs."""


def _instants() -> list[tuple[str, str]]:
    kinds = {datetime, AwareDatetime}
    found = [
        (collection, field.alias or to_camel(name))
        for collection, model in WRITTEN_BY_EACH_RUN.items()
        for name, field in model.model_fields.items()
        if kinds & {field.annotation, *get_args(field.annotation)}
    ]
    return [*found, ("playbook_executions", "trigger.slot"), ("execution_summaries", "trigger.slot")]


def test_the_models_were_read_at_all() -> None:
    assert {("playbook_executions", "createdAt"), ("alert_deliveries", "sendAt"), *ASKED_FOR} <= set(_instants())


@pytest.mark.parametrize(("collection", "path"), sorted(set(_instants()) - ASKED_FOR))
def test_an_instant_that_nobody_asks_for_across_orgs_has_no_index_of_its_own(collection: str, path: str) -> None:
    override = [one for one in INDEXES.overrides if (one.collection, one.path) == (collection, path)]
    assert [one.indexes for one in override] == [[]]


@pytest.mark.parametrize(("collection", "path"), sorted(ASKED_FOR))
def test_what_keeps_its_index_is_asked_for_without_an_org(collection: str, path: str) -> None:
    asking = [one for one in QUERIES if one.collection == collection and path in one.ranged and not one.equal]
    assert asking
    assert all(INDEXES.missing_for(query) is None for query in asking)
