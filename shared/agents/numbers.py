"""Checks that the numbers in a model's text were given to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_NUMBER = re.compile(r"(?<![\w.])(?<!\d,)[-−]?\d++(?:,\d{3})*+(?:\.\d++)?+(?!\w*\d)")
_SMALL = Decimal(12)
"""Counts up to a dozen ("2 of 3") may be the model's own, unless they have a unit."""
_UNIT = re.compile(r"\s?(?:%|percent|usd|dollars|cents)", re.IGNORECASE)


def numbers_in(text: str) -> list[Decimal]:
    """Numbers written with digits, in order, without signs ("-5 %" is a fall of 5 %)."""
    return [number for number, _ in _found(text)]


def unfounded(text: str, sources: Iterable[str]) -> list[str]:
    """Numbers in `text`, as written, that no source contains exactly or rounded; without repeats."""
    known = {number for source in sources for number in numbers_in(source)}
    missing = (written for number, written in _found(text) if not _is_founded(number, written, known))
    return list(dict.fromkeys(missing))


def _found(text: str) -> list[tuple[Decimal, str]]:
    """Each number, and how it is written with its unit."""
    found = []
    for match in _NUMBER.finditer(text):
        digits = match.group().lstrip("-−").replace(",", "")
        before = text[max(0, match.start() - 1) : match.start()]
        unit = _UNIT.match(text, match.end())
        written = f"{'$' if before == '$' else ''}{match.group()}{unit.group().strip() if unit else ''}"
        try:
            found.append((Decimal(digits), written))
        except InvalidOperation:
            continue
    return found


def _is_founded(number: Decimal, written: str, known: set[Decimal]) -> bool:
    plain_count = number <= _SMALL and number == number.to_integral_value() and written.isdigit()
    if plain_count or number in known:
        return True
    exponent = number.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return any(one.quantize(step, ROUND_HALF_UP) == number for one in known if one < Decimal(10) ** 15)
