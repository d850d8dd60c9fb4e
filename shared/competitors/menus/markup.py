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
_MAX_ELEMENTS = 50_000
_HIGHEST = 60
"""Elements between a property and the node that it belongs to."""
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
    for element in islice(page.css(syntax.selector), _MAX_ELEMENTS):
        attributes = element.attributes
        names = [one for one in (attributes.get(syntax.name) or "").split() if _is_schema_name(one, prefixes)]
        value: Any
        if syntax.scope in attributes:
            value = {"@type": (attributes.get(syntax.kind) or "").split()}
            scopes[element.mem_id] = value
            names = names or _related(element, syntax, scopes, prefixes)
        elif names:
            value = _value(element, attributes)
        else:
            continue
        owner = _owner(element, scopes)
        if owner is None:
            if isinstance(value, dict):
                roots.append(value)
            continue
        for name in names or (["@contains"] if isinstance(value, dict) else []):
            owner.setdefault(name, []).append(value)
    return roots


def open_graph_item(page: LexborHTMLParser) -> Item | None:
    """The product of a product page by its `<meta property="og:…">`; None where they name no price."""
    said: dict[str, str] = {}
    for element in islice(page.css("meta[property], meta[name]"), _MAX_ELEMENTS):
        attributes = element.attributes
        key, content = attributes.get("property") or attributes.get("name"), attributes.get("content")
        if key and content:
            said.setdefault(key.lower(), content)
    name = _without_site(plain(said.get("og:title")), plain(said.get("og:site_name")))
    currency = _first(said, "product:price:currency", "og:price:currency", "product:sale_price:currency")
    sale = _first(said, "product:sale_price:amount", "og:sale_price:amount")
    usual = _first(said, "product:price:amount", "og:price:amount", "product:original_price:amount")
    price, code = price_and_currency(sale or usual, currency)
    if not name or (price is None and code == USD):
        return None
    availability = (_first(said, "product:availability", "og:availability") or "").replace(" ", "").lower()
    listed = price_and_currency(
        _first(said, "product:original_price:amount", "og:standard_amount") or usual, currency
    )
    offer = Offer(
        price=price if code == USD else None,
        currency=code,
        list_price=listed[0],
        available=availability not in ("oos", "outofstock", "soldout"),
    )
    return Item(name, plain(_first(said, "product:category")) or None, (offer,), address_text(said.get("og:url")))


def page_currency(page: LexborHTMLParser) -> str | None:
    """The currency that the page names for all that it sells, or None."""
    named = page.css_first(_CURRENCY_PLACES)
    return currency_code(named.attributes.get("content")) if named is not None else None


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


def _owner(element: LexborNode, scopes: Mapping[int, dict[str, Any]]) -> dict[str, Any] | None:
    for ancestor in islice(_above(element), _HIGHEST):
        found = scopes.get(ancestor.mem_id)
        if found is not None:
            return found
    return None


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


def _first(said: Mapping[str, str], *keys: str) -> str | None:
    return next((said[key] for key in keys if said.get(key)), None)
