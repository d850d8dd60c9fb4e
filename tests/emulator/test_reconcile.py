"""A playbook document becomes jobs and listeners, whatever happens on the way."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.http import CloudEvent
from google.events.cloud.firestore import DocumentEventData

from functions.on_playbook_created import on_playbook_created
from functions.on_playbook_deleted import on_playbook_deleted
from functions.on_playbook_updated import on_playbook_updated
from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.settings import settings
from shared.playbooks.cron import next_slot
from tests.emulator.scheduled_playbook import NEW_YORK, ScheduledPlaybook, document, on_event, schedule

HANDLERS = {"created": on_playbook_created, "updated": on_playbook_updated, "deleted": on_playbook_deleted}
DAILY = {"schedule": ("0 9 * * *", NEW_YORK)}
STOCK = {"event": "inventory.low_stock"}


@pytest.fixture
def playbook(on_emulators: Stack) -> ScheduledPlaybook:
    return ScheduledPlaybook()


def tell(kind: str, playbook: ScheduledPlaybook) -> None:
    """Call the function as Firestore does; what the event holds of the document is not worth reading."""
    attributes = {
        "type": f"google.cloud.firestore.document.v1.{kind}",
        "source": "//firestore.googleapis.com/projects/demo-playbooks/databases/(default)",
        "subject": f"documents/tenants/{playbook.org_id}/playbooks/{playbook.playbook_id}",
    }
    HANDLERS[kind](CloudEvent(attributes, DocumentEventData.serialize(DocumentEventData())))


def test_an_active_playbook_gets_a_job_that_posts_to_its_execute_door(
    playbook: ScheduledPlaybook, on_emulators: Stack
) -> None:
    playbook.write(document(schedule()))
    playbook.reconcile()
    job = playbook.job()
    assert (job.schedule, job.time_zone) == ("0 9 * * *", NEW_YORK)
    assert job.http_target.uri == f"{settings().public_base_url}/api/playbooks/p1/execute"
    assert job.http_target.headers["Content-Type"] == "application/json"
    assert json.loads(job.http_target.body) == {
        "triggeredBy": "schedule",
        "orgId": playbook.org_id,
        "triggerId": "schedule",
    }


def test_an_active_playbook_gets_a_listener_for_each_event_trigger(playbook: ScheduledPlaybook) -> None:
    playbook.write(document(on_event(), on_event("order.completed", id="sold", filter="{{event.total}} > 5")))
    playbook.reconcile()
    assert playbook.listening() == {"event": "inventory.low_stock", "sold": "order.completed"}


def test_the_record_says_which_jobs_there_are_and_when_the_next_run_is(playbook: ScheduledPlaybook) -> None:
    playbook.write(document(schedule(), schedule("0 8 * * MON", id="weekly")))
    playbook.reconcile()
    found = playbook.record() or {}
    now = datetime.now(UTC)
    assert found["jobs"]["weekly"] == {
        "name": playbook.job_name("weekly"),
        "cron": "0 8 * * MON",
        "timezone": NEW_YORK,
        "state": "enabled",
        "exact": False,
    }
    assert found["nextRunAt"] == min(next_slot(cron, NEW_YORK, now) for cron in ("0 9 * * *", "0 8 * * MON"))


def test_a_second_call_changes_nothing(playbook: ScheduledPlaybook) -> None:
    playbook.write(document(schedule(), on_event()))
    playbook.reconcile()
    before = playbook.job().user_update_time, playbook.record()
    assert playbook.reconcile() is False
    assert (playbook.job().user_update_time, playbook.record()) == before


@pytest.mark.parametrize("edited", [schedule("30 7 * * *"), schedule(zone="Europe/Berlin")])
def test_an_edited_schedule_updates_the_job_and_does_not_double_it(
    playbook: ScheduledPlaybook, edited: dict[str, Any]
) -> None:
    playbook.write(document(schedule()))
    playbook.reconcile()
    playbook.write(document(edited))
    playbook.reconcile()
    assert playbook.schedules() == {"schedule": (edited["cron"], edited["timezone"])}
    assert playbook.recorded() == {"schedule": (edited["cron"], edited["timezone"], "enabled")}


def test_a_removed_trigger_takes_its_job_with_it(playbook: ScheduledPlaybook) -> None:
    playbook.write(document(schedule(id="one"), schedule(id="two")))
    playbook.reconcile()
    playbook.write(document(schedule(id="two")))
    playbook.reconcile()
    assert set(playbook.schedules()) == {"two"}
    assert set(playbook.recorded()) == {"two"}


def test_an_edited_event_trigger_replaces_its_listener(playbook: ScheduledPlaybook) -> None:
    playbook.write(document(on_event(), on_event("a.b", id="other")))
    playbook.reconcile()
    playbook.write(document(on_event("order.completed")))
    playbook.reconcile()
    assert playbook.listening() == {"event": "order.completed"}


@pytest.mark.parametrize("status", ["draft", "paused", "archived", "error"])
def test_a_playbook_that_is_not_active_has_neither_jobs_nor_listeners(
    playbook: ScheduledPlaybook, status: str
) -> None:
    playbook.write(document(schedule(), on_event()))
    playbook.reconcile()
    playbook.reference.update({"status": status})
    playbook.reconcile()
    assert playbook.end_state() == ({}, {}, {}, False)
    assert (playbook.record() or {})["nextRunAt"] is None


def test_a_deleted_playbook_leaves_nothing(playbook: ScheduledPlaybook) -> None:
    playbook.write(document(schedule(), on_event()))
    playbook.reconcile()
    playbook.write(None)
    playbook.reconcile()
    assert playbook.end_state() == ({}, {}, {}, True)


def test_a_draft_leaves_no_trace_but_its_summary(playbook: ScheduledPlaybook) -> None:
    playbook.write(document(schedule(), status="draft"))
    assert playbook.reconcile() is True, "the summary is new"
    assert playbook.reconcile() is False
    assert playbook.end_state() == ({}, {}, {}, True)


def test_a_reactivated_playbook_is_scheduled_again(playbook: ScheduledPlaybook) -> None:
    for status in ("active", "paused", "active"):
        playbook.write(document(schedule(), on_event(), status=status))
        playbook.reconcile()
    assert (playbook.schedules(), playbook.listening()) == (DAILY, STOCK)


def test_ids_that_a_url_cannot_hold_are_quoted(on_emulators: Stack) -> None:
    playbook = ScheduledPlaybook("preis check?ü")
    playbook.write(document(schedule()))
    playbook.reconcile()
    uri = f"{settings().public_base_url}/api/playbooks/preis%20check%3F%C3%BC/execute"
    assert playbook.job().http_target.uri == uri
    assert playbook.schedules() == DAILY


def test_two_playbooks_whose_ids_read_the_same_together_do_not_share_a_record(on_emulators: Stack) -> None:
    first = ScheduledPlaybook("c")
    second = ScheduledPlaybook(f"{first.org_id[6:]}_c", org_id=first.org_id[:5])
    first = ScheduledPlaybook("c", org_id=f"{second.org_id}_{first.org_id[6:]}")
    for playbook in (first, second):
        playbook.write(document(schedule()))
        playbook.reconcile()
    assert (first.schedules(), second.schedules()) == (DAILY, {})
    assert "playbookId" in second.data()["statusReason"]


def malformed() -> dict[str, Any]:
    return document(schedule("61 9 * * *"), name="Prices")


def test_a_malformed_playbook_says_which_field_is_wrong(playbook: ScheduledPlaybook) -> None:
    playbook.write(malformed())
    playbook.reconcile()
    found = playbook.data()
    assert found["status"] == "error"
    assert found["statusReason"].startswith("triggers[0].cron: the minute field holds '61'; expected")


def test_a_malformed_playbook_loses_its_job(playbook: ScheduledPlaybook) -> None:
    playbook.write(document(schedule(), on_event()))
    playbook.reconcile()
    playbook.write(malformed())
    playbook.reconcile()
    assert playbook.end_state() == ({}, {}, {}, False)


def test_a_malformed_playbook_is_reported_once(playbook: ScheduledPlaybook) -> None:
    playbook.write(malformed())
    playbook.reconcile()
    playbook.reconcile()
    (notification,) = playbook.notifications()
    assert notification["title"] == "Playbook can't run: Prices"
    assert "triggers[0].cron" in notification["body"]


def test_a_malformed_playbook_is_written_back_once_and_no_more(playbook: ScheduledPlaybook) -> None:
    playbook.write(malformed())
    playbook.reconcile()
    written = playbook.reference.get().update_time
    assert playbook.reconcile() is False
    assert playbook.reference.get().update_time == written


@pytest.mark.parametrize("status", [None, 7, [], {}, "on", ["active"]])
def test_a_status_of_any_kind_is_refused_and_not_raised(playbook: ScheduledPlaybook, status: Any) -> None:
    playbook.write(document(schedule(), status=status))
    playbook.reconcile()
    assert playbook.data()["statusReason"].startswith("status: ")


def test_a_reason_of_any_length_fits_the_document(playbook: ScheduledPlaybook) -> None:
    playbook.write(document(schedule(), steps=[{"action": "set", **{f"field{n}": 1 for n in range(2_000)}}]))
    playbook.reconcile()
    assert len(playbook.data()["statusReason"]) == 5_000


def test_a_fixed_playbook_is_scheduled_and_its_reason_gone(playbook: ScheduledPlaybook) -> None:
    playbook.write(malformed())
    playbook.reconcile()
    playbook.reference.update({"status": "active", "triggers": [schedule()]})
    playbook.reconcile()
    assert "statusReason" not in playbook.data()
    assert playbook.schedules() == DAILY


def test_a_playbook_malformed_again_is_reported_again(playbook: ScheduledPlaybook) -> None:
    for _ in range(2):
        playbook.write(malformed())
        playbook.reconcile()
    assert len(playbook.notifications()) == 2


@pytest.mark.parametrize("order", list(itertools.permutations(HANDLERS)), ids="-".join)
@pytest.mark.parametrize("last", ["active", "deleted", "edited"])
def test_events_in_any_order_end_in_the_same_place(
    playbook: ScheduledPlaybook, order: tuple[str, ...], last: str
) -> None:
    playbook.write(document(schedule(), on_event()))
    if last != "active":
        playbook.reconcile()
        playbook.write(None if last == "deleted" else document(schedule("5 5 * * *", "Etc/UTC")))
    for kind in order:
        tell(kind, playbook)
    ends = {
        "active": (DAILY, STOCK),
        "deleted": ({}, {}),
        "edited": ({"schedule": ("5 5 * * *", "Etc/UTC")}, {}),
    }
    assert (playbook.schedules(), playbook.listening()) == ends[last]


def test_an_event_about_another_document_is_acknowledged(on_emulators: Stack) -> None:
    attributes = {"type": "t", "source": "s", "subject": "documents/tenants/o1/inventory/i1"}
    on_playbook_updated(CloudEvent(attributes, b""))
    assert list(clients.firestore().collection("playbook_schedules").stream()) == []
