"""The filters of templates: `{{ value | filter }}`. Pure functions of plain data, each bounded in what it makes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from shared.playbooks.budget import MAX_TEXT, VALUE_WORK, Budget, BudgetError, check_text, is_boundless
from shared.playbooks.instants import formatted_date, formatted_datetime, formatted_time, instant_words
from shared.playbooks.numbers import number_words, read_number, rounded, usd
from shared.values.words import dollars, plural

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CONTRACTED = frozenset({"s", "t", "m", "d", "ll", "re", "ve", "em", "all", "clock"})
"""What stays small after an apostrophe: Joe's, don't; not O'Brien."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a filter may use: the remaining budget and the org's time zone."""

    budget: Budget = field(default_factory=Budget)
    zone: tzinfo = UTC


def as_text(value: Any, use: Use | None = None) -> str:
    """How a value reads inside a text: numbers without a needless `.0`, true/false, timestamps as `May 4, 2026,
    9:30 AM EDT`, lists and objects as JSON.

    Raises:
        BudgetError: the text, a number or the work would be too large; nothing that large is built.
        TypeError: it is no plain data.
    """
    use = use or Use()
    use.budget.work(VALUE_WORK)
    if isinstance(value, str):
        use.budget.work(len(value))
        return check_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 6) + 0.0)
    if isinstance(value, int):
        if is_boundless(value):
            raise BudgetError("is a number of over 300 digits")
        return str(value)
    return instant_words(value, use.zone) if isinstance(value, date) else _as_json(value, use)


def _as_json(value: Any, use: Use) -> str:
    def other(one: Any) -> Any:
        if isinstance(one, datetime | date):
            return instant_words(one, use.zone)
        if isinstance(one, bytes):
            return base64.b64encode(one).decode()
        if isinstance(one, Mapping):
            raise TypeError("cannot be written as a text; expected a path to one of its values")
        return check_text(str(one))

    size = use.budget.weigh(value, MAX_TEXT)  # before anything is built
    use.budget.work(size)
    return check_text(json.dumps(value, ensure_ascii=False, default=other))


def _round(_use: Use, value: Any, digits: Any = 0) -> float | int:
    if not isinstance(digits, int) or isinstance(digits, bool):
        raise TypeError("expected a whole number of decimals")
    number = rounded(read_number(value), digits)
    return float(number) if digits > 0 else int(number)


def _money(_use: Use, value: Any) -> str:
    return usd(read_number(value))


def _dollars(_use: Use, value: Any) -> str:
    return dollars(rounded(read_number(value), 2))


def _counted(_use: Use, value: Any, one: Any = "item", many: Any = None) -> str:
    if not isinstance(one, str) or not isinstance(many, str | None):
        raise TypeError("expected the word for one, and, where that is not the same with an s, for many")
    number = read_number(value)
    word = plural(1 if number == 1 else 2, one, many)
    return check_text(f"{number_words(number) if number else 'no'} {word}")


def _default(_use: Use, value: Any, fallback: Any = "") -> Any:
    return fallback if value is None else value


def _join(use: Use, items: Any, separator: Any = ", ") -> str:
    if not isinstance(items, list) or not isinstance(separator, str):
        raise TypeError("expected a list, and a text between its items")
    use.budget.work(len(items))
    if len(separator) * (len(items) - 1) > MAX_TEXT:
        raise BudgetError(f"makes a text of over {MAX_TEXT:,} characters")
    size = 0
    parts = []
    for item in items:
        part = as_text(item, use)
        size += len(part) + len(separator)
        if size - len(separator) > MAX_TEXT:
            raise BudgetError(f"makes a text of over {MAX_TEXT:,} characters")
        parts.append(part)
    return separator.join(parts)


def _length(_use: Use, value: Any) -> int:
    if not isinstance(value, str | list | Mapping):
        raise TypeError("expected a text, a list or an object")
    return len(value)


def _title(use: Use, value: Any) -> str:
    return check_text(_WORD.sub(_titled, as_text(value, use)))


def _titled(match: re.Match[str]) -> str:
    word = match.group()
    if any(sign.isupper() for sign in word[1:]) and any(sign.islower() for sign in word):
        return word  # McDonald, O'Brien, iPhone: somebody has seen to it
    head, *rest = re.split("(['’])", word.lower())
    kept = (part if part in _CONTRACTED or len(head) > 2 else _capital(part) for part in rest)
    return "".join((_capital(head), *kept))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _date(use: Use, value: Any, form: Any = "medium") -> str:
    return formatted_date(value, form, use.zone)


def _time(use: Use, value: Any, form: Any = "short") -> str:
    return formatted_time(value, form, use.zone)


def _datetime(use: Use, value: Any, form: Any = "medium") -> str:
    return formatted_datetime(value, form, use.zone)


FILTERS: dict[str, Callable[..., Any]] = {
    "counted": _counted,
    "date": _date,
    "datetime": _datetime,
    "default": _default,
    "dollars": _dollars,
    "join": _join,
    "length": _length,
    "lower": lambda use, value: check_text(as_text(value, use).lower()),
    "money": _money,
    "round": _round,
    "time": _time,
    "title": _title,
    "upper": lambda use, value: check_text(as_text(value, use).upper()),
}
"""Each takes the `Use`, the value and its own arguments; TypeError and ValueError say what was expected."""
