"""Finds secrets in other systems' responses, verbatim or in common encodings."""

from __future__ import annotations

import base64
import binascii
import functools
import html
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, quote_plus

SHORTEST_PART = 8
"""Of what is looked for: a shorter text would stand in many an answer by chance."""

Hidden = tuple[str, str]
"""A secret's value, and what is shown instead of it."""


def hidden(value: Any, secrets: Sequence[Hidden]) -> Any:
    """A JSON value in which no text, and no name of a field, holds one of the secrets any more."""
    if not secrets:
        return value
    if isinstance(value, str):
        return _hidden_text(value, secrets)
    if isinstance(value, Mapping):
        return {
            _hidden_text(name, secrets) if isinstance(name, str) else name: hidden(item, secrets)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [hidden(item, secrets) for item in value]
    return value


def _hidden_text(text: str, secrets: Sequence[Hidden]) -> str:
    # The longest first: one secret may be a part of another.
    for value, shown in sorted(secrets, key=lambda one: len(one[0]), reverse=True):
        text = shown.join(_pattern(value).split(text))
    return text


@functools.lru_cache(maxsize=256)
def _pattern(value: str) -> re.Pattern[str]:
    """Every form of the value, the longest first; digits of escapes in small or capital letters."""
    return re.compile("|".join(re.escape(form) for form in sorted(forms_of(value), key=len, reverse=True)))


def forms_of(value: str) -> frozenset[str]:
    """The value as it is, escaped as in JSON, HTML and URLs, in base64 at any offset, and in hexadecimal digits.

    What a value is itself the base64 of (`user:password`, as of `Authorization: Basic`) is looked for as well,
    whole and by its password.
    """
    found: set[str] = set()
    for part in (value, *_decoded_parts(value)):
        found |= _forms_of_text(part)
    return frozenset(found)


def _forms_of_text(text: str) -> set[str]:
    escaped = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    urls = {quote(text, safe=""), quote(text), quote_plus(text)}
    markup = {html.escape(text), html.escape(text, quote=False)}
    plain = {text, *escaped, *urls, *markup}
    plain |= {form.replace("/", "\\/") for form in (text, *escaped)}
    plain |= {re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), form) for form in urls}
    data = text.encode()
    return plain | {data.hex(), data.hex().upper()} | _base64_forms(data)


def _base64_forms(data: bytes) -> set[str]:
    """What every base64 text that holds the data has in it, wherever the data begin in what was encoded."""
    found = set()
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + data).decode()
        # The first and the last signs depend on what stands beside the data.
        start = -(-offset * 8 // 6)
        end = (offset + len(data)) * 8 // 6
        inner = encoded[start:end]
        if len(inner) >= SHORTEST_PART:
            found |= {inner, inner.replace("+", "-").replace("/", "_")}
            found |= {quote(inner, safe=""), inner.replace("/", "\\/")}
    return found


def _decoded_parts(value: str) -> list[str]:
    try:
        decoded = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return []
    password = decoded.partition(":")[2]
    return [part for part in (decoded, password) if len(part) >= SHORTEST_PART and part.isprintable()]
