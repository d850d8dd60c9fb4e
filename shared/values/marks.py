"""Marks of a few bytes, by which a document remembers a large number of texts.

Two texts may have the same mark.
"""

from __future__ import annotations

from shared.values.digests import hex_digest


def mark_of(text: str, size: int) -> bytes:
    """The text's mark of so many bytes. It is stored, so it must stay the same."""
    return bytes.fromhex(hex_digest(text, digits=2 * size))


def marks_in(stored: bytes, size: int) -> frozenset[bytes]:
    """The marks that were stored one after the other."""
    return frozenset(stored[start : start + size] for start in range(0, len(stored), size))
