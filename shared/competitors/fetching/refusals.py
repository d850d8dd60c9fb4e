"""What a failed response means: blocked, moved, or temporarily down."""

from __future__ import annotations

from collections.abc import Mapping

from shared.competitors.failures import LeftAloneError, NoMenuError
from shared.competitors.menus.verdicts import explained, is_challenge
from shared.competitors.models import Verdict
from shared.errors import PlaybookError, TransientError, error_for_status
from shared.web.address import WebAddress

_TURNED_AWAY = frozenset({401, 403, 451})
_GONE = frozenset({404, 410})
_TOO_MANY = 429
_MITIGATED = "cf-mitigated"


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
