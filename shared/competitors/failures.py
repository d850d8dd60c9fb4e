"""Why a competitor's menu couldn't be read, what a failed response means, and what the owner can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.competitors.menus.verdicts import ADVICE, NEED_A_BROWSER, REASONS, explained, is_challenge
from shared.competitors.models import Verdict
from shared.error_codes import ErrorCode
from shared.errors import PermanentError, PlaybookError, TransientError, error_for_status
from shared.web.address import RefusedAddressError, WebAddress

FailureKind = Literal[
    "robots", "scripts", "blocked", "age", "login", "moved", "empty", "left_alone", "down", "address", "other"
]
_ADDRESS_ADVICE = "open the menu in your browser, and save its address under Competitors"
_TURNED_AWAY = frozenset({401, 403, 451})
_GONE = frozenset({404, 410})
_TOO_MANY = 429
_MITIGATED = "cf-mitigated"


class NoMenuError(PermanentError):
    """The page loaded but has no readable menu; `verdict` says why."""

    code = ErrorCode.NO_MENU

    def __init__(self, verdict: Verdict, message: str, *, with_browser: bool = False) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.with_browser = with_browser


class DisallowedError(PermanentError):
    """The site's robots.txt doesn't let programs like ours read the page."""

    code = ErrorCode.ROBOTS_DISALLOW


class LeftAloneError(TransientError):
    """The site asked not to be visited for a while."""

    code = ErrorCode.SITE_PAUSED


class NoAddressError(PermanentError):
    """The competitor has no menu address."""

    code = ErrorCode.NO_MENU_ADDRESS


@dataclass(frozen=True, slots=True)
class Failure:
    """What the owner is told: the middle of one sentence, and the lower-case start of another."""

    kind: FailureKind
    reason: str
    remedy: str


_DISALLOWED = Failure(
    "robots",
    "the site's robots.txt doesn't allow programs to read the page",
    "use another public page that lists their menu, or ask them to allow BakedBotPlaybooks",
)
_LEFT_ALONE = Failure(
    "left_alone", "the site asked us not to visit it for a while", "there's nothing to do; we'll try again later"
)
_DOWN = Failure(
    "down",
    "the site isn't responding",
    "check that the menu opens in your browser; if it has moved, save its new address under Competitors",
)
_NO_ADDRESS = Failure("address", "it has no valid menu address", _ADDRESS_ADVICE)


def failure_of(error: PlaybookError) -> Failure:
    """The explanation of a scan's error."""
    match error:
        case NoMenuError():
            return _without_menu(error)
        case DisallowedError():
            return _DISALLOWED
        case LeftAloneError():
            return _LEFT_ALONE
        case TransientError():
            return _DOWN
        case RefusedAddressError() | NoAddressError():
            return _NO_ADDRESS
        case _:
            return Failure("other", str(error), "check that the address saved under Competitors leads to a menu")


def _without_menu(error: NoMenuError) -> Failure:
    kind: FailureKind = "empty" if error.verdict == "menu" else error.verdict
    advice = ADVICE.get(error.verdict, ADVICE["empty"])
    if error.with_browser and error.verdict in NEED_A_BROWSER:
        advice = f"a browser couldn't get past that; {_ADDRESS_ADVICE}"
    return Failure(kind, REASONS.get(error.verdict, REASONS["empty"]), advice)


def refusal(
    shown: str, status: int, html: str, headers: Mapping[str, str], *, with_browser: bool = False
) -> PlaybookError:
    """The error for an answer of `status` >= 400. `headers`: with lower-case names."""
    if status in _GONE:
        return no_menu("moved", shown, f"it answered {status}", with_browser=with_browser)
    if status in _TURNED_AWAY or headers.get(_MITIGATED) == "challenge" or is_challenge(html):
        return no_menu("blocked", shown, f"it answered {status}", with_browser=with_browser)
    by = " to Apify" if with_browser else ""
    error = error_for_status(status, f"{shown} answered {status}{by}", headers)
    if status == _TOO_MANY and isinstance(error, TransientError):
        return LeftAloneError(str(error), retry_after_seconds=error.retry_after_seconds)
    return error


def no_menu(verdict: Verdict, shown: str, detail: str = "", *, with_browser: bool = False) -> NoMenuError:
    """The error for a page that holds no menu."""
    seen = f" ({detail})" if detail else ""
    words = explained(verdict, with_browser=with_browser)
    return NoMenuError(verdict, f"{shown}{seen}: {words}", with_browser=with_browser)


def is_another_sites_home(asked: WebAddress, moved_to: WebAddress | None) -> bool:
    """Whether a page has permanently moved to another site's home page, as closed shops' pages do."""
    return moved_to is not None and moved_to.path == "/" and not _is_same_site(asked.host, moved_to.host)


def _is_same_site(one: str, other: str) -> bool:
    """`shop.example`, `www.shop.example` and `menu.shop.example` belong together."""
    here, there = one.removeprefix("www."), other.removeprefix("www.")
    return here == there or here.endswith(f".{there}") or there.endswith(f".{here}")
