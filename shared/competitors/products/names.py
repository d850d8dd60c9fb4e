"""A product's name in a form that can be compared, whoever wrote it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_GRAMS_PER_OUNCE = Decimal(28)
_FRACTION_WORDS = {"eighth": "3.5g", "quarter": "7g"}
_OUNCES = re.compile(r"(?<![\d./])(?:(\d+)\s*/\s*(\d+)|(\d+(?:\.\d+)?))\s*(?:oz|ounces?)\b")
_GRAMS = re.compile(r"(?<![\d./])(\d++(?:\.\d++)?+|\.\d++)\s*+(?:g|gr|gm|grams?)\b")
_MILLIGRAMS = re.compile(r"(?<![\d./])(\d++(?:\.\d++)?+|\.\d++)\s*+(?:mg|milligrams?)\b")
_PACK = re.compile(r"(?<![\d./])(\d++)\s*+(?:-\s*+)?+(?:pk|packs?|ct|count|pc|pieces?)\b")
TOKEN = re.compile(r"[^\W_]+")
_FILLERS = frozenset(
    {"a", "an", "and", "by", "the", "of", "with", "in", "premium", "craft", "indoor", "outdoor", "greenhouse"}
    | {"strain", "brand", "co", "company", "cannabis", "flower", "bud", "buds", "whole", "farm", "farms", "labs"}
)


@dataclass(frozen=True, slots=True)
class NameKey:
    """A product's name in comparable form."""

    words: frozenset[str]
    numbers: frozenset[str]
    sizes: frozenset[str]

    @property
    def text(self) -> str:
        """The words in one order, for comparing letter by letter."""
        return " ".join(sorted(self.words))


def name_key(name: str) -> NameKey:
    """Fold case, accents and punctuation; write sizes one way (1/8 oz is 3.5g); drop words that say nothing."""
    decomposed = unicodedata.normalize("NFKD", name.replace("½", " 1/2").replace("¼", " 1/4").replace("⅛", " 1/8"))
    folded = "".join(c for c in decomposed.casefold() if not unicodedata.combining(c)).replace("⁄", "/")
    sizes: set[str] = set()
    for pattern, unit, factor in (
        (_OUNCES, "g", _GRAMS_PER_OUNCE),
        (_MILLIGRAMS, "mg", Decimal(1)),
        (_GRAMS, "g", Decimal(1)),
        (_PACK, "pk", Decimal(1)),
    ):
        sizes.update(f"{(_amount(found) * factor).normalize():f}{unit}" for found in pattern.finditer(folded))
        folded = pattern.sub(" ", folded)
    tokens = set(TOKEN.findall(folded.replace("'", "").replace("’", "")))
    sizes.update(_FRACTION_WORDS[word] for word in tokens & _FRACTION_WORDS.keys())
    words = tokens - _FRACTION_WORDS.keys()
    meaning = words - _FILLERS or words
    numbers = frozenset(word for word in meaning if any(c.isdigit() for c in word))
    return NameKey(frozenset(meaning), numbers, frozenset(sizes))


def _amount(found: re.Match[str]) -> Decimal:
    groups = found.groups()
    if len(groups) == 3 and groups[0] is not None:
        return Decimal(groups[0]) / (Decimal(groups[1]) or Decimal(1))
    return Decimal(next(group for group in groups if group is not None))
