"""Converts any Python value to JSON that can always be written: bounded and free of cycles."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Set
from itertools import islice

MAX_STRING_CHARS = 4_000
MAX_ITEMS = 100
MAX_DEPTH = 6
MAX_CHARS = 16_000
"""Total across all strings of one call."""
MAX_INTEGER_BITS = 1_024

Clean = Callable[[str], str]
Hide = Callable[[str], bool]

HIDDEN = "[redacted]"


def plain(value: object, clean: Clean, hide: Hide) -> object:
    """`value` as strings, numbers, booleans, None, lists and objects, for `json.dumps`.

    `clean` is applied to every string, names included; the value of a name that `hide` tells is not shown at all.
    What is too long, too deep or too much is cut with a note of it. Never raises.
    """
    return _Plain(clean, hide).of(value, 0)


def clipped(text: str, limit: int) -> str:
    """`text` cut to `limit` characters, with a note of how many were cut."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit} more characters)"


def printable(text: str) -> str:
    """`text` with lone surrogates, which UTF-8 can't encode, escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def text_of(value: object) -> str:
    """`str(value)`, or the type's name if that fails."""
    try:
        return str.__str__(value) if isinstance(value, str) else str(value)
    except Exception as error:  # noqa: BLE001 - any value may be logged, whatever its author's __str__ does
        return f"<{type(value).__name__} that cannot be printed: {type(error).__name__}>"


class _Plain:
    def __init__(self, clean: Clean, hide: Hide) -> None:
        self._clean = clean
        self._hide = hide
        self._left = MAX_CHARS

    def of(self, value: object, depth: int) -> object:
        if type(value) is str:  # nearly all of them
            return self._text(value)
        match value:
            case None | bool():
                return value
            case int():
                bits = int.bit_length(value)
                return int(value) if bits <= MAX_INTEGER_BITS else f"<an integer of {bits} bits>"
            case float():
                return float(value) if math.isfinite(value) else repr(float(value))
            case bytes() | bytearray() | memoryview():
                return f"<{len(value)} bytes>"
            case Mapping() | list() | tuple() | Set() if depth >= MAX_DEPTH:
                return f"<{type(value).__name__} that lies too deep>"
            case Mapping() | list() | tuple() | Set():
                return self._container(value, depth)
        return self._text(text_of(value))

    def _container(self, value: Mapping[object, object] | Iterable[object], depth: int) -> object:
        try:
            return self._object(value, depth) if isinstance(value, Mapping) else self._list(value, depth)
        except Exception as error:  # noqa: BLE001 - a container of somebody's own may fail to be walked
            return f"<{type(value).__name__} that cannot be printed: {type(error).__name__}>"

    def _object(self, value: Mapping[object, object], depth: int) -> dict[str, object]:
        shown: dict[str, object] = {}
        for name, item in islice(value.items(), MAX_ITEMS):
            text = self._text(name if type(name) is str else text_of(name))
            shown[text] = HIDDEN if self._is_hidden(name, item) else self.of(item, depth + 1)
        if len(value) > MAX_ITEMS:
            shown["…"] = f"{len(value) - MAX_ITEMS} more"
        return shown

    def _list(self, value: Iterable[object], depth: int) -> list[object]:
        items = list(value)
        if len(items) == 2 and self._is_hidden(items[0], items[1]):  # a header as a pair
            items[1] = HIDDEN
        shown = [self.of(item, depth + 1) for item in items[:MAX_ITEMS]]
        return shown if len(items) <= MAX_ITEMS else [*shown, f"… ({len(items) - MAX_ITEMS} more)"]

    def _is_hidden(self, name: object, value: object) -> bool:
        return isinstance(name, str) and not isinstance(value, bool | None) and self._hide(name[:MAX_STRING_CHARS])

    def _text(self, text: str) -> str:
        # Cleaned before it is cut: half a secret would not be known as one.
        kept, left = self._clean(text), self._left
        if len(kept) <= left and len(kept) <= MAX_STRING_CHARS:
            self._left = left - len(kept)
        else:
            limit = max(0, min(MAX_STRING_CHARS, left))
            kept = clipped(kept, limit)
            self._left -= min(len(kept), limit)
        return kept if kept.isascii() else printable(kept)
