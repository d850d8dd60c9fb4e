"""Conditions and templates in a run: what is skipped, what fails and how it is said."""

from __future__ import annotations

from tests.e2e.org import Org, email_step, set_step


def test_a_step_whose_condition_is_false_is_skipped_and_the_run_completes(org: Org) -> None:
    org.playbook(set_step(gap=5), email_step(condition="{{steps.facts.gap}} > 10"))
    execution = org.run()
    assert execution["status"] == "completed"
    assert [result["status"] for result in execution["stepResults"]] == ["completed", "skipped"]
    assert org.console.outbox("email") == []


def test_a_step_whose_condition_is_true_runs(org: Org) -> None:
    facts = {**set_step(gap=15), "agent": "money_mike"}
    org.playbook(facts, email_step(condition="{{money_mike.gap}} > 10 and not {{money_mike.gap}} > 100"))
    assert [result["status"] for result in org.run()["stepResults"]] == ["completed", "completed"]


def test_a_name_that_does_not_exist_fails_the_run_and_is_named(org: Org) -> None:
    org.playbook(email_step(condition="{{event.nothing}} > 10"))
    execution = org.run()
    assert execution["status"] == "failed"
    assert "event.nothing" in execution["statusReason"]
    assert len(execution["attempts"]) == 1
    assert org.console.outbox("email") == []


def test_a_name_that_does_not_exist_never_becomes_an_empty_string(org: Org) -> None:
    org.playbook(email_step(params={"to": "{{user.email}}", "subject": "Dear {{event.name}}", "text": "x"}))
    execution = org.run()
    assert execution["status"] == "failed"
    assert "event.name" in execution["stepResults"][0]["error"]
    assert org.console.outbox("email") == []


def test_a_step_that_may_fail_lets_the_run_go_on(org: Org) -> None:
    broken = {
        "action": "http_request",
        "id": "call",
        "params": {"url": "ftp://shop.example/"},
        "onError": "continue",
    }
    org.playbook(broken, email_step())
    execution = org.run()
    assert execution["status"] == "completed"
    assert [result["status"] for result in execution["stepResults"]] == ["failed", "completed"]
    assert execution["stepResults"][0]["error"]
    assert len(org.console.outbox("email")) == 1


def test_a_value_keeps_its_type_from_step_to_step(org: Org) -> None:
    org.playbook(
        set_step(numbers=[1, 2.5], deep={"yes": True}),
        set_step(
            "copy", numbers="{{steps.facts.numbers}}", yes="{{steps.facts.deep.yes}}", text="{{event.n}} left"
        ),
    )
    execution = org.run(eventData={"n": 3})
    assert execution["stepResults"][1]["output"] == {"numbers": [1, 2.5], "yes": True, "text": "3 left"}


def test_what_a_template_brings_in_is_never_read_as_a_template(org: Org) -> None:
    org.playbook(set_step(said="{{event.said}}"), set_step("again", said="{{steps.facts.said}}"))
    execution = org.run(eventData={"said": "{{user.email}}"})
    assert execution["stepResults"][1]["output"] == {"said": "{{user.email}}"}


def test_a_malformed_playbook_is_not_run_and_its_field_is_named(org: Org) -> None:
    org.playbook({"action": "send_email", "params": {"to": "a@shop.example", "subjekt": "x"}}, status="draft")
    answer = org.execute()
    assert answer.status_code == 409
    assert "steps[0].params.subjekt" in answer.json()["detail"]
    assert org.executions() == {}


def test_http_request_reads_a_page_that_the_stack_allows(org: Org) -> None:
    page = org.console.set_store(
        "conditions-store", "Rival", [{"name": "Kush", "category": "Flower", "price": "9.00"}]
    )
    org.playbook({"action": "http_request", "params": {"url": page}})
    output = org.run()["stepResults"][0]["output"]
    assert output["status"] == 200
    assert "Kush" in output["body"]
