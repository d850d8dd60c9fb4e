"""The promotions on a menu page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from shared.values.text import clean_text

MAX_PROMOTIONS = 50
_LONGEST = 160
_PROMOTION = re.compile(
    r"\bbogo\b|\bbuy\s+(?:one|two|\d)\b.{0,30}\bget\b|\b\d{1,3}\s?%\s*off\b|\$\s?\d+(?:\.\d\d)?\s*off\b"
    r"|\b\d\s+for\s+\$\s?\d|\bhappy hour\b|\b(?:daily|weekly|today'?s)\s+(?:deal|special)s?\b"
    r"|\b(?:2|two)[\s-](?:for|4)[\s-](?:1|one)\b|\bhalf[\s-](?:off|price)\b|\bsave\s+(?:up\s+to\s+)?\d{1,3}\s?%",
    re.IGNORECASE,
)
_ONE_FREE = re.compile(
    r"\bbogo\b|\bbuy\s+(?:one|1)\b.{0,30}?\bget\s+(?:one|1)\b|\b(?:2|two)[\s-](?:for|4)[\s-](?:1|one)\b",
    re.IGNORECASE,
)
_HALF = re.compile(r"\bhalf[\s-](?:off|price)\b", re.IGNORECASE)
_PERCENT_OFF = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:\.\d{1,2})?)\s?%\s*off\b|\bsave\s+(?:up\s+to\s+)?(\d{1,3}(?:\.\d{1,2})?)\s?%",
    re.IGNORECASE,
)
_DEEP_PERCENT = 50


def announces_promotion(text: str) -> bool:
    """Whether the text offers a discount: "BOGO", "20% off", "2 for $60", "$5 off"."""
    return bool(_PROMOTION.search(text))


def gives_one_free(text: str) -> bool:
    """Whether it's a BOGO: "BOGO", "buy one get one", "2 for 1"."""
    return bool(_ONE_FREE.search(text))


def percent_off(text: str) -> Decimal:
    """The largest discount that the words name, in percent: "up to 60% off" is 60, "half price" 50; 0 for none.

    More than 100 is nobody's discount and counts for nothing.
    """
    named = (Decimal(one or other) for one, other in _PERCENT_OFF.findall(text))
    half = [Decimal(_DEEP_PERCENT)] if _HALF.search(text) else []
    return max([*half, *(percent for percent in named if percent <= 100)], default=Decimal(0))


def is_deep(text: str) -> bool:
    """Whether the promotion gives one free or takes at least half off."""
    return gives_one_free(text) or percent_off(text) >= _DEEP_PERCENT


def promotions_in(lines: Iterable[str]) -> tuple[str, ...]:
    """The different announcements among these lines of a page, in their order, at most 50."""
    seen: dict[str, str] = {}
    for line in lines:
        text = clean_text(line, _LONGEST)
        if text and announces_promotion(text):
            seen.setdefault(text.casefold(), text)
        if len(seen) == MAX_PROMOTIONS:
            break
    return tuple(seen.values())
