"""Parses a competitor's page into a menu: structured data first, then embedded data, then visible text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from shared.competitors.menus.items import Item, plain, product_of
from shared.competitors.menus.limits import require_readable
from shared.competitors.menus.merging import MenuPart, in_dollars, is_of_the_menu, merged
from shared.competitors.menus.money import USD
from shared.competitors.menus.promotions import promotions_in
from shared.competitors.models import MAX_PRODUCTS, ParsedMenu

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_JSON_LD = 'script[type*="application/ld+json" i]'


def parse_menu(html: str) -> ParsedMenu:
    """Read what the page sells: a menu, perhaps an empty one (`source` is then "none", and `verdict` says why).

    At most 2,000 products are kept; `found` says how many there were.

    Raises:
        PermanentError: reading the page would take too much time or memory.
    """
    require_readable(html)
    from selectolax.lexbor import LexborHTMLParser

    from shared.competitors.menus.verdicts import verdict_without_products

    page = LexborHTMLParser(html)
    structured = list(_structured(page, html))
    seen = MenuPart("visible", _seen(page, structured))
    explicit, state = structured[:-1], structured[-1]
    elsewhere = [item for part in (seen, *explicit) for item in part.items]
    given = in_dollars(state.items, elsewhere) if is_of_the_menu(state.items, elsewhere) else []
    parts = [*explicit, MenuPart(state.source, given), seen]
    menu = merged(parts, of_one_product=_is_of_one_product(page, structured))
    products = [product_of(item) for item in menu.items]
    page.strip_tags(["script", "style", "noscript", "template"], recursive=True)
    verdict = "menu" if products else verdict_without_products(html, page)
    return ParsedMenu(
        products=tuple(products[:MAX_PRODUCTS]),
        source=menu.source if products else "none",
        found=len(products),
        promotions=promotions_in(page.text(separator="\n").split("\n")),
        verdict=verdict,
    )


def _structured(page: LexborHTMLParser, html: str) -> Iterator[MenuPart]:
    """The page's machine-readable data."""
    from shared.competitors.menus.markup import MICRODATA, RDFA, nodes_in, open_graph_item
    from shared.competitors.menus.schema_org import items_in
    from shared.competitors.menus.scripts import DataScripts
    from shared.competitors.menus.state import embedded_items

    scripts = DataScripts()
    documents = [value for node in page.css(_JSON_LD) for value in scripts.values(node.text())]
    yield MenuPart("json-ld", items_in(documents))
    yield MenuPart("microdata", items_in(nodes_in(page, MICRODATA)))
    yield MenuPart("rdfa", items_in(nodes_in(page, RDFA)))
    named = open_graph_item(page)
    yield MenuPart("open-graph", [named] if named else [])
    yield MenuPart("state", embedded_items(page, html, scripts))


def _seen(page: LexborHTMLParser, structured: list[MenuPart]) -> list[Item]:
    from shared.competitors.menus.markup import page_currency, regional_currency
    from shared.competitors.menus.visible import visible_items

    currencies = {offer.currency for part in structured for item in part.items for offer in item.offers}
    currency = currencies.pop() if len(currencies) == 1 else None
    return visible_items(page, page_currency(page) or currency or regional_currency(page) or USD)


def _is_of_one_product(page: LexborHTMLParser, structured: list[MenuPart]) -> bool:
    """Whether the page is about one product: its data name one, and so does its first heading or Open Graph
    type.
    """
    items = next((part.items for part in structured if any(item.is_priced for item in part.items)), ())
    if len({item.name for item in items}) != 1:
        return False
    kind = page.css_first("meta[property='og:type']")
    if kind is not None and "product" in (kind.attributes.get("content") or ""):
        return True
    heading = page.css_first("h1")
    return heading is not None and plain(heading.text()).casefold() == items[0].name.casefold()
