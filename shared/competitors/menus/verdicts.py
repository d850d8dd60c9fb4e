"""Why a page holds no menu, in words that tell its reader what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.competitors.models import Verdict

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_LOOKED_AT = 300_000
"""Characters of a page that are searched for these signs."""
_BLOCKED = re.compile(
    r"cf-challenge|cf_chl_|challenge-platform/h/|_cf_chl_opt|/_Incapsula_Resource|px-captcha|captcha-delivery\.com"
    r"|g-recaptcha-response|h-captcha|sucuri_cloudproxy|distil_r_captcha|Request unsuccessful\. Incapsula"
    r"|AwsWafIntegration|ddos-guard",
    re.IGNORECASE,
)
_BLOCKED_WORDS = re.compile(
    r"just a moment|attention required|access (?:to this page has been )?denied"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|are you a robot|checking your browser|unusual traffic|you have been blocked|pardon our interruption"
    r"|not a robot",
    re.IGNORECASE,
)
_AGE_WORDS = re.compile(
    r"are you (?:at least |over )?(?:18|19|21)|(?:18|19|21) (?:years(?: of age)?|or older|\+)|verify your age"
    r"|age verification"
    r"|date of birth|must be (?:at least )?(?:18|19|21)",
    re.IGNORECASE,
)
_MOVED_WORDS = re.compile(
    r"we(?:'|’| ha)ve moved|has moved|moved permanently|page (?:was |can(?:no|')t be )?not found|404"
    r"|page (?:does not|doesn't) exist"
    r"|domain (?:is|may be) for sale|parked (?:free|domain)|buy this domain|account (?:has been )?suspended"
    r"|no longer available"
    r"|permanently closed|under construction|coming soon",
    re.IGNORECASE,
)
_MENU_SERVICES = re.compile(
    r"dutchie\.com|iheartjane\.com|jane-app|leafly\.com|weedmaps\.com|getmeadow\.com|treez\.io|sweedpos\.com"
    r"|sweed\.app"
    r"|dispenseapp\.com|tymber|blaze\.me|flowhub|posabit\.com|leaflogix|olla\.co|ecwid\.com|square\.site"
    r"|weave-menu|proteus420",
    re.IGNORECASE,
)
_SCRIPTED_ROOT = re.compile(
    r"""<(?:div|main|section|app-root)[^>]{0,200}(?:id=["']?(?:root|app|__next|__nuxt|___gatsby|gatsby-focus-wrapper|svelte|q-app"""
    r"""|ember\d{0,6}|main-app|app-root)["'\s>]|data-reactroot|ng-app)|<app-root|ng-version=""",
    re.IGNORECASE,
)
_NEEDS_SCRIPTS = re.compile(
    r"(?:enable|requires?|need|without|turn on) java-?script|java-?script (?:enabled|is (?:required|disabled))",
    re.IGNORECASE,
)
_FEW_WORDS = 60

REASONS: dict[Verdict, str] = {
    "scripts": "the page shows its menu with scripts, which are not run here",
    "blocked": "the site turns programs away",
    "age": "the page asks for a visitor's age before it shows its menu",
    "moved": "the menu is no longer at this address",
    "empty": "no products were found on the page",
}
ADVICE: dict[Verdict, str] = {
    "scripts": "connect Apify (set APIFY_TOKEN), which opens pages in a browser",
    "blocked": "connect Apify (set APIFY_TOKEN), which opens pages in a browser",
    "age": "connect Apify (set APIFY_TOKEN), which opens pages in a browser",
    "moved": "look the competitor's menu up and change its menuUrl",
    "empty": "check that its menuUrl is the address of a menu",
}


def verdict_without_products(html: str, page: LexborHTMLParser) -> Verdict:
    """Why the page has no products to read."""
    shown = html[:_LOOKED_AT]
    title = page.css_first("title")
    named = title.text()[:300] if title is not None else ""
    words = _words(page)
    if _BLOCKED.search(shown) or _BLOCKED_WORDS.search(f"{named} {words}"):
        return "blocked"
    if _is_sent_on(page) or _MOVED_WORDS.search(named):
        return "moved"
    if _SCRIPTED_ROOT.search(shown) or _MENU_SERVICES.search(shown) or _NEEDS_SCRIPTS.search(shown):
        return "scripts"
    if _AGE_WORDS.search(words):
        return "age"
    if _MOVED_WORDS.search(words):
        return "moved"
    is_short = len(words.split()) < _FEW_WORDS
    return "scripts" if is_short and shown.lower().count("<script") > 1 else "empty"


def explained(verdict: Verdict, *, with_browser: bool) -> str:
    """The reason, and what the owner can do. `with_browser`: Apify has opened the page already."""
    reason = REASONS.get(verdict, REASONS["empty"])
    advice = ADVICE.get(verdict, ADVICE["empty"])
    if with_browser and "Apify" in advice:
        return f"{reason}, and Apify's browser did not get past that"
    return f"{reason}; {advice}"


def _words(page: LexborHTMLParser) -> str:
    """The first words that people see."""
    body = page.body
    return " ".join(body.text(separator=" ")[:_LOOKED_AT].split())[:3_000] if body is not None else ""


def _is_sent_on(page: LexborHTMLParser) -> bool:
    """Whether a `<meta http-equiv=refresh>` leads elsewhere at once."""
    sent = page.css_first("meta[http-equiv=refresh i]")
    return sent is not None and "url=" in (sent.attributes.get("content") or "").lower().replace(" ", "")
