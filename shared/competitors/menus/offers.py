"""The price that schema.org offers ask of anyone today: not a list, member, unit, delivery or deposit price."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shared.competitors.menus.items import Offer, size_text
from shared.competitors.menus.money import USD, price_and_currency
from shared.competitors.menus.nodes import PageNodes, first_text, first_value, nodes, types_of
from shared.values.money import parse_price
from shared.values.size_grammar import is_size, size_in

_PIECES = frozenset({"", "C62", "EA"})
_NOT_THERE = frozenset({"outofstock", "soldout", "discontinued", "madetoorderunavailable"})
_LIST_PRICES = frozenset({"listprice", "srp", "msrp", "strikethroughprice", "suggestedretailprice", "regularprice"})
_NOT_THE_PRICE = frozenset(
    {"deliverychargespecification", "paymentchargespecification", "offershippingdetails", "monetaryamount"}
)
_FOR_SOME = (
    "validformembertier", "eligiblecustomertype", "membershippointsearned", "eligibletransactionvolume",
)  # fmt: skip
_FOR_SOME_WORDS = ("member", "loyalty", "wholesale", "deposit", "shipping", "delivery", "subscri", "unit price")
_FOR_PATIENTS = re.compile(
    r"\b(?:medical|med|mmj)\b(?=\W{0,3}(?:prices?|pricing|patients?|only|menu|card|$))|\bpatients?\b", re.IGNORECASE
)
_DEEPEST = 4


def offers_of(offer: Mapping[str, Any], known: PageNodes, depth: int = 0) -> tuple[Offer, ...]:
    """The offers in an Offer or AggregateOffer, given as `fields`; several where it holds others."""
    inner = for_anybody(nodes(offer.get("offers"), known)) if depth < _DEEPEST else []
    within = tuple(
        found
        for one in inner
        for found in offers_of({"pricecurrency": offer.get("pricecurrency"), **one}, known, depth + 1)
    )
    if any(one.price is not None for one in within):
        return within
    if (
        _is_for_some(offer)
        or not _is_for_one(offer, known)
        or first_text(offer.get("businessfunction")).lower().endswith("leaseout")
    ):
        return ()
    price, currency, listed = _price(offer, known)
    if price is None and currency == USD and not _availability(offer):
        return within
    return (
        Offer(
            price=price if currency == USD else None,
            currency=currency,
            size=_size(offer, known),
            list_price=listed,
            available=_availability(offer) not in _NOT_THERE,
        ),
    )


def for_anybody(offers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The offers that patients alone may take left out, if there are others."""
    return [one for one in offers if not _FOR_PATIENTS.search(first_text(one.get("name")))] or offers


def _price(offer: Mapping[str, Any], known: PageNodes) -> tuple[Decimal | None, str, Decimal | None]:
    """Price, currency, list price. A specification that names a sale's price beats the offer's own."""
    specified = nodes(offer.get("pricespecification"), known)
    named = (first_value(one.get("pricecurrency")) for one in (offer, *specified))
    currency = next((one for one in named if one), None)
    own = [price_and_currency(first_value(offer.get(key)), currency) for key in ("price", "lowprice")]
    plain_ones: list[tuple[Decimal | None, str]] = []
    unit_ones: list[tuple[Decimal | None, str]] = []
    listed: list[Decimal] = []
    for one in specified:
        if types_of(one) & _NOT_THE_PRICE or _is_for_some(one):
            continue
        found = price_and_currency(
            first_value(one.get("price") or one.get("minprice")), first_value(one.get("pricecurrency")) or currency
        )
        if _is_list_price(one):
            if found[0] is not None:
                listed.append(found[0])
        elif "referencequantity" in one or "unitcode" in one or "unittext" in one:
            unit_ones.append(found)
        elif _is_for_one(one, known):
            plain_ones.append(found)
    prices = [found for found in (*own, *plain_ones) if found[0] is not None] or [
        found for found in unit_ones if found[0] is not None
    ]
    if not prices:
        return None, price_and_currency(None, currency)[1], None
    price, code = min(prices, key=lambda found: found[0] or 0)
    return price, code, min((one for one in listed if price is not None and one > price), default=None)


def _is_list_price(specification: Mapping[str, Any]) -> bool:
    kind = first_text(specification.get("pricetype")).rsplit("/", 1)[-1].lower()
    return kind in _LIST_PRICES


def _is_for_some(node: Mapping[str, Any]) -> bool:
    """Whether the price is only for members or together with another purchase."""
    if any(node.get(key) for key in _FOR_SOME):
        return True
    named = first_text(node.get("name")).lower()
    return any(word in named for word in _FOR_SOME_WORDS)


def _is_for_one(specification: Mapping[str, Any], known: PageNodes) -> bool:
    """Whether it holds from the first piece on."""
    pieces = (
        one
        for one in nodes(specification.get("eligiblequantity"), known)
        if first_text(one.get("unitcode")) in _PIECES
    )
    least = (parse_price(first_value(one.get("minvalue"))) for one in pieces)
    return not any(value is not None and value > 1 for value in least)


def _availability(offer: Mapping[str, Any]) -> str:
    raw = offer.get("availability")
    if isinstance(raw, dict):
        raw = raw.get("@id") or raw.get("name")
    return "".join(filter(str.isalpha, first_text(raw).rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower()))


def _size(offer: Mapping[str, Any], known: PageNodes) -> str | None:
    """From the offer's name or description, the product that it offers, or the quantity that it is for."""
    for key in ("size", "name", "description", "sku"):
        text = first_text(offer.get(key))
        if text and is_size(text):
            return size_text(text)
        if key in ("size", "name") and (found := size_in(text)):
            return found
    for one in nodes(offer.get("itemoffered"), known):
        if found := size_in(first_text(one.get("name"))):
            return found
    return size_in(first_text(offer.get("price"))) if isinstance(offer.get("price"), str) else None
