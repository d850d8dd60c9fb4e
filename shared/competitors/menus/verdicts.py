"""Why a page has no menu, and what to do about it."""

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
    r"|sucuri_cloudproxy|distil_r_captcha|Request unsuccessful\. Incapsula"
    r"|AwsWafIntegration|ddos-guard",
    re.IGNORECASE,
)
_CAPTCHA = re.compile(r"g-recaptcha|h-captcha|cf-turnstile", re.IGNORECASE)
"""Forms of ordinary pages have them too."""
_BLOCKED_WORDS = re.compile(
    r"just a moment|attention required|access (?:to this page has been )?denied"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human"
    r"|are you a robot|checking your browser|unusual traffic|you have been blocked|pardon our interruption"
    r"|not a robot|403 forbidden|too many requests|access to this (?:site|page) has been (?:limited|denied)"
    r"|not available in your (?:region|country|location)|disable any ad ?blocker",
    re.IGNORECASE,
)
_AGE_WORDS = re.compile(
    r"are you (?:at least |over )?(?:18|19|21)|(?:18|19|21) (?:years(?: of age)?|or older|\+)|verify your age"
    r"|age verification"
    r"|date of birth|birth ?da(?:y|te)|(?:of )?legal age|must be (?:at least )?(?:18|19|21)",
    re.IGNORECASE,
)
_ENTRANCE = re.compile(r"\b(?:yes|enter|exit|leave|i am|i'm)\b", re.IGNORECASE)
_MOVED_WORDS = re.compile(
    r"(?:we(?:'|’| ha)ve|has) moved|moved permanently|have a new website|default (?:web ?site )?page|it works!"
    r"|store is (?:currently )?unavailable|contact your hosting provider|page (?:was )?not found|404"
    r"|page can(?:no|['’])t be found|(?:couldn|can)['’]t find (?:the|that|this) page|nothing was found"
    r"|page (?:does not|doesn['’]t) exist|(?:domain|website) (?:is|may be) for sale|parked (?:free|domain)"
    r"|buy this domain|domain isn['’]t connected|account (?:has been )?suspended|no longer available"
    r"|permanently closed|under construction|(?:coming|opening|launching) soon",
    re.IGNORECASE,
)
_DOWN_WORDS = re.compile(
    r"(?:down|closed|unavailable) for (?:\w{1,12} )?maintenance|(?:site|scheduled|under) maintenance"
    r"|be (?:right )?back (?:soon|shortly)|temporarily (?:unavailable|offline|down)|service unavailable|bad gateway"
    r"|internal server error|error establishing a database connection|gateway time-?out"
    r"|critical error on this website",
    re.IGNORECASE,
)
_LOGIN_WORDS = re.compile(r"\b(?:log|sign)[\s-]?in\b", re.IGNORECASE)
_LEAVES = re.compile(r"\blocation(?:\.href)?\s?=\s?[\"']|\blocation\.(?:replace|assign)\(")
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
_MENU_FRAME = re.compile(r"<iframe[^>]{0,300}\bsrc=[\"'][^\"'>]{0,300}(?:menu|order|shop|store)", re.IGNORECASE)
_NEEDS_SCRIPTS = re.compile(
    r"(?:enable|requires?|need|without|turn on) java-?script|java-?script (?:enabled|is (?:required|disabled))",
    re.IGNORECASE,
)
_FEW_WORDS = 60

NEED_A_BROWSER: tuple[Verdict, ...] = ("scripts", "blocked", "age")
"""Apify's browser may get past these, where APIFY_TOKEN is set."""
REASONS: dict[Verdict, str] = {
    "scripts": "the page needs scripts to show its menu, and we don't run them",
    "blocked": "the site blocked our visit",
    "age": "the page asks for a visitor's age before showing its menu",
    "login": "the page asks visitors to sign in first",
    "moved": "the menu has moved or is gone from this address",
    "down": "the site is down or closed for maintenance",
    "empty": "we found no products on the page",
}
ADVICE: dict[Verdict, str] = {
    **dict.fromkeys(
        NEED_A_BROWSER,
        "find another public page with their menu and save its address under Competitors, or ask us to open this "
        "one in a browser",
    ),
    "login": "find a public page with the menu, and save its address under Competitors",
    "moved": "find the new menu page, and save its address under Competitors",
    "down": "we'll try again at the next scan",
    "empty": "check that the address saved under Competitors leads to a menu",
}


def verdict_without_products(html: str, page: LexborHTMLParser) -> Verdict:
    """Why the page has no products to read. `page`: without its scripts, whose words nobody sees."""
    shown = html[:_LOOKED_AT]
    title = page.css_first("title")
    named = title.text()[:300] if title is not None else ""
    words = _words(page)
    is_short = len(words.split()) < _FEW_WORDS
    if _BLOCKED.search(shown) or (is_short and _CAPTCHA.search(shown)) or _BLOCKED_WORDS.search(f"{named} {words}"):
        return "blocked"
    if _is_sent_on(page, shown, words) or _MOVED_WORDS.search(named):
        return "moved"
    if _DOWN_WORDS.search(named):
        return "down"
    if is_short and page.css_first("input[type=password]") is not None and _LOGIN_WORDS.search(f"{named} {words}"):
        return "moved" if _MOVED_WORDS.search(words) else "login"
    if any(sign.search(shown) for sign in (_SCRIPTED_ROOT, _MENU_SERVICES, _MENU_FRAME, _NEEDS_SCRIPTS)):
        return "scripts"
    if _AGE_WORDS.search(words) and _has_entrance(page, words):
        return "age"
    if _MOVED_WORDS.search(words):
        return "moved"
    if is_short and _DOWN_WORDS.search(words):
        return "down"
    return "scripts" if is_short and shown.lower().count("<script") > 1 else "empty"


def is_challenge(html: str) -> bool:
    """Whether the page blocks programs."""
    shown = html[:_LOOKED_AT]
    return bool(_BLOCKED.search(shown) or _BLOCKED_WORDS.search(shown[:3_000]))


def explained(verdict: Verdict, *, with_browser: bool) -> str:
    """The reason, and what the owner can do. `with_browser`: Apify has opened the page already."""
    reason = REASONS.get(verdict, REASONS["empty"])
    advice = ADVICE.get(verdict, ADVICE["empty"])
    if with_browser and verdict in NEED_A_BROWSER:
        return f"{reason}, and a browser couldn't get past that"
    return f"{reason}; {advice}"


def _words(page: LexborHTMLParser) -> str:
    """The first visible words."""
    body = page.body
    return " ".join(body.text(separator=" ")[:_LOOKED_AT].split())[:3_000] if body is not None else ""


def _has_entrance(page: LexborHTMLParser, words: str) -> bool:
    """Whether there is something to answer with: a page may name an age beside its opening hours."""
    return page.css_first("button, input, select, form") is not None or bool(_ENTRANCE.search(words))


def _is_sent_on(page: LexborHTMLParser, shown: str, words: str) -> bool:
    """Whether the page redirects immediately: by `<meta http-equiv=refresh>`, or by a script alone."""
    sent = page.css_first("meta[http-equiv=refresh i]")
    if sent is not None and "url=" in (sent.attributes.get("content") or "").lower().replace(" ", ""):
        return True
    return not words and bool(_LEAVES.search(shown))
