"""Times that have passed when an author sets them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.playbooks.models import readable_triggers
from shared.playbooks.passed import passed_problems

NOW = datetime(2026, 11, 29, 15, tzinfo=UTC)
DAILY = {"type": "schedule", "cron": "0 9 * * *", "timezone": "America/New_York"}
PASSED = "2026-11-29T14:00:00Z"


def problems(*triggers: dict[str, Any], known: tuple[dict[str, Any], ...] = ()) -> list[str]:
    return passed_problems(readable_triggers(list(triggers)), NOW, readable_triggers(list(known)))


def test_each_is_reported_by_its_field_with_what_was_found_and_expected() -> None:
    assert problems(DAILY, {"type": "once", "at": PASSED}, {**DAILY, "endsAt": PASSED}) == [
        "triggers[1].at: found 2026-11-29T14:00:00Z, which has passed; expected a time in the future",
        "triggers[2].endsAt: found 2026-11-29T14:00:00Z, which has passed; expected a time in the future",
    ]


def test_a_start_that_has_passed_is_none() -> None:
    assert problems({**DAILY, "startsAt": PASSED}, {"type": "once", "at": "2026-11-29T16:00:00Z"}) == []


def test_an_unchanged_trigger_may_have_passed() -> None:
    once = {"type": "once", "at": PASSED}
    assert problems(once, known=(once,)) == []
    assert len(problems({**once, "at": "2026-11-28T14:00:00Z"}, known=(once,))) == 1


def test_malformed_triggers_are_left_out_of_what_is_known() -> None:
    assert readable_triggers(
        [{"type": "once", "at": "soon"}, None, 7, DAILY, {"type": "once"}]
    ) == readable_triggers([DAILY])
