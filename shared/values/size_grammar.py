"""Where a text names a size: "3.5g", "1/8 oz", "½ ounce", "eighth", "100mg", "10-pack", "2 x 0.5g", "30 ml"."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NUMBER = r"(?:\d{1,4}(?:[.,]\d{1,4})?|[.,]\d{1,4})"
_FRACTION = r"(?:\d{1,2}\s?[/⁄]\s?\d{1,2}|(?:\d\s?)?[½¼⅛¾⅓⅔])"
_BARE_FRACTION = r"(?:1\s?[/⁄]\s?[248]|3\s?[/⁄]\s?4|[½¼⅛¾])"
_UNIT = (
    r"(?:g|gr|gm|gms|grams?|mgs?|milligrams?|oz|ozs|ounces?|fl\.?\s?oz|ml|mls|milliliters?|cl|l|liters?|lbs?"
    r"|pounds?|kg|pks?|packs?|ct|count|pcs?|pieces?|caps(?:ules)?|tabs|tablets|softgels|units?|doses|servings)"
)
_WORD = (
    r"(?:(?:eighth|quarter|qtr|half|full|whole|one|two|an?)[\s-]{1,2}"
    r"(?:oz|ounces?|grams?|eighths?|quarters?|pounds?|lbs?)"
    r"|eighths?|quarters?|qtrs?|8ths?|(?<!/)(?<!/\s)(?<!per\s)(?:oz|ounce|gram)(?!\s(?:per|in)\b))"
)
_PACKS = r"[\s-]?(?:pks?|packs?|ct|count)"
_PACK = (
    rf"(?:(?:pack|box|bag|case|tin|jar|set)\s(?:of\s)(?P<of>\d{{1,3}})(?![\d.,]|\s?[x×]|\s?{_UNIT}(?![^\W_]))"
    r"|(?P<counted>twin|two|double|three|four|five|six|seven|ten|dozen)[\s-]?(?:packs?|pk))"
)
SIZE = re.compile(
    rf"(?<![^\W_])(?<![\d.,$])(?<!\d/)(?:"
    rf"(?:(?P<many>\d{{1,3}})(?:\s?[x×]|{_PACKS}\s?(?:[x×]|of))\s?)?(?:(?P<fraction>{_FRACTION})(?:ths?)?|(?P<number>{_NUMBER}))"
    rf"[\s-]{{0,2}}(?P<unit>{_UNIT})(?![^\W_])(?:\s?[x×]\s?(?P<times>\d{{1,3}})(?![^\W_]|[.,]\d))?"
    rf"|(?P<bare>{_BARE_FRACTION})(?:ths?)?(?![^\W_])"
    rf"|{_PACK}(?![^\W_])"
    rf"|(?P<word>{_WORD})(?![^\W_])"
    rf"|(?P<pieces>\d{{1,3}})\s?[x×](?!\s?\d)"
    rf")",
    re.IGNORECASE,
)
"""One size. `many` and `times` are of packs; `bare` is a fraction of an ounce, as menus of flower write it."""
_ALONE: Mapping[str, str] = {"half": "½ oz", "halves": "½ oz", "ounces": "1 oz", "grams": "1 g"}
"""What words mean that are a size only where nothing else is said: the heads of tables, the names of shelves."""
_AROUND = re.compile(
    r"(?:\s|[-–—·|/:,.()\[\]+]|(?:size|weight|net|wt|per|each|an?|the|for|of|flower|pre-?roll|bag|jar|tin"
    r"|total)\b)*+",
    re.IGNORECASE,
)


def size_in(text: str) -> str | None:
    """The first size named in the text, as it is written there."""
    if size_alone(text):
        return text.strip()
    found = SIZE.search(text)
    return found.group().strip() if found else None


def is_size(text: str) -> bool:
    """Whether the text is a size and nothing else: "1/8 oz", "3.5 g (1/8 oz)", "Size: 100mg"."""
    if size_alone(text):
        return True
    position, sizes = _skip(text, 0), 0
    while position < len(text):
        found = SIZE.match(text, position)
        if found is None:
            return False
        sizes += 1
        position = _skip(text, found.end())
    return sizes > 0


def size_alone(text: str) -> str | None:
    """The size in figures where the text is a word like "half" or "ounces" and nothing else."""
    return _ALONE.get(text.strip(" .").casefold())


def without_sizes(text: str) -> str:
    """The text with a blank for each size."""
    return SIZE.sub(" ", text)


def _skip(text: str, position: int) -> int:
    found = _AROUND.match(text, position)
    return found.end() if found else position
