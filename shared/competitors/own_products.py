"""What we sell, as it is compared with menus. Of a large inventory only what a menu may have, too, is held."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from shared.competitors.models import Product
from shared.competitors.products import offers
from shared.competitors.products.forms import category_words
from shared.competitors.products.name_index import NameIndex
from shared.competitors.products.names import identify
from shared.competitors.products.offers import Kind, Offer
from shared.competitors.store import our_product
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.values.text import clean_text

MAX_COMPARED = 20_000
"""Of ours that menus may have, too: comparing takes 0.15 ms of processor time and 5 KB each."""
_AT_ONCE = 10_000


@dataclass(frozen=True)
class OwnProducts:
    """What we sell.

    `products`: ours that have a price, of a large inventory only those that a menu may have, too. `categories`:
    every one that something of ours is in. `more`: products that have a price and are not among `products`.
    """

    products: tuple[Product, ...]
    categories: tuple[str, ...]
    more: _LeftOut | None = None

    @property
    def count(self) -> int:
        """How many of ours have a price."""
        return len(self.products) + (self.more.count if self.more else 0)

    @cached_property
    def on_sale(self) -> list[Offer]:
        """The offers of `products`, ready to compare."""
        return offers.on_sale(self.products)

    @cached_property
    def prices_by_kind(self) -> Mapping[Kind, Sequence[Decimal]]:
        """The prices of everything that we sell, in USD by kind and size."""
        return offers.prices_by_kind(self.on_sale) if self.more is None else self.more.prices_by_kind()


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """An inventory that is held in parts. `places`: the part that each item is in, by the words of its name."""

    items: Iterable[Any]
    count: int
    places: array[int]

    def prices_by_kind(self) -> dict[Kind, list[Decimal]]:
        """The prices of the whole inventory, with a part of it in memory at a time."""
        found: defaultdict[Kind, list[Decimal]] = defaultdict(list)
        for place in range(_parts(len(self.places))):
            # Items that `on_sale` counts as one product have the same words in their names.
            here = (one for one, where in zip(self.items, self.places, strict=True) if where == place)
            for kind, prices in offers.prices_by_kind(offers.on_sale(_products(here))).items():
                found[kind] += prices
        return dict(found)


def products_near(items: Iterable[Any], theirs: Iterable[Product]) -> OwnProducts:
    """Of these documents of our inventory what we sell that their products may be, too.

    What `on_sale` and `match_offers` make of it with these products is the same as of the whole inventory.

    `items`: documents in any order, the same each time; it is iterated several times.

    Raises:
        PermanentError: they are more than can be compared.
    """
    items_by_category = Counter(clean_text((one.to_dict() or {}).get("category")) for one in items)
    categories = tuple(one for one in items_by_category if one)
    our_shelves = frozenset().union(*map(category_words, categories))
    names = NameIndex((identify(one.name, one.category) for one in theirs), our_shelves)
    near: dict[tuple[object, ...], tuple[str, Product]] = {}
    count, places = 0, array("H")
    parts = _parts(items_by_category.total())
    for one in items:
        product = our_product(one.to_dict() or {})
        if product is None:
            places.append(0)
            continue
        count += 1
        words = frozenset(identify(product.name, product.category).words)
        places.append(hash(words) % parts)
        if not names.may_match(words):
            continue
        # The same on several shelves or in several branches is one offer.
        key = (product.name, product.category, product.size, product.price)
        if key not in near or one.id < near[key][0]:
            near[key] = (one.id, product)
        if len(near) > MAX_COMPARED:
            raise PermanentError(
                f"more than {MAX_COMPARED:,} of your products may be on their menus; that's the most we compare",
                code=ErrorCode.TOO_LARGE,
            )
    products = tuple(product for _, product in sorted(near.values(), key=lambda pair: pair[0]))
    return OwnProducts(products, categories, _LeftOut(items, count - len(products), places))


def _products(items: Iterable[Any]) -> Iterator[Product]:
    return (product for one in items if (product := our_product(one.to_dict() or {})))


def _parts(items: int) -> int:
    return max(1, -(-items // _AT_ONCE))
