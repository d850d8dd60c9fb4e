"""Crude stemming, enough to see that two short texts are about the same thing."""

from __future__ import annotations

import re

from shared.values.text import clean

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "es", "ed", "s", "y", "e")
_COMMON_WORDS = """
a an and are as at be been but by can do does for from had has have he her him his how i if in into is it its me
more my no not of on or our out she so than that the their them then there these they this to up us was we were what
when where which who why will with would you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def stems(text: str) -> frozenset[str]:
    """The text's lowercase words without common ones and without endings."""
    return frozenset(_stem(word) for word in _WORD.findall(clean(text).lower()) if word not in _COMMON)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
