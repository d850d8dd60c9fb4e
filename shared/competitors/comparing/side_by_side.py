"""A competitor's menu side by side with what we sell, and the most that it undercuts us by."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.competitors.comparing.pricing import gap_percent
from shared.competitors.models import Product
from shared.competitors.products.matching import match_products
from shared.values.money import Money


class _Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class ComparedProduct(_Answer):
    """A product of theirs; `ourProduct`, `ourPrice` and `percent` where it is one of ours. USD.

    `percent` of our price: positive where they are cheaper, negative where we are.
    """

    product: str
    category: str | None = None
    their_price: Money | None = None
    our_product: str | None = None
    our_price: Money | None = None
    percent: Money | None = None


class BiggestUndercut(_Answer):
    """The product that they sell furthest below our price; `percent` is of ours."""

    product: str
    our_price: Money
    their_price: Money
    percent: Money


class Comparison(_Answer):
    """`matched`: how many of their products are ours too; `undercuts`: at how many of these they are cheaper."""

    matched: int
    undercuts: int
    biggest: BiggestUndercut | None = None


def side_by_side(ours: Sequence[Product], theirs: Sequence[Product]) -> list[ComparedProduct]:
    """Each product of theirs once: the largest undercut first, then the other matches, then the rest by name."""
    # Told apart by identity, so each must be an object of its own.
    menu = [product.model_copy() for product in theirs]
    priced = [product for product in menu if product.price]
    matches = {id(match.theirs): match.ours for match in match_products([one for one in ours if one.price], priced)}
    rows = [_row(product, matches.get(id(product))) for product in menu]
    return sorted(rows, key=lambda row: (row.percent is None, -(row.percent or 0), row.product.casefold()))


def summarized(rows: Sequence[ComparedProduct]) -> Comparison:
    """What a list says of a menu; `rows` as `side_by_side` has them."""
    matched = [row for row in rows if row.percent is not None]
    undercuts = [row for row in matched if row.percent is not None and row.percent > 0]
    return Comparison(
        matched=len(matched), undercuts=len(undercuts), biggest=_biggest(undercuts[0]) if undercuts else None
    )


def _row(theirs: Product, ours: Product | None) -> ComparedProduct:
    row = ComparedProduct(product=theirs.name, category=theirs.category, their_price=theirs.price)
    if ours is None or ours.price is None or theirs.price is None:
        return row
    percent = gap_percent(ours.price, theirs.price)
    return row.model_copy(update={"our_product": ours.name, "our_price": ours.price, "percent": percent})


def _biggest(row: ComparedProduct) -> BiggestUndercut | None:
    if row.our_product is None or row.our_price is None or row.their_price is None or row.percent is None:
        return None
    return BiggestUndercut(
        product=row.our_product, our_price=row.our_price, their_price=row.their_price, percent=row.percent
    )
