"""What messages cost, and that a message is paid for once, however often its step runs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shared.billing.prices import cost
from shared.errors import OutcomeUnknownError, TransientError
from shared.steps.base import StepContext
from shared.steps.registry import load_action
from tests.unit.steps.conftest import CONSENT, Outside
from tests.unit.steps.fakes import PerformingEffects, step_context

MAIL = {"to": ["a@b.example", "c@d.example"], "subject": "Hi", "text": "Hello"}


@pytest.fixture
def effects() -> PerformingEffects:
    return PerformingEffects()


@pytest.fixture
def context(effects: PerformingEffects) -> StepContext:
    return step_context(effects)


def run(name: str, params: dict[str, Any], context: StepContext) -> None:
    action = load_action(name)
    action.run(action.params.model_validate(params), context)


def test_an_email_costs_its_recipients(outside: Outside, effects: PerformingEffects, context: StepContext) -> None:
    run("send_email", MAIL, context)
    assert effects.charged == [cost("email", 2)]
    assert effects.charged[0].usd > 0
    assert context.costs == []


def test_a_mail_that_a_retry_finds_again_is_paid_once(
    outside: Outside, effects: PerformingEffects, context: StepContext
) -> None:
    outside.email_failures = [OutcomeUnknownError("dropped")]
    with pytest.raises(TransientError):
        run("send_email", MAIL, context)
    assert effects.charged == []
    outside.emails.append(("run_1:tell", None))  # type: ignore[arg-type]  # it had arrived after all
    run("send_email", MAIL, context)
    run("send_email", MAIL, context)
    assert effects.charged == [cost("email", 2)]


def test_a_text_with_an_unknown_outcome_counts_as_sent(
    outside: Outside, effects: PerformingEffects, context: StepContext
) -> None:
    outside.customers = [{"phone": "+13155550199", "smsConsent": CONSENT}]
    outside.text_failures = {"+13155550199": OutcomeUnknownError("dropped")}
    run("send_sms", {"to": "+13155550199", "body": "Hello"}, context)
    assert effects.charged == [cost("sms_customer")]


def test_a_refused_mail_costs_nothing(outside: Outside, effects: PerformingEffects, context: StepContext) -> None:
    outside.email_failures = [TransientError("503")]
    with pytest.raises(TransientError):
        run("send_email", MAIL, context)
    assert effects.charged == []


def test_messages_sent_before_another_channel_failed_are_charged_once(
    outside: Outside, effects: PerformingEffects, context: StepContext
) -> None:
    params = {"subject": "S", "body": "B", "channels": ["email", "sms"]}
    outside.text_failures = {"+13155550124": TransientError("503")}
    with pytest.raises(TransientError):
        run("notify", params, context)
    outside.text_failures = {}
    run("notify", params, context)
    charged = [cost("email"), cost("sms_internal"), cost("sms_internal")]
    assert effects.charged == [replace(one, billed=True) for one in charged], "the month has it from the outbox"
    usd = float(sum(one.usd for one in charged))
    assert outside.month() == {"emailsUsed": 1, "smsInternalUsed": 2, "costUsd": pytest.approx(usd)}


def test_staff_texts_count_as_internal_and_named_ones_as_customers(outside: Outside) -> None:
    outside.customers = [{"phone": "+13155550199", "smsConsent": CONSENT}]
    staff, named = PerformingEffects(), PerformingEffects()
    run("notify", {"subject": "S", "body": "B", "channels": ["sms"]}, step_context(staff))
    run("notify", {"subject": "S", "body": "B", "channels": ["sms"], "to": "+13155550199"}, step_context(named))
    assert [charged.item for charged in staff.charged] == ["sms_internal", "sms_internal"]
    assert [charged.item for charged in named.charged] == ["sms_customer"]


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("send_email", {"to": "a@b.example"}, {"email": 1}),
        ("send_email", {"to": ["a@b.example", "{{ event.email }}"]}, {"email": 2}),
        ("send_sms", {"to": "+13155550123"}, {"sms_customer": 1}),
        ("notify", {}, {"email": 1}),
        ("notify", {"to": ["a@b.example", "c@d.example", "+13155550199"]}, {"email": 2, "sms_customer": 1}),
        ("notify", {"to": "{{ user.email }}"}, {"email": 1}),
        ("notify", {"channels": ["dashboard"]}, {}),
        ("notify", {"channels": ["sms", "email"]}, {"email": 1, "sms_internal": 1}),
        ("notify", {"channels": ["sms"], "to": ["+13155550199", 3155550198]}, {"sms_customer": 2}),
        ("slack_post", {"text": "Hi"}, {}),
        ("save_to_drive", {"name": "a"}, {}),
        ("save_file", {"name": "a"}, {}),
        ("create_inbox_notification", {}, {}),
    ],
)
def test_the_usual_use_is_reported_from_the_params(
    name: str, params: dict[str, Any], expected: dict[str, int]
) -> None:
    used = load_action(name).typical_use(params)
    assert used == expected
    assert all(cost(item, quantity).usd > Decimal(0) for item, quantity in used.items())
