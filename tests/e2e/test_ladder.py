"""What fails is tried again after 5, 30 and 300 seconds, and what still fails becomes a dead letter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from shared.gcp import clients
from tests.e2e.conftest import eventually
from tests.e2e.org import OWNER_EMAIL, STAFF_PHONE, Org, email_step, set_step

SLOW_SECONDS = 3.0


def _climb_one(org: Org, execution_id: str, number: int) -> int:
    """Let the next attempt come due; the delay that it had, in seconds."""
    execution = org.until_failed_attempt(execution_id, number)
    org.advance_to(execution["nextAttemptAt"])
    delay: timedelta = execution["nextAttemptAt"] - execution["attempts"][-1]["endedAt"]
    return round(delay.total_seconds())


def _fail_for_good(org: Org) -> tuple[str, dict[str, Any]]:
    """A run of `set`, then `send_email`, which Mailjet refuses."""
    org.console.fail("mailjet", status=400)
    execution_id = org.start()
    return execution_id, org.until(execution_id, "failed")


def _dead_letter(execution_id: str) -> dict[str, Any]:
    reference = clients.firestore().document(f"dead_letters/{execution_id}")
    return eventually(lambda: reference.get().to_dict(), what=f"dead letter of {execution_id}")


def test_the_ladder_climbs_5_30_and_300_seconds_and_delivers_once(org: Org) -> None:
    org.playbook(set_step(), email_step())
    org.console.fail("mailjet", status=503, times=3)
    execution_id = org.start()
    assert [_climb_one(org, execution_id, number) for number in (1, 2, 3)] == [5, 30, 300]
    execution = org.until(execution_id, "completed")
    assert [attempt["number"] for attempt in execution["attempts"]] == [1, 2, 3, 4]
    assert ["503" in attempt.get("error", "") for attempt in execution["attempts"]] == [True, True, True, False]
    assert len(org.emails(execution_id)) == 1


def test_an_email_that_was_accepted_and_never_answered_is_not_sent_again(org: Org) -> None:
    org.playbook(email_step())
    org.console.fail("mailjet", status=0)
    execution_id = org.start()
    assert _climb_one(org, execution_id, 1) == 5
    execution = org.until(execution_id, "completed")
    assert len(org.emails(execution_id)) == 1
    assert execution["stepResults"][0]["output"]["messageId"]


def test_an_error_that_cannot_get_better_skips_the_ladder(org: Org) -> None:
    org.playbook(set_step(), email_step())
    execution_id, execution = _fail_for_good(org)
    assert len(execution["attempts"]) == 1
    letter = _dead_letter(execution_id)
    assert (letter["status"], letter["attempts"], letter["failedStepId"]) == ("open", 1, "mail")
    assert "400" in letter["error"]


def test_four_failed_attempts_become_a_dead_letter(org: Org) -> None:
    org.playbook(email_step())
    org.console.fail("mailjet", status=503, times=4)
    execution_id = org.start()
    for number in (1, 2, 3):
        _climb_one(org, execution_id, number)
    assert org.until(execution_id, "failed")["attempt"] == 4
    assert _dead_letter(execution_id)["attempts"] == 4
    assert org.emails(execution_id) == []


def test_a_dead_letter_notifies_the_inbox_once(org: Org) -> None:
    org.playbook(email_step())
    execution_id, _ = _fail_for_good(org)
    (notification,) = eventually(lambda: org.inbox(executionId=execution_id), what="a notification in the inbox")
    assert (notification["type"], notification["severity"]) == ("playbook_failure", "critical")
    assert org.console.outbox("sms") == []


def test_a_dead_letter_texts_the_staff_of_a_playbook_that_asks_for_it(org: Org) -> None:
    org.playbook(email_step(), onFailure={"sms": True})
    _fail_for_good(org)
    (text,) = eventually(lambda: org.console.outbox("sms"), what="a text to the staff")
    assert text["to"] == STAFF_PHONE.removeprefix("+")
    assert "Playbook pb" in text["text"]


def test_a_redrive_resumes_at_the_step_that_failed(org: Org, agent: dict[str, str]) -> None:
    org.playbook(set_step(), email_step())
    execution_id, failed = _fail_for_good(org)
    _dead_letter(execution_id)
    answer = org.control(execution_id, "retry", agent)
    assert (answer.status_code, answer.json()) == (202, {"executionId": execution_id, "status": "queued"})
    execution = org.until(execution_id, "completed")
    assert execution["stepResults"][0] == failed["stepResults"][0]
    assert len(org.emails(execution_id)) == 1
    assert _dead_letter(execution_id)["status"] == "replayed"


def test_a_redrive_that_is_asked_for_twice_delivers_once(org: Org, agent: dict[str, str]) -> None:
    org.playbook(set_step(), email_step())
    execution_id, _ = _fail_for_good(org)
    _dead_letter(execution_id)
    statuses = {org.control(execution_id, "retry", agent).status_code for _ in range(2)}
    assert statuses <= {202, 409}
    org.until(execution_id, "completed")
    assert len(org.emails(execution_id)) == 1


def test_a_completed_run_cannot_be_retried(org: Org, agent: dict[str, str]) -> None:
    org.playbook(set_step())
    execution_id = org.start()
    org.until(execution_id, "completed")
    answer = org.control(execution_id, "retry", agent)
    assert answer.status_code == 409
    assert "completed" in answer.json()["detail"]


def test_the_cron_credential_may_not_retry(org: Org) -> None:
    org.playbook(email_step())
    execution_id, _ = _fail_for_good(org)
    credential = {"Authorization": org.api.headers["Authorization"]}
    assert org.control(execution_id, "retry", credential).status_code == 404


def test_cancel_stops_a_run_before_its_next_step(org: Org, agent: dict[str, str]) -> None:
    page = org.console.set_store(
        org.id.replace("_", "-"), "Rival", [{"name": "A", "category": "B", "price": "1.00"}]
    )
    slow = {"action": "http_request", "id": "slow", "params": {"url": page}}
    org.playbook(slow, email_step())
    org.console.fail("store", status=200, delay_seconds=SLOW_SECONDS)
    execution_id = org.start()
    eventually(lambda: not org.console.faults(), what="the slow step's call")
    org.until(execution_id, "running")  # before that it would be cancelled as one that still waits
    assert org.control(execution_id, "cancel", agent).status_code == httpx.codes.OK
    execution = org.until(execution_id, "cancelled")
    assert [result["stepId"] for result in execution["stepResults"]] == ["slow"]
    assert org.emails(execution_id) == []


def test_cancel_stops_a_run_that_waits_for_its_next_attempt_at_once(org: Org, agent: dict[str, str]) -> None:
    org.playbook(email_step())
    org.console.fail("mailjet", status=503)
    execution_id = org.start()
    due = org.until_failed_attempt(execution_id, 1)["nextAttemptAt"]
    answer = org.control(execution_id, "cancel", agent)
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    org.advance_to(due)
    assert org.execution(execution_id)["status"] == "cancelled"
    assert org.emails(execution_id) == []


def test_a_completed_run_cannot_be_cancelled(org: Org, agent: dict[str, str]) -> None:
    org.playbook(set_step())
    execution_id = org.start()
    org.until(execution_id, "completed")
    assert org.control(execution_id, "cancel", agent).status_code == 409


def test_an_edit_in_mid_flight_changes_the_next_run_only(org: Org) -> None:
    org.playbook(email_step())
    org.console.fail("mailjet", status=503)
    execution_id = org.start()
    due = org.until_failed_attempt(execution_id, 1)["nextAttemptAt"]
    org.playbook(email_step(params={"to": OWNER_EMAIL, "subject": "Edited", "text": "x"}))
    org.advance_to(due)
    org.until(execution_id, "completed")
    assert [mail["subject"] for mail in org.emails(execution_id)] == ["Hello"]
