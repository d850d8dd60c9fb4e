"""`http_request` against a real server: what is sent, what comes back, and what a failure means."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from pydantic import ValidationError

from shared.errors import PermanentError, TransientError
from shared.steps.delivery.http_request import HttpRequest, HttpRequestOutput, HttpRequestParams
from tests.unit.steps.surroundings import PerformingEffects, step_context
from tests.unit.web.conftest import Site, running_site


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("ALLOW_PRIVATE_NETWORK_FETCH", "true")
    yield from running_site()


def _call(effects: PerformingEffects | None = None, **params: Any) -> HttpRequestOutput:
    return HttpRequest().run(HttpRequestParams.model_validate(params), step_context(effects))


def test_json_comes_back_parsed(site: Site) -> None:
    url = site.page("/api", b'{"rows": [[1], [2]]}', headers={"Content-Type": "application/json"})
    output = _call(url=url)
    assert (output.status, output.body, output.outcome) == (200, {"rows": [[1], [2]]}, "answered")


def test_other_answers_come_back_as_text(site: Site) -> None:
    assert _call(url=site.page("/api", b"pong")).body == "pong"


def test_what_only_claims_to_be_json_comes_back_as_text(site: Site) -> None:
    url = site.page("/api", b"oops", headers={"Content-Type": "application/json"})
    assert _call(url=url).body == "oops"


def test_an_object_is_sent_as_json(site: Site) -> None:
    _call(url=site.page("/api"), method="post", body={"a": 1})
    sent = site.received[0]
    assert (sent.method, sent.body, sent.headers["content-type"]) == ("POST", b'{"a": 1}', "application/json")


def test_text_is_sent_as_it_is(site: Site) -> None:
    _call(url=site.page("/api"), method="PUT", body="a=1", headers={"Content-Type": "text/csv"})
    assert (site.received[0].body, site.received[0].headers["content-type"]) == (b"a=1", "text/csv")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_change_carries_the_same_key_on_every_try(site: Site, method: str) -> None:
    for _ in range(2):
        _call(url=site.page("/api"), method=method)
    assert [sent.headers["idempotency-key"] for sent in site.received] == ["exec1:step1"] * 2


def test_a_key_given_by_the_playbook_is_kept(site: Site) -> None:
    _call(url=site.page("/api"), method="POST", headers={"IDEMPOTENCY-KEY": "mine"})
    assert site.received[0].headers["idempotency-key"] == "mine"


@pytest.mark.parametrize(
    ("method", "kinds"),
    [
        ("GET", []),
        ("HEAD", []),
        ("PUT", ["write"]),
        ("DELETE", ["write"]),
        ("POST", ["once"]),
        ("PATCH", ["once"]),
    ],
)
def test_a_dry_run_performs_reads_only(site: Site, method: str, kinds: list[str]) -> None:
    effects = PerformingEffects(dry=True)
    assert _call(effects, url=site.page("/api") + "?key=secret", method=method).status == 200
    assert [kind for kind, _, _ in effects.done] == kinds
    assert len(site.received) == (0 if kinds else 1)
    assert "secret" not in str(effects.done)


@pytest.mark.parametrize(("status", "error"), [(400, PermanentError), (429, TransientError), (503, TransientError)])
def test_a_bad_status_is_an_error(site: Site, status: int, error: type[Exception]) -> None:
    with pytest.raises(error, match=str(status)):
        _call(url=site.page("/api", status=status), method="POST")


def test_a_post_that_nobody_answered_says_so(site: Site) -> None:
    def drop(handler: BaseHTTPRequestHandler, _body: bytes) -> None:
        handler.connection.shutdown(socket.SHUT_RDWR)

    site.routes["/drop"] = drop
    output = _call(url=site.base + "/drop", method="POST", body={"a": 1})
    assert (output.status, output.outcome) == (None, "unknown")


def test_an_answer_over_the_limit_is_permanent(site: Site) -> None:
    with pytest.raises(PermanentError, match="100,000 bytes"):
        _call(url=site.page("/big", b"x" * 100_001))


def test_a_body_over_the_limit_is_refused_before_it_is_sent(site: Site) -> None:
    with pytest.raises(PermanentError, match="100,000"):
        _call(url=site.page("/api"), method="POST", body="x" * 100_001)
    assert site.received == []


def test_a_private_address_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLOW_PRIVATE_NETWORK_FETCH")
    with pytest.raises(PermanentError, match="not on the public internet"):
        _call(url=site.page("/api"), method="POST")
    assert site.received == []


def test_another_method_is_refused() -> None:
    with pytest.raises(ValidationError, match="method"):
        HttpRequestParams.model_validate({"url": "http://example.com/", "method": "TRACE"})
