"""An org's own playbooks, schedules and their cadence end at its tier's limits, whichever is looked at first."""

from __future__ import annotations

import random
import uuid
from typing import Any

import pytest

from functions.on_tenant_written import on_tenant_written
from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.gcp.daily_walk import WalkPage
from shared.triggers.bring_back import bring_back_refused
from shared.triggers.repair import QUEUE, Source, repair_page
from tests.emulator import daily_walk
from tests.emulator.firestore_events import document_event
from tests.emulator.scheduled_playbook import ScheduledPlaybook, document, on_event, schedule

STARTER_PLAYBOOKS = 10
STARTER_SCHEDULES = 20


class OrgOfMany:
    """Playbooks `p00`, `p01` … of one org."""

    def __init__(self, tier: str | None = "starter") -> None:
        self.id = f"org{uuid.uuid4().hex[:10]}"
        if tier is not None:
            self.move_to(tier)

    def move_to(self, tier: str) -> None:
        clients.firestore().document(f"tenants/{self.id}").set({"name": "Shop", "tierId": tier})

    def playbook(self, number: int) -> ScheduledPlaybook:
        return ScheduledPlaybook(f"p{number:02}", self.id)

    def write(self, number: int, *triggers: dict[str, Any], **fields: Any) -> ScheduledPlaybook:
        one = self.playbook(number)
        one.write(document(*triggers, **fields))
        return one

    def jobs(self, count: int) -> int:
        return sum(len(self.playbook(number).recorded()) for number in range(count))

    def statuses(self, count: int) -> list[str]:
        return [self.playbook(number).data()["status"] for number in range(count)]


@pytest.fixture
def org(on_emulators: Stack) -> OrgOfMany:
    return OrgOfMany()


def hourly(number: int) -> dict[str, Any]:
    return schedule(f"{number} * * * *", id=f"at{number}")


def test_of_many_made_at_once_the_newest_are_refused_in_any_order(org: OrgOfMany) -> None:
    made = [org.write(number, on_event()) for number in range(13)]
    random.Random(5).shuffle(made)
    for one in made:
        one.deliver()
    assert org.statuses(13) == ["active"] * STARTER_PLAYBOOKS + ["error"] * 3
    refused = org.playbook(10)
    assert "10 of 10 of your own used on starter; upgrade to growth for 50" in refused.data()["statusReason"]
    assert refused.listening() == {}
    assert len(org.playbook(0).notifications()) == 3, "each is told of once"


@pytest.mark.parametrize(
    "fields",
    [{"source": "catalog"}, {"status": "archived"}, {"status": "error"}, {"status": "paused", "adHoc": True}],
)
def test_what_does_not_count_takes_no_place(org: OrgOfMany, fields: dict[str, Any]) -> None:
    for number in range(STARTER_PLAYBOOKS):
        org.write(number, on_event(), **fields)
    one = org.write(11, on_event())
    one.deliver()
    assert one.data()["status"] == "active"


def test_an_edit_after_an_upgrade_brings_it_back(org: OrgOfMany) -> None:
    for number in range(11):
        org.write(number, on_event()).deliver()
    last = org.playbook(10)
    assert last.data()["status"] == "error"
    org.move_to("growth")
    last.reference.update({"status": "active"})
    last.deliver()
    assert (last.data()["status"], "statusReason" in last.data()) == ("active", False)
    assert last.listening() == {"event": "inventory.low_stock"}


def test_an_upgrade_brings_back_what_the_lower_tier_refused(org: OrgOfMany) -> None:
    for number in range(14):
        org.write(number, *[on_event()] if number != 12 else [schedule("*/5 * * * *")]).deliver()
    own_fault = org.write(14, on_event(), status="error", statusReason="steps[0]: found 7", refusedBy=None)
    assert org.statuses(15) == ["active"] * STARTER_PLAYBOOKS + ["error"] * 5
    assert bring_back_refused(org.id, Clock()) == 0, "there is no room yet"
    org.move_to("growth")
    written = document_event(f"tenants/{org.id}", {"tierId": "starter"}, {"tierId": "growth"})
    on_tenant_written(written)
    assert [org.statuses(15)[number] for number in (10, 11, 13)] == ["active"] * 3
    assert org.statuses(15)[12] == "error", "growth has no run every 5 minutes"
    assert own_fault.data()["statusReason"] == "steps[0]: found 7"
    last = org.playbook(13)
    last.deliver()
    assert (last.data()["status"], last.data().keys() & {"statusReason", "refusedBy"}) == ("active", set())
    assert last.listening() == {"event": "inventory.low_stock"}
    assert len([one for one in last.notifications() if one["title"] == "Playbook is active again: P"]) == 3
    on_tenant_written(written)
    assert org.statuses(15).count("active") == 13


def test_what_an_archived_playbook_leaves_room_for_comes_back_with_the_daily_repair(org: OrgOfMany) -> None:
    for number in range(13):
        org.write(number, on_event()).deliver()
    for number in range(2):
        org.playbook(number).reference.update({"status": "archived"})
    with daily_walk.paused(QUEUE):
        repair_page(WalkPage("w1", Source.PLAYBOOKS, after=f"tenants/{org.id}/playbooks/p00"), Clock())
    assert org.statuses(13) == ["archived"] * 2 + ["active"] * 10 + ["error"]


def test_the_schedules_of_an_org_are_counted_together(org: OrgOfMany) -> None:
    for number in range(4):
        org.write(number, *(hourly(minute) for minute in range(6))).deliver()
    assert org.statuses(4) == ["active", "active", "active", "error"]
    reason = org.playbook(3).data()["statusReason"]
    assert org.playbook(3).data()["errorCode"] == "tier_limit"
    assert "18 of 20 schedules used on starter, and this playbook has 6; upgrade to growth for 100" in reason
    assert org.jobs(4) == 18


def test_an_older_playbook_that_grows_pushes_the_newest_out(org: OrgOfMany) -> None:
    for number in range(3):
        org.write(number, *(hourly(minute) for minute in range(6))).deliver()
    first = org.playbook(0)
    first.reference.update({"triggers": [hourly(minute) for minute in range(14)]})
    first.deliver()
    assert org.statuses(3) == ["active", "active", "error"]
    org.playbook(2).deliver()
    assert org.jobs(3) == STARTER_SCHEDULES


@pytest.mark.parametrize(
    ("tier", "cron", "status"),
    [
        ("starter", "0 * * * *", "active"),
        ("starter", "*/30 * * * *", "error"),
        ("starter", "0,59 0,23 * * *", "error"),
        ("growth", "*/15 * * * *", "active"),
        ("growth", "*/14 * * * *", "error"),
        ("pro", "*/5 * * * *", "active"),
        ("pro", "* * * * *", "error"),
        ("enterprise", "* * * * *", "active"),
    ],
)
def test_a_schedule_is_as_fine_as_its_tier_allows(org: OrgOfMany, tier: str, cron: str, status: str) -> None:
    org.move_to(tier)
    one = org.write(0, schedule(cron))
    one.deliver()
    assert one.data()["status"] == status
    assert len(one.jobs()) == (status == "active")


def test_the_reason_names_the_schedule_and_the_tier_that_has_it(org: OrgOfMany) -> None:
    one = org.write(0, on_event(), schedule("*/30 * * * *"))
    one.deliver()
    assert one.data()["statusReason"] == (
        "triggers[1].cron: found '*/30 * * * *', which runs as often as every 30 minutes; expected at most one "
        "run every hour on starter; upgrade to growth for one every 15 minutes"
    )


@pytest.mark.parametrize("tenant", [None, "Platinum"])
def test_an_org_without_a_tier_that_there_is_has_no_limit(on_emulators: Stack, tenant: str | None) -> None:
    org = OrgOfMany(tenant)
    one = org.write(0, schedule("* * * * *"))
    one.deliver()
    assert one.data()["status"] == "active"
