"""Event documents."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import PermanentError
from shared.triggers.events import DomainEvent, parse_domain_event


def test_a_document_is_an_event_under_its_own_id() -> None:
    event = parse_domain_event("o1", "e1", {"name": "order.completed", "data": {"total": 5}, "createdAt": 1})
    assert event == DomainEvent("o1", "order.completed", "e1", {"total": 5})


def test_data_may_be_left_out() -> None:
    assert parse_domain_event("o1", "e1", {"name": "org.created"}).data == {}


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({}, "name: is missing"),
        ({"name": "created"}, "name: found a text of 7 characters; expected"),
        ({"name": "Order.Completed"}, "name: found a text of 15 characters; expected"),
        ({"name": 7}, "name: found a number; expected"),
        ({"name": "a." + "b" * 100}, "name: found a text of 102 characters; expected"),
        ({"name": "a.b", "data": "x"}, "data: found a text of 1 character; expected"),
    ],
)
def test_a_malformed_event_is_refused_by_field(document: dict[str, Any], problem: str) -> None:
    with pytest.raises(PermanentError) as refusal:
        parse_domain_event("o1", "e1", document)
    assert f"events/e1: {problem}" in str(refusal.value)
