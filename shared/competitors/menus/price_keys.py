"""What keys in a shop's data say about the prices under them: `rec_price`, `specialPriceRec`, `low_subunits`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from shared.competitors.menus.vocabulary import words as word_set
from shared.values.size_grammar import is_size

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+(?:\.\d+)?")
_JOINED = re.compile(r"(prices?|pricing)")
_LONGEST_KEY = 60
_PRICE = word_set("price prices pricing msrp rrp")
_NEVER = word_set(
    "member members loyalty wholesale cost deposit employee vip subscription subscribe type currency varies html"
    " id ids label labels level levels modifier modifiers max maximum high highest points tax taxes fee fees saving"
    " savings saved off percent percentage per valid until validity note drop change changed updated count book"
    " list_id alert history filter filters bucket schedule group groups rule rules request"
)
_LIST = word_set(
    "compare comparison original regular msrp rrp srp was old before base list retail full strike strikethrough"
    " struck crossed undiscounted usual normal previous prior standard"
)
_SALE = word_set("sale special discounted discount discounts promo promotional promotion now deal reduced today")
_CENTS = word_set("cents cent subunits minor pennies")
_RECREATIONAL = word_set("rec recreational adult adultuse")
_MEDICAL = word_set("med medical patient patients mmj")
_NEUTRAL = word_set(
    "price prices pricing amount value current final min minimum low lowest from usd net gross sell selling"
    " display displayed default formatted fmt text money variant with to pay ranges range at unit incl including"
    " inc raw us dollars dollar total actual online our effective each item product decimal string regular"
    " web store shop starting start calculated in and the number first menu customer"
)
_SIZES = {
    "half gram": "0.5 g", "gram": "1 g", "grams": "1 g", "one gram": "1 g", "two gram": "2 g", "two grams": "2 g",
    "eighth": "1/8 oz", "eighth ounce": "1/8 oz", "quarter": "1/4 oz", "quarter ounce": "1/4 oz", "half": "1/2 oz",
    "half ounce": "1/2 oz", "ounce": "1 oz", "oz": "1 oz",
}  # fmt: skip


class Role(IntEnum):
    """What a price is, weakest last: one that an unknown word qualifies counts only where nothing else does."""

    SALE = 0
    PLAIN = 1
    LIST = 2
    UNKNOWN = 3


class Audience(IntEnum):
    """Who pays a price."""

    ADULTS = 0
    ANYBODY = 1
    PATIENTS = 2


@dataclass(frozen=True, slots=True)
class PriceKey:
    """What a key says. `rank`: how many words it needs for that, for the plainest key to be believed first."""

    role: Role
    audience: Audience = Audience.ANYBODY
    size: str | None = None
    in_cents: bool = False
    rank: int = 0


def key_words(key: str) -> tuple[str, ...]:
    """The words of a key in lower case: `discountedPrice_eighth_ounce`, `saleprice`."""
    found: list[str] = []
    for word in _WORD.findall(key[:_LONGEST_KEY]):
        found.extend(part for part in _JOINED.split(word.lower(), maxsplit=1) if part)
    return tuple(found)


@lru_cache(maxsize=4_096)
def price_key(key: str, *, within_price: bool) -> PriceKey | None:
    """What the key says of the price that it holds, or None where it holds none.

    `within_price`: the key stands under another that names a price, where `amount`, `sale` and `eighth` do.
    """
    if within_price and is_size(key.replace("_", " ")) and key not in _SIZES:
        return PriceKey(Role.PLAIN, size=key.replace("_", " "))
    all_words = key_words(key.partition("(")[0])
    words = frozenset(all_words)
    if words & _NEVER or not words or not (within_price or words & _PRICE):
        return None
    role = Role.LIST if words & _LIST else Role.SALE if words & _SALE else Role.PLAIN
    audience = Audience.ADULTS if words & _RECREATIONAL else Audience.PATIENTS if words & _MEDICAL else None
    classifying = _LIST | _SALE | _CENTS | _RECREATIONAL | _MEDICAL
    rest = [word for word in all_words if word not in classifying and word not in _NEUTRAL and word not in _PRICE]
    in_full = [word for word in all_words if word not in _PRICE and word not in _SALE and word not in _LIST]
    size = _SIZES.get(" ".join(in_full)) or _SIZES.get(" ".join(rest))
    if rest and size is None:
        text = " ".join(rest)
        if not is_size(text):
            return None if within_price else PriceKey(Role.UNKNOWN, rank=len(all_words))
        size = text
    if (
        role is Role.SALE
        and within_price
        and not words & _PRICE
        and words <= {"discount", "discounts", "promotion"}
    ):
        return None
    if "unit" in words and words & _PRICE and len(words) > 1:
        role = Role.UNKNOWN
    return PriceKey(
        role, Audience.ANYBODY if audience is None else audience, size, bool(words & _CENTS), len(all_words)
    )
