"""Products in what a page shows people: in cards, tables, lists and sentences, under their category's heading."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from shared.competitors.menus.cards import Card, Cards
from shared.competitors.menus.flow import Element, Flow, flow_of
from shared.competitors.menus.items import Item, Offer, address_text, plain, size_text
from shared.competitors.menus.money import USD
from shared.competitors.menus.naming import Names, as_name
from shared.competitors.menus.prices import Price, is_in_prose, prices_of
from shared.competitors.menus.promotions import announces_promotion
from shared.competitors.menus.roles import MAIN, Role
from shared.competitors.menus.tables import Columns
from shared.values.size_grammar import is_size, size_in

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_FEWEST = 2
_LONGEST = 200
_PROPER_WORD = r"[A-Z0-9#][\w'’.&#-]{0,30}"
_PROPER_NAME = re.compile(rf"(?<!\S){_PROPER_WORD}(?:\s(?:(?:of|the|and|x)\s)?{_PROPER_WORD}){{0,7}}\Z")
_LEVELS = frozenset({2, 3, 4})
_NO_CATEGORY = re.compile(
    r"(?:(?:our|the|this|your|today'?s|daily|weekly|week'?s|current|all|hot|top|shopping) )*"
    r"(?:deals?|specials?|sales?|on sale|featured|trending|best[\s-]?sellers?|staff picks?|popular"
    r"|new(?: arrivals?)?|recommended|related|you may also like|filters?|sort|refine|cart|bag|search)\b.{0,30}"
    r"|.{0,100}\?",
    re.IGNORECASE,
)
"""Shelves that show products of any category, most of them once more; tools of the page; and questions."""
_SOLD_OUT = re.compile(
    r"\W{0,5}(?:sold[\s-]?out|out of stock|currently unavailable|unavailable|notify me.{0,30})\W{0,5}", re.I
)
_TODAY = (Role.NOW, Role.PLAIN, Role.REGULAR)
_HIGHEST = 8


def items_in_sentences(flow: Flow, prices: Iterable[Price]) -> list[Item]:
    """What stands with a capital letter before each price of a text that has several."""
    by_text: defaultdict[int, list[Price]] = defaultdict(list)
    for price in prices:
        by_text[price.text].append(price)
    found: list[Item] = []
    for index, sums in by_text.items():
        main = [price for price in sums if price.role in MAIN]
        if len(main) < _FEWEST:
            continue
        raw, start = flow.texts[index].raw, 0
        for number, price in enumerate(sums):
            name = _PROPER_NAME.search(as_name(raw[max(start, price.start - _LONGEST) : price.start]))
            after = raw[price.end : sums[number + 1].start if number + 1 < len(sums) else len(raw)]
            start = price.end
            if name and price.role in MAIN and (named := as_name(name.group())):
                size = size_in(named) or size_in(after.split(",")[0][:_LONGEST])
                amount = price.amount if price.currency == USD else None
                found.append(Item(named, None, (Offer(amount, price.currency, size),)))
    return found if len(found) >= _FEWEST else []


def under_headings(flow: Flow, cards: Sequence[Card]) -> list[tuple[Card, str | None]]:
    """Each card with the last section heading before it: no part of a card, and no product's name."""
    names = {plain(flow.texts[card.name].raw).casefold() for card in cards}
    heading: str | None = None
    found: list[tuple[Card, str | None]] = []
    position = 0
    for card in cards:
        for text in flow.texts[position : card.first]:
            named = plain(text.raw) if text.heading in _LEVELS and not text.for_readers else ""
            if named and named.casefold() not in names:
                is_category = not _NO_CATEGORY.fullmatch(named) and not announces_promotion(named)
                heading = named if is_category else None
        found.append((card, heading))
        position = max(position, card.end)
    return found


def visible_items(page: LexborHTMLParser, currency: str = USD) -> list[Item]:
    """The products on show, each under the nearest section heading before it.

    `currency`: what a bare dollar sign means on this page.
    """
    if page.root is None:
        return []
    flow = flow_of(page.root)
    columns = Columns(flow)
    prices = prices_of(flow, columns, currency)
    if not prices:
        return []
    names = Names(flow, prices, columns)
    cards = Cards(flow, prices, names).find()
    if not cards:
        return items_in_sentences(flow, prices)
    return [_item(flow, names, card, category) for card, category in under_headings(flow, cards)]


def _item(flow: Flow, names: Names, card: Card, category: str | None) -> Item:
    name = names.name(card.name)
    offers = _offers(flow, card)
    if len(offers) == 1 and offers[0].size is None and (size := size_in(name)):
        only = offers[0]
        offers = [Offer(only.price, only.currency, size, only.list_price, only.available)]
    if len(offers) > 1 and offers[0].size and name.endswith(f" {offers[0].size}"):
        name = name.removesuffix(offers[0].size).rstrip(" -–—,|:")  # "Blue Dream 1g $12 | 3.5g $34"
    return Item(name, category, tuple(offers), _link(flow, card))


def _offers(flow: Flow, card: Card) -> list[Offer]:
    """An offer for each size: at today's price, beside what it was before."""
    by_size: defaultdict[str, list[Price]] = defaultdict(list)
    written: dict[str, str | None] = {}
    sizes = _sizes(flow, card)
    for price in _outside_sentences(flow, card):
        size = size_text(price.size) or sizes.get(price.text)
        written.setdefault((size or "").casefold(), size)
        by_size[(size or "").casefold()].append(price)
    card_is_sold_out = _is_sold_out(flow, card)
    found = []
    for key, prices in by_size.items():
        offer = _offer(flow, prices, written[key], card, sold_out=card_is_sold_out)
        if offer is not None:
            found.append(offer)
    if not found and (units := [price for price in card.prices if price.role is Role.UNIT]):
        found.append(_as_offer(units[0].amount, units[0], units[0].size, None, available=not card_is_sold_out))
    return found


def _outside_sentences(flow: Flow, card: Card) -> list[Price]:
    """Without the sums that a description names ("with a free $5 lighter"), where a price stands by itself."""
    if not any(price.is_pure and price.role in _TODAY for price in card.prices):
        return list(card.prices)
    return [price for price in card.prices if price.text == card.name or not is_in_prose(flow, price)]


def _offer(flow: Flow, prices: list[Price], size: str | None, card: Card, *, sold_out: bool) -> Offer | None:
    pure = [price for price in prices if price.is_pure and price.role in _TODAY]
    for role in _TODAY:
        today = [price for price in pure or prices if price.role is role]
        if not today:
            continue
        best = min(today, key=lambda price: price.amount)
        earlier = [
            price.amount
            for price in prices
            if price.role in (Role.WAS, Role.REGULAR) and price.amount > best.amount
        ]
        gone = sold_out or _SOLD_OUT.match(flow.texts[best.text].raw, best.end) or _is_gone(flow, best, card)
        return _as_offer(best.amount, best, size, min(earlier, default=None), available=not gone)
    return None


def _as_offer(amount: Decimal, price: Price, size: str | None, listed: Decimal | None, *, available: bool) -> Offer:
    is_usd = price.currency == USD
    return Offer(amount if is_usd else None, price.currency, size, listed if is_usd else None, available)


def _sizes(flow: Flow, card: Card) -> dict[int, str]:
    """The size that each price is for, by the price's text: what stands nearest around it."""
    sizes = {index: text for index in range(card.first, card.end) if (text := _size_of(flow, index, card))}
    priced = list(dict.fromkeys(price.text for price in card.prices if price.role in _TODAY))
    if not sizes:
        return {}
    if len(set(sizes.values())) == 1:
        return dict.fromkeys(priced, next(iter(sizes.values())))
    found: dict[int, str] = {}
    for index in priced:
        element: Element | None = flow.elements[flow.texts[index].element]
        for _ in range(_HIGHEST):
            if element is None or element.first < card.first or element.end > card.end:
                break
            near = [sizes[one] for one in range(element.first, element.end) if one in sizes]
            if near:
                prices = sum(element.first <= one < element.end for one in priced)
                if len(near) == 1 and (prices == 1 or element.end - element.first < card.end - card.first):
                    found[index] = near[0]
                break
            element = flow.elements[element.parent] if element.parent >= 0 else None
    if not found and len(sizes) == len(priced):
        return dict(zip(priced, sizes.values(), strict=True))
    return found


def _size_of(flow: Flow, index: int, card: Card) -> str | None:
    text = flow.texts[index]
    if index == card.name or not (text.in_button or is_size(text.raw)):
        return None
    return size_text(size_in(text.raw))


def _is_sold_out(flow: Flow, card: Card) -> bool:
    """Whether the whole card says so, not only one of its sizes."""
    if flow.elements[card.element].sold_out:
        return True
    gone = [
        index for index in range(card.first, card.end) if _SOLD_OUT.fullmatch(flow.texts[index].raw.strip()[:60])
    ]
    mains = {price.text for price in card.prices if price.role in _TODAY}
    return bool(gone) and len(mains) <= 1


def _is_gone(flow: Flow, price: Price, card: Card) -> bool:
    """Whether the price's own size is sold out: an element around it, within the card, says so."""
    mains = {one.text for one in card.prices if one.role in _TODAY}
    element = flow.elements[flow.texts[price.text].element]
    for _ in range(_HIGHEST):
        if element.first <= card.first and element.end >= card.end:
            return False
        inside = range(element.first, element.end)
        if sum(index in mains for index in inside) > 1:
            return False
        if element.sold_out or any(_SOLD_OUT.fullmatch(flow.texts[index].raw.strip()[:60]) for index in inside):
            return True
        if element.parent < 0:
            return False
        element = flow.elements[element.parent]
    return False


def _link(flow: Flow, card: Card) -> str | None:
    """The link of the name, or of the card."""
    index = flow.texts[card.name].element
    for _ in range(_HIGHEST):
        element = flow.elements[index]
        if element.link:
            return address_text(element.link)
        if element.parent < 0 or index == card.element:
            break
        index = element.parent
    return None
