"""`send_email`, `send_sms` and `create_inbox_notification`: one message each, once."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from pydantic import ValidationError

from shared.errors import OutcomeUnknownError, PermanentError, TransientError
from shared.messages.channels import slack
from shared.messages.template import build
from shared.messages.template.as_slack import slack_blocks
from shared.steps.base import StepContext
from shared.steps.registry import load_action
from shared.steps.reports import rendered
from tests.unit.steps.conftest import Outside
from tests.unit.steps.fakes import NOW, PerformingEffects, RecordingEffects, step_context


def run(name: str, params: dict[str, Any], context: StepContext | None = None) -> dict[str, Any]:
    action = load_action(name)
    output = action.run(action.params.model_validate(params), context or step_context())
    dumped: dict[str, Any] = output.model_dump(mode="json", by_alias=True)
    return dumped


def test_send_email_sends_one_mail_named_after_run_and_step(outside: Outside) -> None:
    output = run("send_email", {"to": "a@b.example", "subject": "Hi", "text": "Hello"})
    assert output == {"messageId": "mj-1", "reached": 1, "skipped": []}
    ((custom_id, message),) = outside.emails
    assert custom_id == "run_1:tell"
    assert (message.to, message.subject) == (("a@b.example",), "Hi")
    assert (message.text or "").startswith("Hello\n\nUnsubscribe: https://app.example/api/unsubscribe?token=")
    assert (message.from_name, message.reply_to) == ("Thrive", "owner@thrive.example")


def test_send_email_takes_a_list_of_recipients(outside: Outside) -> None:
    run("send_email", {"to": ["a@b.example", "c@d.example"], "subject": "Hi", "html": "<p>Hello</p>"})
    assert outside.emails[0][1].to == ("a@b.example", "c@d.example")


def test_send_email_puts_the_html_into_the_products_form_and_leaves_the_text_alone(outside: Outside) -> None:
    run(
        "send_email",
        {"to": "a@b.example", "subject": "Hi", "text": "Hello  you", "html": "<p>Hello <b>you</b></p>"},
    )
    message = outside.emails[0][1]
    assert (message.text or "").startswith("Hello  you\n\n")
    assert "Hello <b>you</b></p>" in (message.html or "")
    assert (message.html or "").startswith("<!DOCTYPE html>")


def test_send_email_names_skipped_recipients(outside: Outside) -> None:
    outside.refusals = {"c@d.example": "its reader unsubscribed"}
    output = run("send_email", {"to": ["a@b.example", "c@d.example"], "subject": "Hi", "text": "Hello"})
    skipped = {"to": "c…@d.example", "reason": "suppressed", "detail": "its reader unsubscribed", "until": None}
    assert (output["reached"], output["skipped"]) == (1, [skipped])
    assert outside.emails[0][1].to == ("a@b.example",)


def test_send_email_to_nobody_who_can_be_mailed_says_so_and_sends_nothing(outside: Outside) -> None:
    outside.refusals = {"a@b.example": "its reader unsubscribed"}
    output = run("send_email", {"to": "a@b.example", "subject": "Hi", "text": "Hello"})
    assert (output["messageId"], output["reached"]) == (None, 0)
    assert [one["reason"] for one in output["skipped"]] == ["suppressed"]
    assert outside.emails == []


def test_a_mail_to_several_has_no_personal_unsubscribe_link(outside: Outside) -> None:
    run("send_email", {"to": ["a@b.example", "c@d.example"], "subject": "Hi", "text": "Hello"})
    assert outside.emails[0][1].unsubscribe_url is None


def test_send_email_refuses_several_addresses_in_one_string(outside: Outside) -> None:
    with pytest.raises(PermanentError, match="expected one email address"):
        run("send_email", {"to": "a@b.example, c@d.example", "subject": "Hi", "text": "Hello"})
    assert outside.emails == []


def test_send_email_wants_a_body() -> None:
    with pytest.raises(ValidationError, match="text and html are both missing"):
        run("send_email", {"to": "a@b.example", "subject": "Hi"})


def test_send_email_again_after_an_unanswered_send_asks_instead_of_sending(outside: Outside) -> None:
    context = step_context()
    params = {"to": "a@b.example", "subject": "Hi", "text": "Hello"}
    outside.email_failures = [OutcomeUnknownError("dropped")]
    with pytest.raises(TransientError):
        run("send_email", params, context)
    outside.emails.append(("run_1:tell", None))  # type: ignore[arg-type]  # it had arrived after all
    assert run("send_email", params, context) == {
        "messageId": "found-run_1:tell",
        "reached": 1,
        "skipped": [],
    }
    assert len(outside.emails) == 1


def test_send_email_in_a_dry_run_sends_nothing_and_says_what_it_would(outside: Outside) -> None:
    effects = RecordingEffects()
    output = run("send_email", {"to": "a@b.example", "subject": "Hi", "text": "x"}, step_context(effects))
    assert output == {"messageId": "dry-run", "reached": 1, "skipped": []}
    assert effects.summaries == [{"channel": "email", "to": "a@b.example", "subject": "Hi"}]
    assert outside.emails == []


def test_send_sms_texts_the_number_in_e164(outside: Outside) -> None:
    output = run("send_sms", {"to": "(315) 555-0123", "body": "Hello"})
    assert output == {"messageId": "bl-1", "outcome": "sent", "note": None, "at": None, "skipped": []}
    assert outside.texts == [("+13155550123", "Hello")]


def test_send_sms_takes_a_number_that_was_typed_without_quotes(outside: Outside) -> None:
    run("send_sms", {"to": 3155550123, "body": "Hello"})
    assert outside.texts == [("+13155550123", "Hello")]


def test_send_sms_without_an_answer_is_not_repeated_and_says_so(outside: Outside) -> None:
    context = step_context()
    outside.text_failures = {"+13155550123": OutcomeUnknownError("dropped")}
    unknown: dict[str, Any] = {
        "messageId": None,
        "outcome": "unknown",
        "note": "it may or may not have been delivered; it was not sent again",
        "at": None,
        "skipped": [],
    }
    assert run("send_sms", {"to": "+13155550123", "body": "Hello"}, context) == unknown
    outside.text_failures = {}
    assert run("send_sms", {"to": "+13155550123", "body": "Hello"}, context) == unknown
    assert outside.texts == []


def test_send_sms_refuses_what_is_not_a_number(outside: Outside) -> None:
    with pytest.raises(PermanentError, match=r"to: found a text of 15 characters; expected a phone number"):
        run("send_sms", {"to": "owner@b.example", "body": "Hello"})


def test_an_inbox_notification_carries_org_playbook_and_run(outside: Outside) -> None:
    output = run("create_inbox_notification", {"title": "Low stock", "body": "Blue Dream", "severity": "warning"})
    assert output == {"notificationId": "run_1:tell:inbox"}
    notification = outside.notifications["run_1:tell:inbox"]
    assert notification.model_dump() == {
        "org_id": "org_1",
        "type": "playbook",
        "title": "Low stock",
        "body": "Blue Dream",
        "severity": "warning",
        "playbook_id": "pb_1",
        "execution_id": "run_1",
        "link": None,
        "read": False,
        "created_at": NOW,
        "note": None,
    }


def test_an_inbox_notification_made_twice_is_one(outside: Outside) -> None:
    context = step_context(PerformingEffects())
    first = run("create_inbox_notification", {"title": "T", "body": "B"}, context)
    assert run("create_inbox_notification", {"title": "T", "body": "B"}, context) == first
    assert len(outside.notifications) == 1


def test_an_inbox_notification_in_a_dry_run_is_not_written(outside: Outside) -> None:
    effects = RecordingEffects()
    run("create_inbox_notification", {"title": "T", "body": "B"}, step_context(effects))
    assert outside.notifications == {}
    assert effects.summaries == [{"channel": "dashboard", "title": "T", "severity": "info"}]


def test_an_unknown_severity_is_refused() -> None:
    with pytest.raises(ValidationError, match="severity"):
        run("create_inbox_notification", {"title": "T", "body": "B", "severity": "loud"})


def test_an_inbox_notification_of_a_step_in_a_block_has_its_own_id(outside: Outside) -> None:
    in_a_block = dataclasses.replace(step_context(), step_id="each/0/tell")
    output = run("create_inbox_notification", {"title": "T", "body": "B"}, in_a_block)
    assert output == {"notificationId": "run_1:each~0~tell:inbox"}


def test_a_report_s_text_is_posted_to_slack_as_the_report_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[tuple[str, Any]] = []
    monkeypatch.setattr(slack.webhooks, "of", lambda org_id: org_id)
    monkeypatch.setattr(slack, "post", lambda _webhook, text, blocks=None: posted.append((text, blocks)))
    message = build.message("1 price below yours", "Higher Level sells Blue Dream for $34, $6 below you.")
    report = {**rendered(message), "message": message.model_dump(mode="json")}
    for text in (report["text"], "Something else"):
        context = step_context(PerformingEffects(), outputs={"generate_competitor_report": report})
        run("slack_post", {"text": text}, context)
    assert [blocks for _, blocks in posted] == [slack_blocks(message), None]
    assert all(text for text, _ in posted)
