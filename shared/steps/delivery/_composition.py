"""Steps' results as people read them: amounts, days and words in the cells of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from shared.errors import PermanentError
from shared.messages.template.as_text import UNKNOWN
from shared.messages.template.build import MAX_CELL
from shared.playbooks.filters import as_text
from shared.playbooks.numbers import rounded
from shared.retail.figures import number, percent_words, usd
from shared.values.text import clean_text
from shared.values.words import date_words, day_words

Format = Literal["text", "words", "number", "money", "percent", "count", "day", "date"]
_ABBREVIATIONS = frozenset({"vip", "sms"})


def shown(value: Any, form: Format, none: str = UNKNOWN) -> str:
    """The value as people write it; `none` if there is none."""
    if value is None or value == "":
        return none
    if form == "count":
        return f"{len(value):,}" if isinstance(value, list | Mapping) else UNKNOWN
    if form == "text":
        return clean_text(", ".join(map(as_text, value)) if isinstance(value, list) else as_text(value), MAX_CELL)
    if form in ("day", "date"):
        return (day_words if form == "day" else date_words)(_day(value))
    if form == "words":
        return _words(value)
    found = amount(value)
    if form == "money":
        return usd(found)
    return percent_words(rounded(found, 1)) if form == "percent" else number(float(found))


def at(row: Any, path: str) -> Any:
    """What stands in the row at the path (`output.draft.name`; `.` is the row itself); None if nothing does."""
    value = row
    for name in [] if path == "." else path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def cells(rows: Sequence[Any], columns: Sequence[tuple[str, Format, str]]) -> tuple[tuple[str, ...], ...]:
    """Each row's values at the columns' paths, as people write them; the last of a column stands for null."""
    return tuple(tuple(shown(at(row, path), form, none) for path, form, none in columns) for row in rows)


def lengths(rows: Sequence[Any], path: str) -> tuple[float, ...]:
    """The values at the path as bar lengths; none if one of them isn't an amount of zero or more."""
    values = [at(row, path) for row in rows]
    whole = all(isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 for value in values)
    return tuple(float(value) for value in values) if whole else ()


def amount(value: Any) -> Decimal:
    """The value as an amount of money.

    Raises:
        PermanentError: it isn't one.
    """
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if isinstance(value, bool) or not found.is_finite():
        raise PermanentError(f"a report shows {value!r:.80} as an amount; expected a number")
    return found


def _words(value: Any) -> str:
    """`at_risk` becomes `At risk`."""
    text = clean_text(as_text(value).replace("_", " "), MAX_CELL)
    return text.upper() if text in _ABBREVIATIONS else f"{text[:1].upper()}{text[1:]}"


def _day(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise PermanentError(f"a report shows {value!r:.80} as a day; expected one like 2026-11-23") from None
