"""Which playbooks a search finds."""

from __future__ import annotations

from typing import Any

import pytest

from shared.triggers.playbook_search import Wanted

PLAYBOOK: dict[str, Any] = {
    "name": "Daily Intel",
    "description": "Yesterday's sales.",
    "category": "Reports",
    "status": "active",
}


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(), True),
        (Wanted(search="INTEL"), True),
        (Wanted(search="sales"), True),
        (Wanted(search="prices"), False),
        (Wanted(category="reports"), True),
        (Wanted(category="report"), False),
        (Wanted(status="active", search="daily"), True),
        (Wanted(status="paused"), False),
    ],
)
def test_a_playbook_that_fits(wanted: Wanted, fits: bool) -> None:
    assert wanted.fits(PLAYBOOK) is fits


def test_a_malformed_summary_fits_no_search() -> None:
    assert not Wanted(search="x").fits({"name": 7, "description": None})
