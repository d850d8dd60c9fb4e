from __future__ import annotations

import io
import json
import logging
from datetime import UTC, datetime
from typing import Any

import flask
import pytest
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from pydantic import BaseModel

from shared.api.answers import problem
from shared.api.errors import AuthError, ForbiddenError, RateLimitedError, not_found
from shared.api.http import Body, door, json_response, path_id, trace_id
from shared.api.paths import PLAYBOOK_EXECUTE
from shared.error_codes import ErrorCode
from shared.errors import (
    ConflictError,
    NotFoundError,
    OutcomeUnknownError,
    PermanentError,
    PlaybookError,
    TransientError,
)
from tests.unit.api.requests import request

LIMIT = 256 * 1024


@door()
def echo(request: flask.Request) -> flask.Response:
    return json_response({"size": len(request.get_data())})


def failing_with(error: Exception) -> flask.Response:
    @door()
    def failing(request: flask.Request) -> flask.Response:
        raise error

    return failing(request())


def content_of(response: flask.Response) -> Any:
    return json.loads(response.get_data())


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_a_method_that_is_not_served_gets_405_and_the_allowed_ones(method: str) -> None:
    response = echo(request(method=method))
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert response.mimetype == "application/problem+json"


@pytest.mark.parametrize(("path", "allowed"), [("/api/things/", "GET"), ("/api/things/x/send", "POST")])
def test_each_path_may_have_methods_of_its_own(path: str, allowed: str) -> None:
    @door(methods=lambda path: ("POST",) if path.endswith("/send") else ("GET",))
    def things(request: flask.Request) -> flask.Response:
        return json_response({"path": request.path})

    assert things(request(path, method=allowed)).status_code == 200
    refused = things(request(path, method="OPTIONS"))
    assert (refused.status_code, refused.headers["Allow"]) == (405, allowed)


def test_the_health_probe_never_reaches_a_post_handler() -> None:
    assert echo(request("/__/health", method="GET")).status_code == 405


def test_the_health_probe_never_reaches_a_get_handler() -> None:
    reached = []

    @door(methods=("GET", "POST"))
    def settings(request: flask.Request) -> flask.Response:
        reached.append(request.path)
        return json_response({})

    assert settings(request("/__/health", method="GET")).status_code == 204
    assert reached == []


def test_a_body_of_the_limit_passes() -> None:
    assert content_of(echo(request(data=b"x" * LIMIT))) == {"size": LIMIT}


def test_a_body_over_the_limit_gets_413() -> None:
    response = echo(request(data=b"x" * (LIMIT + 1)))
    assert response.status_code == 413
    assert str(LIMIT) in content_of(response)["detail"]


def test_a_body_over_the_limit_that_hides_its_length_gets_413() -> None:
    chunked = request(
        input_stream=io.BytesIO(b"x" * (LIMIT + 1)),
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    chunked.environ.pop("CONTENT_LENGTH", None)
    assert echo(chunked).status_code == 413


def test_a_refused_body_is_read_to_its_end() -> None:
    for hides_length in (False, True):
        sent = io.BytesIO(b"x" * (10 * LIMIT))
        overrides = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"} if hides_length else {}
        large = request(input_stream=sent, content_length=10 * LIMIT, environ_overrides=overrides)
        if hides_length:
            large.environ.pop("CONTENT_LENGTH", None)
        assert echo(large).status_code == 413
        assert sent.tell() == 10 * LIMIT


def test_the_framework_can_read_a_refused_body_to_its_end_after_the_answer() -> None:
    large = request(data=b"x" * (2 * LIMIT))
    assert echo(large).status_code == 413
    assert large.get_data() == b""


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundError("gone"), 404),
        (ConflictError("already done"), 409),
        (AuthError("who"), 401),
        (ForbiddenError("no"), 403),
        (RateLimitedError("slow down"), 429),
        (PermanentError("bad"), 422),
        (TransientError("later"), 503),
        (OutcomeUnknownError("perhaps"), 503),
        (PlaybookError("odd"), 500),
    ],
)
def test_an_error_of_the_product_becomes_its_problem(error: PlaybookError, status: int) -> None:
    response = failing_with(error)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert content_of(response)["status"] == status
    assert content_of(response)["detail"] == str(error)


def test_a_401_says_which_scheme_is_wanted() -> None:
    assert failing_with(AuthError("who")).headers["WWW-Authenticate"].startswith("Bearer")


def test_a_429_has_retry_after() -> None:
    assert failing_with(RateLimitedError("slow", retry_after_seconds=7)).headers["Retry-After"] == "7"


def test_a_503_has_retry_after() -> None:
    assert int(failing_with(TransientError("later")).headers["Retry-After"]) > 0
    assert failing_with(TransientError("later", retry_after_seconds=29.5)).headers["Retry-After"] == "30"


def test_an_unforeseen_error_is_logged_and_answered_without_internals(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = failing_with(RuntimeError("password is hunter2"))
    assert response.status_code == 500
    assert b"hunter2" not in response.get_data()
    assert any(record.exc_info for record in caplog.records)


def test_a_problem_carries_extra_members_beside_the_standard_ones() -> None:
    response = problem(
        402, "the SMS limit is reached", code=ErrorCode.TIER_LIMIT, title="Limit reached", upgradeHint="growth"
    )
    assert content_of(response) == {
        "type": "about:blank",
        "title": "Limit reached",
        "status": 402,
        "detail": "the SMS limit is reached",
        "code": "tier_limit",
        "upgradeHint": "growth",
    }


def test_a_model_is_answered_in_camel_case_without_its_empty_fields() -> None:
    class Answer(Body):
        execution_id: str
        status_reason: str | None = None

    assert content_of(json_response(Answer(executionId="e1"), 202)) == {"executionId": "e1"}


def test_times_are_answered_in_rfc_3339() -> None:
    moment = DatetimeWithNanoseconds(2026, 3, 8, 9, tzinfo=UTC)  # type: ignore[no-untyped-call]
    answer = content_of(json_response({"at": moment, "since": datetime(2026, 1, 1, tzinfo=UTC)}))
    assert answer == {"at": "2026-03-08T09:00:00Z", "since": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    "path",
    [
        "/api/playbooks/p-1/execute",
        "/demo/us-central1/execute/api/playbooks/p-1/execute",
        "/playbooks/p-1/execute/",
    ],
)
def test_the_id_is_read_from_the_end_of_the_path(path: str) -> None:
    assert path_id(request(path), PLAYBOOK_EXECUTE) == "p-1"


@pytest.mark.parametrize(
    "path",
    [
        "/api/playbooks//execute",
        "/api/playbooks/../execute",
        "/api/playbooks/__secret__/execute",
        "/api/playbooks/a%2Fb/execute",
        "/api/playbooks/a%00b/execute",
        "/api/playbooks/a%0A/execute",
        "/api/playbooks/" + "x" * 129 + "/execute",
        "/api/playbooks/p-1/execute/more",
        "/api/notplaybooks/p-1/execute",
        "/api/playbooks/p%C3%A9/execute",
    ],
)
def test_a_path_without_a_usable_id_does_not_exist(path: str) -> None:
    with pytest.raises(NotFoundError):
        path_id(request(path), PLAYBOOK_EXECUTE)


def test_missing_and_foreign_resources_are_reported_in_the_same_words() -> None:
    assert str(not_found("playbook 'p'")) == "playbook 'p' does not exist"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"traceparent": "00-" + "ab" * 16 + "-00f067aa0ba902b7-01"}, "ab" * 16),
        ({"X-Cloud-Trace-Context": "CD" * 16 + "/123;o=1"}, "cd" * 16),
        ({"traceparent": "rubbish", "X-Cloud-Trace-Context": "cd" * 16}, "cd" * 16),
        ({"traceparent": "00-" + "0" * 32 + "-00f067aa0ba902b7-01"}, None),
        ({"X-Cloud-Trace-Context": "'; drop"}, None),
        ({}, None),
    ],
)
def test_the_trace_is_read_from_either_header(headers: dict[str, str], expected: str | None) -> None:
    assert trace_id(request(headers=headers)) == expected


def test_a_mapping_of_models_is_answered_by_their_aliases() -> None:
    class Step(BaseModel):
        action: str

    assert content_of(json_response({"steps": [Step(action="set")]})) == {"steps": [{"action": "set"}]}
