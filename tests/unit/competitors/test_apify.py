"""Pages through Apify, which a small server stands in for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared.competitors.fetching import apify
from shared.competitors.fetching.pages import through_apify
from shared.errors import PermanentError, PlaybookError, TransientError
from tests.unit.web.conftest import Site, running_site

RUN = "/v2/acts/apify~web-scraper/run-sync-get-dataset-items"
URLS = ["https://one.example/menu?store=1", "https://two.example/menu"]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    for running in running_site():
        monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
        monkeypatch.setenv("APIFY_TOKEN", "apify-secret")
        monkeypatch.setenv("APIFY_API_URL", running.base)
        yield running


def _answer(site: Site, content: Any, status: int = 201) -> None:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    site.page(RUN, body, status=status, headers={"Content-Type": "application/json"})


def test_one_run_fetches_all_pages_in_any_order(site: Site) -> None:
    _answer(site, [{"index": 1, "status": 200, "html": "<p>two"}, {"index": 0, "status": 200, "html": "<p>one"}])
    found = apify.fetch_pages(URLS)
    assert [one.html for one in found if isinstance(one, apify.Fetched)] == ["<p>one", "<p>two"]
    (request,) = site.received
    assert request.headers["authorization"] == "Bearer apify-secret"
    assert "apify-secret" not in request.path
    asked = json.loads(request.body)
    assert [start["url"] for start in asked["startUrls"]] == URLS
    assert asked["maxPagesPerCrawl"] == 2


def test_a_page_that_apify_could_not_read_fails_alone(site: Site) -> None:
    _answer(site, [{"#error": True}, {"index": 1, "status": 404, "html": "gone"}])
    first, second = apify.fetch_pages(URLS)
    assert isinstance(first, TransientError)
    assert isinstance(second, PermanentError)
    assert "store=1" not in str(first)


def test_an_invalid_address_is_never_sent(site: Site) -> None:
    _answer(site, [{"index": 1, "status": 200, "html": "<p>"}])
    refused, page = apify.fetch_pages(["ftp://x", URLS[1]])
    assert isinstance(refused, PlaybookError)
    assert isinstance(page, apify.Fetched)


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, PermanentError), (402, PermanentError), (408, TransientError), (502, TransientError)],
)
def test_a_refusal_is_reported_without_the_token(site: Site, status: int, error: type[Exception]) -> None:
    _answer(site, {"error": {"message": "the token apify-secret is bad"}}, status)
    with pytest.raises(error, match=f"Apify answered {status}") as caught:
        apify.fetch_pages(URLS)
    assert "apify-secret" not in str(caught.value)


@pytest.mark.parametrize("content", [b"<html>", {"items": []}, b""])
def test_an_answer_of_another_shape_is_refused(site: Site, content: Any) -> None:
    _answer(site, content)
    with pytest.raises(PermanentError, match="JSON list"):
        apify.fetch_pages(URLS)


def test_a_missing_server_is_a_transient_failure(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APIFY_API_URL", "http://127.0.0.1:1")
    with pytest.raises(TransientError, match="Apify"):
        apify.fetch_pages(URLS)


def test_a_failed_run_is_each_pages_failure(site: Site) -> None:
    _answer(site, {}, 502)
    read = through_apify(URLS)
    for url in URLS:
        with pytest.raises(TransientError):
            read(url, None)


def test_without_a_token_pages_are_fetched_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.delenv("APIFY_TOKEN", raising=False)
    assert not apify.is_wanted()
    with pytest.raises(PermanentError, match="APIFY_TOKEN"):
        apify.fetch_pages(URLS)
