"""A playbook document is all there is to write: its jobs and listeners follow it by themselves."""

from __future__ import annotations

from typing import Any

from tests.e2e.conftest import eventually
from tests.e2e.org import Org, set_step

DAILY = {"type": "schedule", "cron": "0 9 * * *", "timezone": "America/New_York"}
ON_ORDER = {"type": "event", "eventName": "order.completed"}
MALFORMED = {**DAILY, "cron": "61 9 * * *"}


def test_an_active_document_gets_its_job_and_its_listener(org: Org) -> None:
    org.playbook(set_step(), triggers=[DAILY, ON_ORDER])
    record = org.until_scheduled()
    (job,) = org.jobs()
    assert (job.schedule, job.time_zone) == ("0 9 * * *", "America/New_York")
    assert [entry["name"] for entry in record["jobs"].values()] == [job.name]
    (listener,) = org.listeners().values()
    assert (listener["eventName"], listener["status"]) == ("order.completed", "active")


def test_a_job_calls_the_public_door_with_the_cron_credential(org: Org) -> None:
    org.playbook(set_step(), triggers=[DAILY])
    org.until_scheduled()
    (job,) = org.jobs()
    assert job.http_target.uri == f"{org.api.base_url}/api/playbooks/pb/execute"
    assert job.http_target.headers["Authorization"] == org.api.headers["Authorization"]


def test_a_draft_gets_nothing_until_it_is_activated(org: Org) -> None:
    org.playbook(set_step(), triggers=[DAILY], status="draft")
    org.playbook(set_step(), name="marker", triggers=[DAILY])
    org.until_scheduled("marker")
    assert not org.schedule().get("jobs")
    org.change(status="active")
    assert org.until_scheduled()["jobs"]


def test_an_edited_cron_line_updates_the_job_and_does_not_double_it(org: Org) -> None:
    org.playbook(set_step(), triggers=[DAILY])
    org.until_scheduled()
    org.change(triggers=[{**DAILY, "cron": "30 7 * * 1", "timezone": "Europe/Paris"}])
    eventually(lambda: [job.schedule for job in org.jobs()] == ["30 7 * * 1"], what="the edited job")
    assert [job.time_zone for job in org.jobs()] == ["Europe/Paris"]


def test_a_removed_trigger_takes_only_its_own_job_away(org: Org) -> None:
    evening = {**DAILY, "id": "evening", "cron": "0 18 * * *"}
    org.playbook(set_step(), triggers=[DAILY, evening])
    eventually(lambda: len(org.jobs()) == 2, what="two jobs")
    org.change(triggers=[evening])
    eventually(lambda: [job.schedule for job in org.jobs()] == ["0 18 * * *"], what="one job")


def test_pausing_takes_jobs_and_listeners_away(org: Org) -> None:
    org.playbook(set_step(), triggers=[DAILY, ON_ORDER])
    org.until_scheduled()
    org.change(status="paused")
    eventually(lambda: not org.jobs() and not org.listeners(), what="no job and no listener")


def test_deleting_the_document_takes_jobs_listeners_and_the_record_away(org: Org) -> None:
    playbook = org.playbook(set_step(), triggers=[DAILY, ON_ORDER])
    org.until_scheduled()
    playbook.delete()
    eventually(lambda: not (org.jobs() or org.listeners() or org.schedule()), what="nothing left")


def test_a_malformed_document_is_sent_back_to_its_author_once(org: Org) -> None:
    playbook = org.playbook(set_step(), triggers=[MALFORMED])
    refused = _refused(org)
    assert "triggers[0].cron" in refused["statusReason"]
    assert "61" in refused["statusReason"]
    written_back = playbook.get().update_time
    # Triggers are delivered in order: when the marker is scheduled, whatever the refusal set off is over.
    org.playbook(set_step(), name="marker", triggers=[DAILY])
    org.until_scheduled("marker")
    assert playbook.get().update_time == written_back
    (notification,) = org.inbox(playbookId="pb")
    assert "triggers[0].cron" in notification["body"]


def test_an_unknown_action_is_named(org: Org) -> None:
    org.playbook({"action": "send_emial", "params": {}}, triggers=[DAILY])
    reason = _refused(org)["statusReason"]
    assert "steps[0].action" in reason
    assert "send_email" in reason


def test_a_condition_over_a_name_that_cannot_exist_is_refused(org: Org) -> None:
    org.playbook({**set_step(), "condition": "{{money_mike.price_gap}} > 10"}, triggers=[DAILY])
    reason = _refused(org)["statusReason"]
    assert "steps[0].condition" in reason
    assert "money_mike" in reason


def test_a_document_that_its_author_mends_is_scheduled(org: Org) -> None:
    playbook = org.playbook(set_step(), triggers=[MALFORMED])
    _refused(org)
    org.change(triggers=[DAILY], status="active")
    org.until_scheduled()
    eventually(lambda: "statusReason" not in (playbook.get().to_dict() or {}), what="no reason left")


def _refused(org: Org) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        document = org.reference().get().to_dict() or {}
        return document if document.get("status") == "error" else None

    return eventually(look, what="status error")
