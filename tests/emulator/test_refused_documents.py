"""Documents that start nothing because they cannot be used: the org is told, once a document."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import PermanentError
from shared.notices.refusals import reporting_refusals
from shared.playbooks.sizes import MAX_EVENT_BYTES
from shared.triggers.events import parse_domain_event
from shared.triggers.inventory import events_of_change
from tests.emulator.executions import ORG, documents

pytestmark = pytest.mark.usefixtures("quiet_queues")


def refuse_event(data: dict[str, Any]) -> None:
    with pytest.raises(PermanentError), reporting_refusals(ORG, "events/ev1"):
        parse_domain_event(ORG, "ev1", {"name": "shelf.counted", "data": data})


def test_the_org_is_notified_once_of_an_event_that_is_too_large() -> None:
    for _ in range(2):
        refuse_event({"text": "secret" * MAX_EVENT_BYTES})
    (told,) = documents("inbox_notifications")
    assert (told["orgId"], told["severity"]) == (ORG, "warning")
    assert told["title"] == "An event can't be used, so no playbook started"
    assert "events/ev1: data: found" in told["body"]
    assert "expected at most 100,000" in told["body"]
    assert "secret" not in told["body"]


def test_the_org_is_notified_of_an_item_that_is_malformed() -> None:
    with pytest.raises(PermanentError), reporting_refusals(ORG, "inventory/i1"):
        events_of_change(ORG, "i1", None, {"quantity": 3}, "v1")
    (told,) = documents("inbox_notifications")
    assert told["title"] == "An inventory item can't be used, so no playbook started"
    assert "inventory/i1: name" in told["body"]


def test_nobody_is_notified_about_usable_documents() -> None:
    with reporting_refusals(ORG, "inventory/i1"):
        events_of_change(ORG, "i1", None, {"name": "Blue Dream", "quantity": 3}, "v1")
    assert documents("inbox_notifications") == []
