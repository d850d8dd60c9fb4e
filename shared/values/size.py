"""A product's size (weight, content, volume, count), and how two sizes compare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Unit = Literal["g", "10mg", "ml", "piece"]
"""What a price is told for, where sizes differ. Content is told by the serving of 10 mg."""

MILLILITERS_PER_FLUID_OUNCE = Decimal("29.5735")
_UNITS: tuple[Unit, ...] = ("10mg", "g", "ml", "piece")
_EXACT_EIGHTH = Decimal("28.349523") / 8
_EIGHTHS_SOLD = (1, 2, 4, 8, 12, 16, 32, 64, 128)
_OUNCE_ROUNDING = Decimal("0.05")
_BOTTLES = {Decimal("0.5"): 15, Decimal(1): 30, Decimal(2): 60, Decimal(4): 120, Decimal(8): 237, Decimal(12): 355}
"""Milliliters that bottles of so many fluid ounces are sold as."""
_BOTTLE_ROUNDING = Decimal("0.016")
_CONTENT_OF_WEIGHT = (Decimal(100), Decimal(1000))
"""Milligrams of content that a gram of flower or extract can have."""


@dataclass(frozen=True, slots=True)
class Size:
    """Totals over all pieces; at least one is there. Two that the trade takes for one (1 oz, 28 g, 28.35 g) are
    equal.

    `is_unclear`: of a pack, and nothing says whether the grams are of one piece or of all ("2pk 1g").
    """

    grams: Decimal | None = None
    milligrams: Decimal | None = None
    """Of content."""
    milliliters: Decimal | None = None
    pieces: int | None = None
    is_unclear: bool = False

    def __str__(self) -> str:
        """As people say it: "3.5g", "10-pack", "100mg", "5 x 0.5g", "30ml 1000mg"."""
        parts = [
            self._amount_text(amount, unit)
            for amount, unit in ((self.milliliters, "ml"), (self.grams, "g"), (self.milligrams, "mg"))
            if amount is not None
        ]
        if self.pieces is None or (self.pieces == 1 and parts):
            return " ".join(parts)
        if not parts or self.is_unclear:
            return " ".join([f"{self.pieces}-pack" if self.pieces > 1 else "1 piece", *parts])
        return f"{self.pieces} x {' '.join(parts)}"

    def _amount_text(self, total: Decimal, unit: str) -> str:
        pieces = 1 if self.is_unclear else self.pieces or 1
        return f"{_number(total / pieces)}{unit}"

    def in_units(self, unit: Unit) -> Decimal | None:
        """How many of the unit it is; None if it doesn't say."""
        if unit == "10mg":
            return None if self.milligrams is None else self.milligrams / 10
        found = {"g": self.grams, "ml": self.milliliters, "piece": self.pieces}[unit]
        return None if found is None or (unit == "g" and self.is_unclear) else Decimal(found)


@dataclass(frozen=True, slots=True)
class Relation:
    """How two sizes stand to each other: the same; `scaled`, comparable by `unit`; or nobody can tell."""

    kind: Literal["same", "scaled", "unknown"]
    unit: Unit | None = None


SAME = Relation("same")
UNKNOWN = Relation("unknown")


def relation(one: Size, other: Size) -> Relation:
    """Whether prices of the two can be compared, and how."""
    if one == other:
        return SAME
    if one.is_unclear or other.is_unclear:
        return UNKNOWN
    shared = [unit for unit in _UNITS if one.in_units(unit) is not None and other.in_units(unit) is not None]
    measured = [unit for unit in shared if unit != "piece"]
    if not measured:
        counted = shared and not _measures(one) and not _measures(other)
        return Relation("scaled", "piece") if counted else UNKNOWN
    ratios = {unit: _ratio(one, other, unit) for unit in measured}
    first = next(iter(ratios))
    if len(set(ratios.values())) > 1 or not _extras_agree(one, other, measured):
        return UNKNOWN
    same_pieces = one.pieces == other.pieces or (first == "10mg" and None in (one.pieces, other.pieces))
    return SAME if ratios[first] == 1 and same_pieces else Relation("scaled", first)


def sold_grams(grams: Decimal) -> Decimal:
    """28.35 g as the 28 g that the trade calls an ounce."""
    eighths = next(
        (
            many
            for many in _EIGHTHS_SOLD
            if abs(grams - many * _EXACT_EIGHTH) <= _OUNCE_ROUNDING * max(many // 8, 1)
        ),
        None,
    )
    return plain_amount(grams if eighths is None else eighths * Decimal("3.5"))


def bottled_milliliters(milliliters: Decimal) -> Decimal:
    """29.57 ml, a fluid ounce, as the 30 ml that the label says."""
    for ounces, sold in _BOTTLES.items():
        exact = ounces * MILLILITERS_PER_FLUID_OUNCE
        if abs(milliliters - exact) <= exact * _BOTTLE_ROUNDING:
            return Decimal(sold)
    return plain_amount(milliliters)


def _measures(size: Size) -> bool:
    return any(amount is not None for amount in (size.grams, size.milligrams, size.milliliters))


def _ratio(one: Size, other: Size, unit: Unit) -> Decimal:
    first, second = one.in_units(unit), other.in_units(unit)
    return (first or Decimal(0)) / (second or Decimal(1))


def _extras_agree(one: Size, other: Size, measured: Iterable[Unit]) -> bool:
    """Whether what only one of them names changes nothing: content beside a volume does."""
    if "10mg" in measured:
        return True
    for named, silent in ((one, other), (other, one)):
        if silent.milligrams is None and named.milligrams is not None:
            least, most = _CONTENT_OF_WEIGHT
            grams = named.grams or Decimal(0)
            if not least * grams <= named.milligrams <= most * grams:
                return False
    return True


def plain_amount(amount: Decimal) -> Decimal:
    """To four decimals, without zeros at the end."""
    return Decimal(f"{amount.quantize(Decimal('0.0001')).normalize():f}")


def _number(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01')).normalize():f}"
