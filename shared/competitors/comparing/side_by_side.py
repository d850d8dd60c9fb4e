"""A competitor's menu side by side with ours, and its largest undercut."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from shared.competitors.comparing.price_pairs import PricePair, price_pairs
from shared.competitors.models import Product
from shared.competitors.products.matching import match_offers
from shared.competitors.products.offers import Offer, offers_of, on_sale
from shared.values.camel_model import CamelModel
from shared.values.money import Money
from shared.values.size import Unit


class _Answer(CamelModel, frozen=True):
    pass


class ComparedProduct(_Answer):
    """A size of a product of theirs; `ourProduct`, `ourPrice` and `percent` where it is one of ours. USD.

    `percent` of our price: positive where they are cheaper, negative where we are. Where the sizes differ
    (`ourSize`), the prices are compared by the `unit`.
    """

    product: str
    category: str | None = None
    size: str | None = None
    their_price: Money | None = None
    available: bool | None = None
    """False if sold out, which isn't compared; otherwise left out."""
    our_product: str | None = None
    our_size: str | None = None
    our_price: Money | None = None
    unit: Unit | None = None
    their_unit_price: Money | None = None
    our_unit_price: Money | None = None
    percent: Money | None = None


class BiggestUndercut(_Answer):
    """The product that they sell furthest below our price; `percent` is of ours.

    Where the sizes differ, it is of our price by the `unit`. `size` is ours, `theirSize` theirs.
    """

    product: str
    size: str | None = None
    their_size: str | None = None
    our_price: Money
    their_price: Money
    unit: Unit | None = None
    our_unit_price: Money | None = None
    their_unit_price: Money | None = None
    percent: Money


class Comparison(_Answer):
    """`matched`: how many of their products are ours too; `undercuts`: at how many of these they are cheaper."""

    matched: int
    undercuts: int
    biggest: BiggestUndercut | None = None


def side_by_side(ours: Sequence[Product], theirs: Sequence[Product]) -> list[ComparedProduct]:
    """Each size of each product of theirs: the largest undercut first, the other matches, the rest by name.

    The same thing on two shelves is there once, at the lower price.
    """
    there = on_sale(theirs)
    pairs = {id(pair.match.theirs): pair for pair in price_pairs(match_offers(on_sale(ours), there))}
    others = [one for one in offers_of(theirs) if not one.product.price or not one.product.available]
    rows = [_row(one, pairs.get(id(one))) for one in (*there, *others)]
    return sorted(
        rows,
        key=lambda row: (row.percent is None, -(row.percent or 0), row.product.casefold(), row.their_price or 0),
    )


def summarized(rows: Sequence[ComparedProduct]) -> Comparison:
    """What a list says of a menu; `rows` as `side_by_side` has them."""
    matched = [row for row in rows if row.percent is not None]
    undercuts = [row for row in matched if row.percent is not None and row.percent > 0]
    return Comparison(
        matched=len(matched), undercuts=len(undercuts), biggest=_biggest(undercuts[0]) if undercuts else None
    )


def _place(row: ComparedProduct) -> tuple[bool, Decimal, str, Decimal]:
    no_price = Decimal(0)
    return row.percent is None, -(row.percent or no_price), row.product.casefold(), row.their_price or no_price


def _row(theirs: Offer, pair: PricePair | None) -> ComparedProduct:
    product = theirs.product
    row = ComparedProduct(
        product=product.name,
        category=product.category,
        size=theirs.size_text,
        their_price=product.price,
        available=None if product.available else False,
    )
    if pair is None:
        return row
    shown = pair.told()
    return row.model_copy(
        update={
            "our_product": pair.ours.name,
            "our_size": shown["size"] if pair.unit else None,
            "our_price": pair.our_price,
            "unit": pair.unit,
            "their_unit_price": shown.get("their_unit_price"),
            "our_unit_price": shown.get("our_unit_price"),
            "percent": pair.percent,
        }
    )


def _biggest(row: ComparedProduct) -> BiggestUndercut | None:
    if row.our_product is None or row.our_price is None or row.their_price is None or row.percent is None:
        return None
    return BiggestUndercut(
        product=row.our_product,
        size=row.our_size or row.size,
        their_size=row.size if row.unit else None,
        our_price=row.our_price,
        their_price=row.their_price,
        unit=row.unit,
        our_unit_price=row.our_unit_price,
        their_unit_price=row.their_unit_price,
        percent=row.percent,
    )
