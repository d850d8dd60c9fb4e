"""Parses a size from text as menus write it: a product's name, a variant, a shelf."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from shared.values.size import (
    MILLILITERS_PER_FLUID_OUNCE,
    Size,
    bottled_milliliters,
    plain_amount,
    sold_grams,
)
from shared.values.size_grammar import SIZE, size_alone

SoldBy = Literal["weight", "content", "volume"]
"""How a kind of product is measured. By weight (flower, vapes, extracts) `500mg` is half a gram; by content
(edibles) it is what is in it; by volume (drinks, tinctures) an ounce is a fluid one.
"""

_LONGEST_TEXT = 400
_SMALLEST, _LARGEST = Decimal("0.01"), Decimal(1_000_000)
"""In grams, milligrams, milliliters or pieces; beyond them it is no size."""
_PIECES_AT_MOST = 1_000
_GRAMS_PER_OUNCE = Decimal(28)
_LEAST_GRAMS_A_PIECE = Decimal("0.3")
_MOST_MILLIGRAMS_A_PIECE = Decimal(10)
"""Most states allow no edible with more in a piece."""
_LARGEST_CART_MILLILITERS = Decimal(2)

_FACTORS: Mapping[str, tuple[str, Decimal]] = {
    **dict.fromkeys(("g", "gr", "gm", "gms", "gram", "grams"), ("grams", Decimal(1))),
    "kg": ("grams", Decimal(1000)),
    **dict.fromkeys(("oz", "ozs", "ounce", "ounces"), ("grams", _GRAMS_PER_OUNCE)),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), ("grams", 16 * _GRAMS_PER_OUNCE)),
    **dict.fromkeys(("mg", "mgs", "milligram", "milligrams"), ("milligrams", Decimal(1))),
    **dict.fromkeys(("ml", "mls", "milliliter", "milliliters"), ("milliliters", Decimal(1))),
    "cl": ("milliliters", Decimal(10)),
    **dict.fromkeys(("l", "liter", "liters"), ("milliliters", Decimal(1000))),
    "floz": ("milliliters", MILLILITERS_PER_FLUID_OUNCE),
}
"""What is no key here counts pieces."""
_MEASURES = ("grams", "milligrams", "milliliters")
_FRACTIONS = {"½": (1, 2), "¼": (1, 4), "⅛": (1, 8), "¾": (3, 4), "⅓": (1, 3), "⅔": (2, 3)}
_WORDS = {
    "eighth": Decimal("0.125"),
    "8th": Decimal("0.125"),
    "quarter": Decimal("0.25"),
    "qtr": Decimal("0.25"),
    "half": Decimal("0.5"),
} | {"two": Decimal(2)}
_COUNTED = {"twin": 2, "double": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10} | {
    "dozen": 12
}
_ROUNDING_OF_OUNCES = Decimal("0.05")
"""How far "0.12 oz" may lie from the grams beside it and be the same."""
_EACH = re.compile(
    r"\s?(?:\(?(?:each|ea|apiece)\b"
    r"|(?:per|/)\s?(?:pc|piece|gumm|chew|serving|pre-?roll|joint|cap|can))",
    re.IGNORECASE,
)


@lru_cache(maxsize=8192)
def parse_size(text: str | None, sold_by: SoldBy | None = None) -> Size | None:
    """The size that a text names: a name, or what a menu writes beside a price.

    None where it names none, or several that are not one ("1g / 3.5g").
    """
    text_read = (text or "")[:_LONGEST_TEXT].casefold().replace("⁄", "/")
    found = _read(size_alone(text_read) or text_read, sold_by)
    total = {name: _total(name, found) for name in _MEASURES if found.has(name)}
    if len(found.pieces) > 1 or not all(total.values()):
        return None
    if sold_by == "weight" and "grams" in total:
        # What else is named is content, or the volume of a cartridge.
        total = {"grams": total["grams"]}
    grams, milligrams, milliliters = (total.get(name) for name in _MEASURES)
    pieces = next(iter(found.pieces), None)
    if not total and pieces is None:
        return None
    return Size(
        grams=None if grams is None else sold_grams(grams),
        milligrams=None if milligrams is None else plain_amount(milligrams),
        milliliters=None if milliliters is None else bottled_milliliters(milliliters),
        pieces=None if pieces == 1 and total else pieces,
        is_unclear=grams is not None and _is_unclear(found),
    )


@dataclass(slots=True)
class _StatedAmounts:
    """What a text says: amounts of one piece, amounts that may be of all, and how many pieces there are."""

    each: dict[str, set[Decimal]]
    stated: dict[str, set[Decimal]]
    pieces: set[int]

    def has(self, name: str) -> bool:
        return bool(self.each.get(name) or self.stated.get(name))


def _read(text: str, sold_by: SoldBy | None) -> _StatedAmounts:
    amounts = _StatedAmounts({}, {}, set())
    ounces: set[Decimal] = set()
    for found in SIZE.finditer(text):
        name, amount = _amount(found, sold_by)
        if not _SMALLEST <= amount <= _LARGEST:
            continue
        packs = found["many"] or found["times"]
        if packs and 0 < int(packs) <= _PIECES_AT_MOST:
            amounts.pieces.add(int(packs))
        if found["number"] and found["unit"] and found["unit"].startswith("o"):
            ounces.add(amount)
        if name == "pieces":
            if amount == int(amount) and amount <= _PIECES_AT_MOST:
                amounts.pieces.add(int(amount))
        else:
            is_each = packs or _EACH.match(text, found.end())
            (amounts.each if is_each else amounts.stated).setdefault(name, set()).add(amount)
    if "grams" in amounts.stated:
        amounts.stated["grams"] = _without_rounded(amounts.stated["grams"], ounces)
    return _weighed(amounts) if sold_by == "weight" else amounts


def _without_rounded(grams: set[Decimal], ounces: set[Decimal]) -> set[Decimal]:
    """The amounts but those in ounces that a label has beside its grams: "0.12 oz / 3.5 g"."""
    exact = grams - ounces
    return {
        one
        for one in grams
        if one in exact or not any(abs(one - other) <= other * _ROUNDING_OF_OUNCES for other in exact)
    }


def _amount(found: re.Match[str], sold_by: SoldBy | None) -> tuple[str, Decimal]:
    if found["word"]:
        return "grams", _of_words(found["word"])
    if found["pieces"] or found["of"]:
        return "pieces", Decimal(found["pieces"] or found["of"])
    if found["counted"]:
        return "pieces", Decimal(_COUNTED[found["counted"]])
    if found["bare"]:
        return "grams", _fraction(found["bare"]) * _GRAMS_PER_OUNCE
    amount = _fraction(found["fraction"]) if found["fraction"] else _decimal(found["number"])
    unit = found["unit"].replace(".", "").replace(" ", "")
    if sold_by == "volume" and unit in ("oz", "ozs", "ounce", "ounces"):
        unit = "floz"
    name, factor = _FACTORS.get(unit, ("pieces", Decimal(1)))
    return name, amount * factor


def _of_words(words: str) -> Decimal:
    first, _, unit = words.replace("-", " ").partition(" ")
    share, unit = _WORDS.get(first.removesuffix("s")), unit.strip().removesuffix("s")
    if unit in ("eighth", "quarter"):
        return (share or 1) * _WORDS[unit] * _GRAMS_PER_OUNCE
    if unit:
        return (share or 1) * _FACTORS[unit][1]
    return _FACTORS[first][1] if share is None else share * _GRAMS_PER_OUNCE


def _fraction(text: str) -> Decimal:
    if "/" in text:
        above, _, below = text.partition("/")
        return Decimal(int(above)) / (int(below) or 1)
    numerator, denominator = _FRACTIONS[text[-1]]
    return Decimal(int(text[:-1].strip() or 0)) + Decimal(numerator) / denominator


def _decimal(text: str) -> Decimal:
    whole, comma, rest = text.partition(",")
    if comma and len(rest) == len("000") and whole.strip("0"):
        return Decimal(whole + rest)
    number = text.replace(",", ".")
    return Decimal(f"0{number}" if number.startswith(".") else number)


def _weighed(found: _StatedAmounts) -> _StatedAmounts:
    """Milligrams are weight, and so are the milliliters of a cartridge, where no grams are named."""
    for amounts in (found.each, found.stated):
        if found.has("grams"):
            break
        if "milligrams" in amounts:
            amounts["grams"] = {max(amounts.pop("milligrams")) / 1000}
        elif all(amount <= _LARGEST_CART_MILLILITERS for amount in amounts.get("milliliters", ())):
            amounts["grams"] = amounts.pop("milliliters", set())
    return found


def _total(name: str, amounts: _StatedAmounts) -> Decimal | None:
    """Over all pieces; None where the amounts named contradict each other."""
    pieces = Decimal(next(iter(amounts.pieces), 1))
    each, stated = amounts.each.get(name, set()), amounts.stated.get(name, set())
    totals = {amount * pieces for amount in each}
    rest = [amount for amount in stated if amount not in each and amount not in totals]
    if name == "milligrams":
        # "100mg THC 50mg CBD", "10mg, 100mg in all": the largest is the total.
        return max((*totals, *rest)) if totals else _of_pack(name, max(stated), pieces, len(stated) > 1)
    canonical = {
        sold_grams(amount) if name == "grams" else bottled_milliliters(amount) for amount in (*totals, *rest)
    }
    if len(canonical) == 1:
        (only,) = canonical
        return only if totals else _of_pack(name, only, pieces, states_total=False)
    if not totals and len(canonical) > 1 and max(canonical) == min(canonical) * pieces:
        return max(canonical)
    return None


def _of_pack(name: str, amount: Decimal, pieces: Decimal, states_total: bool) -> Decimal:
    """An amount beside a number of pieces is of one where that is usual, else of all."""
    if pieces <= 1 or states_total:
        return amount
    if name == "milligrams":
        return amount * pieces if amount <= _MOST_MILLIGRAMS_A_PIECE else amount
    if name == "milliliters" or (amount < 1 and amount / pieces < _LEAST_GRAMS_A_PIECE):
        return amount * pieces
    return amount


def _is_unclear(amounts: _StatedAmounts) -> bool:
    """Whether grams beside a number of pieces may be of one or of all: up to a gram, both are sold."""
    stated, pieces = amounts.stated.get("grams", set()), next(iter(amounts.pieces), 1)
    if pieces <= 1 or amounts.each.get("grams") or len(stated) != 1:
        return False
    (amount,) = stated
    return amount <= 1 and not (amount < 1 and amount / pieces < _LEAST_GRAMS_A_PIECE)
