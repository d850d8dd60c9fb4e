"""The promotions that a menu page announces."""

from __future__ import annotations

import re
from collections.abc import Iterable

from shared.competitive.text import clean_text

MAX_PROMOTIONS = 50
_LONGEST = 160
_PROMOTION = re.compile(
    r"\bbogo\b|\bbuy\s+(?:one|two|\d)\b.{0,30}\bget\b|\b\d{1,3}\s?%\s*off\b|\$\s?\d+(?:\.\d\d)?\s*off\b"
    r"|\b\d\s+for\s+\$\s?\d|\bhappy hour\b|\b(?:daily|weekly|today'?s)\s+(?:deal|special)s?\b",
    re.IGNORECASE,
)


def announces_promotion(text: str) -> bool:
    """Whether the words offer a discount: "BOGO", "20% off", "2 for $60", "$5 off"."""
    return bool(_PROMOTION.search(text))


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
