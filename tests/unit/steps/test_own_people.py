"""What steps tell the owner and the staff: by night, once too often, and after the org has changed its mind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.billing.prices import cost
from shared.errors import PermanentError
from shared.notices import outbox, policy
from shared.steps.base import Output, StepContext
from shared.steps.registry import load_action
from tests.unit.steps.conftest import Outside
from tests.unit.steps.fakes import PerformingEffects, RecordingEffects, step_context

NIGHT = datetime(2026, 11, 24, 4, tzinfo=UTC)
"""11 PM in New York."""
MORNING = datetime(2026, 11, 24, 13, tzinfo=UTC)
QUIET = {"quietHours": {"start": "21:00", "end": "08:00"}}
GOES_OUT = "Goes out tomorrow at 8:00 AM, when quiet hours end."
PHONE = "+13155550123"
TELL = {"subject": "Low", "body": "Blue Dream: 2 left.", "channels": ["email", "sms"]}


@pytest.fixture
def night(outside: Outside) -> Outside:
    outside.put_preferences(QUIET)
    outside.put_org({"staffPhones": [PHONE], "timezone": "America/New_York", "tierId": "growth"})
    return outside


def at_night(effects: PerformingEffects | RecordingEffects | None = None, *, chosen: bool = False) -> StepContext:
    return replace(step_context(effects), now=NIGHT, at_chosen_time=chosen)


def run(name: str, context: StepContext, **params: Any) -> tuple[dict[str, Any], Output]:
    action = load_action(name)
    output = action.run(action.params.model_validate(params), context)
    return output.model_dump(mode="json", by_alias=True, exclude_none=True), output


def let_morning_come(outside: Outside) -> None:
    for name in list(outside.tasks):
        outbox.send_waiting(name.partition("-")[0], MORNING)


def test_at_night_the_step_queues_the_message_and_says_when_it_is_sent(night: Outside) -> None:
    effects = PerformingEffects()
    told, output = run("notify", at_night(effects), **TELL)
    assert [(one["channel"], one["outcome"], one["note"]) for one in told["sent"]] == [
        ("email", "waiting", GOES_OUT),
        ("sms", "waiting", GOES_OUT),
    ]
    assert output.run_note() == GOES_OUT
    assert (night.emails, night.texts, night.month()) == ([], [], {})
    assert set(night.tasks.values()) == {MORNING}
    let_morning_come(night)
    let_morning_come(night)
    assert [(custom_id, mail.subject) for custom_id, mail in night.emails] == [("run_1:tell", "Low")]
    assert night.texts == [(PHONE, "Low: Blue Dream: 2 left.")]
    assert effects.charged == [replace(cost(item), billed=True) for item in ("email", "sms_internal")]
    assert night.month()["emailsUsed"] == night.month()["smsInternalUsed"] == 1


def test_a_retry_after_queueing_returns_the_same_and_sends_nothing(night: Outside) -> None:
    context = at_night()
    first, _ = run("notify", context, **TELL)
    assert run("notify", context, **TELL)[0] == first
    assert run("notify", at_night(), **TELL)[0] == first, "also where the run has lost its receipt"
    let_morning_come(night)
    assert (len(night.emails), len(night.texts)) == (1, 1)


@pytest.mark.parametrize("chosen", [True, False])
def test_requested_and_critical_messages_are_sent_at_night(night: Outside, chosen: bool) -> None:
    told, _ = run("notify", at_night(chosen=chosen), **TELL, **({} if chosen else {"severity": "critical"}))
    assert [one["outcome"] for one in told["sent"]] == ["sent", "sent"]
    assert (len(night.emails), len(night.texts)) == (1, 1)


def test_a_text_of_send_sms_to_the_staff_waits_too(night: Outside) -> None:
    told, output = run("send_sms", at_night(), to=PHONE, body="Count the safe.")
    assert (told["outcome"], told["note"]) == ("waiting", GOES_OUT)
    assert output.run_note() == GOES_OUT
    let_morning_come(night)
    assert night.texts == [(PHONE, "Count the safe.")]


def test_an_html_mail_of_the_night_is_the_same_in_the_morning(night: Outside) -> None:
    html = "<h1>Look</h1><p>2 left.</p>"
    run("notify", at_night(chosen=True), **{**TELL, "channels": ["email"]}, html=html)
    run("notify", replace(at_night(), step_id="again"), **{**TELL, "channels": ["email"]}, html=html)
    let_morning_come(night)
    (_, by_night), (_, by_day) = night.emails
    assert (by_day.html, by_day.text) == (by_night.html, by_night.text)


def test_a_mail_that_is_too_large_to_be_kept_goes_out_by_night(night: Outside) -> None:
    told, _ = run("notify", at_night(), subject="Long", body="word " * 300_000, channels=["email"])
    assert [one["outcome"] for one in told["sent"]] == ["sent"]


def test_a_refusal_in_the_morning_is_noted_in_the_inbox(night: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[str] = []
    monkeypatch.setattr("shared.notices.inbox.annotate", lambda _id, _line, note: notes.append(note))
    run("notify", at_night(), **{**TELL, "channels": ["sms"]})
    night.text_failures = {PHONE: PermanentError("a landline")}
    let_morning_come(night)
    assert notes == ["Not texted to …0123: a landline."]


def test_the_staff_get_only_so_many_texts_an_hour(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "TEXTS_AN_HOUR", 3)
    effects = [PerformingEffects() for _ in range(3)]
    told = [
        run("notify", replace(step_context(one), step_id=f"tell{number}"), **{**TELL, "channels": ["sms"]})
        for number, one in enumerate(effects)
    ]
    assert len(outside.texts) == 3
    assert [len(one["sent"]) for one, _ in told] == [2, 1, 0]
    skipped = told[2][0]["skipped"]
    assert [(one["to"], one["reason"]) for one in skipped] == [("…0123", "rate_limit"), ("…0124", "rate_limit")]
    assert "weren't sent" in str(told[2][1].run_note())
    assert sum(len(one.charged) for one in effects) == 3, "what does not go out costs nothing"
    assert outside.month()["smsInternalUsed"] == 3


def test_a_dry_run_at_night_records_the_same_as_by_day(night: Outside) -> None:
    by_night, by_day = RecordingEffects(), RecordingEffects()
    run("notify", at_night(by_night), **TELL)
    run("notify", step_context(by_day), **TELL)
    assert by_night.recorded == by_day.recorded
    assert (night.tasks, night.memory.fields("alert_deliveries")) == ({}, {})


def test_a_text_sent_before_a_crash_is_not_repeated(
    outside: Outside,
) -> None:
    effects = PerformingEffects()
    context = step_context(effects)
    params = {**TELL, "channels": ["sms"]}
    first, _ = run("notify", context, **params)
    for key in effects.journal:
        effects.intend(key)
    assert run("notify", context, **params)[0] == first
    assert len(outside.texts) == 2
