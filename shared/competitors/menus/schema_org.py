"""Products out of schema.org nodes, whether JSON-LD, microdata or RDFa brought them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from shared.competitors.menus.items import Item, Offer, address_text, size_text
from shared.competitors.menus.nodes import (
    NOTHING_KNOWN,
    PageNodes,
    as_list,
    fields,
    first_text,
    first_value,
    nodes,
    types_of,
)
from shared.competitors.menus.offers import for_anybody, offers_of
from shared.gcp import logging
from shared.values.size_grammar import is_size

log = logging.get_logger(__name__)

_PRODUCTS = frozenset(
    {"product", "menuitem", "individualproduct", "productmodel", "someproducts", "drug", "dietarysupplement"}
    | {"productgroup", "productcollection"}
)
_SECTIONS = frozenset({"menusection", "offercatalog", "categorycode"})
_MAX_NODES = 200_000
_MAX_ITEMS = 10_000
"""Several times what a menu keeps; references may name one product any number of times."""
_ELSEWHERE = frozenset(
    {"offers", "isrelatedto", "issimilarto", "review", "reviews", "brand", "manufacturer", "isvariantof", "addon"}
    | {"isaccessoryorsparepartfor", "isconsumablefor", "hasvariant", "itemreviewed", "aggregaterating", "model"}
)
"""Under a product: what is no product of its own, or is read with it."""


def items_in(documents: Iterable[Any]) -> list[Item]:
    """Every product of these documents in their order; references by `@id` are followed across them."""
    parsed = list(documents)
    known, groups = _by_id(parsed)
    items = (item for document in parsed for item in _items(document, known, groups))
    return list(islice(items, _MAX_ITEMS))


def _by_id(documents: Iterable[Any]) -> tuple[PageNodes, set[str]]:
    """Of each `@id` the node that says most; and the ids of the groups that others say they are variants of."""
    known: dict[str, Mapping[str, Any]] = {}
    groups: set[str] = set()
    waiting = list(documents)
    for _ in range(_MAX_NODES):
        if not waiting:
            break
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            named = node.get("@id")
            if isinstance(named, str) and len(node) > max(1, len(known.get(named, ()))):
                known[named] = node
            group = fields(node, NOTHING_KNOWN).get("isvariantof")
            groups.update(
                one["@id"] for one in as_list(group) if isinstance(one, dict) and isinstance(one.get("@id"), str)
            )
            waiting.extend(value for value in node.values() if isinstance(value, list | dict))
    return PageNodes(known), groups


def _items(document: Any, known: PageNodes, groups: Container[str]) -> Iterator[Item]:
    """Walk the document without recursion (its depth is theirs to choose), sections lending their category."""
    waiting: list[tuple[Any, str | None, tuple[Offer, ...] | None]] = [(document, None, None)]
    seen: set[int] = set()
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        raw, category, offered = waiting.pop()
        if isinstance(raw, list):
            waiting.extend((child, category, offered) for child in reversed(raw))
            continue
        if not isinstance(raw, dict) or id(raw) in seen:
            continue
        seen.add(id(raw))
        # A reference is followed only where something is offered: else its node is met where it stands.
        node = fields(raw, known if offered is not None else NOTHING_KNOWN)
        types = types_of(node)
        if types & _PRODUCTS:
            products = _product(node, category, offered or (), known)
            yield from (item for item in products if item.offers or node.get("@id") not in groups)
        if types & _SECTIONS:
            category = first_text(node.get("name")) or category
        given = offers_of(node, known) if "itemoffered" in node else None
        skipped = _ELSEWHERE if types & _PRODUCTS else frozenset()
        waiting.extend(
            (child, category, given if key == "itemoffered" else None)
            for key, child in reversed(node.items())
            if isinstance(child, list | dict) and key not in skipped
        )
    log.warning("stopped reading structured data after %d nodes", _MAX_NODES)


def _product(
    node: Mapping[str, Any], category: str | None, offered: tuple[Offer, ...], known: PageNodes
) -> Iterator[Item]:
    """A product. Variants with names of their own come instead of their group; others are sizes of it."""
    groups = nodes(node.get("isvariantof"), known)
    name = first_text(node.get("name")) or next(
        (text for one in groups if (text := first_text(one.get("name")))), ""
    )
    category = _category(node.get("category"), known) or category
    size = _size(node)
    offers = [_in_size(offer, size) for offer in _offers(node, known) or offered]
    variants = nodes(node.get("hasvariant"), known)
    apart = 0
    for variant in variants:
        variant_name, variant_size = first_text(variant.get("name")), _size(variant)
        if variant_name and is_size(variant_name):
            variant_name, variant_size = "", size_text(variant_name)
        found = [_in_size(offer, variant_size) for offer in _offers(variant, known)]
        if variant_name and variant_name.casefold() != name.casefold():
            apart += 1
            yield Item(variant_name, category, tuple(found), _address(variant))
        else:
            offers += found
    if name and (not apart or apart < len(variants)):
        yield Item(name, category, tuple(offers), _address(node))


def _offers(node: Mapping[str, Any], known: PageNodes) -> list[Offer]:
    return [offer for one in for_anybody(nodes(node.get("offers"), known)) for offer in offers_of(one, known)]


def _in_size(offer: Offer, size: str | None) -> Offer:
    return offer if offer.size or not size else replace(offer, size=size)


def _category(raw: Any, known: PageNodes) -> str | None:
    for one in as_list(raw):
        named = first_text(fields(one, known).get("name")) if isinstance(one, dict) else ""
        if text := named or first_text(one):
            return text
    return None


def _size(node: Mapping[str, Any]) -> str | None:
    """From `size` or `weight`: a text, or a quantity with its unit."""
    for raw in (*as_list(node.get("size")), *as_list(node.get("weight"))):
        quantity = fields(raw, NOTHING_KNOWN) if isinstance(raw, dict) else {}
        value = first_value(quantity.get("value"))
        unit = first_text(quantity.get("unittext")) or _UNIT_CODES.get(first_text(quantity.get("unitcode")), "")
        text = first_text(quantity.get("name")) or (f"{value} {unit}" if value and unit else first_text(raw))
        if text:
            return size_text(text)
    return None


_UNIT_CODES = {"GRM": "g", "MGM": "mg", "ONZ": "oz", "MLT": "ml", "KGM": "kg", "LBR": "lb", "C62": "ct", "EA": "ct"}


def _address(node: Mapping[str, Any]) -> str | None:
    for raw in as_list(node.get("url")):
        return address_text(raw.get("@id") if isinstance(raw, dict) else raw)
    return None
