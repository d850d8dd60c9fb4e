"""Sets of words, as the modules of this package define them."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text: `words("sale now")` is `{"sale", "now"}`."""
    return frozenset(text.split())
