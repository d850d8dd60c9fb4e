"""Ids derived from content, so that creating the same thing twice creates it once."""

from __future__ import annotations

import hashlib

SEPARATOR = "\x1f"


def hex_digest(*parts: str, digits: int = 32) -> str:
    """The first hex digits of the SHA-256 of the parts, at most 64.

    Ids of stored documents, tasks and jobs are made with it, so its value for the same parts must never change. The
    digits are evenly spread, which keeps Firestore and Cloud Tasks from hotspots.
    """
    return hashlib.sha256(SEPARATOR.join(parts).encode()).hexdigest()[:digits]


def place_of(text: str, places: int) -> int:
    """One of so many places, from 0, evenly spread and always the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % places
