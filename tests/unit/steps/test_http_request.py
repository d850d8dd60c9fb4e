"""`http_request` against a real server: what is sent, what comes back, and what a failure means."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from pydantic import ValidationError

from shared.errors import PermanentError, TransientError
from shared.gcp.secret_manager import SecretCache
from shared.playbooks.templates import render
from shared.secrets.filling import StepSecrets
from shared.steps.base import StepContext
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


def test_invalid_json_comes_back_as_text(site: Site) -> None:
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


def test_a_post_without_a_response_is_reported(site: Site) -> None:
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


VALUE = 'sk_live_"0123456789/&x'


def _with_secrets(
    effects: PerformingEffects | None = None, secret: str = VALUE, **params: Any
) -> tuple[dict[str, Any], StepContext]:
    secrets = StepSecrets("org1", SecretCache(lambda _secret_id: secret))
    context = replace(step_context(effects), secrets=secrets)
    filled = render(params, {"secrets": secrets.in_scope})
    return HttpRequest().run(HttpRequestParams.model_validate(filled), context).model_dump(), context


def test_a_secret_is_sent_in_url_headers_and_body_and_is_nowhere_else(site: Site) -> None:
    effects = PerformingEffects()
    url = site.page("/api", json.dumps({"you": VALUE}).encode(), headers={"Content-Type": "application/json"})
    output, _ = _with_secrets(
        effects,
        url=url + "?key={{secrets.KEY}}",
        method="POST",
        headers={"Authorization": "Bearer {{secrets.KEY}}"},
        body={"password": "{{secrets.KEY}}"},
    )
    (sent,) = site.received
    assert sent.headers["authorization"] == f"Bearer {VALUE}"
    assert json.loads(sent.body) == {"password": VALUE}
    assert output["body"] == {"you": "[secret KEY]"}
    (done,) = effects.done
    assert done[2]["secrets"] == ["{{secrets.KEY}}"]
    assert "sk_live" not in str(done)


@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
@pytest.mark.parametrize("escape", [json.dumps, lambda text: json.dumps(text).replace("/", "\\/"), str])
def test_an_echo_is_masked_however_it_is_written(site: Site, media_type: str, escape: Callable[[str], str]) -> None:
    page = f'{{"you": {escape(VALUE)}}}'.encode()
    url = site.page("/api", page, headers={"Content-Type": media_type})
    output, _ = _with_secrets(url=url, headers={"X-Key": "{{secrets.KEY}}"})
    assert "sk_live" not in str(output)
    assert "[secret KEY]" in str(output)


def test_a_dry_run_shows_the_name_and_asks_for_no_value(site: Site) -> None:
    effects = PerformingEffects(dry=True)
    _with_secrets(effects, url="{{secrets.HOOK}}", method="POST")
    (done,) = effects.done
    assert (done[2]["url"], done[2]["secrets"]) == ("{{secrets.HOOK}}", ["{{secrets.HOOK}}"])
    assert site.received == []


def test_a_whole_address_may_be_a_secret(site: Site) -> None:
    assert _with_secrets(secret=site.page("/hooks/abc"), url="{{secrets.HOOK}}", method="POST")[0]["status"] == 200
    assert [sent.path for sent in site.received] == ["/hooks/abc"]


def test_a_header_that_cannot_be_sent_is_refused_without_the_value(site: Site) -> None:
    with pytest.raises(PermanentError, match="the value of x-key contains characters") as raised:
        _with_secrets(secret="line one\nline two", url=site.page("/api"), headers={"X-Key": "{{secrets.KEY}}"})
    assert "line one" not in str(raised.value)


def test_a_refused_secret_is_read_again_for_the_next_call(site: Site) -> None:
    values = ["an old value", "a new value"]
    cache = SecretCache(lambda _secret_id: values.pop(0))

    def call(status: int) -> None:
        secrets = StepSecrets("org1", cache)
        headers = render({"X-Key": "{{secrets.KEY}}"}, {"secrets": secrets.in_scope})
        params = HttpRequestParams(url=site.page("/api", status=status), headers=headers)
        HttpRequest().run(params, replace(step_context(), secrets=secrets))

    with pytest.raises(PermanentError):
        call(401)
    call(200)
    assert [sent.headers["x-key"] for sent in site.received] == ["an old value", "a new value"]
