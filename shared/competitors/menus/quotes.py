"""The offers in an object of a shop's data, whatever its prices are called and however deeply nested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from shared.competitors.menus.items import Offer, size_text
from shared.competitors.menus.money import USD, currency_code, is_bare_sum, price_and_currency, sums_in
from shared.competitors.menus.price_keys import Audience, PriceKey, Role, price_key
from shared.competitors.menus.vocabulary import words as word_set
from shared.values.size_grammar import is_size

UNNAMED = ""
"""The currency of a price where the object does not name one."""
VARIANTS = word_set(
    "variants options skus weights offers pricetiers sizes priceoptions variations tiers weightprices units"
    " children packages"
)
SIZES = ("size", "weight", "unit", "displayquantity", "weightlabel", "option", "title", "name", "label", "amount")
OWN_SIZES = ("size", "weight", "weightlabel", "displayquantity", "weightformatted")
_CURRENCIES = ("currency", "currencycode", "pricecurrency", "currencyiso")
_DEEPEST = 5
_MOST_MEMBERS = 100
_MOST_READ = 100_000
"""Prices, of one page."""
_KEYS_OF_A_VALUE = 20
"""Keys that cost as much as a price."""
_MOST_QUOTES = 300
_LONGEST = 200
_CENT = Decimal("0.01")
_IN_STOCK = (
    "available", "instock", "isavailable", "availableforsale", "isinstock", "purchasable", "ispurchasable",
)  # fmt: skip
_SOLD_OUT = ("soldout", "outofstock", "isoutofstock", "issoldout")
_STATUSES = ("availability", "status", "stockstatus", "inventorystatus", "inventory")
_LEFT = (
    "quantityavailable",
    "availablequantity",
    "availableqty",
    "qtyinstock",
    "stockquantity",
    "inventoryquantity",
)


@dataclass(frozen=True, slots=True)
class _Quote:
    """One price of an object. `is_money`: it names its currency itself, so that its unit is sure."""

    amount: Decimal
    currency: str
    key: PriceKey
    is_money: bool


class QuoteReader:
    """Reads the prices of one page's objects, with an effort that is bounded for all of them together."""

    def __init__(self) -> None:
        self._left = _MOST_READ

    @property
    def is_spent(self) -> bool:
        """Whether the effort is used up."""
        return self._left <= 0

    def offers(
        self,
        node: Mapping[str, Any],
        currency: str = UNNAMED,
        *,
        in_cents: bool = False,
        sizes: tuple[str, ...] = SIZES,
    ) -> list[Offer]:
        """What the object's own prices ask of anybody today, one offer for each size."""
        fields = by_key(node)
        sibling = next(
            (one for key in ("options", "rawoptions", "weights") if isinstance(one := fields.get(key), list)), []
        )
        found: list[_Quote] = []
        for quote in self._quotes(node, PriceKey(Role.PLAIN), currency_of(fields) or currency, 0, sibling):
            found.append(quote)
            if len(found) >= _MOST_QUOTES:
                break
        if not found:
            return []
        if in_cents:
            found = [replace(one, amount=one.amount / 100) if not one.is_money else one for one in found]
        own = _size(fields, sizes)
        return _offers(found, own, is_available(fields), is_on_sale=fields.get("onsale") is not False)

    def _quotes(
        self, node: Mapping[str, Any], around: PriceKey, currency: str, depth: int, siblings: Sequence[Any] = ()
    ) -> Iterator[_Quote]:
        """The prices under an object's keys. `siblings`: the sizes of a list of prices, in a list next to it."""
        minor = node.get("currency_minor_unit", node.get("fractionDigits"))
        self._left -= len(node) // _KEYS_OF_A_VALUE
        for key, value in node.items():
            if self._left <= 0:
                return
            if value is None or isinstance(value, bool) or _normal(key) in VARIANTS:
                continue
            found = price_key(key, within_price=depth > 0)
            if found is None:
                continue
            self._left -= 1
            if isinstance(minor, int) and 0 < minor < 4 and not found.in_cents:
                found = replace(found, in_cents=isinstance(value, int) or str(value).isdigit())
            yield from self._read(value, _under(around, found, depth), currency, depth, siblings)

    def _read(
        self, value: Any, key: PriceKey, currency: str, depth: int, siblings: Sequence[Any] = ()
    ) -> Iterator[_Quote]:
        if isinstance(value, dict):
            if depth < _DEEPEST:
                fields = by_key(value)
                named = currency_of(fields)
                size = _size(fields, SIZES)
                inner = replace(key, size=size) if size else key
                for one in self._quotes(value, inner, named or currency, depth + 1):
                    yield replace(one, is_money=True) if named else one
        elif isinstance(value, list):
            aligned = len(siblings) == len(value)
            for at, one in enumerate(value[:_MOST_MEMBERS]):
                self._left -= 1
                size = size_text(siblings[at]) if aligned and isinstance(siblings[at], str) else None
                if depth < _DEEPEST and self._left > 0:
                    yield from self._read(one, replace(key, size=size) if size else key, currency, depth + 1)
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            quote = _quote(value, key, currency)
            if quote is not None:
                yield quote


def _quote(value: str | float, key: PriceKey, currency: str) -> _Quote | None:
    signed = isinstance(value, str) and next(sums_in(value[:_LONGEST]), None) is not None
    if isinstance(value, str) and not signed and not is_bare_sum(value):
        return None
    amount, code = price_and_currency(value, currency or None)
    if amount is None or amount <= 0:
        return None
    if key.in_cents and not signed:
        amount = (amount / 100).quantize(_CENT)
    return _Quote(amount, code if signed or currency else UNNAMED, key, signed)


def _under(around: PriceKey, key: PriceKey, depth: int) -> PriceKey:
    """A key within another: `prices.recreational.sale`."""
    if depth == 0:
        return key
    role = around.role if around.role in (Role.LIST, Role.UNKNOWN) or key.role is Role.PLAIN else key.role
    return PriceKey(
        role,
        around.audience if key.audience is Audience.ANYBODY else key.audience,
        key.size or around.size,
        around.in_cents or key.in_cents,
        around.rank + key.rank,
    )


def _offers(quotes: list[_Quote], own: str | None, available: bool, *, is_on_sale: bool) -> list[Offer]:
    audience = min((one.key.audience for one in quotes), default=Audience.ANYBODY)
    matching = [one for one in quotes if one.key.audience is audience]
    sure = [one for one in matching if one.key.role is not Role.UNKNOWN] or matching
    sized = [one for one in sure if one.key.size] or sure
    groups: dict[str | None, list[_Quote]] = {}
    for one in sized:
        groups.setdefault(one.key.size or own, []).append(one)
    return [_offer(group, size, available, is_on_sale=is_on_sale) for size, group in groups.items()]


def _offer(quotes: list[_Quote], size: str | None, available: bool, *, is_on_sale: bool) -> Offer:
    """The lowest of the plainest prices: a sale's before the usual one, one whose unit is sure before others."""
    by_role = {role: _surest([one for one in quotes if one.key.role is role]) for role in Role}
    usual = _plainest(by_role[Role.PLAIN]) or _plainest(by_role[Role.LIST]) or _plainest(by_role[Role.UNKNOWN])
    sale = _plainest(by_role[Role.SALE]) if is_on_sale or usual is None else None
    best = sale if sale and (usual is None or sale.amount <= usual.amount) else usual or quotes[0]
    higher = [one.amount for role in (Role.PLAIN, Role.LIST) for one in by_role[role] if one.amount > best.amount]
    if best.currency not in (USD, UNNAMED):
        return Offer(None, best.currency, size, available=available)
    return Offer(best.amount.quantize(_CENT), best.currency, size, min(higher, default=None), available)


def _surest(quotes: list[_Quote]) -> list[_Quote]:
    """Those that name their unit, if any do."""
    return [one for one in quotes if one.is_money] or quotes


def _plainest(quotes: list[_Quote]) -> _Quote | None:
    rank = min((one.key.rank for one in quotes), default=0)
    return min((one for one in quotes if one.key.rank == rank), key=lambda one: one.amount, default=None)


def by_key(node: Mapping[str, Any]) -> dict[str, Any]:
    """The values by their keys in lower case, without `_` and `-`."""
    return {_normal(key): value for key, value in node.items()}


def _normal(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()


def currency_of(fields: Mapping[str, Any]) -> str:
    """The currency that an object names for its prices, or UNNAMED."""
    return next((code for key in _CURRENCIES if (code := currency_code(fields.get(key)))), UNNAMED)


def is_available(fields: Mapping[str, Any]) -> bool:
    """Whether the object is not said to be sold out."""
    if any(fields.get(key) is True for key in _SOLD_OUT):
        return False
    for key in _IN_STOCK:
        if isinstance(fields.get(key), bool):
            return bool(fields[key])
    for key in _STATUSES:
        raw = fields.get(key)
        text = raw.get("status") if isinstance(raw, dict) else raw
        if isinstance(text, str) and "".join(filter(str.isalpha, text.lower())).endswith(("outofstock", "soldout")):
            return False
    return not any(fields.get(key) == 0 and not isinstance(fields[key], bool) for key in _LEFT if key in fields)


def _size(fields: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        raw = fields.get(key)
        if isinstance(raw, str) and len(raw) < 100 and is_size(raw.replace("_", " ")):
            return size_text(raw.replace("_", " "))
    return None
