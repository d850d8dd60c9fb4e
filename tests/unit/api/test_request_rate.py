from __future__ import annotations

import flask
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.api import auth, request_rate
from shared.api.errors import RateLimitedError
from shared.api.http import door, json_response
from shared.api.principal import Principal
from shared.api.request_rate import MOST_CREDENTIALS, REQUESTS_A_MINUTE, RequestRate

AGENT = Principal(kind="agent", org_id="org_a", agent="pops", key_id="k1")
USER = Principal(kind="user", org_id="org_a", uid="u1", role="editor")


@pytest.fixture(autouse=True)
def time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_rate, "_rate", RequestRate(now=lambda: 0.0))
    monkeypatch.setattr(request_rate, "_logged", RequestRate(a_minute=1, now=lambda: 0.0))


@given(
    a_minute=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 90, allow_nan=False), min_size=1, max_size=200),
)
def test_no_minute_exceeds_twice_the_limit_and_callers_that_wait_are_accepted(
    a_minute: int, pauses: list[float]
) -> None:
    now = 1_000.0
    rate = RequestRate(a_minute, lambda: now)
    passed: list[float] = []
    for pause in pauses:
        now += pause
        wait = rate.seconds_to_wait("k")
        if wait:
            assert wait <= 60 / a_minute + 1e-6
            now += wait + 1e-6
            assert rate.seconds_to_wait("k") == 0, "it waited for as long as it was told to"
        passed.append(now)
        assert sum(now - at < 60 for at in passed) <= 2 * a_minute, "a full bucket, and what a minute adds"


def test_credentials_have_separate_rate_limits() -> None:
    for _ in range(REQUESTS_A_MINUTE):
        request_rate.require_room(AGENT)
    with pytest.raises(RateLimitedError, match="at most 600 a minute"):
        request_rate.require_room(AGENT)
    request_rate.require_room(USER)


def test_the_scheduler_has_no_limit() -> None:
    for _ in range(2 * REQUESTS_A_MINUTE + 1):
        request_rate.require_room(Principal(kind="cron"))


def test_a_rate_limit_is_logged_once_and_memory_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(REQUESTS_A_MINUTE):
        request_rate.require_room(USER)
    for _ in range(3):
        with pytest.raises(RateLimitedError):
            request_rate.require_room(USER)
    assert caplog.text.count("too many requests") == 1
    rate = RequestRate()
    for number in range(MOST_CREDENTIALS + 10):
        rate.seconds_to_wait(str(number))
    assert len(rate._buckets) == MOST_CREDENTIALS


def test_a_door_over_the_rate_limit_answers_429_with_retry_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth._authenticator, "authenticate", lambda *_: AGENT)

    @door(methods=("GET",))
    def hello(request: flask.Request) -> flask.Response:
        auth.authenticate(request)
        return json_response({"hello": True}, 200)

    app = flask.Flask(__name__)
    with app.test_request_context("/", method="GET"):
        answers = [hello(flask.request) for _ in range(REQUESTS_A_MINUTE + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "1"
