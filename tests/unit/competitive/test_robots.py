"""robots.txt is asked once a site and obeyed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.competitive import robots
from shared.errors import PermanentError
from tests.unit.web.conftest import Site, running_site


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("ALLOW_PRIVATE_NETWORK_FETCH", "true")
    robots.forget()
    yield from running_site()
    robots.forget()


def _serve(site: Site, text: str) -> None:
    site.page("/robots.txt", text.encode(), headers={"Content-Type": "text/plain"})


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ("User-agent: *\nDisallow: /", "/menu"),
        ("User-agent: *\nDisallow: /menu", "/menu?page=2"),
        ("User-agent: BakedBotPlaybooks\nDisallow: /\n\nUser-agent: *\nAllow: /", "/menu"),
    ],
)
def test_a_disallowed_page_is_refused_for_good(site: Site, rules: str, path: str) -> None:
    _serve(site, rules)
    with pytest.raises(PermanentError, match=r"robots\.txt"):
        robots.require_allowed(site.base + path)


@pytest.mark.parametrize(
    "rules",
    [
        "User-agent: *\nDisallow: /cart",
        "User-agent: OtherBot\nDisallow: /",
        "User-agent: *\nDisallow:",
        "",
        "\x00 no rules at all <html>",
    ],
)
def test_what_is_not_disallowed_is_allowed(site: Site, rules: str) -> None:
    _serve(site, rules)
    robots.require_allowed(f"{site.base}/menu")


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_site_without_readable_rules_allows_everything(site: Site, status: int) -> None:
    site.page("/robots.txt", status=status)
    robots.require_allowed(f"{site.base}/menu")


def test_a_site_is_asked_once(site: Site) -> None:
    _serve(site, "User-agent: *\nDisallow: /cart")
    for path in ("/menu", "/menu/2", "/menu"):
        robots.require_allowed(site.base + path)
    assert [request.path for request in site.received] == ["/robots.txt"]
