"""Products out of the schema.org JSON-LD that a page carries for search engines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from shared.competitive.models import Product
from shared.competitive.text import clean_text, parse_price
from shared.gcp import logging

log = logging.get_logger(__name__)

_PRODUCT_TYPES = frozenset({"product", "menuitem", "individualproduct", "productmodel", "drug"})
_SECTION_TYPES = frozenset({"menusection", "offercatalog"})
_CURRENCY = "USD"
_MAX_NODES = 200_000
_UNDER_A_PRODUCT = frozenset({"offers", "isRelatedTo", "isSimilarTo", "review", "brand", "manufacturer"})


def products_in(scripts: Iterable[str]) -> list[Product]:
    """Every product in these JSON-LD blocks, in their order. A broken block does not lose the others."""
    found: list[Product] = []
    for script in scripts:
        try:
            document = json.loads(script, strict=False)
        except (ValueError, RecursionError) as error:
            log.info("skipped a JSON-LD block that is not JSON: %s", type(error).__name__)
            continue
        found.extend(_products(document))
    return found


def _products(document: Any) -> Iterator[Product]:
    """Walk the document without recursion (its depth is theirs to choose), sections lending their category."""
    waiting: list[tuple[Any, str | None, Decimal | None]] = [(document, None, None)]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node, category, offered_at = waiting.pop()
        if isinstance(node, list):
            waiting.extend((child, category, offered_at) for child in reversed(node))
        elif isinstance(node, dict):
            types = _types(node)
            if types & _PRODUCT_TYPES:
                product = _product(node, category, offered_at)
                if product:
                    yield product
                skipped = _UNDER_A_PRODUCT
            else:
                skipped = frozenset()
            if types & _SECTION_TYPES:
                category = clean_text(node.get("name")) or category
            price = _offer_price(node) if "itemOffered" in node else None
            children = [value for key, value in node.items() if key not in skipped]
            waiting.extend(
                (child, category, price) for child in reversed(children) if isinstance(child, list | dict)
            )
    log.warning("stopped reading a JSON-LD block after %d nodes", _MAX_NODES)


def _types(node: dict[str, Any]) -> set[str]:
    """The node's types in lower case, without the vocabulary's address before them."""
    return {
        kind.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower()
        for kind in _as_list(node.get("@type"))
        if isinstance(kind, str)
    }


def _product(node: dict[str, Any], category: str | None, offered_at: Decimal | None) -> Product | None:
    name = clean_text(node.get("name"))
    if not name:
        return None
    prices = [price for offer in _as_list(node.get("offers")) if (price := _offer_price(offer)) is not None]
    return Product(
        name=name,
        category=_category(node.get("category")) or category,
        price=min(prices) if prices else offered_at,
    )


def _category(raw: Any) -> str | None:
    for candidate in _as_list(raw):
        named = candidate.get("name") if isinstance(candidate, dict) else candidate
        text = clean_text(named)
        if text:
            return text
    return None


def _offer_price(offer: Any) -> Decimal | None:
    """The lowest price of an Offer or AggregateOffer in USD; a currency that is not named is taken as USD."""
    if not isinstance(offer, dict):
        return None
    specifications = [spec for spec in _as_list(offer.get("priceSpecification")) if isinstance(spec, dict)]
    nested = [inner for inner in _as_list(offer.get("offers")) if isinstance(inner, dict)]
    prices = [
        price
        for part in (offer, *specifications, *nested)
        if str(part.get("priceCurrency") or offer.get("priceCurrency") or _CURRENCY).upper() == _CURRENCY
        for key in ("price", "lowPrice")
        if (price := parse_price(part.get(key))) is not None
    ]
    return min(prices, default=None)


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
