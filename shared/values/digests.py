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
