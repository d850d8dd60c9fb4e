"""What somebody is told who wants more than the tier of their org has."""

from __future__ import annotations

from typing import Any

import pytest

from shared.chat import room
from shared.chat.facts import Facts, KnownPlaybook
from shared.tenants.limits import TierLimitError
from tests.unit.chat.wishes import facts, known

DAILY = {"type": "schedule", "cron": "0 9 * * *", "timezone": "Etc/UTC"}
HALF_HOURLY = {**DAILY, "cron": "*/30 * * * *"}


def having(count: int, tier: str = "starter", **fields: Any) -> Facts:
    return facts(*(known(f"P {number}", **fields) for number in range(count)), tierId=tier)


def test_one_more_than_the_tier_includes_is_refused_with_what_helps() -> None:
    room.require(having(9), [])
    with pytest.raises(TierLimitError, match=r"all 10 playbooks .* starter includes.*upgrade to growth for 50"):
        room.require(having(10), [])
    room.require(having(10, tier="growth"), [])


@pytest.mark.parametrize("fields", [{"is_from_catalog": True}, {"status": "archived"}, {"status": "error"}])
def test_what_does_not_count_takes_no_place(fields: dict[str, Any]) -> None:
    room.require(having(12, **fields), [DAILY])


def test_schedules_are_counted_together_and_those_that_are_paused_are_not() -> None:
    four: dict[str, Any] = {"triggers": (DAILY,) * 4}
    with pytest.raises(TierLimitError, match=r"20 of the 20 schedules .* needs 1 more.*upgrade to growth for 100"):
        room.require(having(5, **four), [DAILY])
    room.require(having(5, **four), [])
    room.require(having(5, **four, status="paused"), [DAILY])


def test_what_is_there_already_does_not_count_twice() -> None:
    full: tuple[KnownPlaybook, ...] = having(10, triggers=(DAILY, DAILY)).playbooks
    room.require(facts(*full), [DAILY, DAILY], playbook_id=full[0].id)


def test_a_schedule_that_is_too_fine_says_which_tier_has_it() -> None:
    assert room.too_often(having(0), [DAILY]) is None
    assert room.too_often(having(0), [HALF_HOURLY]) == (
        "on starter a schedule runs every hour at most, and every 15 minutes on growth."
    )
    assert room.too_often(having(0, tier="growth"), [HALF_HOURLY]) is None
