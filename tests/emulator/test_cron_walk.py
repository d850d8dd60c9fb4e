"""The walk over all orgs: nobody is missed and nobody doubled, whatever comes twice, dies or is malformed."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from google.api_core.exceptions import ServiceUnavailable
from google.cloud.firestore import DELETE_FIELD

from local.stack.running import Stack
from shared.documents.org import PLAYBOOK_ASSIGNMENTS
from shared.gcp import clients, direct_calls
from shared.gcp.clock import Clock
from shared.runs import catalog_runs
from shared.runs.ids import slot_execution_id
from shared.runs.runner import deliver
from shared.runs.state import Delivery
from shared.triggers import catalog_pages
from shared.triggers.catalog_ticks import Frequency
from tests.emulator.catalog_walk import (
    DAY,
    MONDAY,
    QUEUES,
    Walk,
    assignment,
    change,
    executions,
    fresh_slot,
    put_org,
    put_playbook,
    queue_path,
    require_once_each,
    runs,
    tasks_of_runs,
    trigger_counts,
    waiting_pages,
)
from tests.harness.catalog_orgs import DAILY, Wanted, seed_orgs
from tests.harness.killing import Executioner, Killed, killing

A_PAGE = 3
A_COMMIT = 2


@pytest.fixture
def quiet(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """Small pages, and queues that keep their tasks."""
    monkeypatch.setattr(catalog_pages, "ORGS_A_PAGE", A_PAGE)
    parents = [queue_path(name) for name in QUEUES]
    for parent in parents:
        clients.tasks().pause_queue(name=parent)
        clients.tasks().purge_queue(name=parent)
    yield on_emulators
    for parent in parents:
        clients.tasks().purge_queue(name=parent)
        clients.tasks().resume_queue(name=parent)


@pytest.fixture
def slot(quiet: Stack) -> datetime:
    return fresh_slot()


@pytest.mark.parametrize("orgs", [0, 1, A_PAGE - 1, A_PAGE, A_PAGE + 1, 2 * A_PAGE, 2 * A_PAGE + 1])
def test_every_org_is_reached_once(slot: datetime, orgs: int) -> None:
    wanted = seed_orgs(0, orgs)
    walk = Walk(slot)
    walk.walk()
    require_once_each(wanted)
    assert walk.totals["orgs"] == orgs
    assert walk.totals["started"] == len(wanted)
    assert len(walk.delivered) == orgs // A_PAGE + 1


def test_a_run_says_what_caused_it_and_pins_its_playbook_and_org(slot: datetime) -> None:
    put_org("org-a", "enterprise", timezone="America/Denver", monthlyBudgetUsd=5)
    Walk(slot).walk()
    found = {run["playbookId"]: run for run in executions()}
    assert set(found) == set(DAILY["enterprise"])
    run_id = slot_execution_id("org-a", "daily-intel", "daily", slot)
    assert run_id in tasks_of_runs()
    run = found["daily-intel"]
    assert run["trigger"] == {"type": "schedule", "id": "daily", "slot": slot}
    assert run["status"] == "queued"
    assert '"timezone": "America/Denver"' in run["pinned"]
    assert deliver(Delivery(run_id, 1), Clock()) == "completed"


def test_the_assignment_tells_when_its_run_was_started(slot: datetime) -> None:
    put_org("org-a")
    before = datetime.now(UTC)
    Walk(slot).walk()
    Walk(slot + DAY).begin()
    noted = assignment("org-a")
    assert noted["lastTriggeredSlot"] == slot
    assert before <= noted["lastTriggeredAt"] <= datetime.now(UTC)
    assert noted["triggerCount"] == 1


def test_pages_delivered_twice_and_walks_walked_twice_are_one_run(slot: datetime) -> None:
    wanted = seed_orgs(0, 2 * A_PAGE + 1)
    walk = Walk(slot)
    walk.walk(times=2)
    again = Walk(slot)
    again.walk(times=2)
    require_once_each(wanted)
    assert walk.totals["started"] == len(wanted)
    assert again.totals["started"] == 0
    assert again.totals["existing"] == 2 * len(wanted)


def test_the_same_walk_asked_for_twice_is_walked_once(slot: datetime) -> None:
    seed_orgs(0, 1)
    page = Walk(slot).begin()
    Walk(slot).begin(walk=page.walk)
    assert [waiting for _, waiting in waiting_pages()] == [page]


def test_twins_at_the_same_moment_start_each_run_once(slot: datetime) -> None:
    wanted = seed_orgs(0, A_PAGE - 1)
    page = Walk(slot).begin()
    errors: list[Exception] = []

    def one() -> None:
        try:
            catalog_runs.start_page(page, Clock())
        except Exception as error:  # noqa: BLE001 - told in the test's own thread
            errors.append(error)

    twins = [threading.Thread(target=one) for _ in range(4)]
    for twin in twins:
        twin.start()
    for twin in twins:
        twin.join()
    assert not errors
    require_once_each(wanted)


def test_a_run_made_between_reading_and_writing_is_left_alone(
    slot: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = seed_orgs(0, A_PAGE - 1)
    page = Walk(slot).begin()
    commit = catalog_runs._Starting._commit
    twins: list[catalog_runs.Counts] = []

    def late(self: Any, made: Any) -> None:
        if not twins:
            twins.append(catalog_runs.Counts())
            twins.append(catalog_runs.start_page(page, Clock()))
        commit(self, made)

    monkeypatch.setattr(catalog_runs._Starting, "_commit", late)
    counts = catalog_runs.start_page(page, Clock())
    assert (counts.started, counts.existing) == (0, len(wanted))
    require_once_each(wanted)


def test_the_next_slot_is_another_run_and_counted_once_more(slot: datetime) -> None:
    wanted = seed_orgs(0, 2)
    Walk(slot).walk()
    for run in executions():
        assert run["status"] == "queued"
    _end_all_runs()
    Walk(slot + DAY).walk(times=2)
    assert dict(runs()) == dict.fromkeys(wanted, 2)
    assert trigger_counts() == dict.fromkeys(wanted, 2)


def _end_all_runs() -> None:
    for found in clients.firestore().collection("playbook_executions").select([]).stream():
        assert deliver(Delivery(found.id, 1), Clock()) == "completed"


def test_a_run_is_skipped_while_the_one_before_has_not_ended(slot: datetime) -> None:
    put_org("org-a")
    Walk(slot).walk()
    later = Walk(slot + DAY)
    later.walk(times=2)
    (skipped,) = [run for run in executions() if run["trigger"]["slot"] == slot + DAY]
    before = slot_execution_id("org-a", "daily-intel", "daily", slot)
    assert (skipped["status"], before in skipped["statusReason"]) == ("skipped", True)
    assert "dueAt" not in skipped
    assert (later.totals["skipped"], later.totals["existing"]) == (1, 1)
    assert assignment("org-a")["triggerCount"] == 1
    assert assignment("org-a")["lastTriggeredSlot"] == slot + DAY
    assert set(tasks_of_runs()) == {before}


def test_the_weekly_ones_wait_for_their_own_tick(slot: datetime) -> None:
    put_org("org-a")
    put_playbook("org-a", "weekly-summary", "weekly")
    Walk(slot).walk()
    assert set(runs()) == {Wanted("org-a", "daily-intel")}
    Walk(MONDAY, Frequency.WEEKLY).walk()
    assert set(runs()) == {Wanted("org-a", "daily-intel"), Wanted("org-a", "weekly-summary")}


@pytest.mark.parametrize("status", ["cancelled", "suspended", "paused"])
def test_an_org_that_is_not_active_has_no_runs(slot: datetime, status: str) -> None:
    put_org("org-a")
    put_org("org-b", status=status)
    Walk(slot).walk()
    assert set(runs()) == {Wanted("org-a", "daily-intel")}


@pytest.mark.parametrize("status", [None, DELETE_FIELD])
def test_an_org_without_a_status_is_active(slot: datetime, status: Any) -> None:
    put_org("org-a")
    change("tenants/org-a", status=status)
    Walk(slot).walk()
    assert set(runs()) == {Wanted("org-a", "daily-intel")}


def test_what_is_paused_has_no_run(slot: datetime) -> None:
    put_org("org-a", "pro")
    change(f"{PLAYBOOK_ASSIGNMENTS}/org-a_daily-intel", status="paused")
    change("tenants/org-a/playbooks/price-intelligence", status="paused")
    walk = Walk(slot)
    walk.walk()
    assert set(runs()) == {Wanted("org-a", "competitive-price-alert")}
    assert (walk.totals["skipped"], assignment("org-a", "price-intelligence")["triggerCount"]) == (1, 0)


def test_a_playbook_of_the_orgs_own_under_a_catalog_id_is_not_started(slot: datetime) -> None:
    put_org("org-a")
    change("tenants/org-a/playbooks/daily-intel", source=DELETE_FIELD)
    Walk(slot).walk()
    assert not runs()


def test_a_playbook_with_a_schedule_of_its_own_leaves_the_tick(slot: datetime) -> None:
    put_org("org-a")
    seven = {"type": "schedule", "id": "schedule", "cron": "0 7 * * *", "timezone": "America/New_York"}
    change("tenants/org-a/playbooks/daily-intel", triggers=[seven])
    walk = Walk(slot)
    walk.walk()
    assert not runs()
    assert walk.totals["skipped"] == 1
    change("tenants/org-a/playbooks/daily-intel", triggers=[{"type": "manual"}])
    Walk(slot).walk()
    require_once_each([Wanted("org-a", "daily-intel")])


def test_a_resumed_playbook_runs_in_the_same_slot_when_it_is_asked_for_again(slot: datetime) -> None:
    put_org("org-a")
    change("tenants/org-a/playbooks/daily-intel", status="paused")
    Walk(slot).walk()
    assert not runs()
    change("tenants/org-a/playbooks/daily-intel", status="active")
    Walk(slot).walk()
    require_once_each([Wanted("org-a", "daily-intel")])


def test_malformed_documents_stop_nobody_else(slot: datetime) -> None:
    wanted = seed_orgs(0, A_PAGE + 2)
    change("tenants/org-00000", timezone="Mars/Olympus")
    clients.firestore().document("tenants/org-00001/playbooks/daily-intel").delete()
    change(f"{PLAYBOOK_ASSIGNMENTS}/org-00002_price-intelligence", playbookId="a/b")
    change("tenants/org-00004/playbooks/daily-intel", steps='"' * 600_000)
    walk = Walk(slot)
    walk.walk()
    lost = {
        Wanted("org-00000", "daily-intel"),
        Wanted("org-00001", "daily-intel"),
        Wanted("org-00002", "price-intelligence"),
    }
    assert (walk.totals["failed"], walk.totals["skipped"]) == (len(lost), 1)
    assert set(runs()) == set(wanted) - lost
    assert set(runs().values()) == {1}
    (too_large,) = [one for one in executions() if one["status"] == "skipped"]
    assert (too_large["orgId"], too_large["playbookId"]) == ("org-00004", "daily-intel")
    assert "600" in too_large["statusReason"]
    assert len(tasks_of_runs()) == len(wanted) - len(lost) - 1


def test_steps_that_are_none_fail_in_their_own_run(slot: datetime) -> None:
    put_org("org-a", "growth")
    change("tenants/org-a/playbooks/daily-intel", steps=[{"action": "no_such_action"}])
    Walk(slot).walk()
    ids = {one: slot_execution_id("org-a", one, "daily", slot) for one in DAILY["growth"]}
    assert deliver(Delivery(ids["daily-intel"], 1), Clock()) == "failed"
    assert deliver(Delivery(ids["competitive-price-alert"], 1), Clock()) == "completed"


def test_an_assignment_that_goes_in_the_middle_takes_its_run_along(
    slot: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = seed_orgs(0, 2)
    commit = catalog_runs._Starting._commit
    gone = f"{PLAYBOOK_ASSIGNMENTS}/org-00000_daily-intel"

    def late(self: Any, made: Any) -> None:
        clients.firestore().document(gone).delete()
        commit(self, made)

    monkeypatch.setattr(catalog_runs._Starting, "_commit", late)
    walk = Walk(slot)
    walk.walk()
    require_once_each([one for one in wanted if one.org_id != "org-00000"])
    assert walk.totals["skipped"] == 1


def test_orgs_that_come_and_go_between_two_deliveries_lose_nobody(slot: datetime) -> None:
    wanted = seed_orgs(10, 2 * A_PAGE)
    walk = Walk(slot)
    first = walk.begin()
    walk.deliver(first)
    put_org("org-00000")
    clients.firestore().document("tenants/org-00012").delete()
    walk.deliver(first)
    walk.drain()
    assert set(runs()) == {*wanted, Wanted("org-00000", "daily-intel")}
    assert set(runs().values()) == {1}


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "before its answer"])
def test_a_walk_that_dies_anywhere_and_comes_again_misses_and_doubles_nobody(
    quiet: Stack, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_runs, "RUNS_A_COMMIT", A_COMMIT)
    deaths = 0
    while True:
        quiet.clear_firestore()
        clients.tasks().purge_queue(name=queue_path("runCatalog"))
        wanted = seed_orgs(0, A_PAGE + 1)
        walk = Walk(fresh_slot())
        first = walk.begin()
        executioner = Executioner(deaths + 1, after=after)
        with killing(executioner):
            try:
                walk.deliver(first)
                survived = True
            except Killed:
                survived = False
        if survived:
            break
        deaths += 1
        walk.drain()
        require_once_each(wanted)
    # Two queries and what is passed over, the next page, and for each commit the definitions and the commit itself;
    # a task for each run.
    on_the_page = sum(one.org_id < "org-00003" for one in wanted)
    assert deaths == 4 + 2 * math.ceil(on_the_page / A_COMMIT) + on_the_page


def test_a_task_that_cannot_be_made_now_is_made_when_the_page_comes_again(
    slot: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = seed_orgs(0, A_PAGE - 1)
    walk = Walk(slot)
    first = walk.begin()
    with monkeypatch.context() as patch:
        patch.setattr(direct_calls, "call", _without_tasks(direct_calls.call))
        with pytest.raises(ServiceUnavailable):
            walk.deliver(first)
    assert len(runs()) == len(wanted)
    assert not tasks_of_runs()
    walk.deliver(first)
    require_once_each(wanted)


def _without_tasks(call: Callable[..., Any]) -> Callable[..., Any]:
    def unavailable(channel: Any, method: direct_calls.Method, *args: Any) -> Any:
        if method.path.endswith("/CreateTask"):
            raise ServiceUnavailable("not now")  # type: ignore[no-untyped-call]
        return call(channel, method, *args)

    return unavailable
