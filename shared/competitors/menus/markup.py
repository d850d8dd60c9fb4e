"""schema.org nodes out of a page's own elements: microdata and RDFa; and the product that Open Graph names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from shared.competitors.menus.items import Item, Offer, address_text, plain
from shared.competitors.menus.money import USD, currency_code, price_and_currency

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_CURRENCY_PLACES = (
    "meta[property='og:price:currency'], meta[property='product:price:currency'], [itemprop=priceCurrency][content]"
)
_DOLLARS_ABROAD = {"CA": "CAD", "AU": "AUD", "NZ": "NZD"}
_AMOUNTS = (
    "product:sale_price:amount", "og:sale_price:amount", "product:price:amount", "og:price:amount",
    "product:original_price:amount", "twitter:price",
)  # fmt: skip
"""The first that is a sum is what anybody pays today."""
_MAX_ELEMENTS = 50_000
_HIGHEST = 60
"""Elements between a property and the node that it belongs to."""
_MOST_REFERRED = 20
_LONGEST = 4_000
_LINKS = {"a": "href", "link": "href", "area": "href", "img": "src", "object": "data", "time": "datetime"}
_VALUES = {"data": "value", "meter": "value"}


@dataclass(frozen=True, slots=True)
class _Syntax:
    """The attributes by which a way of marking says what an element is."""

    selector: str
    scope: str
    kind: str
    name: str
    relation: str = ""
    """Names the nodes within an element, or its own."""


MICRODATA = _Syntax("[itemscope], [itemprop]", "itemscope", "itemtype", "itemprop")
RDFA = _Syntax("[typeof], [property]", "typeof", "typeof", "property", "rel")
_PREFIX = re.compile(r"([\w-]{1,20}):\s{1,9}https?://schema\.org/?(?![\w/])", re.IGNORECASE)


def nodes_in(page: LexborHTMLParser, syntax: _Syntax) -> list[dict[str, Any]]:
    """The outermost nodes that the page's elements describe, in their order, as JSON-LD would write them."""
    scopes: dict[int, dict[str, Any]] = {}
    roots: list[dict[str, Any]] = []
    prefixes = _prefixes(page) if syntax is RDFA else _OWN_PREFIXES
    referring = _referring(page, scopes) if syntax is MICRODATA else {}
    for element in islice(page.css(syntax.selector), _MAX_ELEMENTS):
        attributes = element.attributes
        names = [one for one in (attributes.get(syntax.name) or "").split() if _is_schema_name(one, prefixes)]
        value: Any
        if syntax.scope in attributes:
            value = scopes.setdefault(element.mem_id, {})
            value["@type"] = (attributes.get(syntax.kind) or "").split()
            names = names or _related(element, syntax, scopes, prefixes)
        elif names:
            value = _value(element, attributes)
        else:
            continue
        owners = _owners(element, scopes, referring)
        if not owners and isinstance(value, dict):
            roots.append(value)
        for owner in owners:
            for name in names or (["@contains"] if isinstance(value, dict) else []):
                owner.setdefault(name, []).append(value)
    return roots


def open_graph_item(page: LexborHTMLParser) -> Item | None:
    """The product of a product page by its `<meta property="og:…">`; None where they name no price."""
    properties = _meta_properties(page)
    name = _without_site(plain(properties.get("og:title")), plain(properties.get("og:site_name")))
    currency = _first(properties, "product:price:currency", "og:price:currency", "product:sale_price:currency")
    asked = (price_and_currency(properties.get(key), currency) for key in _AMOUNTS)
    price, code = next((one for one in asked if one[0] is not None), (None, currency_code(currency) or USD))
    if not name or (price is None and code == USD):
        return None
    availability = (_first(properties, "product:availability", "og:availability") or "").replace(" ", "").lower()
    listed = price_and_currency(
        _first(properties, "product:original_price:amount", "og:standard_amount", "product:price:amount"), currency
    )
    offer = Offer(
        price=price if code == USD else None,
        currency=code,
        list_price=listed[0],
        available=availability not in ("oos", "outofstock", "soldout"),
    )
    return Item(
        name,
        plain(_first(properties, "product:category")) or None,
        (offer,),
        address_text(properties.get("og:url")),
    )


def _meta_properties(page: LexborHTMLParser) -> dict[str, str]:
    """What the page's meta elements say, first of each name; a card's "Price" as `twitter:price`."""
    properties: dict[str, str] = {}
    for element in islice(page.css("meta[property], meta[name]"), _MAX_ELEMENTS):
        attributes = element.attributes
        key, content = attributes.get("property") or attributes.get("name"), attributes.get("content")
        if key and content:
            properties.setdefault(key.lower(), content)
    for number in (1, 2):
        if properties.get(f"twitter:label{number}", "").strip().lower() == "price" and "product" in properties.get(
            "og:type", ""
        ):
            properties["twitter:price"] = properties.get(f"twitter:data{number}", "")
    return properties


def page_currency(page: LexborHTMLParser) -> str | None:
    """The currency that the page names for all that it sells, or None."""
    named = page.css_first(_CURRENCY_PLACES)
    return currency_code(named.attributes.get("content")) if named is not None else None


def regional_currency(page: LexborHTMLParser) -> str | None:
    """The currency whose sign is a plain "$" where the page says it is for (`<html lang="en-CA">`), or None."""
    root = page.css_first("html[lang]")
    language = (root.attributes.get("lang") or "") if root is not None else ""
    return _DOLLARS_ABROAD.get(language.replace("_", "-").rpartition("-")[2].upper())


_OWN_PREFIXES = ("schema:", "http:", "https:")


def _prefixes(page: LexborHTMLParser) -> tuple[str, ...]:
    """How names of schema.org begin on this page, which may give its address a prefix of its own."""
    declared = (element.attributes.get("prefix") or "" for element in islice(page.css("[prefix]"), _HIGHEST))
    return (*_OWN_PREFIXES, *(f"{found}:" for text in declared for found in _PREFIX.findall(text[:_LONGEST])))


def _is_schema_name(name: str, prefixes: tuple[str, ...]) -> bool:
    return ":" not in name or name.startswith(prefixes)


def _related(
    element: LexborNode, syntax: _Syntax, scopes: Mapping[int, Any], prefixes: tuple[str, ...]
) -> list[str]:
    """What its own `rel`, or one between it and its owner, says that it is there: `rel="schema:offers"`."""
    if not syntax.relation:
        return []
    for one in (element, *islice(_above(element), _HIGHEST)):
        if one is not element and one.mem_id in scopes:
            return []
        names = (one.attributes.get(syntax.relation) or "").split()
        if found := [name for name in names if name == "offers" or name.startswith(prefixes)]:
            return found
    return []


def _referring(page: LexborHTMLParser, scopes: dict[int, dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    """The nodes that name an element elsewhere as theirs (`itemref`), by that element."""
    found: dict[int, list[dict[str, Any]]] = {}
    wanted: dict[str, list[dict[str, Any]]] = {}
    for element in islice(page.css("[itemscope][itemref]"), _MAX_ELEMENTS):
        node = scopes.setdefault(element.mem_id, {})
        for named in (element.attributes.get("itemref") or "").split()[:_MOST_REFERRED]:
            wanted.setdefault(named, []).append(node)
    for element in islice(page.css("[id]"), _MAX_ELEMENTS) if wanted else ():
        if nodes := wanted.pop(element.attributes.get("id") or "", None):
            found[element.mem_id] = nodes[:_MOST_REFERRED]
    return found


def _owners(
    element: LexborNode, scopes: Mapping[int, dict[str, Any]], referring: Mapping[int, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The node around the element, or those that refer to where it lies."""
    for one in (element, *islice(_above(element), _HIGHEST)):
        if one is not element and one.mem_id in scopes:
            return [scopes[one.mem_id]]
        if one.mem_id in referring:
            return [node for node in referring[one.mem_id] if node is not scopes.get(element.mem_id)]
    return []


def _above(element: LexborNode) -> Iterator[LexborNode]:
    current = element.parent
    while current is not None:
        yield current
        current = current.parent


def _value(element: LexborNode, attributes: Mapping[str, str | None]) -> str:
    """What a property's element says: to machines if it does, else to people."""
    tag = element.tag or ""
    for name in ("content", _VALUES.get(tag), _LINKS.get(tag)):
        if name and attributes.get(name) is not None:
            return (attributes[name] or "")[:_LONGEST]
    return element.text()[:_LONGEST]


def _without_site(title: str, site: str) -> str:
    """ "Blue Dream | Green Shop" is "Blue Dream" where the site calls itself so."""
    if site and title.casefold().endswith(site.casefold()):
        return title[: -len(site)].rstrip(" |–—-·:") or title
    return title


def _first(properties: Mapping[str, str], *keys: str) -> str | None:
    return next((properties[key] for key in keys if properties.get(key)), None)
