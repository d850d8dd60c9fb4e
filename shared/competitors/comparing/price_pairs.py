"""Pairs of comparable prices: one of ours and one of theirs for the same size, or per unit if sizes differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shared.competitors.models import Product
from shared.competitors.products.matching import Match, match_offers
from shared.competitors.products.offers import Offer, on_sale
from shared.values.size import Unit

_HUNDREDTH = Decimal("0.01")
MOST_TIMES_APART = 20
"""Prices further apart than this come from a misread page (cents for dollars), not from an offer."""


@dataclass(frozen=True, slots=True)
class PricePair:
    """Two prices for the same thing, in USD. `unit` where they are compared by it, as the sizes differ."""

    match: Match
    our_price: Decimal
    their_price: Decimal
    unit: Unit | None = None
    our_units: Decimal = Decimal(1)
    their_units: Decimal = Decimal(1)

    @property
    def ours(self) -> Product:
        """Our offer, of one size."""
        return self.match.ours.product

    @property
    def theirs(self) -> Product:
        """Their offer, of one size."""
        return self.match.theirs.product

    @property
    def is_same_size(self) -> bool:
        """Whether the prices are compared directly."""
        return self.unit is None

    @property
    def per_unit(self) -> tuple[Decimal, Decimal]:
        """Our price and theirs for the same amount."""
        return self.our_price / self.our_units, self.their_price / self.their_units

    @property
    def gap(self) -> Decimal:
        """How far theirs lies below ours, in percent of ours (negative: above): exactly, before any rounding."""
        # Crosswise, so that a price per third of an ounce is no rounded one.
        ours, theirs = self.our_price * self.their_units, self.their_price * self.our_units
        return (ours - theirs) * 100 / ours

    @property
    def percent(self) -> Decimal:
        """`gap` to two decimals."""
        return rounded(self.gap)

    def told(self) -> dict[str, Any]:
        """The fields of a `PricedAlike`."""
        ours, theirs = self.match.ours.size_text, self.match.theirs.size_text
        fields = {"our_price": self.our_price, "their_price": self.their_price, "size": ours or theirs}
        if self.unit is None:
            return fields
        return fields | {
            "their_size": theirs,
            "unit": self.unit,
            "our_unit_price": rounded(self.our_price / self.our_units),
            "their_unit_price": rounded(self.their_price / self.their_units),
        }


def match_menu(ours: Sequence[Offer], theirs: Iterable[Product]) -> list[Match]:
    """Their menu against our offers (of `on_sale`): each thing once, at the lowest price that anybody pays.

    What is sold out is not on it.
    """
    return match_offers(ours, on_sale(theirs))


def price_pairs(matches: Iterable[Match]) -> list[PricePair]:
    """The matches whose prices can be compared: their sizes are known, and neither price looks misread."""
    return [pair for match in matches if (pair := _pair(match)) and not is_misread(*pair.per_unit)]


def misread_count(matches: Iterable[Match]) -> int:
    """How many matches are left out of the comparison because a price looks misread."""
    return sum((pair := _pair(match)) is not None and is_misread(*pair.per_unit) for match in matches)


def is_misread(our_price: Decimal, their_price: Decimal) -> bool:
    """Whether two prices of the same thing are too far apart to both be right."""
    return max(our_price, their_price) > MOST_TIMES_APART * min(our_price, their_price)


def rounded(amount: Decimal) -> Decimal:
    """To two decimals, half up."""
    return amount.quantize(_HUNDREDTH, ROUND_HALF_UP)


def _pair(match: Match) -> PricePair | None:
    our_price, their_price = match.ours.product.price, match.theirs.product.price
    if not our_price or not their_price or match.sizes.kind == "unknown":
        return None
    unit = match.sizes.unit
    if unit is None:
        return PricePair(match, our_price, their_price)
    ours = match.ours.size(match.theirs.identity.form)
    theirs = match.theirs.size(match.ours.identity.form)
    our_units, their_units = ours and ours.in_units(unit), theirs and theirs.in_units(unit)
    if not our_units or not their_units:
        return None
    return PricePair(match, our_price, their_price, unit, our_units, their_units)
