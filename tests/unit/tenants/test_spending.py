"""The month that a cost belongs to, and what a month's document says."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.tenants.spending import increments, spent_in, usage_id


@pytest.mark.parametrize(
    ("timezone", "now", "expected"),
    [
        ("America/New_York", datetime(2026, 12, 1, 4, 59, tzinfo=UTC), "org_1-2026-11"),
        ("America/New_York", datetime(2026, 12, 1, 5, 0, tzinfo=UTC), "org_1-2026-12"),
        ("Pacific/Auckland", datetime(2026, 11, 30, 11, 0, tzinfo=UTC), "org_1-2026-12"),
        ("Etc/UTC", datetime(2027, 1, 1, tzinfo=UTC), "org_1-2027-01"),
    ],
)
def test_the_month_is_that_of_the_orgs_own_zone(timezone: str, now: datetime, expected: str) -> None:
    assert usage_id("org_1", timezone, now) == expected


def test_the_fields_are_added_not_set() -> None:
    path, fields = increments("org_1", "Etc/UTC", datetime(2026, 11, 23, tzinfo=UTC), Decimal("0.0125"))
    assert path == "usage/org_1-2026-11"
    assert (fields["orgId"], fields["period"]) == ("org_1", "2026-11")
    assert fields["costUsd"].value == 0.0125


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (None, "0"),
        ({}, "0"),
        ({"costUsd": 0.1 + 0.2}, "0.3"),
        ({"costUsd": 3}, "3"),
        ({"costUsd": "much"}, "0"),
        ({"costUsd": float("nan")}, "0"),
        ({"costUsd": -1.0}, "0"),
        ({"costUsd": 1e300}, "0"),
    ],
)
def test_what_a_document_says_was_spent(fields: dict[str, Any] | None, expected: str) -> None:
    assert spent_in(fields) == Decimal(expected)
