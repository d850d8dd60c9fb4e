"""Which of their products is which of ours, told by name, size and category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import NamedTuple

from shared.competitors.models import Product
from shared.competitors.products.names import TOKEN, NameKey, name_key

THRESHOLD = 0.75
"""The least likeness of two names: "Blue Dream" and "Blue Dream Premium" pass, "… Live Resin" does not."""
_TYPO_THRESHOLD = 0.9
_WORDS_A_TYPO_TOUCHES = 2
"""One on each side."""
_NAMES_COMPARED_AT_MOST = 60

_CATEGORY_WORDS = {
    "bud": "flower",
    "cart": "vape",
    "cartridge": "vape",
    "vaporizer": "vape",
    "joint": "preroll",
    "roll": "preroll",
    "prerolled": "preroll",
    "extract": "concentrate",
    "gummy": "edible",
    "gummie": "edible",
    "chocolate": "edible",
}
_FORMS = frozenset({"vape", "preroll", "concentrate", "edible", "resin", "rosin", "tincture", "topical", "wax"})
"""What a product is made into: a word that contradicts a name without it, unless its category says the same."""
_CATEGORY_FILLERS = frozenset({"cannabis", "product", "pre", "all", "and", "menu", "other", "our"})


class Match(NamedTuple):
    """One product of ours and one of theirs that are the same thing."""

    ours: Product
    theirs: Product
    likeness: float


def match_products(ours: Iterable[Product], theirs: Iterable[Product]) -> list[Match]:
    """Pair our products with theirs, each at most once, the likeliest pairs first.

    Two products pair when their categories (where both have one), their sizes (where both name one) and the
    numbers in their names agree, and their words are alike enough. The order of the input does not matter.
    """
    left, right = _keyed(ours), _keyed(theirs)
    pairs = sorted(
        (-likeness, i, j)
        for i, candidates in enumerate(_candidates(left, right))
        for j in candidates
        if (likeness := _likeness(left[i], right[j])) >= THRESHOLD
    )
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    matches: list[Match] = []
    for negative, i, j in pairs:
        if i in taken_left or j in taken_right:
            continue
        taken_left.add(i)
        taken_right.add(j)
        matches.append(Match(left[i].product, right[j].product, -negative))
    return matches


@dataclass(frozen=True, slots=True)
class _Keyed:
    product: Product
    key: NameKey
    categories: frozenset[str]
    forms: frozenset[str]


def _keyed(products: Iterable[Product]) -> list[_Keyed]:
    """Sorted, so that ties fall the same way whatever order the products came in; cheaper first."""
    in_order = sorted(
        products,
        key=lambda p: (p.name.casefold(), p.name, p.category or "", p.price is None, p.price or Decimal(0)),
    )
    return [_as_keyed(product) for product in in_order]


def _as_keyed(product: Product) -> _Keyed:
    key = name_key(product.name)
    categories = shelf_words(product.category)
    return _Keyed(product, key, categories, _shelf_words(key.words) & _FORMS)


def _candidates(left: Sequence[_Keyed], right: Sequence[_Keyed]) -> Iterator[list[int]]:
    """For each of ours, those of theirs that share the start of a word: most pairs share none.

    A word that half the menu shares says little, so the rarest words speak first and the list is bounded.
    """
    by_start: defaultdict[str, list[int]] = defaultdict(list)
    for j, item in enumerate(right):
        for start in _starts(item.key):
            by_start[start].append(j)
    for item in left:
        lists = sorted((by_start[start] for start in _starts(item.key) if start in by_start), key=len)
        chosen: dict[int, None] = {}
        exact = [j for found in lists[:1] for j in found if right[j].key.words == item.key.words]
        for j in (*exact, *(j for found in lists for j in found)):
            chosen[j] = None
            if len(chosen) >= _NAMES_COMPARED_AT_MOST + len(exact):
                break
        yield sorted(chosen)


def _starts(key: NameKey) -> set[str]:
    return {word[:3] for word in key.words}


def _likeness(ours: _Keyed, theirs: _Keyed) -> float:
    """0 to 1; 0 where category, size or numbers contradict each other."""
    if ours.categories and theirs.categories and not ours.categories & theirs.categories:
        return 0.0
    if _is_another_form(ours, theirs) or _is_another_form(theirs, ours):
        return 0.0
    one, other = ours.key, theirs.key
    if one.numbers != other.numbers or (one.sizes and other.sizes and one.sizes != other.sizes):
        return 0.0
    if not one.words or not other.words:
        return 0.0
    shared = 2 * len(one.words & other.words) / (len(one.words) + len(other.words))
    same_size = one.sizes == other.sizes
    if shared < 1.0 and len(one.words ^ other.words) <= _WORDS_A_TYPO_TOUCHES:
        first, second = sorted((one.text, other.text))
        letters = SequenceMatcher(None, first, second, autojunk=False)
        typo = letters.ratio() if letters.real_quick_ratio() >= _TYPO_THRESHOLD else 0.0
        shared = max(shared, typo if typo >= _TYPO_THRESHOLD else 0.0)
    return shared if same_size or shared < THRESHOLD else max(THRESHOLD, shared - 0.01)


def _is_another_form(one: _Keyed, other: _Keyed) -> bool:
    """Whether `one` is named as a vape, an edible and so on, and nothing about `other` says that it is one."""
    return not one.forms <= other.forms | other.categories


def shelf_words(category: str | None) -> frozenset[str]:
    """What a category's name says of the shelf: "Pre-Rolls" and "Joints" are one; empty where it says nothing."""
    return _shelf_words(TOKEN.findall((category or "").casefold()))


def _shelf_words(words: Iterable[str]) -> frozenset[str]:
    """Words in the singular, with the industry's other names for the same shelf made one."""
    singular = (word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)
    return frozenset(_CATEGORY_WORDS.get(word, word) for word in singular if word not in _CATEGORY_FILLERS)
