"""Blackleaf over real HTTP: what is sent, and that its key, which travels in the query, shows nowhere."""

from __future__ import annotations

import logging
import traceback

import pytest

from shared.errors import OutcomeUnknownError, PermanentError, TransientError
from shared.messages.channels import blackleaf
from tests.unit.messages.provider import DROPPED, Answer, Provider

KEY = "leaf-key-7f3"
ACCEPTED = Answer(200, {"status": "success", "messageId": 4711})


def test_a_text_goes_out_with_key_number_and_body(blackleaf_provider: Provider) -> None:
    blackleaf_provider.will_answer(ACCEPTED)
    assert blackleaf.send("+13155550123", "Blue Dream & co: 15 % lower") == "4711"
    (request,) = blackleaf_provider.received
    assert (request.method, request.path) == ("GET", "/api/messaging/send/")
    assert request.query == {"apiKey": KEY, "to": "13155550123", "body": "Blue Dream & co: 15 % lower"}


def test_an_address_may_have_a_path(blackleaf_provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLACKLEAF_API_URL", f"{blackleaf_provider.url}/providers/blackleaf/")
    blackleaf_provider.will_answer(ACCEPTED)
    blackleaf.send("+13155550123", "hello")
    assert blackleaf_provider.received[0].path == "/providers/blackleaf/api/messaging/send/"


@pytest.mark.parametrize("written", ["3155550123", "(315) 555-0123", "+1 315 555 0123"])
def test_a_us_number_may_be_written_in_the_usual_ways(blackleaf_provider: Provider, written: str) -> None:
    blackleaf_provider.will_answer(ACCEPTED)
    blackleaf.send(written, "hello")
    assert blackleaf_provider.received[0].query["to"] == "13155550123"


def test_an_invalid_number_is_refused_before_anything_is_sent(blackleaf_provider: Provider) -> None:
    with pytest.raises(PermanentError, match=r"found a text of 7 characters; expected a phone number in E\.164"):
        blackleaf.send("call me", "hello")
    assert blackleaf_provider.received == []


def test_a_refusal_is_permanent_and_speaks_blackleafs_words(blackleaf_provider: Provider) -> None:
    blackleaf_provider.will_answer(Answer(200, {"status": "error", "error": "number opted out"}))
    with pytest.raises(PermanentError, match="number opted out"):
        blackleaf.send("+13155550123", "hello")


def test_a_definite_http_refusal_is_permanent(blackleaf_provider: Provider) -> None:
    blackleaf_provider.will_answer(Answer(403, {"status": "error", "error": "account closed"}))
    with pytest.raises(PermanentError, match="403: account closed"):
        blackleaf.send("+13155550123", "hello")


@pytest.mark.parametrize("answer", [DROPPED, Answer(200, "thanks"), Answer(200, {"status": "success"})])
def test_no_usable_answer_leaves_the_outcome_unknown(blackleaf_provider: Provider, answer: Answer) -> None:
    blackleaf_provider.will_answer(answer)
    with pytest.raises(OutcomeUnknownError):
        blackleaf.send("+13155550123", "hello")
    assert len(blackleaf_provider.received) == 1


def test_an_invalid_address_is_named(blackleaf_provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLACKLEAF_API_URL", "ftp://blackleaf.example")
    with pytest.raises(PermanentError, match="BLACKLEAF_API_URL"):
        blackleaf.send("+13155550123", "hello")


def test_a_missing_key_is_named(blackleaf_provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BLACKLEAF_API_KEY")
    with pytest.raises(PermanentError, match="BLACKLEAF_API_KEY"):
        blackleaf.send("+13155550123", "hello")


def test_the_key_is_in_no_log_line(blackleaf_provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "httpcore")
    blackleaf_provider.will_answer(ACCEPTED)
    blackleaf.send("+13155550123", "hello")
    assert caplog.records, "nothing was logged at all, so nothing was shown"
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    "answer", [DROPPED, Answer(500, {"error": f"bad request apiKey={KEY}"}), Answer(401, {"error": KEY})]
)
def test_the_key_is_in_no_traceback(blackleaf_provider: Provider, answer: Answer) -> None:
    blackleaf_provider.will_answer(answer)
    with pytest.raises((TransientError, PermanentError)) as caught:
        blackleaf.send("+13155550123", "hello")
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
    assert KEY not in shown
