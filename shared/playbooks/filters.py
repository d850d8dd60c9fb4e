"""The filters of templates: `{{ value | filter }}`. Pure functions of plain data."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

MAX_JOINED = 500_000


def as_text(value: Any) -> str:
    """How a value reads inside a text: numbers without a needless `.0`, true/false, lists and objects as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 6))
    if isinstance(value, int):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _round(value: float, digits: int = 0) -> float | int:
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return float(rounded) if digits > 0 else int(rounded)


def _money(value: float) -> str:
    return f"${Decimal(str(value)).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,}"


def _default(value: Any, fallback: Any = "") -> Any:
    return fallback if value is None else value


def _join(items: list[Any], separator: str = ", ") -> str:
    if not isinstance(items, list) or not isinstance(separator, str):
        raise TypeError("expected a list, and a text between its items")
    parts = [as_text(item) for item in items]
    if sum(map(len, parts)) + len(separator) * len(parts) > MAX_JOINED:
        raise ValueError(f"the text would have over {MAX_JOINED} characters")
    return separator.join(parts)


FILTERS: dict[str, Callable[..., Any]] = {
    "default": _default,
    "join": _join,
    "length": len,
    "lower": lambda value: as_text(value).lower(),
    "money": _money,
    "round": _round,
    "title": lambda value: as_text(value).title(),
    "upper": lambda value: as_text(value).upper(),
}
