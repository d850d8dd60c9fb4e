"""A reconciler that dies at any call it makes, and several at once: the end is the same."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.stack.running import Stack
from shared.gcp import clients
from shared.notices import outbox
from shared.triggers import jobs
from tests.emulator.scheduled_playbook import ScheduledPlaybook, document, on_event, once, schedule
from tests.harness.killing import Executioner, Killed, killing

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


def bounded() -> dict[str, Any]:
    return schedule(startsAt=SOON, endsAt=SOON + timedelta(days=30), every={"weeks": 2}, maxRuns=3)


ONCE = document(once(SOON), bounded(), on_event())
BEFORE = document(schedule(id="one"), schedule("0 8 * * *", id="two"), on_event())
CHANGES: dict[str, tuple[dict[str, Any] | None, dict[str, Any] | None]] = {
    "created": (None, BEFORE),
    "edited": (
        BEFORE,
        document(schedule("30 6 * * *", id="one"), schedule("0 8 * * *", id="two"), on_event("a.b")),
    ),
    "exchanged": (BEFORE, document(schedule("0 8 * * *", id="three"))),
    "paused": (BEFORE, {**BEFORE, "status": "paused"}),
    "deleted": (BEFORE, None),
    "malformed": (BEFORE, {**BEFORE, "steps": []}),
    "mended": ({**BEFORE, "steps": []}, BEFORE),
    "once": (None, ONCE),
    "once-edited": (ONCE, document(once(SOON + timedelta(hours=1)), bounded())),
    "once-paused": (ONCE, {**ONCE, "status": "paused"}),
    "once-resumed": ({**ONCE, "status": "paused"}, ONCE),
    "once-deleted": (ONCE, None),
}


def die_while_reconciling(playbook: ScheduledPlaybook, at: int, *, after: bool) -> bool:
    """False where it came to its end before."""
    with killing(Executioner(at, after=after)):
        try:
            playbook.reconcile()
        except Killed:
            return True
    return False


def prepared(start: dict[str, Any] | None, change: dict[str, Any] | None) -> ScheduledPlaybook:
    playbook = ScheduledPlaybook()
    playbook.write(start)
    playbook.reconcile()
    playbook.write(change)
    return playbook


def all_of(playbook: ScheduledPlaybook) -> tuple[object, ...]:
    # What a dying process has left untold, the sweep of the outbox tells.
    outbox.sweep(datetime.now(UTC) + timedelta(minutes=30))
    single = playbook.tasks(), playbook.single_runs()
    return (*playbook.end_state(), *single, len(playbook.notifications()), playbook.data())


def without_a_death(start: dict[str, Any] | None, change: dict[str, Any] | None) -> ScheduledPlaybook:
    playbook = prepared(start, change)
    playbook.reconcile()
    return playbook


@pytest.mark.parametrize("after", [False, True], ids=["before-the-call", "before-its-answer"])
@pytest.mark.parametrize("change", CHANGES)
def test_dying_at_any_call_and_being_called_again_ends_the_same(
    on_emulators: Stack, change: str, after: bool
) -> None:
    expected = all_of(without_a_death(*CHANGES[change]))
    deaths = 0
    while (playbook := prepared(*CHANGES[change])) and die_while_reconciling(playbook, deaths + 1, after=after):
        deaths += 1
        playbook.reconcile()
        assert all_of(playbook) == expected, deaths
    assert deaths >= 5


@pytest.mark.parametrize("change", ["created", "edited", "exchanged", "paused", "deleted"])
def test_a_change_taken_back_after_a_death_leaves_what_was_there_before(on_emulators: Stack, change: str) -> None:
    start, changed = CHANGES[change]
    expected = without_a_death(start, start).end_state()[:2]
    deaths = 0
    while (playbook := prepared(start, changed)) and die_while_reconciling(playbook, deaths + 1, after=True):
        deaths += 1
        playbook.write(start)
        playbook.reconcile()
        assert playbook.end_state()[:2] == expected, deaths
    assert deaths >= 5


def test_whoever_dies_after_creating_a_job_leaves_its_name_in_the_record(
    on_emulators: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    playbook = ScheduledPlaybook()
    playbook.write(document(schedule()))
    monkeypatch.setattr(jobs, "put_job", Executioner(1, after=True).guard(jobs.put_job))
    with pytest.raises(Killed):
        playbook.reconcile()
    assert playbook.recorded()["schedule"][2] == "changing"
    playbook.write(None)
    playbook.reconcile()
    assert playbook.schedules() == {}


@pytest.mark.parametrize(
    "newest", [document(schedule("45 4 * * *"), on_event("a.b")), None], ids=["edited", "deleted"]
)
def test_one_that_was_overtaken_while_it_wrote_a_job_mends_what_it_did(
    on_emulators: Stack, monkeypatch: pytest.MonkeyPatch, newest: dict[str, Any] | None
) -> None:
    playbook = ScheduledPlaybook()
    playbook.write(document(schedule(), on_event()))
    put_job = jobs.put_job

    def overtaken(job: dict[str, Any]) -> None:
        monkeypatch.setattr(jobs, "put_job", put_job)
        playbook.write(newest)
        playbook.reconcile()
        put_job(job)

    monkeypatch.setattr(jobs, "put_job", overtaken)
    playbook.reconcile()
    wanted = without_a_death(None, newest)
    assert playbook.end_state() == wanted.end_state()


@pytest.mark.parametrize("last", ["active", "paused", "deleted"])
def test_reconcilers_at_once_end_in_the_newest_state(on_emulators: Stack, last: str) -> None:
    playbook = ScheduledPlaybook()
    playbook.write(document(schedule()))
    ends: dict[str, dict[str, Any] | None] = {
        "active": document(schedule("1 1 * * *"), on_event("a.b")),
        "paused": document(schedule("1 1 * * *"), status="paused"),
        "deleted": None,
    }
    edits = [document(schedule(f"{minute} 9 * * *"), on_event()) for minute in range(6)]

    def deliver(times: int) -> None:
        for _ in range(times):
            playbook.deliver()

    threads = [threading.Thread(target=deliver, args=(4,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for edit in [*edits, ends[last]]:
        playbook.write(edit)
    for thread in threads:
        thread.join()
    playbook.deliver()
    assert playbook.end_state()[:3] == without_a_death(None, ends[last]).end_state()[:3]


def test_a_playbook_deleted_while_it_is_refused_leaves_no_error(
    on_emulators: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    playbook = ScheduledPlaybook()
    playbook.write({**BEFORE, "steps": []})
    firestore = clients.firestore()._firestore_api
    commit = firestore.commit

    def deleted_first(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(firestore, "commit", commit)
        playbook.write(None)
        return commit(*args, **kwargs)

    monkeypatch.setattr(firestore, "commit", deleted_first)
    playbook.reconcile()
    assert playbook.end_state() == ({}, {}, {}, True)
    assert playbook.notifications() == []
