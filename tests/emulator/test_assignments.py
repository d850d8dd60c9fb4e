"""Orgs and their catalog playbooks on Firestore: new, moved between tiers, cancelled, told twice, late, in part."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import pytest

from local.stack.running import Stack
from shared.billing.tiers import TIERS
from shared.catalog import assign_all
from shared.catalog.assign_all import assign_page, begin_assigning, pages, reconcile_all
from shared.catalog.assigning import assign
from shared.errors import TransientError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.gcp.daily_walk import WalkPage
from shared.runs.dispatch import dispatch_all
from shared.runs.playbook_changes import follow_playbook
from shared.triggers.events import parse_domain_event
from shared.triggers.reconcile import PlaybookKey, reconcile
from tests.emulator import daily_walk
from tests.emulator.assigned import Org
from tests.emulator.executions import documents, run
from tests.emulator.firestore_events import document_event
from tests.harness.killing import Executioner, Killed, killing

PRICES = "competitive-price-alert"
COUNTS = {str(tier): limits.catalog_playbooks for tier, limits in TIERS.items()}


@pytest.mark.parametrize(("tier", "count"), COUNTS.items())
def test_a_new_org_has_what_its_tier_includes(quiet_queues: Stack, tier: str, count: int) -> None:
    org = Org()
    org.write(tierId=tier)
    org.told()
    assert len(org.active()) == count
    assert all(fields["tierId"] == tier for fields in org.assignments().values())


def test_what_it_has_is_scheduled_as_everybody_s_playbooks_are(quiet_queues: Stack) -> None:
    org = Org()
    org.write(tierId="enterprise")
    org.told()
    for playbook_id in org.playbooks():
        reconcile(PlaybookKey(org.id, playbook_id), Clock())
    statuses = {one: fields["status"] for one, fields in org.playbooks().items()}
    assert set(statuses.values()) == {"active"}, statuses
    listeners = [one.to_dict() or {} for one in clients.firestore().collection("playbook_event_listeners").stream()]
    assert sorted(one["eventName"] for one in listeners) == [
        "competitor.price_change",
        "customer.inactive_30d",
        "inventory.low_stock",
        "inventory.new_product",
        "order.completed",
        "org.created",
        "usage.at_80_percent",
    ]
    assert list(clients.firestore().collection("playbook_schedules").stream()) == []


def test_tiers_up_and_down_keep_the_history_and_a_person_s_pause(quiet_queues: Stack) -> None:
    org = Org()
    org.write(tierId="pro")
    org.told()
    org.assignment(PRICES).update({"triggerCount": 5, "lastTriggeredAt": Clock().now()})
    org.playbook("weekly-summary").update({"status": "paused"})
    for tier in ("starter", "growth", "enterprise"):
        org.write(tierId=tier)
        org.told()
        assert len(org.active()) == COUNTS[tier] - 1
        assert org.assignments()["weekly-summary"]["status"] == "paused"
    kept = org.assignments()[PRICES]
    assert kept["triggerCount"] == 5
    assert kept["lastTriggeredAt"] is not None


def test_a_cancelled_org_rests_and_comes_back(quiet_queues: Stack) -> None:
    org = Org()
    org.write(tierId="growth")
    org.told()
    org.write(tierId="growth", status="cancelled")
    org.told()
    assert org.active() == set()
    assert {fields["pausedBy"] for fields in org.playbooks().values()} == {"org"}
    org.write(tierId="growth")
    org.told()
    assert len(org.active()) == 7
    org.delete()
    org.told()
    assert org.active() == set()


def test_delivered_twice_writes_nothing_the_second_time(quiet_queues: Stack) -> None:
    org = Org()
    org.write(tierId="pro")
    org.told()
    before = org.versions()
    org.told()
    org.told(tierId="enterprise", status="cancelled")
    assert org.versions() == before


def test_late_news_of_an_older_state_does_no_harm(quiet_queues: Stack) -> None:
    org = Org()
    org.write(tierId="starter")
    org.write(tierId="pro")
    org.told(tierId="pro")
    org.told(tierId="starter")
    assert len(org.active()) == 10


def test_another_org_is_not_touched(quiet_queues: Stack) -> None:
    org, other = Org(), Org("org_hudson_east")
    for one in (org, other):
        one.write(tierId="growth")
        one.told()
    before = (other.playbooks(), other.assignments())
    org.write(tierId="starter", status="suspended")
    org.told()
    assert (other.playbooks(), other.assignments()) == before


def test_a_malformed_org_keeps_what_it_has(quiet_queues: Stack) -> None:
    org = Org()
    org.write(tierId="growth")
    org.told()
    before = org.versions()
    org.write(tierId="gold")
    org.told()
    assert org.versions() == before


MOVES: dict[str, tuple[dict[str, Any] | None, dict[str, Any]]] = {
    "created": (None, {"tierId": "growth"}),
    "upgraded": ({"tierId": "starter"}, {"tierId": "enterprise"}),
    "downgraded": ({"tierId": "enterprise"}, {"tierId": "starter"}),
    "cancelled": ({"tierId": "growth"}, {"tierId": "growth", "status": "cancelled"}),
}


@pytest.mark.parametrize("after", [False, True], ids=["before-the-call", "before-its-answer"])
@pytest.mark.parametrize("move", MOVES)
def test_dying_at_any_call_and_being_told_again_ends_the_same(quiet_queues: Stack, move: str, after: bool) -> None:
    before, now = MOVES[move]
    wanted = _moved(Org("org_wanted"), before, now)
    wanted.told()
    deaths = 0
    while True:
        org = _moved(Org(f"org_{move}_{deaths}"), before, now)
        with killing(Executioner(deaths + 1, after=after)):
            try:
                org.told()
            except Killed:
                deaths += 1
            else:
                break
        org.told()
        assert _named(org) == _named(wanted), deaths
        assert len(org.events()) == len(org.onboardings()) == 1
    assert deaths >= 4


def _moved(org: Org, before: dict[str, Any] | None, now: dict[str, Any]) -> Org:
    if before is not None:
        org.write(**before)
        org.told()
    org.write(**now)
    return org


def _named(org: Org) -> Any:
    return str(org.end_state()).replace(org.id, "org")


def test_many_at_once_end_in_the_newest_state(quiet_queues: Stack) -> None:
    org = Org()
    org.write(tierId="starter")

    def deliver() -> None:
        for _ in range(3):
            # What cannot be done at this moment is delivered again later.
            with contextlib.suppress(TransientError):
                assign(org.id, Clock())

    threads = [threading.Thread(target=deliver) for _ in range(3)]
    for thread in threads:
        thread.start()
    for tier in ("enterprise", "growth", "pro"):
        org.write(tierId=tier)
    for thread in threads:
        thread.join()
    org.told()
    assert len(org.active()) == 10
    assert len(org.events()) == 1


def test_the_onboarding_runs_once_whether_its_listener_is_there_or_not(quiet_queues: Stack) -> None:
    org = Org()
    org.write()
    org.told()
    (event,) = org.events()
    assert event["data"] == {"orgId": org.id, "name": "Hudson Herb", "tierId": "starter"}
    assert len(org.onboardings()) == 1
    reconcile(PlaybookKey(org.id, "onboarding"), Clock())
    dispatch_all([parse_domain_event(org.id, "org-created", event)])
    org.told()
    (begun,) = org.onboardings()
    assert begun["trigger"] == {"type": "event", "id": "event", "eventId": "org-created"}
    (execution,) = clients.firestore().collection("playbook_executions").stream()
    assert [run(execution.id), run(execution.id, later=3_601)] == ["waiting", "completed"]


def test_an_org_that_was_there_before_the_catalog_is_not_welcomed(quiet_queues: Stack) -> None:
    org = Org()
    org.write()
    assign(org.id, Clock(), announce=False)
    org.told()
    assert len(org.active()) == 3
    assert org.events() == org.onboardings() == []


def test_an_org_that_becomes_active_later_is_welcomed_then(quiet_queues: Stack) -> None:
    org = Org()
    org.write(status="pending")
    org.told()
    assert org.events() == []
    org.write()
    org.told()
    org.told()
    assert len(org.events()) == len(org.onboardings()) == 1


def test_what_a_person_does_to_a_copy_shows_in_its_assignment(quiet_queues: Stack) -> None:
    org = Org()
    org.write(tierId="growth")
    org.told()
    org.playbook(PRICES).update({"status": "paused"})
    _told_of_playbook(org, PRICES)
    assert org.assignments()[PRICES]["status"] == "paused"
    org.playbook(PRICES).update({"status": "active"})
    _told_of_playbook(org, PRICES)
    assert org.assignments()[PRICES]["status"] == "active"


def test_what_the_tier_lacks_cannot_be_switched_on_by_hand(quiet_queues: Stack) -> None:
    org = Org()
    org.write(tierId="growth")
    org.told()
    org.write(tierId="starter")
    org.told()
    org.playbook("low-stock-alert").update({"status": "active"})
    _told_of_playbook(org, "low-stock-alert")
    _told_of_playbook(org, "low-stock-alert")
    assert org.playbooks()["low-stock-alert"]["status"] == "paused"
    assert list(clients.firestore().collection("playbook_event_listeners").stream()) == []


def _told_of_playbook(org: Org, playbook_id: str) -> None:
    follow_playbook(document_event(f"tenants/{org.id}/playbooks/{playbook_id}", None, {}))


def test_a_playbook_of_the_org_s_own_under_a_catalog_id_is_left_alone(quiet_queues: Stack) -> None:
    org = Org()
    org.write()
    own = {"name": "Mine", "status": "active", "orgId": org.id, "triggers": [], "steps": [{"action": "set"}]}
    org.playbook("daily-intel").set(own)
    org.told()
    assert org.playbooks()["daily-intel"] == own
    assert org.active() == {"weekly-summary", "onboarding"}


def test_all_orgs_are_brought_in_line_page_by_page(quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assign_all, "ORGS_A_PAGE", 2)
    orgs = [Org(f"org_{number}") for number in range(4)]
    for org in orgs:
        org.write(tierId="growth")
    orgs[1].write(tierId="gold")
    done = list(pages(Clock()))
    # One more org belongs to the fixture.
    assert [(page.orgs, page.next is None) for page in done] == [(2, False), (2, False), (1, True)]
    assert sum(page.failed for page in done) == 1
    assert [len(org.active()) for org in orgs] == [7, 0, 7, 7]
    assert orgs[0].events() == []
    again = [reconcile_all(Clock()), *pages(Clock())]
    assert sum(page.changed for page in again) == 0


def test_the_day_s_walk_ends_whatever_is_in_its_way_and_its_pages_may_come_twice(
    quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assign_all, "ORGS_A_PAGE", 2)
    orgs = [Org(f"org_{number}") for number in range(6)]
    for org in orgs:
        org.write(tierId="growth")
    orgs[1].write(tierId=["growth"])
    orgs[2].write(timezone="Eastern")
    clients.firestore().document("playbook_assignments/poison").set({"orgId": orgs[3].id, "playbookId": {"a": 1}})
    clients.firestore().document(f"playbook_assignments/{orgs[4].id}_daily-intel").set({"orgId": orgs[4].id})
    with daily_walk.paused(assign_all.QUEUE):
        assert begin_assigning(Clock())
        assert not begin_assigning(Clock())
        done = daily_walk.drain(assign_all.QUEUE, lambda page: assign_page(page, Clock()), times=2)
    assert [page.orgs for page in done] == [2, 2, 2, 2, 2, 2, 1, 1]
    assert [len(org.active()) for org in orgs if org not in orgs[1:5]] == [7, 7]
    assert len(orgs[3].playbooks()) == 7
    assert {entry["path"] for entry in documents("quarantine")} >= {f"tenants/{org.id}" for org in orgs[1:3]}


def test_an_org_that_cannot_be_brought_in_line_now_asks_for_its_page_again(
    quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    orgs = [Org(f"org_{number}") for number in range(3)]
    for org in orgs:
        org.write()

    def refuse(org_id: str, clock: Clock, **how: Any) -> Any:
        if org_id == orgs[0].id:
            raise TransientError("not now")
        return assign(org_id, clock, **how)

    monkeypatch.setattr(assign_all, "assign", refuse)
    with pytest.raises(TransientError, match="1 orgs"):
        assign_page(WalkPage("w"), Clock())
    assert [bool(org.active()) for org in orgs] == [False, True, True]


def test_a_lost_news_of_a_young_org_is_made_up_for(quiet_queues: Stack) -> None:
    org = Org()
    org.write()
    started: list[tuple[str, str]] = []

    def start(org_id: str, event_id: str, data: Any) -> None:
        started.append((org_id, event_id))

    reconcile_all(Clock(), start=start)
    assert (org.id, "org-created") in started
    assert len(org.events()) == 1
