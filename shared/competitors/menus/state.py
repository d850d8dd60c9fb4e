"""Products in a single-page shop's own data: objects with a name and a price, wherever they lie."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from shared.competitors.menus.embedded import embedded_documents
from shared.competitors.menus.items import Item, Offer, address_text, plain, size_text
from shared.competitors.menus.money import USD, currency_code, sums_in
from shared.competitors.menus.price_keys import key_words
from shared.competitors.menus.quotes import OWN_SIZES, UNNAMED, VARIANTS, QuoteReader, by_key, currency_of
from shared.competitors.menus.scripts import DataScripts
from shared.competitors.menus.vocabulary import words as word_set
from shared.values.size_grammar import is_size, without_sizes

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

MAX_ITEMS = 5_000
_MAX_NODES = 120_000
_MAX_VARIANTS = 100
_NAMES = ("name", "productname", "itemname", "title", "displayname", "producttitle", "label")
_HOLDS_A_NAME = word_set("product item attributes details info listing node configurable data")
_LIKE_A_PRODUCT = word_set(
    "id sku slug url handle image images brand brandname category producttype type variants options vendor"
    " description thc cbd straintype strain permalink productid _id stock quantity available weight weights potency"
    " href"
)
_ELSEWHERE = word_set(
    "cart checkout shipping delivery fee fees tax taxes payment payments promotion promotions promo specials coupon"
    " coupons discounts deals related recommendations recommended recommendation upsells upsell crosssells"
    " subscription subscriptions plan plans modifiers addons addon gift giftcards review reviews orders tip tips"
    " filter filters facet facets breadcrumb breadcrumbs loyalty reward rewards ranges sort banner banners rates"
)
_OF_SHOPIFY = ("pricevaries", "publictitle", "inventorymanagement", "compareatpricemin")
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2})?")
_HOLDS_AN_OFFER = word_set("variant sku offer product details attributes master default info data")
_ENDS = " -–—|,:·("


def embedded_items(page: LexborHTMLParser, html: str, scripts: DataScripts) -> list[Item]:
    """The products in the data that the page hands to its scripts. What has no name there is the page's product."""
    reader = QuoteReader()
    heading = page.css_first("h1")
    title = plain(heading.text()) if heading is not None else ""
    found: list[Item] = []
    for document in embedded_documents(page, html, scripts):
        found += _Walk(reader, title).items(document)
        if len(found) >= MAX_ITEMS:
            break
    return found


class _Walk:
    """Goes through one document, in its order and without recursion: its depth is theirs to choose."""

    def __init__(self, reader: QuoteReader, title: str) -> None:
        self._reader = reader
        self._title = title
        self._currencies: set[str] = set()
        self._entities: Mapping[str, Any] = {}

    def items(self, document: Any) -> list[Item]:
        """The products, with the currency that the document names for all where they name none."""
        self._entities = document if isinstance(document, dict) else {}
        found = list(islice(self._walk(document), MAX_ITEMS))
        if not found and isinstance(document, list) and self._title:
            offers = self._variants([one for one in document if isinstance(one, dict)], UNNAMED)
            found = [Item(self._title, offers=tuple(offers))] if offers else []
        shared = self._currencies.pop() if len(self._currencies) == 1 else USD
        return [replace(item, offers=tuple(_named(offer, shared) for offer in item.offers)) for item in found]

    def _walk(self, document: Any) -> Iterator[Item]:
        waiting: list[tuple[Any, str | None]] = [(document, None)]
        seen: set[int] = set()
        for _ in range(_MAX_NODES):
            if not waiting or self._reader.is_spent:
                return
            node, category = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, list):
                waiting.extend((child, category) for child in reversed(node) if isinstance(child, list | dict))
                continue
            if not isinstance(node, dict):
                continue
            fields = by_key(node)
            if code := currency_of(fields) or currency_code(fields.get("storecurrency")):
                self._currencies.add(code)
            named = _name(fields)
            item = self._item(node, fields, named, category)
            if item is not None:
                yield item
                continue
            inner = named if named and any(isinstance(one, list) for one in node.values()) else category
            waiting.extend(
                (child, inner)
                for key, child in reversed(list(node.items()))
                if isinstance(child, list | dict) and not _is_elsewhere(key)
            )

    def _item(
        self, node: Mapping[str, Any], fields: Mapping[str, Any], named: str, category: str | None
    ) -> Item | None:
        own = "" if is_size(named) else named
        variants = [one for key in fields if key in VARIANTS for one in self._members(fields[key])]
        name = own or self._name_within(node) or _name_of_all(variants)
        if not name or is_size(name):
            return None
        if not (fields.keys() & _LIKE_A_PRODUCT) and next(sums_in(name), None):
            return None
        currency, in_cents = currency_of(fields), _is_in_cents(fields)
        offers = self._variants(variants, currency, in_cents=in_cents)
        offers = offers or self._reader.offers(self._whole(node), currency, in_cents=in_cents, sizes=OWN_SIZES)
        offers = offers or (self._within(node, currency) if own else [])
        if not offers and not _asks_for_its_price(fields):
            return None
        return Item(name, _category(fields) or category, tuple(offers), _address(fields))

    def _within(self, node: Mapping[str, Any], currency: str) -> list[Offer]:
        """The offers of sizes that lie in an object of the product: `{title, structuredContent: {variants}}`."""
        for key, value in node.items():
            inner = by_key(value) if isinstance(value, dict) and not _is_elsewhere(key) else {}
            variants = [one for name in inner if name in VARIANTS for one in self._members(inner[name])]
            if variants and all(not (name := _name(by_key(one))) or is_size(name) for one in variants):
                return self._variants(variants, currency_of(inner) or currency)
            if inner and not _name(inner) and not _HOLDS_AN_OFFER.isdisjoint(key_words(key)):
                return self._reader.offers(value, currency_of(inner) or currency)
        return []

    def _variants(self, variants: list[dict[str, Any]], currency: str, *, in_cents: bool = False) -> list[Offer]:
        """The offers of a product's variants. None left of one means sold out only where others are left."""
        counts = [by_key(one).get("quantity") for one in variants]
        are_counts = any(isinstance(one, int) and one > 0 for one in counts)
        found = []
        for one, count in zip(variants, counts, strict=True):
            in_shopify_cents = in_cents or _is_in_cents(by_key(one))
            offers = self._reader.offers(self._whole(one), currency, in_cents=in_shopify_cents)
            gone = are_counts and count == 0
            size = _size_of_attributes(one)
            found += [
                replace(offer, available=offer.available and not gone, size=offer.size or size) for offer in offers
            ]
        return found

    def _members(self, raw: Any) -> list[dict[str, Any]]:
        """The objects of a list, or of what a list is wrapped in."""
        if isinstance(raw, dict):
            raw = raw.get("nodes") or raw.get("edges") or raw.get("items") or raw.get("data") or list(raw.values())
        found = raw[:_MAX_VARIANTS] if isinstance(raw, list) else []
        whole = [self._referred(one.get("node", one)) if isinstance(one, dict) else one for one in found]
        return [one for one in whole if isinstance(one, dict)]

    def _whole(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object with what its references refer to."""
        if not any(isinstance(one, dict) and "__ref" in one for one in node.values()):
            return node
        return {key: self._referred(one) for key, one in node.items()}

    def _referred(self, value: Any) -> Any:
        """What a reference of an Apollo cache refers to."""
        named = value.get("__ref") if isinstance(value, dict) else None
        return self._entities.get(named, value) if isinstance(named, str) else value

    def _name_within(self, node: Mapping[str, Any]) -> str:
        """The name in an object that stands beside the price: `{product: {title}, price}`."""
        for key, value in node.items():
            one = self._referred(value)
            if (
                isinstance(one, dict)
                and not _HOLDS_A_NAME.isdisjoint(key_words(key))
                and (name := _name(by_key(one)))
            ):
                return name
        return ""


def _named(offer: Offer, shared: str) -> Offer:
    """With the currency that the whole document is in."""
    if offer.currency != UNNAMED:
        return offer
    return (
        replace(offer, currency=shared)
        if shared == USD
        else Offer(None, shared, offer.size, available=offer.available)
    )


def _is_elsewhere(key: str) -> bool:
    return not _ELSEWHERE.isdisjoint(key_words(key)) and "products" not in key_words(key)


def _is_in_cents(fields: Mapping[str, Any]) -> bool:
    if not any(isinstance(fields.get(key), int) for key in ("price", "pricemin")):
        return False
    return any(key in fields for key in _OF_SHOPIFY) or ("pricemin" in fields and "compareatprice" in fields)


def _asks_for_its_price(fields: Mapping[str, Any]) -> bool:
    """Whether it has a price that is open: nothing, or words in its place."""
    price = fields.get("price")
    if isinstance(price, bool):
        return False
    return price == 0 or (isinstance(price, str) and price.lower().startswith(("call", "ask", "0.00", "contact")))


def _name(fields: Mapping[str, Any]) -> str:
    for key in _NAMES:
        raw = fields.get(key)
        if isinstance(raw, dict):
            raw = raw.get("text") or raw.get("value") or _in_english(raw)
        if name := plain(raw):
            return name
    return ""


def _in_english(texts: Mapping[str, Any]) -> Any:
    """One of a text's languages, English if it is among them."""
    languages = [key for key in texts if _LANGUAGE.fullmatch(key)]
    return texts[min(languages, key=lambda one: not one.startswith("en"))] if languages else None


def _name_of_all(variants: list[dict[str, Any]]) -> str:
    """What the variants' names have in common before their sizes: "Blue Dream - 3.5g", "Blue Dream - 7g"."""
    names = {without_sizes(_name(by_key(one))).strip(_ENDS) for one in variants}
    return names.pop() if len(names) == 1 else ""


_HYPHENED = re.compile(r"(?<=\d)-(?=\d)")


def _size_of_attributes(variant: Mapping[str, Any]) -> str | None:
    """`{attributes: {attribute_pa_weight: "3-5g"}}`, as WooCommerce writes "3.5g" into an address."""
    given = variant.get("attributes")
    values = given.values() if isinstance(given, dict) else ()
    texts = (_HYPHENED.sub(".", one) for one in values if isinstance(one, str))
    return next((size_text(one) for one in texts if is_size(one)), None)


def _category(fields: Mapping[str, Any]) -> str | None:
    for key in ("category", "producttype", "categoryname", "kind", "roottype", "type"):
        raw = fields.get(key)
        if isinstance(raw, list) and raw:
            raw = raw[0]
        if isinstance(raw, dict):
            raw = raw.get("name") or raw.get("title")
        if (text := plain(raw)) and not text.isupper() and "_" not in text:
            return text
    return None


def _address(fields: Mapping[str, Any]) -> str | None:
    keys = ("url", "permalink", "href", "link")
    return next((found for key in keys if (found := address_text(fields.get(key)))), None)
