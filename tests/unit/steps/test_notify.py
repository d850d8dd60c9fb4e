"""`notify`: who is reached over which channel, and what a failing channel leaves of the others."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from shared.errors import OutcomeUnknownError, PermanentError, TransientError
from shared.messages import mail, unsubscribe_link
from shared.messages.template import build
from shared.messages.template.models import Actions, Button
from shared.runs.errors import ParkedError
from shared.steps.base import StepContext
from shared.steps.registry import load_action
from shared.steps.reports import rendered
from tests.unit.steps.conftest import CONSENT, Outside
from tests.unit.steps.fakes import NOW, KeptParking, RecordingEffects, step_context

MESSAGE = build.message(
    "1 price below yours",
    "Higher Level sells Blue Dream 3.5g for $34, $6 below you.",
    build.titled("Prices below yours", build.table(("Product", "Theirs"), [("Blue Dream 3.5g", "$34.00")])),
)
RENDERED = {**rendered(MESSAGE), "message": MESSAGE.model_dump(mode="json")}
REPORT = {"generate_competitor_report": RENDERED}
SUBJECT_AND_BODY = {"subject": "Prices fell", "body": "Blue Dream is 15 % lower."}
ALL = ["email", "dashboard", "sms"]


def notify(context: StepContext | None = None, **params: Any) -> dict[str, Any]:
    action = load_action("notify")
    output = action.run(action.params.model_validate({**SUBJECT_AND_BODY, **params}), context or step_context())
    dumped: dict[str, Any] = output.model_dump(mode="json", by_alias=True, exclude_none=True)
    return dumped


def test_by_default_the_owner_gets_an_email_and_the_dashboard_a_line(outside: Outside) -> None:
    assert notify() == {
        "sent": [
            {"channel": "dashboard", "to": "org_1", "notificationId": "run_1:tell:inbox", "outcome": "sent"},
            {"channel": "email", "to": "owner@thrive.example", "messageId": "mj-1", "outcome": "sent"},
        ],
        "skipped": [],
    }
    ((custom_id, message),) = outside.emails
    assert custom_id == "run_1:tell"
    assert message.text == "Blue Dream is 15 % lower."
    assert "Blue Dream is 15 % lower.</p>" in (message.html or "")
    assert outside.texts == []


def test_explicit_channels_win_over_the_preferences(outside: Outside) -> None:
    outside.put_preferences({"weekly_report": {"email": False, "dashboard": False, "sms": False}})
    notify(channels=["email"])
    assert len(outside.emails) == 1
    assert outside.notifications == {}


def test_preferences_of_the_alert_type_choose_the_channels(outside: Outside) -> None:
    outside.put_preferences({"usage_alert": {"email": False, "dashboard": False, "sms": True}})
    notify(type="usage_alert")
    assert [to for to, _ in outside.texts] == ["+13155550123", "+13155550124"]
    assert outside.emails == []


def test_after_a_competitive_step_it_is_a_competitor_alert(outside: Outside) -> None:
    outside.put_preferences({"competitor_alert": {"email": False, "dashboard": True}})
    notify(step_context(outputs={"analyze_pricing": {"price_gap": 15}}))
    assert outside.emails == []
    (line,) = outside.notifications.values()
    assert (line.type, line.severity) == ("competitor_alert", "warning")


def test_an_alert_that_nobody_wants_is_not_a_failure(outside: Outside) -> None:
    outside.put_preferences({"weekly_report": {"email": False, "dashboard": False, "sms": False}})
    assert notify() == {"sent": [], "skipped": []}


def test_text_messages_are_one_segment_of_subject_and_body(outside: Outside) -> None:
    notify(channels=["sms"], body="very long " * 100)
    (_, text), _ = outside.texts
    assert text.startswith("Prices fell: very long")
    assert text.endswith("...")
    assert len(text) <= 160


def test_a_named_address_gets_the_email_instead_of_the_owner(outside: Outside) -> None:
    notify(to="boss@thrive.example")
    assert outside.emails[0][1].to == ("boss@thrive.example",)


def test_a_named_phone_gets_the_text_instead_of_the_staff(outside: Outside) -> None:
    outside.customers = [{"phone": "+13155550199", "smsConsent": CONSENT}]
    notify(to=["boss@thrive.example", "(315) 555-0199"])
    assert [to for to, _ in outside.texts] == ["+13155550199"]
    assert outside.emails[0][1].to == ("boss@thrive.example",)


def test_a_recipient_that_is_neither_is_named(outside: Outside) -> None:
    with pytest.raises(
        PermanentError, match="found a text of 8 characters; expected an email address or a phone number"
    ):
        notify(to="the boss")


def test_an_org_without_owner_email_is_reported_which_field(outside: Outside) -> None:
    with pytest.raises(PermanentError, match=r"tenants/org_1\.ownerEmail"):
        notify(step_context(owner_email=None))
    assert len(outside.notifications) == 1


def test_the_body_of_the_report_is_used_when_none_is_given(outside: Outside) -> None:
    notify(step_context(outputs={**REPORT, "analyze_pricing": {"summary": "x"}}), body=None)
    message = outside.emails[0][1]
    assert (message.text or "").startswith("Higher Level sells Blue Dream 3.5g for $34, $6 below you.")
    assert ">Prices below yours</h2>" in (message.html or "")


@pytest.mark.parametrize(
    "params",
    [{"html": RENDERED["html"]}, {"body": RENDERED["text"]}, {"body": RENDERED["text"], "html": RENDERED["html"]}],
    ids=["its html", "its text", "both"],
)
def test_a_report_goes_out_as_itself_over_each_channel(outside: Outside, params: dict[str, Any]) -> None:
    outside.put_org({"staffPhones": ["+13155550100"]})
    context = step_context(outputs=REPORT)
    notify(
        context,
        subject=MESSAGE.title,
        channels=["email", "sms"],
        to=["boss@thrive.example", "+13155550100"],
        **params,
    )
    ((_, message),), ((_, text),) = outside.emails, outside.texts
    assert message.content == MESSAGE
    assert "max-width: 100%" not in (message.html or "")
    assert text == "Higher Level sells Blue Dream 3.5g for $34, $6 below you."


def test_the_inbox_has_a_report_without_its_buttons(outside: Outside) -> None:
    button = Actions(buttons=(Button(label="Review and decide", url="https://app.example/decisions"),))
    message = MESSAGE.model_copy(update={"sections": (*MESSAGE.sections, button)})
    report = {**rendered(message), "message": message.model_dump(mode="json")}
    notify(step_context(outputs={"compose_report": report}), body=report["text"], channels=["email", "dashboard"])
    (line,) = outside.notifications.values()
    assert line.body == RENDERED["text"].strip()
    assert "https://app.example/decisions" in (outside.emails[0][1].text or "")


def test_a_report_that_an_author_has_changed_is_an_author_s(outside: Outside) -> None:
    notify(step_context(outputs=REPORT), html=f"<p>Look!</p>{RENDERED['html']}", channels=["email"])
    ((_, message),) = outside.emails
    assert message.content is None
    assert ">Look!</p>" in (message.html or "")
    assert "Blue Dream 3.5g</td>" in (message.html or "")


@pytest.mark.parametrize("kept", [None, {"title": 1}, {"title": "t", "sections": [{"kind": "hologram"}]}])
def test_a_report_of_before_a_deploy_is_sent_as_the_html_it_has(outside: Outside, kept: Any) -> None:
    old = {"compose_report": {**RENDERED, "message": kept}}
    notify(step_context(outputs=old), html=RENDERED["html"], channels=["email"])
    assert ">Prices below yours</h3>" in (outside.emails[0][1].html or "")


def test_the_summary_of_the_analysis_is_used_when_there_is_no_report(outside: Outside) -> None:
    notify(step_context(outputs={"analyze_pricing": {"summary": "One product is lower."}}), body=None)
    assert outside.emails[0][1].text == "One product is lower."


def test_no_body_anywhere_is_permanent_and_says_what_is_expected(outside: Outside) -> None:
    with pytest.raises(
        PermanentError, match=r"expected body, or generate_competitor_report\.text or analyze_pricing"
    ):
        notify(body=None)
    assert outside.notifications == {}


def test_without_a_body_the_html_is_used_on_every_channel(outside: Outside) -> None:
    notify(body=None, html="<h1>Look</h1>", channels=["dashboard", "email"])
    (line,) = outside.notifications.values()
    message = outside.emails[0][1]
    assert (line.body, message.text) == ("Look", "Look")
    assert ">Look</h1>" in (message.html or "")


def test_a_body_that_came_out_empty_counts_as_left_out(outside: Outside) -> None:
    notify(step_context(outputs={"analyze_pricing": {"summary": "One product is lower."}}), body=" ")
    assert outside.emails[0][1].text == "One product is lower."


def test_a_very_long_body_is_cut_on_the_dashboard_only(outside: Outside) -> None:
    notify(body="x" * 30_000)
    (line,) = outside.notifications.values()
    assert len(line.body) == 20_000
    assert outside.emails[0][1].text == "x" * 30_000


def test_a_given_html_is_the_emails(outside: Outside) -> None:
    notify(html="<h1>Look</h1>")
    message = outside.emails[0][1]
    assert message.text == SUBJECT_AND_BODY["body"]
    assert ">Look</h1>" in (message.html or "")
    assert SUBJECT_AND_BODY["body"] not in (message.html or "")


def test_the_owner_can_turn_the_alert_off_and_a_named_reader_only_their_own_mails(outside: Outside) -> None:
    notify(channels=["email"], type="usage_alert")
    notify(step_context(), channels=["email"], to="partner@b.example")
    (_, to_owner), (_, to_partner) = outside.emails
    for message, about in ((to_owner, {"t": "usage_alert"}), (to_partner, {"a": "partner@b.example"})):
        token = (message.unsubscribe_url or "").partition("?token=")[2]
        assert unsubscribe_link.read_token(token).model_dump(mode="json", by_alias=True, exclude_none=True) == {
            "o": "org_1",
            **about,
        }
    assert "Notification settings" in (to_owner.html or "")
    assert "Notification settings" not in (to_partner.html or "")


def test_a_mail_carries_the_run_that_it_comes_from(outside: Outside) -> None:
    notify(channels=["email"])
    origin = mail.parse_origin(outside.emails[0][1].payload or "")
    assert origin is not None
    assert (origin.org_id, origin.playbook_id, origin.execution_id) == ("org_1", "pb_1", "run_1")


def test_an_address_whose_mails_come_back_is_skipped_and_named(outside: Outside) -> None:
    outside.refusals = {"gone@b.example": "mails to it came back"}
    output = notify(channels=["email"], to=["gone@b.example", "here@b.example"])
    assert [each["to"] for each in output["sent"]] == ["here@b.example"]
    assert output["skipped"] == [
        {
            "channel": "email",
            "reason": "suppressed",
            "to": "g…@b.example",
            "detail": "mails to it came back",
        }
    ]
    assert outside.emails[0][1].to == ("here@b.example",)


def test_nobody_left_to_email_is_a_permanent_failure(outside: Outside) -> None:
    outside.refusals = {"owner@thrive.example": "mails to it came back"}
    with pytest.raises(PermanentError, match=r"to\[0\]: mails to it came back"):
        notify(channels=["email"])
    assert outside.emails == []


def test_a_channel_that_fails_permanently_is_named_after_the_others_went(outside: Outside) -> None:
    outside.put_org({"staffPhones": []})
    with pytest.raises(PermanentError, match=r"sms: nobody to text.*staffPhones is empty.*sent: dashboard, email"):
        notify(channels=ALL)
    assert len(outside.emails) == len(outside.notifications) == 1


def test_preferred_texts_without_a_phone_are_skipped_with_a_reason(outside: Outside) -> None:
    outside.put_org({})
    outside.put_preferences({"weekly_report": {"sms": True}})
    (skipped,) = notify()["skipped"]
    assert skipped["channel"] == "sms"
    assert "staffPhones is empty" in skipped["reason"]


def test_a_retry_repeats_only_what_was_not_done(outside: Outside) -> None:
    context = step_context()
    outside.email_failures = [TransientError("Mailjet answered 503")]
    with pytest.raises(TransientError, match="503"):
        notify(context, channels=ALL)
    assert len(outside.texts) == 2
    output = notify(context, channels=ALL)
    assert len(outside.emails) == 1
    assert len(outside.texts) == 2
    assert [each["channel"] for each in output["sent"]] == ["dashboard", "email", "sms", "sms"]


def test_one_phone_that_is_refused_does_not_keep_the_others_from_it(outside: Outside) -> None:
    outside.text_failures = {"+13155550123": PermanentError("number opted out")}
    with pytest.raises(PermanentError, match=r"sms to …0123: number opted out"):
        notify(channels=["sms"])
    assert [to for to, _ in outside.texts] == ["+13155550124"]


def test_a_passing_failure_is_retried_before_a_final_one_is_reported(outside: Outside) -> None:
    outside.email_failures = [TransientError("Mailjet answered 503")]
    outside.text_failures = {"+13155550123": PermanentError("number opted out")}
    context = step_context()
    with pytest.raises(TransientError):
        notify(context, channels=ALL)
    with pytest.raises(PermanentError, match="opted out"):
        notify(context, channels=ALL)
    assert len(outside.emails) == 1


def test_a_text_without_an_answer_is_reported_as_unknown_and_not_repeated(outside: Outside) -> None:
    context = step_context()
    outside.put_org({"staffPhones": ["+13155550123"]})
    outside.text_failures = {"+13155550123": OutcomeUnknownError("dropped")}
    notify(context, channels=["sms"])
    outside.text_failures = {}
    (text,) = notify(context, channels=["sms"])["sent"]
    assert text["outcome"] == "unknown"
    assert "not sent again" in text["note"]
    assert outside.texts == []


def test_a_dry_run_reaches_nobody_and_lists_every_effect(outside: Outside) -> None:
    effects = RecordingEffects()
    notify(step_context(effects), channels=ALL)
    assert [summary["channel"] for summary in effects.summaries] == ["dashboard", "email", "sms", "sms"]
    assert not outside.emails
    assert not outside.texts
    assert not outside.notifications


def test_a_customer_who_opted_out_is_not_texted_and_the_others_are(outside: Outside) -> None:
    outside.customers = [{"phone": phone, "smsConsent": CONSENT} for phone in ("+13155550177", "+13155550178")]
    outside.put_opt_outs({"+13155550177"})
    output = notify(to=["+13155550177", "+13155550178", "+13155550179"], channels=["sms"])
    assert [to for to, _ in outside.texts] == ["+13155550178"]
    assert [(one["to"], one["reason"]) for one in output["skipped"]] == [
        ("…0177", "opted_out"),
        ("…0179", "no_consent"),
    ]


def test_staff_who_replied_stop_are_not_texted_and_the_others_are(outside: Outside) -> None:
    outside.put_opt_outs({"+13155550123"})
    notify(channels=["sms"])
    assert [to for to, _ in outside.texts] == ["+13155550124"]


def test_a_text_that_went_out_stays_sent_when_its_reader_opts_out_before_the_retry(outside: Outside) -> None:
    outside.customers = [{"phone": "+13155550177", "smsConsent": CONSENT}]
    context = step_context()
    notify(context, to="+13155550177", channels=["sms"])
    outside.put_opt_outs({"+13155550177"})
    assert notify(context, to="+13155550177", channels=["sms"])["sent"][0]["messageId"] == "bl-1"
    assert len(outside.texts) == 1


def test_texts_that_may_go_go_and_the_others_wait_for_the_morning(outside: Outside) -> None:
    """9:00 in New York is 6:00 in Los Angeles."""
    outside.customers = [{"phone": phone, "smsConsent": CONSENT} for phone in ("+13155550177", "+12135550178")]
    parking = KeptParking()
    context = dataclasses.replace(step_context(), parking=parking)
    with pytest.raises(ParkedError):
        notify(context, to=["+12135550178", "+13155550177"], channels=["sms"])
    assert [to for to, _ in outside.texts] == ["+13155550177"]
    assert parking.parked == [(NOW + timedelta(hours=2), "Waits until 11:00 AM (quiet hours)")]
    notify(dataclasses.replace(context, now=NOW + timedelta(hours=2)), to=["+12135550178", "+13155550177"])
    assert [to for to, _ in outside.texts] == ["+13155550177", "+12135550178"]


def test_the_inbox_may_say_less_than_the_mail(outside: Outside) -> None:
    notify(body="Maya Ortiz stays away.", inboxBody="A customer stays away.")
    ((_, message),) = outside.emails
    (line,) = outside.notifications.values()
    assert (message.text, line.body) == ("Maya Ortiz stays away.", "A customer stays away.")
