"""Which playbooks a search finds."""

from __future__ import annotations

from typing import Any

import pytest

from shared.triggers.playbook_reading import PlaybookFilter

PLAYBOOK: dict[str, Any] = {
    "name": "Daily Intel",
    "description": "Yesterday's sales.",
    "category": "Reports",
    "status": "active",
}


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (PlaybookFilter(), True),
        (PlaybookFilter(search="INTEL"), True),
        (PlaybookFilter(search="sales"), True),
        (PlaybookFilter(search="prices"), False),
        (PlaybookFilter(category="reports"), True),
        (PlaybookFilter(category="report"), False),
        (PlaybookFilter(status="active", search="daily"), True),
        (PlaybookFilter(status="paused"), False),
    ],
)
def test_a_playbook_that_fits(wanted: PlaybookFilter, fits: bool) -> None:
    assert wanted.fits(PLAYBOOK) is fits


def test_a_malformed_summary_fits_no_search() -> None:
    assert not PlaybookFilter(search="x").fits({"name": 7, "description": None})
