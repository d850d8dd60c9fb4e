"""A step that starts another playbook of the same org."""

from __future__ import annotations

from tests.e2e.org import Org, email_step, set_step


def test_a_step_starts_another_playbook_with_its_event_data(org: Org) -> None:
    org.playbook(set_step(seen="{{event.n}}"), name="child")
    start = {"action": "run_playbook", "params": {"playbookId": "child", "eventData": {"n": 7}}}
    org.playbook(start)
    parent = org.run()
    child_id = parent["stepResults"][0]["output"]["executionId"]
    child = org.until(child_id, "completed")
    assert child["stepResults"][0]["output"] == {"seen": 7}


def test_a_parent_that_is_retried_starts_its_child_once(org: Org) -> None:
    org.playbook(set_step(), name="child")
    org.playbook({"action": "run_playbook", "params": {"playbookId": "child"}}, email_step())
    org.console.fail("mailjet", status=503)
    parent_id = org.start()
    org.advance_to(org.until_failed_attempt(parent_id, 1)["nextAttemptAt"])
    org.until(parent_id, "completed")
    assert len(org.executions("child")) == 1


def test_a_playbook_of_another_org_is_not_found(org: Org) -> None:
    org.playbook({"action": "run_playbook", "params": {"playbookId": "elsewhere"}})
    execution = org.run()
    assert execution["status"] == "failed"
    assert "elsewhere" in execution["statusReason"]
