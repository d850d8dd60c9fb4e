"""Amounts and numbers as people write and read them: the same in templates and in every report."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

MAX_PLACES = 15

_WRITTEN = re.compile(r"[+-]?\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,15})?|[+-]?\d{1,20}(?:\.\d{1,15})?|[+-]?\.\d{1,15}")
_EXACT = Context(prec=400)
"""Holds any float to `MAX_PLACES` decimals."""
_CENT = Decimal("0.01")


def read_number(value: Any) -> Decimal:
    """A finite number, or a text that is one as people write it: `1,299.00`, `$12.50`, `-$3`. No exponents.

    Raises:
        TypeError: it is neither a number nor a text.
        ValueError: the text is not a number, or the number is not finite or has over 300 digits.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("expected a finite number")
        return Decimal(repr(value))
    if isinstance(value, int) and not isinstance(value, bool):
        if value.bit_length() > 1_024:
            raise ValueError("expected a number of at most 300 digits")
        return Decimal(value)
    if isinstance(value, str):
        return _written(value[:60])
    raise TypeError("expected a number")


def _written(text: str) -> Decimal:
    plain = text.strip().replace("−", "-")
    sign, plain = ("-", plain[1:]) if plain.startswith("-$") else ("", plain)
    match = _WRITTEN.fullmatch(plain.removeprefix("$").strip())
    if match is None:
        raise ValueError("expected a number, like 12.5 or 1,299.00")
    return Decimal(sign + match.group().replace(",", ""))


def rounded(number: Decimal, places: int = 0) -> Decimal:
    """Half up, to `places` decimals (negative: to tens, hundreds, …); never a zero below zero.

    Raises:
        ValueError: over 15 places on either side.
    """
    if not -MAX_PLACES <= places <= MAX_PLACES:
        raise ValueError(f"expected -{MAX_PLACES} to {MAX_PLACES} decimals")
    value = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _EXACT)
    return value.copy_abs() if value.is_zero() else value


def usd(amount: Decimal) -> str:
    """`$1,234.50`, `-$3.00`, `$0.00` for less than half a cent."""
    cents = rounded(amount, 2)
    return f"-${-cents:,.2f}" if cents < 0 else f"${cents:,.2f}"


def number_words(number: Decimal) -> str:
    """`4`, `2.5`, `1,234`: at most two decimals, and no zeros that say nothing."""
    text = f"{number.quantize(_CENT, ROUND_HALF_UP, _EXACT):,f}"
    trimmed = text.rstrip("0").rstrip(".")
    return "0" if trimmed in ("-0", "") else trimmed
