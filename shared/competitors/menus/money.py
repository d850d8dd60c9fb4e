"""Sums of money in text, with their currency: "$34", "USD 34.00", "34,00 €", "$.99", "CA$ 1 299,00"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shared.values.money import parse_price, price_of_digits

USD = "USD"
CENTS_MARK = "\x1e"
"""Stands in a text between a sum and the cents that a page writes raised: `$34<sup>00</sup>`."""
_LONGEST = 200
_CODES = (
    "USD|CAD|EUR|GBP|AUD|NZD|MXN|CHF|JPY|CNY|INR|BRL|ZAR|SEK|NOK|DKK|PLN|CZK|HUF|ILS|THB|HKD|SGD|COP|CLP|ARS|UYU"
    "|JMD"
)
_DOLLARS = {
    "US$": USD, "U$": USD, "CA$": "CAD", "C$": "CAD", "CDN$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD",
    "HK$": "HKD", "S$": "SGD", "MX$": "MXN", "R$": "BRL", "J$": "JMD", "COL$": "COP",
}  # fmt: skip
_SIGNS = {
    "$": USD, "＄": USD, "€": "EUR", "£": "GBP", "¥": "JPY", "￥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW",
    "₪": "ILS", "฿": "THB", "₫": "VND", "₱": "PHP", "₴": "UAH", "₺": "TRY", "₡": "CRC",
}  # fmt: skip
_PREFIX = (
    rf"(?:(?<![A-Za-z])(?:{'|'.join(re.escape(one) for one in sorted(_DOLLARS, key=len, reverse=True))})"
    rf"|(?<![A-Za-z])(?i:{_CODES})\s?\$?|[{''.join(_SIGNS)}])"
)
_SUFFIX = rf"(?:(?i:{_CODES}|dollars)(?![A-Za-z])|(?:kr|zł)(?![^\W\d_])|[€£₽₪₫₴₺]|(?:CA|US)?\$(?!\s?[\d.]))"
_DIGITS = (
    r"(?:\d{1,3}(?:[,.'’\u00a0\u202f\u2009]\d{3}(?!\d)){1,3}(?:[.,]\d{1,2}(?!\d))?"
    r"|\d{1,3}(?:\s\d{3}){1,2}[.,]\d{2}(?!\d)"
    rf"|\d{{1,7}}\s?{CENTS_MARK}\s?\d{{2}}(?!\d)"
    r"|\d{1,7}(?:[.,]\d{1,2}(?!\d))?(?![\d])"
    r"|[.,]\d{2}(?!\d))"
)
_MONEY = re.compile(
    rf"(?P<prefix>{_PREFIX})\s{{0,3}}(?P<after>{_DIGITS})(?:[.,]?[-–—](?=\s|$))?(?:\s?(?P<both>{_SUFFIX}))?"
    rf"|(?<![\d.,$/-])(?P<before>{_DIGITS})\s?(?P<suffix>{_SUFFIX})"
)
_BARE = re.compile(rf"(?<![\d.,/$-]){_DIGITS}(?![\d/%]|\s?(?:mg|ml|g|oz|gr?ams?|ounces?|pk|packs?|ct|lbs?)\b)")
_IS_BARE = re.compile(rf"{_DIGITS}(?:[.,]?[-–])?")
_GROUPS = re.compile(r"(?<=\d)['’\s\u00a0\u202f\u2009](?=\d)")
_CODE = re.compile(rf"(?<![A-Z])(?:{_CODES})(?![A-Z])", re.IGNORECASE)
_ISO_LIKE = re.compile(r"[A-Za-z]{3}")


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of money within a text, from `start` to `end`. `currency` is an ISO 4217 code."""

    amount: Decimal
    currency: str
    start: int
    end: int


def sums_in(text: str) -> Iterator[Sum]:
    """Every sum that names its currency; a dollar sign alone is taken for USD, a sum below zero for none."""
    for found in _MONEY.finditer(text):
        amount = _amount(found["after"] or found["before"])
        if amount is not None and not _is_negative(text, found.start()):
            named = found["both"] or found["prefix"] or found["suffix"]
            yield Sum(amount, _currency_of(found["prefix"], named), found.start(), found.end())


def is_bare_sum(text: str) -> bool:
    """Whether the text is nothing but a number that may be a price: "34.00", "1,299"."""
    return bool(_IS_BARE.fullmatch(text.strip()[:_LONGEST]))


def price_and_currency(raw: Any, currency: Any = None) -> tuple[Decimal | None, str]:
    """What structured data says that something costs, and in which currency (USD where nothing names one).

    `currency`: what stands beside it, a code or a sign. The price is None if there is none.
    """
    named = currency_code(currency)
    if not isinstance(raw, str):
        return parse_price(raw), named or USD
    text = raw[:_LONGEST].strip()
    if found := next(sums_in(text), None):
        return found.amount, found.currency if found.currency != USD else named or USD
    bare = None if _is_signed(text) else _BARE.search(text)
    return (_amount(bare.group()) if bare else None), named or USD


def currency_code(raw: Any) -> str | None:
    """The ISO code that `raw` means: "usd", "$", "US$", "https://…/USD", "US Dollar"; None where it says
    nothing.
    """
    if not isinstance(raw, str) or not (text := raw.strip()[:_LONGEST]):
        return None
    if found := _DOLLARS.get(text.upper()) or _SIGNS.get(text):
        return found
    if code := _CODE.search(text):
        return code.group().upper()
    if "dollar" in text.lower():
        return "CAD" if "canad" in text.lower() else USD
    if text == "840":
        return USD
    return text.upper() if _ISO_LIKE.fullmatch(text) else None


def _amount(digits: str) -> Decimal | None:
    if CENTS_MARK in digits:
        whole, cents = digits.split(CENTS_MARK)
        return price_of_digits(f"{whole.strip()}.{cents.strip()}")
    plain = _GROUPS.sub("", digits)
    return price_of_digits(f"0{plain}" if plain[0] in ".," else plain)


def _currency_of(prefix: str | None, named: str) -> str:
    """The suffix may say more than a bare sign before the number: "$34.00 CAD"."""
    code = currency_code(named) or USD
    return currency_code(prefix) or USD if named == "$" and prefix else code


def _is_negative(text: str, start: int) -> bool:
    before = text[max(start - 8, 0) : start].rstrip()
    return before in ("-", "(-", "+-") or before.endswith("−")


def _is_signed(text: str) -> bool:
    """`-5` and `1e309` are no prices, and neither are their digits."""
    return text[:1] in "-−" or bool(re.match(r"[\d.]{1,40}e[+-]?\d", text, re.IGNORECASE))
