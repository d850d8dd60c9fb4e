"""Decides from a page's bytes alone whether it's unchanged, without reading its menu."""

from __future__ import annotations

import hashlib
import re

VERSION = "3"
"""Increment it when the way pages are read changes: older menus are then read again."""
_COMMENT = re.compile(rb"<!--[^<>]{0,500}-->")
_FIELD = re.compile(rb"<(?:meta|input)\b[^<>]{0,1000}>", re.IGNORECASE)
_NONCE = re.compile(rb"""\bnonce=(?:"[^"<>]{0,200}"|'[^'<>]{0,200}')""", re.IGNORECASE)
_PASSING_FIELD = re.compile(rb"csrf|token|nonce|hidden|timestamp|generated|request-id", re.IGNORECASE)
_SCRIPT_END = b"</script"
_UNSURE = (b"<script", b"<!--", b"-->")
_MAY_HOLD_A_MENU = (b"price", b"__next_f")
"""In the states that single-page shops embed."""


def page_hash(body: bytes) -> str:
    """A hash of the page without what changes on every load: nonces, form tokens, short comments, plain scripts.

    What it leaves out can hold no menu: data and scripts that name a price stay in, and so do those whose end is
    in doubt.
    """
    kept = _NONCE.sub(b"", _FIELD.sub(_lasting, _COMMENT.sub(b"", _without_scripts(body))))
    return f"{VERSION}:{hashlib.sha256(kept).hexdigest()}"


def _lasting(field: re.Match[bytes]) -> bytes:
    return b"" if _PASSING_FIELD.search(field.group()) else field.group()


def _without_scripts(body: bytes) -> bytes:
    """One walk from left to right: time grows with the page's length, whatever it holds."""
    lower = body.lower()
    kept: list[bytes] = []
    position = 0
    while True:
        start = lower.find(b"<script", position)
        opened = lower.find(b">", start) if start >= 0 else -1
        end = lower.find(_SCRIPT_END, opened) if opened >= 0 else -1
        if end < 0:
            kept.append(body[position:])
            return b"".join(kept)
        code = lower[opened + 1 : end]
        is_data = b"json" in lower[start:opened]
        stays = is_data or any(mark in code for mark in (*_UNSURE, *_MAY_HOLD_A_MENU))
        kept.append(body[position : end if stays else opened + 1])
        position = end
