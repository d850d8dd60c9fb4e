"""Normalizes product names, so that different spellings compare as equal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from shared.competitors.products.forms import (
    Form,
    canonical,
    category_words,
    distinctive_words,
    form_of,
    says_only_form,
)
from shared.values.size_grammar import without_sizes

_CONTENT = r"(?:thca?|cbda?|tac|terps?|terpenes)"
_PERCENT = re.compile(rf"(?:\b{_CONTENT}\b\s?:?\s?)?\d{{1,3}}(?:\.\d{{1,3}})?\s?%(?:\s?(?:{_CONTENT}|off)\b)?")
_DIGITS = re.compile(r"\d[\d:]*")
_TOKEN = re.compile(r"[^\W_]+(?::\d+)*")
_PHRASES = (
    (re.compile(r"\bpre[\s-]*roll(?:ed|s)?\b"), " preroll "),
    (re.compile(r"\ball[\s-]in[\s-]one\b"), " disposable "),
    (re.compile(r"\bpre[\s-]ground\b"), " preground "),
    (re.compile(r"\bsun[\s-]?grown\b"), " outdoor "),
    (re.compile(r"\bmixed[\s-]light\b"), " greenhouse "),
    (re.compile(r"\bgorilla glue\b(?=\s*+(?:#\s*+)?4)"), " gg "),
    (re.compile(r"\b(?:top|bottom|mid)[\s-]shelf\b|\bsmall[\s-]batch\b|\bstaff pick\b|\bbest seller\b"), " "),
    (
        re.compile(
            r"\bon sale\b|\blast chance\b|\ba{2,5}\b|\bhand[\s-]?trimmed\b"
            r"|\blimited (?:time|edition|drop|release)\b"
        ),
        " ",
    ),
    (re.compile(r"[\[(|]\s*s(?:at)?\s*[\])|]"), " sativa "),
    (re.compile(r"[\[(|]\s*i(?:nd)?\s*[\])|]"), " indica "),
    (re.compile(r"[\[(|]\s*h(?:yb)?\s*[\])|]"), " hybrid "),
)
_STRAINS = {
    "gsc": "girl scout cookie",
    "gdp": "granddaddy purple",
    "gg4": "gg 4",
    "purp": "purple",
    "skittlez": "zkittlez",
    "skittle": "zkittlez",
    "sherb": "sherbet",
    "sherbert": "sherbet",
}
"""Strains that menus shorten or spell in two ways."""
_DROPPED = str.maketrans("", "", "'’™®©")
_FILLERS = frozenset(
    {"a", "gram", "ounce", "an", "and", "by", "the", "of", "with", "in", "from", "x", "premium"}
    | {"craft", "strain", "brand", "co", "company", "cannabis", "whole", "farm", "farms", "labs", "lab"}
    | {"new", "sale", "special", "deal", "hot", "exclusive", "each", "ea", "net", "wt", "weight"}
    | {
        "size",
        "thc",
        "thca",
        "total",
        "single",
        "pack",
        "bag",
        "jar",
        "tin",
        "pouch",
        "bottle",
        "can",
        "syringe",
        "applicator",
    }
    | {"marijuana", "medical", "adult", "rec", "quality", "fresh", "dominant", "dom", "leaning"}
)
_LINEAGES = frozenset({"sativa", "indica", "hybrid"})
_GROWN = frozenset({"indoor", "outdoor", "greenhouse"})
_LONGEST_NAME = 400


@dataclass(frozen=True, slots=True)
class Identity:
    """What a product is, whatever its size: two are the same product if their parts agree."""

    words: tuple[str, ...]
    """What says which one it is, in the order of the name."""
    shelf: frozenset[str]
    """Words of its category, which its name may leave out."""
    form: Form | None
    is_named: bool
    """Whether the form is in the name, and not only the category's."""
    lineage: frozenset[str]
    grown: frozenset[str]
    numbers: frozenset[str]
    """Digits in the words: "Gelato 33" and "Gelato 41" are two, "AK-47" and "AK47" are one."""


@lru_cache(maxsize=16_384)
def identify(name: str, category: str | None = None) -> Identity:
    """Fold case, accents and punctuation; take out sizes, percentages and words that say nothing."""
    tokens = _tokens(name)
    shelf = category_words(category)
    form, is_named = form_of(tokens, shelf)
    specific = [word for word in tokens if word not in _LINEAGES and word not in _GROWN and word not in _FILLERS]
    distinctive = (
        [word for word in specific if not says_only_form(word, form)] or specific or tokens or [name.casefold()]
    )
    added = sorted(distinctive_words(category) - set(distinctive))
    words = tuple(dict.fromkeys((*distinctive, *added)))
    return Identity(
        words=words,
        shelf=shelf,
        form=form,
        is_named=is_named,
        lineage=frozenset(tokens) & _LINEAGES,
        grown=frozenset(tokens) & _GROWN,
        numbers=numbers_of(words),
    )


def numbers_of(words: Iterable[str]) -> frozenset[str]:
    """The digits in the words of a name."""
    return frozenset(digits for word in words for digits in _DIGITS.findall(word))


def _tokens(name: str) -> list[str]:
    text = without_sizes(name[:_LONGEST_NAME].casefold())
    decomposed = unicodedata.normalize("NFKD", text.translate(_DROPPED))
    folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    folded = _PERCENT.sub(" ", folded)
    for pattern, plain in _PHRASES:
        folded = pattern.sub(plain, folded)
    words = (canonical(word) for word in _TOKEN.findall(folded))
    return [part for word in words for part in _STRAINS.get(word, word).split()]
