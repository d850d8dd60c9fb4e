"""Hides keys and passwords in documents that the API returns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shared.playbooks.secret_names import is_only_secrets

MASKED = "•••"

_HEADERS_SHOWN = frozenset({"accept", "accept-language", "content-type", "user-agent"})
_SECRET_NAME = re.compile(
    r"(?i:authorization|cookie|secret|passw(or)?d|credential|signature|token(?!s))|(?i:(api|access|private)[-_]?key)"
)
_QUERY = re.compile(r"(?P<before>https?://[^\s?#\"'<>]{1,2000})\?[^\s#\"'<>]+", re.IGNORECASE)
_USER = re.compile(r"(?P<scheme>https?://)[^\s/@\"'<>]{1,500}@", re.IGNORECASE)


def masked(value: Any) -> Any:
    """The value with the headers of requests, and whatever is named like a secret, replaced by `MASKED`.

    What a URL carries as its user and its query goes too. Keys, lists and everything else stay as they are, and so
    does `{{secrets.NAME}}`, which says where a value lies and not what it is.
    """
    if isinstance(value, Mapping):
        return {name: _masked_field(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [masked(inner) for inner in value]
    if isinstance(value, str) and "://" in value:
        return _USER.sub(rf"\g<scheme>{MASKED}@", _QUERY.sub(rf"\g<before>?{MASKED}", value))
    return value


def _masked_field(name: str, value: Any) -> Any:
    if name.lower() == "headers" and isinstance(value, Mapping):
        return {header: text if _is_shown(header, text) else MASKED for header, text in value.items()}
    if isinstance(value, str) and is_only_secrets(value):
        return value
    if name.lower() == "headers" or (_SECRET_NAME.search(name) and not isinstance(value, bool | None)):
        return MASKED
    return masked(value)


def _is_shown(header: str, value: Any) -> bool:
    return header.lower() in _HEADERS_SHOWN or (isinstance(value, str) and is_only_secrets(value))
