"""A competitor's page to a menu: schema.org data first, visible prices where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from shared.competitive.jsonld import products_in
from shared.competitive.models import MAX_PRODUCTS, ParsedMenu, PriceRange, Product
from shared.competitive.promotions import promotions_in
from shared.errors import PermanentError

_CENT = Decimal("0.01")
DEEPEST_NESTING = 500
"""Real pages stay below a hundred; an HTML parser's time grows with the square of the depth."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEED_NO_END = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "param"}
    | {"p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "option", "path", "circle", "rect", "use", "line"}
)
_JSON_LD = 'script[type="application/ld+json" i]'


def parse_menu(html: str) -> ParsedMenu:
    """Read what the page sells: a menu, perhaps an empty one (`source` is then "none").

    At most 2,000 products are kept; `found` says how many there were.

    Raises:
        PermanentError: the page is nested so deeply that reading it could take minutes.
    """
    _refuse_deep_nesting(html)
    from selectolax.lexbor import LexborHTMLParser

    from shared.competitive.visible import visible_products

    page = LexborHTMLParser(html)
    structured = products_in([node.text() for node in page.css(_JSON_LD)])
    page.strip_tags(["script", "style", "noscript", "template"], recursive=True)
    promotions = promotions_in(page.text(separator="\n").split("\n"))
    products = _different(structured or visible_products(page))
    return ParsedMenu(
        products=tuple(products[:MAX_PRODUCTS]),
        source="none" if not products else "json-ld" if structured else "visible",
        found=len(products),
        promotions=promotions,
    )


def _refuse_deep_nesting(html: str) -> None:
    depth = 0
    for found in _TAG.finditer(html):
        closing, tag = found.groups()
        if tag.lower() in _NEED_NO_END:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        if depth > DEEPEST_NESTING:
            raise PermanentError(f"the page nests more than {DEEPEST_NESTING} elements; it cannot be read")


def price_range(products: Iterable[Product]) -> PriceRange | None:
    """The lowest, highest and median price; None where nothing has a price."""
    prices = [product.price for product in products if product.price is not None]
    if not prices:
        return None
    middle = Decimal(median(prices)).quantize(_CENT, ROUND_HALF_UP)
    return PriceRange(min=min(prices), max=max(prices), median=middle)


def _different(products: Iterable[Product]) -> list[Product]:
    """Pages often say the same twice (a carousel, a second data block): one of each stays, in page order."""
    unique: dict[tuple[str, str, Decimal | None], Product] = {}
    for product in products:
        key = (product.name.casefold(), (product.category or "").casefold(), product.price)
        unique.setdefault(key, product)
    return list(unique.values())
