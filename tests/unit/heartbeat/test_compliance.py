"""Licenses that expire and content that waits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from shared.documents.shop import Content, Location
from shared.heartbeat.checks.compliance import content_pending_review, license_expiry
from tests.unit.heartbeat.facts import NOW, ago, ahead, facts


@pytest.mark.parametrize(
    ("ends", "level", "severity"),
    [
        (ahead(days=31), None, None),
        (ahead(days=30), 1, "warning"),
        (ahead(days=15), 1, "warning"),
        (ahead(days=14), 2, "warning"),
        (ahead(days=8), 2, "warning"),
        (ahead(days=7), 3, "critical"),
        (ahead(hours=1), 3, "critical"),
        (NOW, 4, "critical"),
        (ago(days=300), 4, "critical"),
        (None, None, None),
    ],
)
def test_a_license_is_reported_at_thirty_fourteen_and_seven_days_and_when_it_ended(
    ends: datetime | None, level: int | None, severity: str | None
) -> None:
    location = Location(id="l1", name="Main Street", license_number="C12", license_expires_at=ends)
    found = license_expiry(facts(locations=[location]))
    assert [(one.level, one.severity) for one in found] == ([] if level is None else [(level, severity)])


def test_a_renewed_license_is_another_finding() -> None:
    keys = {
        license_expiry(facts(locations=[Location(id="l1", name="M", license_expires_at=ends)]))[0].key
        for ends in (ahead(days=3), ahead(days=20))
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({"created_at": ago(days=2)}, None),
        ({"created_at": ago(days=2, seconds=1)}, 1),
        ({"created_at": ago(days=6.9)}, 1),
        ({"created_at": ago(days=7)}, 2),
        ({"created_at": ago(days=9), "status": "approved"}, None),
        ({"created_at": None}, None),
    ],
)
def test_content_that_waits_for_more_than_two_days(fields: dict[str, Any], level: int | None) -> None:
    content = Content.model_validate({"id": "c1", "title": "Sale", "status": "pending_review", **fields})
    found = content_pending_review(facts(content=[content]))
    assert [one.level for one in found] == ([] if level is None else [level])
