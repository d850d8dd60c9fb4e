"""A page without a menu says why, and its owner what to do."""

from __future__ import annotations

import pytest

from shared.competitors.menus.reading import parse_menu
from shared.competitors.menus.verdicts import explained
from shared.competitors.models import Verdict
from tests.unit.competitors.menus.shell_pages import SHELLS

PAGES: dict[str, tuple[str, Verdict]] = {
    "a React root": ('<div id="root"></div><script src="/app.js"></script>', "scripts"),
    "a Next page without data": ('<div id="__next"><header>Menu</header></div><script src="/n.js"></script>', "scripts"),
    "an embedded Dutchie menu": ('<h1>Our menu</h1><script src="https://dutchie.com/api/v2/embedded-menu/1.js"></script>', "scripts"),
    "a Jane frame": ('<h1>Menu</h1><iframe src="https://www.iheartjane.com/embed/stores/1"></iframe>', "scripts"),
    "an Ecwid shop": ('<div id="my-store-1"></div><script src="https://app.ecwid.com/script.js?1"></script>', "scripts"),
    "a page that asks for scripts": ("<noscript>You need to enable JavaScript to run this app.</noscript>", "scripts"),
    "Cloudflare": ("<title>Just a moment...</title><script>window._cf_chl_opt={}</script>", "blocked"),
    "a captcha": ("<title>Access denied</title><div id='px-captcha'></div>", "blocked"),
    "an age gate": ("<h1>Are you 21 or older?</h1><button>Yes</button><button>No</button>", "age"),
    "a page that sends on": ('<meta http-equiv="refresh" content="0; url=https://new.example/">', "moved"),
    "a page that is gone": ("<title>404 Not Found</title><h1>Page not found</h1>", "moved"),
    "a blog": ("<h1>Our story</h1>" + "<p>We grow with care and love what we do.</p>" * 20, "empty"),
    "nothing": ("", "empty"),
}  # fmt: skip
ALL = PAGES | SHELLS


@pytest.mark.parametrize("kind", ALL)
def test_a_page_without_a_menu_says_why(kind: str) -> None:
    html, verdict = ALL[kind]
    menu = parse_menu(html)
    assert (menu.products, menu.source, menu.verdict) == ((), "none", verdict)


def test_a_menu_is_read_whatever_else_the_page_loads() -> None:
    cards = '<div id="root"><li>Blue Dream $34</li><li>Runtz $44</li></div><script src="https://dutchie.com/a.js"></script>'
    assert parse_menu(cards).verdict == "menu"


@pytest.mark.parametrize("verdict", ["scripts", "blocked", "age"])
def test_the_owner_learns_what_to_do(verdict: Verdict) -> None:
    said = explained(verdict, with_browser=False)
    assert "save its address under Competitors" in said
    assert "APIFY" not in said.upper(), "a shop's owner sets no variables"
    assert explained(verdict, with_browser=True).endswith("a browser couldn't get past that")


@pytest.mark.parametrize("verdict", ["moved", "empty", "login"])
def test_an_address_is_to_be_checked(verdict: Verdict) -> None:
    assert "under Competitors" in explained(verdict, with_browser=True)
