"""Cleans text from outside: one line, no control characters, a limited length."""

from __future__ import annotations

import unicodedata
from typing import Any

MAX_NAME_LENGTH = 200
_KEPT_CONTROLS = frozenset("\n\t")


def clean_text(raw: Any, limit: int = MAX_NAME_LENGTH) -> str:
    """Text on one line without control or format characters, at most `limit` long; empty when `raw` is no text."""
    if not isinstance(raw, str):
        return ""
    text = raw[: limit * 20]
    if text.isprintable():
        return " ".join(text.split())[:limit].rstrip()
    kept = (" " if character.isspace() else character for character in text)
    printable = "".join(character for character in kept if unicodedata.category(character)[0] != "C")
    return " ".join(printable.split())[:limit].rstrip()


def fitted(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, the last of which say how many more there were."""
    if len(text) <= limit:
        return text
    kept = limit - len(f"… ({len(text):,} more characters)")
    return f"{text[:kept]}… ({len(text) - kept:,} more characters)"


def clean(text: str) -> str:
    """The text in compatibility form (`＜` is `<`), without control, format and unassigned characters.

    Line breaks and tabs stay. Zero-width signs and the invisible tag characters go: they hide words from people.
    """
    return _visible(unicodedata.normalize("NFKC", _visible(text)))


def _visible(text: str) -> str:
    return "".join(
        sign for sign in text if sign in _KEPT_CONTROLS or not unicodedata.category(sign).startswith("C")
    )
