"""Merges what the parts of a page say into one menu, the most trusted part first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from shared.competitors.menus.items import Item, Offer
from shared.competitors.menus.money import USD
from shared.competitors.models import MenuSource
from shared.values.size_grammar import without_sizes

_MUCH_LARGER = 2
"""How many times the products of a trusted part another must have to be the menu itself, of which that is a
part.
"""
_MOST_OF_ONE_NAME = 50


@dataclass(frozen=True, slots=True)
class MenuPart:
    """The products in one part of the page."""

    source: MenuSource
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Menu:
    """The products, and the most trusted part that had some of them."""

    items: tuple[Item, ...]
    source: MenuSource


def merged(parts: Iterable[MenuPart], *, of_one_product: bool) -> Menu:
    """Put the parts together; a product is known again by its name, or by a like name and the same price.

    A part adds what earlier ones do not say. Products that only it has count if the earlier ones had no prices, or
    if it is much larger. `of_one_product`: the page is about one product, and what else it shows is beside it.
    """
    menu: tuple[Item, ...] = ()
    source: MenuSource = "none"
    for part in parts:
        items = _different(part.items)
        if not items:
            continue
        priced = any(item.is_priced for item in menu)
        filled, others = _matched(menu, items)
        if not priced and (not menu or any(item.is_priced for item in items)):
            # What is only named is no menu beside one with prices: a shop rates itself as a "product".
            kept = [item for item in filled if item.is_priced or not others]
            menu, source = (*kept, *others), part.source
        elif not of_one_product and len(items) > _MUCH_LARGER * len(menu):
            menu = (*filled, *(item for item in others if item.is_priced))
        else:
            menu = filled
    return Menu(menu, source)


def is_of_the_menu(items: Sequence[Item], others: Iterable[Item]) -> bool:
    """Whether what scripts are given is the menu: it names what the page sells elsewhere, or more than that.

    Tickets, memberships and what analytics are told look like products too.
    """
    shown = {_bare(item.name) for item in others if item.is_priced}
    return len(items) > len(shown) or any(_bare(item.name) in shown for item in items)


def in_dollars(items: Sequence[Item], others: Iterable[Item]) -> list[Item]:
    """The items, at a hundredth of their prices if the page elsewhere has all that it names at that."""
    elsewhere = {item.name.casefold(): _lowest(item)[0] for item in others}
    known = [(_lowest(item)[0], price) for item in items if (price := elsewhere.get(item.name.casefold()))]
    if not known or not all(own == 100 * price for own, price in known):
        return list(items)
    return [replace(item, offers=tuple(_hundredth(offer) for offer in item.offers)) for item in items]


def _hundredth(offer: Offer) -> Offer:
    price, listed = ((None if one is None else one / 100) for one in (offer.price, offer.list_price))
    return replace(offer, price=price, list_price=listed)


def _different(items: Iterable[Item]) -> list[Item]:
    """What a part says twice (a carousel, a second block) once. The same name at another price is another
    product.
    """
    found: list[Item] = []
    by_name: dict[str, list[int]] = {}
    for item in items:
        places = by_name.setdefault(item.name.casefold(), [])
        same = next((at for at in places[:_MOST_OF_ONE_NAME] if _says_the_same(found[at], item)), None)
        if same is None:
            places.append(len(found))
            found.append(item)
        else:
            found[same] = _filled(found[same], item)
    return found


def _says_the_same(one: Item, other: Item) -> bool:
    """A product stands in several categories (its own, the specials) at one price, and by one address if by any."""
    categories = {item.category.casefold() for item in (one, other) if item.category}
    if len(categories) > 1 and (one.url != other.url or _sizes(one) != _sizes(other)):
        return False
    return not one.is_priced or not other.is_priced or _lowest(one) == _lowest(other)


def _sizes(item: Item) -> set[str]:
    return {offer.size.casefold() for offer in item.offers if offer.size}


def _lowest(item: Item) -> tuple[Decimal | None, str]:
    dollars = [offer.price for offer in item.offers if offer.price is not None]
    return min(dollars, default=None), item.offers[0].currency if item.offers else USD


def _matched(menu: Sequence[Item], items: Sequence[Item]) -> tuple[tuple[Item, ...], list[Item]]:
    """The menu with what `items` say of its products, and those of them that are not on it."""
    by_name: dict[str, int] = {}
    for at, item in enumerate(menu):
        by_name.setdefault(item.name.casefold(), at)
        by_name.setdefault(_bare(item.name), at)
    filled = list(menu)
    others: list[Item] = []
    for item in items:
        place = by_name.get(item.name.casefold(), by_name.get(_bare(item.name)))
        if place is None:
            others.append(item)
        else:
            filled[place] = _filled(filled[place], item)
    return tuple(filled), others


def _bare(name: str) -> str:
    """Letters and digits alone, without sizes: "Blue Dream - 3.5g" and "Blue Dream"."""
    return "".join(sign for sign in without_sizes(name.casefold()) if sign.isalnum()) or name.casefold()


def _filled(item: Item, other: Item) -> Item:
    """The item, completed from the other."""
    offers = item.offers if item.is_priced else other.offers or item.offers
    if item.is_priced and len(item.offers) == 1 == len(other.offers):
        offers = (_filled_offer(item.offers[0], other.offers[0]),)
    return replace(item, category=item.category or other.category, url=item.url or other.url, offers=offers)


def _filled_offer(offer: Offer, other: Offer) -> Offer:
    if offer.price is None or offer.price != other.price:
        return offer
    return replace(offer, size=offer.size or other.size, list_price=offer.list_price or other.list_price)
