"""Replies to texts at the door: acted on once, answered once, in any order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import httpx
import pytest

from functions.sms_inbound import sms_inbound
from local.stack.running import Stack
from shared.compliance import sms_opt_outs
from shared.errors import TransientError
from shared.messages.channels import blackleaf
from shared.notices import sms_replies
from shared.notices.sms_replies import InboundText
from tests.emulator.executions import documents

PHONE = "+13155550177"
SECRET = "inbound-secret"
NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.fixture(autouse=True)
def stack(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.setenv("SMS_INBOUND_SECRET", SECRET)
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    httpx.delete(f"{on_emulators.console_url}/api/faults")
    return on_emulators


def post(secret: str = SECRET, *, json: Any = None, **form: str) -> tuple[int, Any]:
    given: dict[str, Any] = {"json": json} if json is not None else {"data": form}
    path = f"/api/sms/inbound/{secret}"
    with flask.Flask("door").test_request_context(path, method="POST", **given) as context:
        answer = sms_inbound(context.request)
        return answer.status_code, answer.get_json()


def reply(body: str, message_id: str, minute: int = 0) -> None:
    message = InboundText.model_validate(
        {"From": PHONE, "Body": body, "MessageSid": message_id, "SentAt": NOW + timedelta(minutes=minute)}
    )
    sms_replies.receive(message, NOW + timedelta(hours=1))


def answers(stack: Stack) -> list[str]:
    outbox = httpx.get(f"{stack.console_url}/api/outbox", params={"channel": "sms"}).json()
    return [one["text"] for one in outbox]


@pytest.mark.parametrize("as_json", [False, True])
def test_a_stop_is_an_opt_out_that_is_confirmed_once(stack: Stack, as_json: bool) -> None:
    form = {"From": PHONE, "To": "+13155550000", "Body": "Stop.", "MessageSid": "m1"}
    for _ in range(3):
        assert (post(json=form) if as_json else post(**form)) == (200, {"keyword": "stop"})
    assert sms_opt_outs.has_opted_out(PHONE)
    assert len(answers(stack)) == 1
    assert post(**{**form, "MessageSid": "m2"})[0] == 200
    assert len(answers(stack)) == 1
    assert documents("playbook_executions") == []


def test_start_brings_texts_back_and_help_is_answered_each_time(stack: Stack) -> None:
    reply("STOP", "m1", 1)
    reply("Start", "m2", 2)
    assert not sms_opt_outs.has_opted_out(PHONE)
    reply("HELP", "m3", 3)
    reply("help!", "m4", 4)
    reply("see you at 5", "m5", 5)
    said = answers(stack)
    assert ["START" in said[0], "again" in said[1], "email" in said[2], "email" in said[3]] == [True] * 4
    assert len(said) == 4


def test_replies_that_come_late_and_again_leave_the_last_word(stack: Stack) -> None:
    reply("START", "m2", 2)
    reply("STOP", "m1", 1)
    assert not sms_opt_outs.has_opted_out(PHONE)
    reply("STOP", "m3", 3)
    reply("START", "m2", 2)
    assert sms_opt_outs.has_opted_out(PHONE)


def test_a_replay_without_a_time_is_as_old_as_it_was() -> None:
    stop, start = (
        InboundText.model_validate({"From": PHONE, "Body": word, "MessageSid": word}) for word in ("STOP", "START")
    )
    sms_replies.receive(stop, NOW)
    sms_replies.receive(start, NOW + timedelta(minutes=1))
    sms_replies.receive(stop, NOW + timedelta(minutes=2))
    assert not sms_opt_outs.has_opted_out(PHONE)


def test_an_answer_that_was_certainly_not_sent_is_sent_by_the_next_call(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(_to: str, _body: str) -> str:
        raise TransientError("not reached")

    with monkeypatch.context() as broken:
        broken.setattr(blackleaf, "send", unreachable)
        with pytest.raises(TransientError):
            reply("STOP", "m1")
    assert sms_opt_outs.has_opted_out(PHONE)
    reply("STOP", "m1")
    reply("STOP", "m1")
    assert len(answers(stack)) == 1


@pytest.mark.parametrize("secret", ["", "wrong", SECRET.upper()])
def test_a_call_without_the_secret_changes_nothing(secret: str) -> None:
    assert post(secret, From=PHONE, Body="STOP", MessageSid="m1")[0] == 401
    assert not sms_opt_outs.has_opted_out(PHONE)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"From": "x", "Body": "STOP", "MessageSid": "m"}, "From"),
        ({"Body": "STOP", "MessageSid": "m"}, "From"),
        ({"From": PHONE, "MessageSid": "m"}, "Body"),
        ({"From": PHONE, "Body": "STOP"}, "MessageSid"),
    ],
)
def test_what_is_malformed_is_a_problem_that_names_the_field(form: dict[str, str], field: str) -> None:
    for status, answer in (post(**form), post(json=form)):
        assert 400 <= status < 500
        assert field in answer["detail"]


def test_what_is_no_json_and_no_form_is_refused() -> None:
    with flask.Flask("door").test_request_context(
        f"/api/sms/inbound/{SECRET}", method="POST", data="<x/>"
    ) as context:
        assert sms_inbound(context.request).status_code == 400
