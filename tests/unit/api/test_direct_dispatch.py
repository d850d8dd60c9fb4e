"""Requests reach a function past the framework's own dispatch, and everything else stays the framework's."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import flask
import functions_framework
import pytest

from shared.api.direct_dispatch import dispatch_directly

ROOT = Path(__file__).parents[3]


def app_of(function_id: str) -> Any:
    make: Any = functions_framework.create_app
    return make(function_id, str(ROOT / "main.py"), "http")


def test_a_request_reaches_the_function_without_the_frameworks_view(monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_of("execute")
    monkeypatch.setitem(app.view_functions, "run", lambda **_: flask.abort(418))
    answer = app.test_client().get("/api/playbooks/pb-1/execute")
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("path", ["/robots.txt", "/favicon.ico"])
def test_the_frameworks_own_answers_are_unchanged(path: str) -> None:
    assert app_of("execute").test_client().get(path).status_code == 404


def test_a_body_that_no_handler_reads_is_read_before_the_answer() -> None:
    body = io.BytesIO(b"x" * 1_000)
    answer = app_of("execute").test_client().put("/", input_stream=body, content_length=1_000)
    assert answer.status_code == 405
    assert body.tell() == 1_000


def test_a_function_that_leaves_events_to_the_framework_is_served_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNCTION_SIGNATURE_TYPE", "cloudevent")
    make: Any = functions_framework.create_app
    app = make("on_playbook_created", str(ROOT / "main.py"))
    assert type(app.wsgi_app).__module__ == "functions_framework.execution_id"


def test_installing_direct_dispatch_twice_installs_it_once() -> None:
    app = app_of("execute")
    first = app.wsgi_app
    with app.app_context():
        import main

        dispatch_directly(main.execute)
    assert app.wsgi_app is first
