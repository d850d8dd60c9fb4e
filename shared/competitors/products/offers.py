"""Offers: each size of a product, identified across spellings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from shared.competitors.models import Product
from shared.competitors.products.forms import Form, sold_by
from shared.competitors.products.names import Identity, identify
from shared.values.size import Size
from shared.values.size_grammar import size_in
from shared.values.size_reading import parse_size

Kind = tuple[Form, Size]

_UNSEEN_SIZES_FACTOR = Decimal("1.5")
"""How far apart the prices of one name are that has sizes which nobody wrote."""


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """One size of a product with its price. `product` is of this size alone."""

    product: Product
    identity: Identity
    says_size: bool
    """Whether it names any size, readable or not."""
    is_vague: bool = False
    """It names no size, and the menu has it at prices too far apart for one size."""

    def size(self, form: Form | None = None) -> Size | None:
        """Its size; `form` is what it is, where it does not say so itself."""
        return size_of(self.product, self.identity.form or form)

    @property
    def size_text(self) -> str | None:
        """Its size as people say it; as the menu writes it where that cannot be read."""
        found = self.size()
        return str(found) if found else self.product.size


def size_of(product: Product, form: Form | None) -> Size | None:
    """The size that a product of one size says: beside its price, else in its name, else by its shelf."""
    measured = sold_by(form)
    if product.size:
        # A name may have the pieces, and the variant the weight.
        both = parse_size(f"{product.size} {product.name}", measured) if parse_size(product.name) else None
        if found := both or parse_size(product.size, measured):
            return found
    return parse_size(product.name, measured) or (
        parse_size(product.category, measured) if product.category else None
    )


def offers_of(products: Iterable[Product]) -> list[Offer]:
    """Each size of each product, sorted so that ties fall the same way whatever order the products came in."""
    found = [_offer(one) for product in products for one in _by_size(product)]
    return sorted(found, key=_place)


def on_sale(products: Iterable[Product]) -> list[Offer]:
    """What anybody can buy: each thing once, at the lowest price asked for it; nothing sold out or without a price.

    The same thing on a second shelf ("Specials") is one with the first.
    """
    there = [one for one in offers_of(products) if one.product.available and one.product.price]
    groups: defaultdict[tuple[object, ...], list[Offer]] = defaultdict(list)
    for one in there:
        identity = one.identity
        size = str(one.size() or "") or (one.product.size or "" if one.says_size else "")
        groups[(frozenset(identity.words), identity.lineage, identity.grown, size)].append(one)
    return sorted((one for group in groups.values() for one in _merged(group)), key=_place)


def prices_by_kind(offers: Iterable[Offer]) -> dict[Kind, list[Decimal]]:
    """The prices in USD of each kind and size: of eighths of flower, of 1 g cartridges."""
    kinds: defaultdict[Kind, list[Decimal]] = defaultdict(list)
    for offer in offers:
        form, size, price = offer.identity.form, offer.size(), offer.product.price
        if form and size and price:
            kinds[form, size].append(price)
    return dict(kinds)


def _by_size(product: Product) -> list[Product]:
    if not product.sizes:
        return [product]
    return [
        product.model_copy(
            update={
                "size": one.size,
                "price": one.price,
                "list_price": one.list_price,
                "available": one.available and product.available,
                "sizes": (),
            }
        )
        for one in product.sizes
    ]


def _offer(product: Product) -> Offer:
    identity = identify(product.name, product.category)
    says = any(text and size_in(text) for text in (product.size, product.name))
    return Offer(product, identity, says or size_of(product, identity.form) is not None)


def _place(offer: Offer) -> tuple[object, ...]:
    """By name, cheaper first."""
    one = offer.product
    unpriced, price = one.price is None, one.price or Decimal(0)
    return (one.name.casefold(), one.name, one.category or "", unpriced, price, one.size or "", not one.available)


def _merged(group: Sequence[Offer]) -> list[Offer]:
    """Those of one form as one; those without a form belong to the only form that there is."""
    forms = {one.identity.form for one in group if one.identity.form}
    if len(forms) > 1:
        by_form: defaultdict[Form | None, list[Offer]] = defaultdict(list)
        for one in group:
            by_form[one.identity.form].append(one)
        return [_cheapest(of_one) for of_one in by_form.values()]
    return [_cheapest(group)]


def _cheapest(group: Sequence[Offer]) -> Offer:
    best = min(group, key=lambda one: (one.product.price or Decimal(0), _place(one)))
    home = next((one for one in group if one.identity.form), best)
    product = best.product.model_copy(update={"category": home.product.category or best.product.category})
    return replace(best, product=product, identity=home.identity, is_vague=_has_unseen_sizes(group))


def _has_unseen_sizes(group: Sequence[Offer]) -> bool:
    """Whether one shelf has the same name, without a size, at prices of several sizes."""
    prices: defaultdict[str, list[Decimal]] = defaultdict(list)
    for one in group:
        if not one.says_size and one.product.price:
            prices[(one.product.category or "").casefold()].append(one.product.price)
    return any(max(found) >= min(found) * _UNSEEN_SIZES_FACTOR for found in prices.values() if len(found) > 1)
