"""Products out of what a page shows: repeated cards with a name and a dollar price."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from shared.competitive.models import Product
from shared.competitive.promotions import announces_promotion
from shared.competitive.text import clean_text, parse_price
from shared.gcp import logging

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

log = logging.get_logger(__name__)

_PRICE = re.compile(r"\$\s*\d[\d.,]*")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_SIZE_ONLY = re.compile(
    r"[\s/|.,\d½¼⅛-]*(?:(?:g|mg|oz|ml|pk|ct|gram|grams|ounce|each|per|pack|off|from|was|now)\b[\s/|.,\d-]*)*",
    re.IGNORECASE,
)
_NOT_A_MENU = "script, style, noscript, template, nav, footer, del, s, strike, head"
_NAME_PLACES = (
    "[itemprop=name]",
    "h1, h2, h3, h4, h5, h6",
    "[class*=name], [class*=title]",
    "a",
    "strong, b, th",
)
_SECTION_HEADINGS = frozenset({"h2", "h3", "h4"})
_HIGHEST_CARD = 5
_MOST_PRICES_IN_A_CARD = 8
_MOST_PRICES_ON_A_PAGE = 10_000
_FEWEST_CARDS = 2
_LONGEST_PRICE_TEXT = 300


class _Card(NamedTuple):
    node: LexborNode
    name: str
    price: Decimal

    @property
    def shape(self) -> tuple[str | None, str | None, str | None]:
        """What repeated cards have in common."""
        parent = self.node.parent
        return (self.node.tag, self.node.attributes.get("class"), parent.tag if parent else None)


def visible_products(page: LexborHTMLParser) -> list[Product]:
    """The products on show, each at its lowest price, under the nearest section heading before it.

    A shape that occurs once is a banner, not a menu. The page loses its scripts, navigation and struck-out
    prices on the way.
    """
    for noise in page.css(_NOT_A_MENU):
        noise.decompose()
    cards = _cards(page)
    shapes = Counter(card.shape for card in cards.values())
    menu = {key: card for key, card in cards.items() if shapes[card.shape] >= _FEWEST_CARDS}
    return list(_with_categories(page, menu)) if menu else []


def _cards(page: LexborHTMLParser) -> dict[int, _Card]:
    """The smallest element around each price that also holds a name, by the element's id."""
    priced = (node for node in _elements(page) if _PRICE.search(_own_text(node)))
    leaves = list(islice(priced, _MOST_PRICES_ON_A_PAGE))
    if len(leaves) == _MOST_PRICES_ON_A_PAGE:
        log.warning("read only the first %d prices of a page", _MOST_PRICES_ON_A_PAGE)
    prices_within: Counter[int] = Counter()
    for leaf in leaves:
        for ancestor in _ancestors(leaf):
            prices_within[ancestor.mem_id] += 1
    cards: dict[int, _Card] = {}
    for leaf in leaves:
        card = _card_around(leaf, prices_within)
        if card is None:
            continue
        known = cards.get(card.node.mem_id)
        if known is None or card.price < known.price:
            cards[card.node.mem_id] = card
    return cards


def _card_around(leaf: LexborNode, prices_within: Counter[int]) -> _Card | None:
    own = _own_text(leaf)
    found = _PRICE.search(own)
    price = parse_price(found.group().lstrip("$ ")) if found else None
    if price is None or announces_promotion(own):
        return None
    for ancestor in _ancestors(leaf):
        if prices_within[ancestor.mem_id] > _MOST_PRICES_IN_A_CARD or ancestor.tag in ("body", "html"):
            return None
        name = _name_in(ancestor)
        if name:
            return _Card(ancestor, name, price)
    return None


def _name_in(node: LexborNode) -> str:
    for places in _NAME_PLACES:
        for candidate in node.css(places):
            name = _as_name(candidate.text(separator=" "))
            if name and candidate.mem_id != node.mem_id:
                return name
    for text in node.text(separator="\n").split("\n"):
        name = _as_name(text)
        if name:
            return name
    return ""


def _as_name(text: str) -> str:
    """What of `text` can name a product once prices are taken out; empty when only sizes and fillers are left."""
    name = clean_text(_PRICE.sub(" ", text)).strip(" -–—:|•·")
    return "" if _SIZE_ONLY.fullmatch(name) or not _WORDS.search(name) else name


def _with_categories(page: LexborHTMLParser, cards: dict[int, _Card]) -> Iterator[Product]:
    heading: str | None = None
    for node in _elements(page):
        card = cards.get(node.mem_id)
        if card is not None:
            yield Product(name=card.name, category=heading, price=card.price)
        elif node.tag in _SECTION_HEADINGS and not any(ancestor.mem_id in cards for ancestor in _ancestors(node)):
            heading = clean_text(node.text(separator=" ")) or heading


def _elements(page: LexborHTMLParser) -> Iterator[LexborNode]:
    root = page.root
    return iter(()) if root is None else (node for node in root.traverse() if node.is_element_node)


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """The node itself and the few elements around it."""
    current: LexborNode | None = node
    for _ in range(_HIGHEST_CARD):
        if current is None:
            return
        yield current
        current = current.parent


def _own_text(node: LexborNode) -> str:
    return clean_text(node.text(deep=False, separator=" "), _LONGEST_PRICE_TEXT)
