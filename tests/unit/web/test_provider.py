"""A provider's API over real HTTP: the four outcomes of a call, and what its errors may say."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import OutcomeUnknownError, PermanentError, ThrottledError, TransientError
from shared.web import provider as base
from shared.web.provider import Answer as Said
from shared.web.provider import ProviderApi, RefusedError
from tests.unit.messages.provider import DROPPED, SILENCE, Answer, Provider, running_provider

SECRET = "s3cret"
API = ProviderApi("Pigeon", "PIGEON_URL", lambda answer: answer.text(), secrets=(SECRET,))


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


def send(provider: Provider, api: ProviderApi = API) -> Said:
    return api.call("POST", f"{provider.url}/send", body={"text": "hello"}, sending="the text")


def ask(provider: Provider, api: ProviderApi = API) -> Said:
    return api.call("GET", f"{provider.url}/sent", params={"id": "7"})


def test_what_is_sent_and_what_comes_back(provider: Provider) -> None:
    provider.will_answer(Answer(201, {"id": 7}, {"X-Trace": "t"}))
    answer = send(provider)
    assert (answer.status, answer.json_object(), answer.headers["x-trace"]) == (201, {"id": 7}, "t")
    (request,) = provider.received
    assert (request.method, request.path, request.body) == ("POST", "/send", {"text": "hello"})
    ask(provider)
    assert provider.received[1].query == {"id": "7"}


def test_a_refused_connection_means_never_sent() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    assert_never_sent(url)


def test_a_name_that_nobody_knows_means_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: Any, **_options: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert_never_sent("http://pigeon.example")


def assert_never_sent(url: str) -> None:
    with pytest.raises(TransientError, match=r"Pigeon could not be reached .*; the text was not sent") as caught:
        API.call("POST", url, body=b"x", sending="the text")
    assert not isinstance(caught.value, OutcomeUnknownError)


@pytest.mark.parametrize("answer", [DROPPED, SILENCE])
def test_no_answer_after_the_request_leaves_the_outcome_unknown(
    provider: Provider, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "READ_SECONDS", 0.2)
    provider.will_answer(answer)
    with pytest.raises(OutcomeUnknownError, match=r"Pigeon did not answer .*; it may have accepted the text"):
        send(provider)
    assert len(provider.received) == 1, "it is not repeated"
    with pytest.raises(TransientError, match="Pigeon did not answer") as caught:
        ask(provider)
    assert not isinstance(caught.value, OutcomeUnknownError), "a question changes nothing"


def test_an_answer_that_does_not_end_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(1_000))
    monkeypatch.setattr(base, "time", SimpleNamespace(monotonic=lambda: next(now)))
    trickle: Any = SimpleNamespace(iter_bytes=lambda: iter([b"."] * 1_000))
    with pytest.raises(httpx.ReadTimeout):
        base._bounded(trickle, 10_000, 15)


def test_an_answer_that_is_too_large_is_not_read_to_its_end(provider: Provider) -> None:
    small = ProviderApi("Pigeon", "PIGEON_URL", lambda answer: answer.text(), max_answer_bytes=100)
    provider.will_answer(Answer(200, "x" * 101))
    with pytest.raises(OutcomeUnknownError, match="more than 100 bytes; it may have accepted the text"):
        send(provider, small)
    with pytest.raises(PermanentError, match="more than 100 bytes"):
        ask(provider, small)
    provider.will_answer(Answer(400, "y" * 101))
    with pytest.raises(RefusedError, match=f"Pigeon answered 400: {'y' * 100}$"):
        send(provider, small)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_refused_and_not_followed(provider: Provider, status: int) -> None:
    provider.will_answer(Answer(status, "", {"Location": f"{provider.url}/elsewhere"}))
    with pytest.raises(RefusedError, match=f"{status}: found a redirect"):
        send(provider)
    assert [request.path for request in provider.received] == ["/send"]


@given(status=st.integers(300, 599), is_question=st.booleans())
def test_each_status_has_one_outcome(status: int, is_question: bool) -> None:
    api = ProviderApi(
        "Pigeon", "URL", lambda _: "no", may_have_taken={502}, passes=lambda answer: answer.status == 403
    )
    error = api._error(Said(status, {"retry-after": "90"}, b""), None if is_question else "the text")
    if status == 502 and not is_question:
        assert isinstance(error, OutcomeUnknownError)
    elif status in (403, 429):
        assert type(error) is ThrottledError
    elif status >= 500 or status in (408, 425):
        assert type(error) is TransientError
    else:
        assert isinstance(error, RefusedError)
        assert error.answer.status == status
    assert getattr(error, "retry_after_seconds", 90) == 90


@pytest.mark.parametrize("status", [429, 503])
def test_both_forms_of_retry_after_are_carried(provider: Provider, status: int) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    for header, least, most in (("120", 120, 120), (at, 500, 600)):
        provider.will_answer(Answer(status, "slow down", {"Retry-After": header}))
        with pytest.raises(TransientError, match=f"{status}: slow down") as caught:
            send(provider)
        assert not isinstance(caught.value, OutcomeUnknownError)
        assert least <= caught.value.retry_after_seconds <= most


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("", "Bad Request"),
        ("no\n\x1b[31m  such\tuser", "no [31m such user"),
        ("key s3cret of ann@shop.example", "key … of [email]"),
        ("z" * 100_000, f"{'z' * 299}…"),
    ],
)
def test_the_providers_words_are_bounded_and_hold_no_secret(provider: Provider, body: str, shown: str) -> None:
    provider.will_answer(Answer(400, body))
    with pytest.raises(RefusedError) as caught:
        send(provider)
    assert str(caught.value) == f"Pigeon answered 400: {shown}"


@pytest.mark.parametrize("answer", [Answer(200, {}), DROPPED, Answer(500, "sorry")])
def test_a_secret_in_the_url_is_in_no_log_line_and_no_traceback(
    provider: Provider, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "httpcore")
    provider.will_answer(answer)
    shown = ""
    try:
        API.call("GET", f"{provider.url}/hook/{SECRET}", params={"key": SECRET}, sending="the text")
    except TransientError as error:
        shown = "".join(traceback.format_exception(error)) + repr(error.__context__)
    assert provider.received[0].query == {"key": SECRET}
    assert caplog.records, "nothing was logged at all, so nothing was shown"
    assert SECRET not in caplog.text + shown + repr(API)


@pytest.mark.parametrize("url", ["ftp://pigeon.example", "pigeon.example", "http://pigeon.example:x"])
def test_an_invalid_address_names_the_setting(url: str) -> None:
    with pytest.raises(PermanentError, match=r"Pigeon can.t be called .* expected its URL in PIGEON_URL"):
        API.call("GET", url)
