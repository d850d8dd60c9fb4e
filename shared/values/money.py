"""Amounts in USD: as they are stored, and as they are parsed from text."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import PlainSerializer

Money = Annotated[Decimal, PlainSerializer(float, return_type=float)]
"""USD. Decimal while we compute; a number in documents and JSON, which know no decimals."""

HIGHEST_PRICE = Decimal(1_000_000)
_CENT = Decimal("0.01")
_AMOUNT = re.compile(
    r"(?<![\d.,-])(?<!-\s)(?<!-\$)(?<!\de)(?<!\de[+-])\d[\d.,]*+(?!e[+-]?\d)",
    re.IGNORECASE,
)
"""`1e309` is no amount, and neither are its digits."""
_LONGEST_PRICE_TEXT = 64


def parse_price(raw: Any) -> Decimal | None:
    """The first price in `raw` in whole cents: `45`, `"$45.00"`, `"1,234.50"`, `"1.234,56"`, `"$20 – $45"`.

    None for what is no price: nothing, zero (menus write it for "ask us"), negative, beyond a million.
    """
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        return _as_price(str(raw))
    if not isinstance(raw, str):
        return None
    found = _AMOUNT.search(raw.strip()[:_LONGEST_PRICE_TEXT])
    return price_of_digits(found.group()) if found else None


def price_of_digits(digits: str) -> Decimal | None:
    """The price that digits with `.` and `,` among them write; None for what is no price (see `parse_price`)."""
    return _as_price(_with_decimal_point(digits.rstrip(".,")))


def _with_decimal_point(digits: str) -> str:
    """Which of `.` and `,` groups thousands and which starts the cents is told by where they stand."""
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return digits
    mark, other = digits[last], "," if digits[last] == "." else "."
    groups = digits.replace(other, "").count(mark) > 1
    if groups or (mark == "," and len(digits) - last - 1 == 3):
        return digits.replace(",", "").replace(".", "")
    return digits.replace(other, "").replace(mark, ".")


def _as_price(number: str) -> Decimal | None:
    try:
        price = Decimal(number)
    except InvalidOperation:
        return None
    if not price.is_finite() or not 0 < price <= HIGHEST_PRICE:
        return None
    return price.quantize(_CENT, ROUND_HALF_UP) or None
