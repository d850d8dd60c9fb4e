"""robots.txt is asked once a site and obeyed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.competitors.fetching import robots
from shared.errors import PermanentError, TransientError
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
def test_a_disallowed_page_is_refused_permanently(site: Site, rules: str, path: str) -> None:
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
def test_paths_without_a_rule_are_allowed(site: Site, rules: str) -> None:
    _serve(site, rules)
    robots.require_allowed(f"{site.base}/menu")


@pytest.mark.parametrize("status", [404, 403, 410, 401])
def test_a_site_without_rules_allows_everything(site: Site, status: int) -> None:
    site.page("/robots.txt", status=status)
    robots.require_allowed(f"{site.base}/menu")


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_site_with_unreadable_rules_is_not_read(site: Site, status: int) -> None:
    site.page("/robots.txt", status=status)
    for _ in range(2):
        with pytest.raises(TransientError, match=r"robots\.txt"):
            robots.require_allowed(f"{site.base}/menu")
    assert len(site.received) == 1


def test_robots_txt_is_fetched_once_per_site(site: Site) -> None:
    _serve(site, "User-agent: *\nDisallow: /cart")
    for path in ("/menu", "/menu/2", "/menu"):
        robots.require_allowed(site.base + path)
    assert [request.path for request in site.received] == ["/robots.txt"]


US = "User-agent: BakedBotPlaybooks\n"
ALL = "User-agent: *\n"


@pytest.mark.parametrize(
    ("rules", "allowed", "refused"),
    [
        (ALL + "Disallow: /\nAllow: /menu", ["/menu", "/menu/1"], ["/", "/cart"]),
        (ALL + "Allow: /menu\nDisallow: /menu", ["/menu"], []),
        (ALL + "Disallow: /*.php$", ["/a.php?x=1", "/a.html"], ["/a.php"]),
        (ALL + "Disallow: /*?page=", ["/menu"], ["/menu?page=2"]),
        (US + "Disallow: /a\n\n" + ALL + "Disallow: /\n\n" + US.upper() + "Disallow: /b", ["/c"], ["/a", "/b"]),
        (US + ALL + "Disallow: /x", ["/"], ["/x"]),
        ("User-agent: other\n" + US + "Disallow: /x", ["/"], ["/x"]),
        ("User-agent: BakedBot\nDisallow: /", ["/menu"], []),
        ("User-agent: bot\nDisallow: /", ["/menu"], []),
        ("User-agent: BakedBotPlaybooks/1.0 (x)\nDisallow: /", [], ["/menu"]),
        ("\ufeffUser-agent: *\nDisallow: /", [], ["/menu"]),
        ("User-agent: * # all\r\nDisallow: /cart # only this\r\n", ["/menu"], ["/cart"]),
        (ALL + "Crawl-delay: 5\nSitemap: https://x.example/s.xml\nDisallow: /cart", ["/menu"], ["/cart"]),
        (ALL + "Disallow: /ü", ["/u"], ["/%C3%BC"]),
    ],
)
def test_the_standards_rules_hold(rules: str, allowed: list[str], refused: list[str]) -> None:
    read = robots.rules_of(rules)
    agent = "BakedBotPlaybooks"
    assert [path for path in allowed if not read.can_fetch(f"https://x.example{path}", agent)] == []
    assert [path for path in refused if read.can_fetch(f"https://x.example{path}", agent)] == []


def test_a_huge_robots_txt_is_read_as_far_as_the_standard_asks(site: Site) -> None:
    filler = "# " + "x" * 97 + "\n"
    _serve(site, "User-agent: *\nDisallow: /cart\n" + filler * 60_000 + "Disallow: /menu\n")
    robots.require_allowed(f"{site.base}/menu")
    with pytest.raises(PermanentError, match=r"robots\.txt"):
        robots.require_allowed(f"{site.base}/cart")
