"""Which names of ours a menu may have, too: so that of a large inventory only these are held and compared.

It never says no where `same_product` says yes: it asks for what any likeness needs. It goes by the words of a name
alone, so what `on_sale` makes one of ours is let in or left out together.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass, field

from shared.competitors.products.matching import MOST_TYPOS, is_typo, may_have_typo
from shared.competitors.products.names import Identity, numbers_of

_MOST_SHELF_WORDS = 6
"""In one name; a name with more of them may be anything's."""


@dataclass(slots=True)
class _Names:
    """Their names with the same numbers; a mask has the bit of each name that something is true of."""

    words: list[frozenset[str]] = field(default_factory=list)
    shelves: list[frozenset[str]] = field(default_factory=list)
    covering: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By word: the name or its shelf has it."""
    beginning: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """By letter: the name has a word that begins with it and may have a typo."""
    letters: set[str] = field(default_factory=set)
    """All letters of the words, sorted: the same where one side writes two words as one."""


class NameIndex:
    """The names on these menus. `our_shelves`: every word of our categories."""

    def __init__(self, theirs: Iterable[Identity], our_shelves: Set[str]) -> None:
        self._our_shelves = our_shelves
        self._shelves = set[str]()
        self._by_numbers: dict[frozenset[str], _Names] = {}
        self._takes_all = False
        for words, shelf in {(frozenset(one.words), one.shelf) for one in theirs}:
            self._shelves |= shelf
            self._add(self._by_numbers.setdefault(numbers_of(words), _Names()), words, shelf)

    def may_match(self, words: Set[str]) -> bool:
        """Whether a product of ours with these words may be the same as one of theirs."""
        if self._takes_all:
            return True
        names = self._by_numbers.get(numbers_of(words))
        if names is None:
            return False
        variants = _letters_without(words, words & self._shelves)
        if variants is None or any(one in names.letters for one in variants):
            return True
        return any(self._is_near(words, names.words[one], names.shelves[one]) for one in _possible(words, names))

    def _add(self, names: _Names, words: frozenset[str], shelf: frozenset[str]) -> None:
        bit = 1 << len(names.words)
        names.words.append(words)
        names.shelves.append(shelf)
        for word in words | shelf:
            names.covering[word] |= bit
        for word in filter(may_have_typo, words):
            names.beginning[word[0]] |= bit
        variants = _letters_without(words, words & self._our_shelves)
        if variants is None:
            self._takes_all = True
        else:
            names.letters.update(variants)

    def _is_near(self, ours: Set[str], theirs: frozenset[str], shelf: frozenset[str]) -> bool:
        left = ours - theirs - shelf
        right = theirs - ours - self._our_shelves
        if not left:
            return not right and not ours.isdisjoint(theirs)
        others = theirs - ours
        return len(right) <= len(left) <= MOST_TYPOS and all(
            any(is_typo(word, other) for other in others) for word in left
        )


def _possible(words: Collection[str], names: _Names) -> Iterator[int]:
    """The names that have all of the words, but for a few that they may have with a typo."""
    missing = [(1 << len(names.words)) - 1, *[0] * MOST_TYPOS]
    for word in words:
        has = names.covering.get(word, 0)
        near = names.beginning.get(word[0], 0) if may_have_typo(word) else 0
        for count in range(MOST_TYPOS, 0, -1):
            missing[count] = missing[count] & has | missing[count - 1] & near
        missing[0] &= has
    found = 0
    for mask in missing:
        found |= mask
    while found:
        bit = found & -found
        found ^= bit
        yield bit.bit_length() - 1


def _letters_without(words: Set[str], dropped: Set[str]) -> list[str] | None:
    """The sorted letters of the words without any of the `dropped` ones; None if those are too many.

    Names that differ by an s at a word's end are alike, so no s counts.
    """
    if len(dropped) > _MOST_SHELF_WORDS:
        return None
    kept = words - dropped
    return [
        "".join(sorted("".join([*kept, *some]).replace("s", "")))
        for count in range(len(dropped) + 1)
        for some in itertools.combinations(dropped, count)
    ]
