"""Turns any JSON value into plain statements: the substitute for a model's prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shared.playbooks.numbers import number_words, usd
from shared.values.text import clean

MAX_NAMED = 5
"""List entries that are written out."""
MAX_VALUE_CHARS = 160
BEYOND_BUSINESS = 1e15
"""Numbers this large are ids, not figures: shown unchanged and not used in math."""
NAME_FIELDS = (
    "name",
    "title",
    "product",
    "competitor",
    "competitorName",
    "item",
    "customer",
    "label",
    "category",
    "id",
)

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\-.\s]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"“(])|\n+")
_PERCENT = re.compile(r"percent|pct|price_?gap$|(?:^|_)rate$|share$", re.IGNORECASE)
_MONEY = re.compile(
    r"price$|revenue|(?:^|_)cost|spent|spend$|amount|usd$|sales$|median$|(?:^|_)(?:min|max)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class FactList:
    """Statements, and how many were left out."""

    lines: tuple[str, ...]
    more: int = 0

    def text(self, *, bullets: bool = True) -> str:
        """One statement per line; the last line says how many were left out."""
        mark = "- " if bullets else ""
        lines = [line if line.startswith("  - ") else f"{mark}{line}" for line in self.lines]
        if self.more:
            lines.append(f"{mark}and {self.more} more")
        return "\n".join(lines)


def facts_of(value: Any, limit: int = 15) -> FactList:
    """Up to `limit` statements about `value`."""
    lines = list(_lines(value, ""))
    return FactList(tuple(lines[:limit]), max(0, len(lines) - limit))


def sentences(text: str) -> list[str]:
    pieces = (" ".join(piece.split()).lstrip("-•* ") for piece in _SENTENCE_END.split(clean(text)))
    return [piece for piece in pieces if piece]


def words_of(name: str) -> str:
    """`priceGap` and `price_gap` as `Price gap`."""
    words = " ".join(_WORD_START.sub(" ", name).split()).lower()
    return words[:1].upper() + words[1:]


def shown(name: str, value: Any) -> str:
    """A scalar as people write it; the field's name distinguishes money and percentages."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and abs(value) < BEYOND_BUSINESS:
        return _number(name, float(value))
    if value is None:
        return "none"
    text = " ".join(clean(str(value)).split())
    return text if len(text) <= MAX_VALUE_CHARS else f"{text[:MAX_VALUE_CHARS].rstrip()}…"


def name_of(row: Mapping[str, Any]) -> str | None:
    """A list entry's display name."""
    return next((shown("", row[field]) for field in NAME_FIELDS if row.get(field) not in (None, "")), None)


def _number(name: str, value: float) -> str:
    if _PERCENT.search(name):
        return f"{_trimmed(value)}%"
    if _MONEY.search(name):
        return usd(Decimal(repr(value)))
    return _trimmed(value)


def _trimmed(value: float) -> str:
    return number_words(Decimal(repr(value)))


def _lines(value: Any, prefix: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _field(str(name), inner, prefix)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        yield from _list(prefix, "", value) if prefix else _alone(value)
    elif isinstance(value, str):
        yield from sentences(value)
    elif value is not None:
        yield f"{prefix}: {shown(prefix, value)}" if prefix else shown("", value)


def _field(name: str, value: Any, prefix: str) -> Iterator[str]:
    called = f"{prefix}, {words_of(name).lower()}" if prefix else words_of(name)
    if isinstance(value, Mapping):
        yield from _lines(value, called)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        yield from _list(called, name, value)
    elif value not in (None, ""):
        yield f"{called}: {shown(name, value)}"


def _list(called: str, name: str, values: Sequence[Any]) -> Iterator[str]:
    if not values:
        yield f"{called}: none"
    elif all(isinstance(one, Mapping) for one in values):
        yield f"{called}: {len(values)}"
        for row in values[:MAX_NAMED]:
            yield f"  - {_entry(row)}"
        if len(values) > MAX_NAMED:
            yield f"  - and {len(values) - MAX_NAMED} more"
    else:
        listed = ", ".join(
            shown(name, one) if not isinstance(one, list | dict) else "…" for one in values[:MAX_NAMED]
        )
        yield f"{called}: {listed}{f' and {len(values) - MAX_NAMED} more' if len(values) > MAX_NAMED else ''}"


def _alone(values: Sequence[Any]) -> Iterator[str]:
    """A list without a name: each entry is a statement."""
    for one in values:
        yield _entry(one) if isinstance(one, Mapping) else shown("", one)


def _entry(row: Mapping[str, Any]) -> str:
    title = name_of(row)
    details = [
        f"{words_of(str(name)).lower()} {shown(str(name), value)}"
        for name, value in row.items()
        if not isinstance(value, list | dict) and value not in (None, "") and shown("", value) != title
    ]
    return f"{title}: {', '.join(details)}" if title and details else title or ", ".join(details) or "empty"
