"""What Hosting serves: the dashboard with its headers under every address, and JSON under `/api`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from local.stack.running import Stack
from tests.harness.eventually import PATIENCE_SECONDS


@pytest.fixture
def site(on_stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=on_stack.public_url, timeout=PATIENCE_SECONDS) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/playbooks", "/playbooks/price-alert", "/runs/a.b", "/decisions/approvals/x?y=1"]
)
def test_every_address_is_the_dashboard_with_its_headers(site: httpx.Client, path: str) -> None:
    answer = site.get(path, follow_redirects=True)
    assert answer.status_code == 200
    assert '<div id="root">' in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin-allow-popups"
    assert "max-age=" in answer.headers["strict-transport-security"]
    directives = dict(
        one.strip().partition(" ")[::2] for one in answer.headers["content-security-policy"].split(";")
    )
    assert directives["default-src"] == directives["base-uri"] == directives["frame-ancestors"] == "'none'"
    assert directives["script-src"] == "'self' https://apis.google.com"


def test_what_the_page_loads_is_kept_permanently_and_what_is_not_there_is_missing(site: httpx.Client) -> None:
    script = re.search(r'src="(/assets/[^"]+\.js)"', site.get("/").text)
    assert script
    loaded = site.get(script[1])
    assert "immutable" in loaded.headers["cache-control"]
    assert loaded.headers["x-content-type-options"] == "nosniff"
    assert site.get("/assets/of-an-earlier-build.js").status_code == 404


@pytest.mark.parametrize("path", ["/api/", "/api/no-such-thing", "/api/playbook/x", "/api/playbooks/x/nothing"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_address_of_the_api_is_a_problem_and_no_page(site: httpx.Client, method: str, path: str) -> None:
    answer = site.request(method, path)
    assert answer.status_code == 404, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_dashboard_learns_its_project_and_where_the_emulators_are(site: httpx.Client, on_stack: Stack) -> None:
    assert site.get("/__/firebase/init.json").json()["projectId"] == on_stack.project
    script = site.get("/__/firebase/init.js?useEmulator=true").text
    for emulator in ("auth", "firestore"):
        assert str(on_stack.ports.of(emulator)) in script


def test_the_description_of_the_api_is_there_for_anybody(site: httpx.Client) -> None:
    document = site.get("/api/openapi.json")
    assert document.headers["content-type"].partition(";")[0] == "application/json"
    assert document.headers["access-control-allow-origin"] == "*"
    assert document.json()["openapi"].startswith("3.1")
    page = site.get("/api/docs")
    assert page.headers["content-type"].partition(";")[0] == "text/html"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "/api/playbooks/{playbookId}/execute" in page.text
    assert "<script" not in page.text
