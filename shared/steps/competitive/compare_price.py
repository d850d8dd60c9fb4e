"""`compare_price`: one competitor price against ours, for an alert about a price change."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field

from shared.competitors import store
from shared.competitors.comparing.price_pairs import match_menu, price_pairs
from shared.competitors.models import PricedAlike, Product, product_label
from shared.retail import items
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.values.money import HIGHEST_PRICE, Money
from shared.values.text import MAX_NAME_LENGTH, clean_text


class ComparePriceParams(Params):
    """A competitor's product, as in a `competitor.price_change` event. `size`: if its name doesn't say."""

    product: Annotated[str, Field(min_length=1)]
    category: str | None = None
    size: str | None = None
    price: Annotated[Decimal, Field(gt=0, le=HIGHEST_PRICE)]


class ComparePriceOutput(Output):
    """`product`: theirs, with its size. `ourProduct` and the prices are set if we sell the same product.

    `ourPrice` is for the same size; where the sizes differ, only the texts say what ours comes to by the unit.
    """

    product: str
    our_product: str | None = None
    our_price: Money | None = None
    our_price_text: str = ""
    their_price_text: str = ""
    size_text: str = ""
    percent: Money = Decimal(0)
    """How far theirs is below ours, in percent of ours; negative: above. 0 if nothing can be compared."""


class ComparePrice(Action[ComparePriceParams, ComparePriceOutput]):
    """Finds our price for a competitor's product, in the same size, or per unit if the sizes differ."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"product": "Blue Dream", "size": "1/8 oz", "price": 34}

    def run(self, params: ComparePriceParams, context: StepContext) -> ComparePriceOutput:
        """Compare it.

        Raises:
            PermanentError: too many products of ours may be the same as theirs.
        """
        theirs = Product(
            name=clean_text(params.product, MAX_NAME_LENGTH),
            category=clean_text(params.category) or None,
            size=store.size_text(params.size),
            price=params.price,
        )
        label = product_label(theirs.name, theirs.size)
        ours = context.effects.read(lambda: items.our_products(context.org.id, [theirs]))
        pair = next(iter(price_pairs(match_menu(ours.on_sale, [theirs]))), None)
        if pair is None:
            return ComparePriceOutput(product=label)
        compared = PricedAlike(**pair.told())
        return ComparePriceOutput(
            product=label,
            our_product=pair.ours.name,
            our_price=pair.our_price if pair.is_same_size else None,
            our_price_text=compared.our_price_text,
            their_price_text=compared.their_price_text,
            size_text=compared.size_text,
            percent=pair.percent,
        )
