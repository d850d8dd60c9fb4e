"""What may be tracked as a competitor, and what a report says of changes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from shared.competitors.models import CompetitorMenu, MenuItem, PriceChange, Shakeup
from shared.competitors.tracking import competitor_id, require_room
from shared.errors import PermanentError
from shared.messages.template.models import Message
from shared.steps.competitive.diff_snapshots import DiffSnapshotsOutput
from shared.steps.competitive.generate_competitor_report import (
    GenerateCompetitorReport,
    GenerateCompetitorReportParams,
)
from shared.steps.competitive.scan_competitors import ScanCompetitorsOutput
from shared.steps.competitive.track_competitor import TrackCompetitorParams
from tests.unit.steps.surroundings import dumped, step_context

EVIL = "<script>alert(1)</script>{{ 7 * 7 }}"
GOOD: dict[str, Any] = {"name": "Salt", "menuUrl": "https://salt.example/menu"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("menuUrl", "ftp://salt.example"),
        ("menuUrl", "javascript:alert(1)"),
        ("menuUrl", "https://user:pass@salt.example"),
        ("menuUrl", "https://salt.example:22/"),
        ("menuUrl", ""),
        ("menuUrl", "https://salt.example/" + "x" * 2_000),
        ("name", "  \u200b "),
        ("name", "x" * 201),
        ("priority", float("nan")),
        ("priority", -1),
        ("unknown", 1),
    ],
)
def test_anything_other_than_a_competitor_is_refused_with_its_field(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        TrackCompetitorParams.model_validate({**GOOD, field: value})
    assert {one["loc"][0] for one in refusal.value.errors()} == {field}


def test_a_name_is_one_clean_line() -> None:
    assert TrackCompetitorParams.model_validate({**GOOD, "name": " Salt\n City\u202e "}).name == "Salt City"


def test_an_id_is_readable_safe_and_of_one_name() -> None:
    assert competitor_id("Salt City  Greens") == competitor_id("salt city greens")
    assert competitor_id("Salt City Greens").startswith("salt-city-greens-")
    assert len({competitor_id(name) for name in ("緑", "草", "a/b", "a b", "__x__", "..")}) == 6
    assert not any("/" in competitor_id(name) for name in ("a/b", "//", "../x"))


@pytest.mark.parametrize(
    ("tier", "limit", "used"), [("starter", 1, 0), ("pro", 10, 9), ("enterprise", None, 5_000)]
)
def test_there_is_room_up_to_the_limit(tier: str, limit: int | None, used: int) -> None:
    require_room(tier, limit, used)


@pytest.mark.parametrize(
    ("tier", "limit", "used", "hint"),
    [
        ("starter", 1, 1, r"upgrade to growth \(3\) or pro \(10\) or enterprise \(unlimited\)"),
        ("growth", 3, 12, r"upgrade to enterprise \(unlimited\)"),
        ("pro", 10, 10, "includes 10 .* 10 are tracked"),
    ],
)
def test_the_refusal_over_the_limit_names_a_remedy(tier: str, limit: int, used: int, hint: str) -> None:
    with pytest.raises(PermanentError, match=hint):
        require_room(tier, limit, used)


def _changes(name: str, count: int = 1) -> DiffSnapshotsOutput:
    change = PriceChange(
        competitor_id="salt",
        competitor=name,
        product=name,
        old_price=Decimal(40),
        new_price=Decimal(30),
        percent=Decimal(25),
        direction="down",
    )
    item = MenuItem(competitor=name, product=name, price=Decimal(5))
    shakeup = Shakeup(
        competitor_id="salt",
        competitor=name,
        percent=Decimal(50),
        added_count=1,
        removed_count=1,
        price_change_count=1,
    )
    return DiffSnapshotsOutput(
        changes=(change,) * count,
        added=(item,),
        removed=(item,),
        shakeups=(shakeup,),
        change_count=count,
        added_count=1,
        removed_count=1,
        events_raised=0,
        events_raised_before=0,
        events_left_out=0,
        subject="",
        text="",
        html="",
        message=Message(title=""),
        notes=(),
    )


def _report(changes: DiffSnapshotsOutput | None = None) -> dict[str, Any]:
    outputs: dict[str, Any] = {
        "scan_competitors": ScanCompetitorsOutput(competitors=[CompetitorMenu(competitor_id="salt", name="Salt")])
    }
    if changes is not None:
        outputs["diff_snapshots"] = changes
    return dumped(GenerateCompetitorReport().run(GenerateCompetitorReportParams(), step_context(outputs=outputs)))


def test_a_report_shows_what_changed_since_the_last_scan() -> None:
    report = _report(_changes("Salt"))
    assert "Salt: Salt $40.00 → $30.00 (25% down)" in report["text"]
    assert "Salt changed 50% of its menu at once." in report["html"]
    assert "gone: Salt: Salt $5.00" in report["html"]
    assert report["data"]["changeCount"] == 4


def test_a_report_without_a_comparison_says_nothing_of_changes() -> None:
    report = _report()
    assert "What changed" not in report["text"] + report["html"]
    assert report["data"]["changes"] == []


def test_hostile_names_in_changes_stay_inert() -> None:
    report = _report(_changes(EVIL))
    assert "<script" not in report["html"]
    assert "49" not in report["text"] + report["html"]


def test_many_changes_are_counted_where_they_are_not_shown() -> None:
    report = _report(_changes("Salt", 200))
    assert "and 103 more" in report["text"]
    assert "and 103 more" in report["html"]


def test_a_reports_data_is_what_a_narrator_may_tell() -> None:
    data = _report(_changes("Salt"))["data"]
    assert data.keys() == {"headline", "competitors", "undercut", "undercutCount", "changes", "changeCount"}
    assert data["competitors"][0]["name"] == "Salt"
    json.dumps(data)
