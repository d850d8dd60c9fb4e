"""A product's form (flower, pre-rolls, vapes …), from the words of its name or its shelf."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from shared.values.size_reading import SoldBy

Form = Literal[
    "flower", "preroll", "vape", "concentrate", "edible", "drink", "capsule", "tincture", "topical", "plant", "gear"
]

_NAMED: Mapping[Form, str] = {
    "flower": "flower smalls shake preground",
    "preroll": "preroll doobie blunt",
    "vape": "vape cart disposable pod 510 pen",
    "concentrate": "concentrate extract dab",
    "edible": "edible gummy lozenge",
    "drink": "drink beverage seltzer",
    "capsule": "capsule softgel tablet",
    "tincture": "tincture sublingual",
    "topical": "topical balm lotion salve transdermal",
}
"""What names say. Strains are called after chocolate, caramel and truffles."""
_SHELVED: Mapping[Form, str] = {
    "edible": "chocolate caramel brownie truffle chew candy cookie mint baked",
    "drink": "soda tea coffee shot",
    "plant": "seed clone",
    "gear": "gear merch merchandise accessory apparel grinder battery lighter",
    "concentrate": "hash wax kief shatter badder crumble rosin resin rso distillate",
}
"""What shelves are called besides."""
_FORM_OF: Mapping[str, Form] = {word: form for form, words in _NAMED.items() for word in words.split()}
_FORM_OF_SHELF: Mapping[str, Form] = {
    **{word: form for form, words in _SHELVED.items() for word in words.split()},
    **_FORM_OF,
}
_EXTRACTS = frozenset({"badder", "shatter", "crumble", "rosin", "resin", "kief", "rso", "distillate"})
"""What an extract can be, and what a gummy or a cartridge can be made of."""
_GENERIC = frozenset(
    {"flower", "preroll", "doobie", "vape", "cart", "510", "pen", "concentrate", "extract", "dab"}
    | {"edible", "drink", "beverage", "capsule", "tincture", "topical"}
)
"""Words that say no more than the form."""
_TELLING = frozenset({"disposable", "pod", "blunt", "infused", "smalls", "shake", "preground"})
"""Words of a shelf that make another product of what stands on it."""
_ALTERNATIVES = re.compile(r"[&/,+]|\band\b|\bor\b", re.IGNORECASE)
_NEAR: frozenset[frozenset[Form]] = frozenset(
    {
        frozenset({"edible", "drink"}),
        frozenset({"edible", "capsule"}),
        frozenset({"edible", "tincture"}),
        frozenset({"capsule", "tincture"}),
    }
)
"""What shops put on one shelf: a shelf of the one does not contradict the name of the other."""
_SOLD_BY: Mapping[Form, SoldBy] = {
    **dict.fromkeys(("flower", "preroll", "vape", "concentrate"), "weight"),
    **dict.fromkeys(("edible", "capsule", "topical"), "content"),
    **dict.fromkeys(("drink", "tincture"), "volume"),
}
_SINGULAR = ("ss", "is", "us")
_SYNONYMS = {
    "bud": "flower",
    "gummie": "gummy",
    "accessorie": "accessory",
    "batterie": "battery",
    "budder": "badder",
    "batter": "badder",
    "prerolled": "preroll",
    "joint": "preroll",
    "aio": "disposable",
    "ground": "preground",
    "small": "smalls",
    "popcorn": "smalls",
    "littles": "smalls",
    "cartridge": "cart",
    "vaporizer": "vape",
    "vap": "vape",
}
_SHELF_WORDS = {
    "cart": "vape",
    "extract": "concentrate",
    "gummy": "edible",
    "chocolate": "edible",
}
_SHELF_FILLERS = frozenset({"cannabis", "product", "pre", "all", "and", "menu", "other", "our", "the", "of"})
_SPECIAL_SHELVES = frozenset(
    {"special", "deal", "sale", "clearance", "discount", "promo", "promotion", "featured", "new"}
    | {"arrival", "popular", "trending", "best", "seller", "bestseller", "staff", "pick", "favorite"}
    | {"recommended", "weekly", "daily", "today", "bogo", "off", "last", "chance", "on", "top", "shelf"}
    | {"value", "bundle", "offer"}
)
_TOKEN = re.compile(r"[^\W_]+")


def canonical(word: str) -> str:
    """A word in the singular, the trade's other names for one thing made one."""
    singular = word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(_SINGULAR) else word
    return _SYNONYMS.get(word, _SYNONYMS.get(singular, singular))


def form_of(name_words: Iterable[str], shelf: Iterable[str]) -> tuple[Form | None, bool]:
    """The form that canonical words of a name and of its shelf say, and whether the name says it.

    A shelf beats the name unless it is the flower's or the extracts', on which shops put much.
    """
    named = {_FORM_OF[word] for word in name_words if word in _FORM_OF}
    shelved = {_FORM_OF_SHELF[word] for word in shelf if word in _FORM_OF_SHELF}
    if len(shelved) > 1:
        shelved -= {"concentrate", "flower"}
    on_shelf = next(iter(shelved)) if len(shelved) == 1 else None
    if len(named) > 1:
        named = named & shelved or named - {"flower", "concentrate"}
    in_name = next(iter(named)) if len(named) == 1 else None
    if in_name and (on_shelf in (None, "flower", "concentrate") or are_near(in_name, on_shelf)):
        return in_name, True
    if on_shelf:
        return on_shelf, False
    return ("concentrate", False) if _EXTRACTS.intersection(name_words) else (None, False)


def says_only_form(word: str, form: Form | None) -> bool:
    """Whether the word says no more than that a product is of this form."""
    return word in _GENERIC and _FORM_OF[word] == form


def sold_by(form: Form | None) -> SoldBy | None:
    """How products of a form are measured; None where that is not known."""
    return _SOLD_BY.get(form) if form else None


def are_near(one: Form, other: Form) -> bool:
    """Whether shops put both on one shelf."""
    return one == other or frozenset({one, other}) in _NEAR


def category_words(category: str | None) -> frozenset[str]:
    """All canonical words of a category, "Pre-Rolls" as one."""
    text = (category or "").casefold().replace("all-in-one", "aio").replace("all in one", "aio")
    text = re.sub(r"\bpre[\s-]*roll", "preroll", text)
    return frozenset(canonical(word) for word in _TOKEN.findall(text))


def distinctive_words(category: str | None) -> frozenset[str]:
    """Words that a shelf adds to the names on it; none where it is for several kinds ("Carts & Disposables")."""
    return frozenset() if _ALTERNATIVES.search(category or "") else category_words(category) & _TELLING


def shelf_words(category: str | None) -> frozenset[str]:
    """What a category's name says of the shelf: "Pre-Rolls" and "Joints" are one; empty where it says nothing."""
    words = category_words(category) - _SHELF_FILLERS - _SPECIAL_SHELVES
    return frozenset(_SHELF_WORDS.get(word, word) for word in words)
