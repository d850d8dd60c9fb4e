"""Products in a single-page shop's own data: objects with a name and a price, wherever they lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shared.competitors.menus.embedded import embedded_documents
from shared.competitors.menus.items import Item, Offer, address_text, plain, size_text
from shared.competitors.menus.money import USD, currency_code, price_and_currency
from shared.competitors.menus.scripts import DataScripts
from shared.competitors.menus.sizes import is_size
from shared.competitors.menus.vocabulary import words as word_set

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

MAX_ITEMS = 5_000
_MAX_NODES = 200_000
_NAMES = ("name", "productname", "title", "displayname", "producttitle", "label")
_TODAY = (
    "saleprice", "discountedprice", "specialprice", "currentprice", "finalprice", "promoprice", "pricetopay",
    "price", "unitprice", "regularprice", "baseprice", "minprice", "pricemin", "lowprice", "pricerange", "prices",
    "recprices", "priceeach", "retailprice", "priceamount", "pricecents", "priceincents",
)  # fmt: skip
_LIST = ("compareatprice", "originalprice", "listprice", "msrp", "wasprice", "regularprice", "oldprice", "price")
_AMOUNTS = (
    "amount",
    "value",
    "price",
    "current",
    "min",
    "minvariantprice",
    "minprice",
    "low",
    "usd",
    "net",
    "gross",
)
_VARIANTS = (
    "variants",
    "options",
    "skus",
    "weights",
    "offers",
    "pricetiers",
    "sizes",
    "priceoptions",
    "variations",
)
_SIZES = ("size", "weight", "unit", "displayquantity", "weightlabel", "option", "title", "name", "label", "amount")
_LIKE_A_PRODUCT = word_set(
    "id sku slug url handle image images brand brandname category producttype type variants options vendor"
    " description"
    " thc cbd straintype strain permalink productid _id stock quantity available weight weights potency href"
)
_ELSEWHERE = word_set(
    "cart checkout shipping shippingmethods deliverymethods delivery deliveryoptions fees tax taxes payment"
    " payments"
    " promotions specials coupons discounts related relatedproducts recommendations recommended upsells crosssells"
    " subscription plans modifiers addons giftcards reviews orders tips filters facets breadcrumbs loyalty rewards"
)
_DEEPEST_PRICE = 4


def embedded_items(page: LexborHTMLParser, scripts: DataScripts) -> list[Item]:
    """The products that the page's scripts are given. A lone one must look like a product."""
    found = [item for document in embedded_documents(page, scripts) for item in _items(document)]
    return found[:MAX_ITEMS]


def _items(document: Any) -> Iterator[Item]:
    waiting: list[tuple[Any, str | None]] = [(document, None)]
    seen: set[int] = set()
    entities = document if isinstance(document, dict) else {}
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node, category = waiting.pop()
        if id(node) in seen:
            continue
        if isinstance(node, list):
            seen.add(id(node))
            waiting.extend((child, category) for child in reversed(node) if isinstance(child, list | dict))
        elif isinstance(node, dict):
            seen.add(id(node))
            fields = _fields(node)
            item = _item(fields, category, entities)
            if item is not None:
                yield item
                continue
            named = _name(fields)
            inner = named if named and any(isinstance(one, list) for one in node.values()) else category
            waiting.extend(
                (child, inner)
                for key, child in reversed(list(node.items()))
                if isinstance(child, list | dict) and _key(key) not in _ELSEWHERE
            )


def _item(fields: Mapping[str, Any], category: str | None, entities: Mapping[str, Any]) -> Item | None:
    name = _name(fields)
    if not name or is_size(name) or not (fields.keys() & _LIKE_A_PRODUCT):
        return None
    in_cents = "pricevaries" in fields or (isinstance(fields.get("pricemin"), int) and "compareatprice" in fields)
    variants = [
        _fields(one) for key in _VARIANTS for one in _members(fields.get(key), entities) if isinstance(one, dict)
    ]
    offers = [offer for one in variants if (offer := _offer(one, fields, in_cents, size=_size(one)))]
    own = _offer(fields, {}, in_cents, size=_size(fields, ("size", "weight", "weightlabel", "displayquantity")))
    offers = offers or _by_weights(fields) or ([own] if own else [])
    if not offers:
        return None
    return Item(name, _category(fields) or category, tuple(offers), _address(fields))


def _offer(fields: Mapping[str, Any], around: Mapping[str, Any], in_cents: bool, size: str | None) -> Offer | None:
    currency = fields.get("currency") or fields.get("currencycode") or fields.get("pricecurrency")
    currency = currency or around.get("currency") or around.get("currencycode")
    for key in _TODAY:
        price, code = _amount(fields.get(key), currency, 0)
        if price is None and code == USD:
            continue
        cents = (in_cents and isinstance(fields.get(key), int)) or key.endswith("cents")
        listed = [
            value for one in _LIST if one != key and (value := _amount(fields.get(one), currency, 0)[0]) is not None
        ]
        factor = Decimal(100) if cents else Decimal(1)
        higher = [value / factor for value in listed if price is not None and value > price]
        usd = code == USD and price is not None
        return Offer(
            price=(price / factor).quantize(Decimal("0.01")) if usd and price is not None else None,
            currency=code,
            size=size,
            list_price=min(higher, default=None) if usd else None,
            available=_is_available(fields),
        )
    return None


def _amount(raw: Any, currency: Any, depth: int) -> tuple[Decimal | None, str]:
    """A number, a text, `{amount, currencyCode}`, `{min, max}`, or the lowest of a list of them."""
    if isinstance(raw, dict) and depth < _DEEPEST_PRICE:
        fields = _fields(raw)
        named = currency_code(fields.get("currency") or fields.get("currencycode")) or currency
        for key in _AMOUNTS:
            found = _amount(fields.get(key), named, depth + 1)
            if found[0] is not None:
                return found
        return None, currency_code(named) or USD
    if isinstance(raw, list) and depth < _DEEPEST_PRICE:
        amounts = [_amount(one, currency, depth + 1) for one in raw[:100]]
        return min((one for one in amounts if one[0] is not None), key=lambda one: one[0] or 0, default=(None, USD))
    price, code = price_and_currency(raw, currency)
    return (price, code) if price is not None else (None, USD)


def _by_weights(fields: Mapping[str, Any]) -> list[Offer]:
    """Prices and their sizes in lists beside each other (Dutchie), by size (Weedmaps), or in keys (Jane)."""
    lists = (fields.get(key) for key in ("options", "rawoptions", "weights"))
    sizes: list[Any] = next((one for one in lists if isinstance(one, list)), [])
    for key in ("recspecialprices", "recprices", "prices"):
        prices = fields.get(key)
        if isinstance(prices, list) and prices and len(prices) == len(sizes) and isinstance(sizes[0], str):
            return [
                Offer(price, USD, size_text(size))
                for raw, size in zip(prices, sizes, strict=True)
                if (price := price_and_currency(raw)[0]) is not None
            ]
    by_size = fields.get("prices")
    if isinstance(by_size, dict):
        found = [(size, _amount(value, None, 0)[0]) for size, value in by_size.items()]
        offers = [Offer(price, USD, _words(size)) for size, price in found if price is not None]
        if offers and any(is_size(offer.size or "") for offer in offers):
            return offers
    return [
        Offer(price, USD, size)
        for key, size in _SIZES_OF_KEYS.items()
        if (price := price_and_currency(fields.get(key))[0]) is not None
    ]


_SIZES_OF_KEYS = {
    "pricegram": "1 g", "pricetwogram": "2 g", "priceeighthounce": "1/8 oz", "pricequarterounce": "1/4 oz",
    "pricehalfounce": "1/2 oz", "priceounce": "1 oz", "pricehalfgram": "0.5 g",
}  # fmt: skip


def _fields(node: Mapping[str, Any]) -> dict[str, Any]:
    """By keys in lower case, without `_` and `-`."""
    return {_key(key): value for key, value in node.items()}


def _key(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()


def _name(fields: Mapping[str, Any]) -> str:
    for key in _NAMES:
        raw = fields.get(key)
        if isinstance(raw, dict):
            raw = raw.get("en") or raw.get("text") or raw.get("value")
        if name := plain(raw):
            return name
    return ""


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


def _members(raw: Any, entities: Mapping[str, Any]) -> list[Any]:
    """The members of a list, or of what a list is wrapped in; references of an Apollo cache are followed."""
    if isinstance(raw, dict):
        raw = raw.get("nodes") or raw.get("edges") or raw.get("items") or list(raw.values())
    found = raw if isinstance(raw, list) else []
    whole = [one.get("node", one) if isinstance(one, dict) else one for one in found[:100]]
    return [
        entities.get(one["__ref"], one) if isinstance(one, dict) and isinstance(one.get("__ref"), str) else one
        for one in whole
    ]


def _size(fields: Mapping[str, Any], keys: tuple[str, ...] = _SIZES) -> str | None:
    for key in keys:
        raw = fields.get(key)
        text = raw if isinstance(raw, str) else None
        if text and is_size(_words(text)):
            return size_text(_words(text))
    return None


def _words(text: str) -> str:
    return text.replace("_", " ")


def _is_available(fields: Mapping[str, Any]) -> bool:
    for key in ("available", "instock", "isavailable", "availableforsale", "isinstock", "purchasable"):
        if isinstance(fields.get(key), bool):
            return bool(fields[key])
    return not (fields.get("soldout") is True or fields.get("outofstock") is True)


def _address(fields: Mapping[str, Any]) -> str | None:
    return next(
        (found for key in ("url", "permalink", "href", "link") if (found := address_text(fields.get(key)))), None
    )
