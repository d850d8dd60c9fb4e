"""Sizes as menus write them: "3.5g", "1/8 oz", "½ ounce", "eighth", "100mg", "10-pack", "2 x 0.5g"."""

from __future__ import annotations

import re

_NUMBER = r"(?:\d{1,4}(?:[.,]\d{1,3})?|[.,]\d{1,3})"
_FRACTION = r"(?:\d{1,2}\s?[/⁄]\s?\d{1,2}|(?:\d\s?)?[½¼⅛¾⅓⅔])"
_UNIT = (
    r"(?:g|gr|gm|gms|grams?|mgs?|milligrams?|oz|ozs|ounces?|fl\.?\s?oz|ml|mls|milliliters?|cl|l|liters?|lbs?"
    r"|pounds?"
    r"|kg|pks?|packs?|ct|count|pcs?|pieces?|caps(?:ules)?|tabs|tablets|softgels|units?|doses|servings)"
)
_WORD = (
    r"(?:eighths?|quarters?|(?:half|quarter|full|one|an?)[\s-]{1,2}(?:oz|ounce|gram|eighth|quarter|pound|lb)|8th)"
)
_MANY = r"\d{1,3}\s?[x×]\s?"
_ONE = (
    rf"(?:{_MANY})?(?:{_FRACTION}|{_NUMBER})[\s-]{{0,2}}{_UNIT}(?![^\W_])"
    rf"|{_FRACTION}(?![^\W_])|{_WORD}(?![^\W_])|\d{{1,3}}\s?[x×](?!\s?\d)"
)
_SIZE = re.compile(rf"(?<![^\W_])(?<![\d.,/$])(?:{_ONE})", re.IGNORECASE)
_AROUND = re.compile(
    r"(?:\s|[-–—·|/:,.()\[\]+]|(?:size|weight|net|wt|per|each|an?|the|for|of|flower|pre-?roll|bag|jar|tin"
    r"|total)\b)*+",
    re.IGNORECASE,
)


def size_in(text: str) -> str | None:
    """The first size named in the text, as it is written there."""
    found = _SIZE.search(text)
    return found.group().strip() if found else None


def is_size(text: str) -> bool:
    """Whether the text is a size and nothing else: "1/8 oz", "3.5 g (1/8 oz)", "Size: 100mg"."""
    position, sizes = _skip(text, 0), 0
    while position < len(text):
        found = _SIZE.match(text, position)
        if found is None:
            return False
        sizes += 1
        position = _skip(text, found.end())
    return sizes > 0


def without_sizes(text: str) -> str:
    """The text with a blank for each size."""
    return _SIZE.sub(" ", text)


def _skip(text: str, position: int) -> int:
    found = _AROUND.match(text, position)
    return found.end() if found else position
