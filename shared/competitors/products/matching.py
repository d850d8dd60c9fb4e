"""Matches their products with ours: the same product, in the same or a comparable size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from shared.competitors.models import Product
from shared.competitors.products.forms import are_near
from shared.competitors.products.names import Identity
from shared.competitors.products.offers import Offer, offers_of
from shared.values.size import SAME, UNKNOWN, Relation, relation

THRESHOLD = 0.8
"""The least likeness of two names: one that is the other but for two words with a typo each."""
_TYPO_COSTS = 0.1
_SPLIT_COSTS = 0.05
MOST_TYPOS = 2
_LEAST_LETTERS_WITH_TYPO = 5
_TYPO_LIKENESS = 0.82
_START = 2
_NAMES_COMPARED_AT_MOST = 60
_SIZES_COMPARED_AT_MOST = 200
MOST_SCALED = 8
"""An eighth is compared with an ounce; a gram is not: what bulk saves says nothing about the shop."""
_RANKS = {"same": 0, "scaled": 1, "unknown": 2}


@dataclass(frozen=True, slots=True)
class Match:
    """One offer of ours and one of theirs that are the same thing, and how their sizes stand to each other."""

    ours: Offer
    theirs: Offer
    likeness: float
    sizes: Relation

    @property
    def is_same_size(self) -> bool:
        """Whether their prices can be compared directly."""
        return self.sizes == SAME


def match_products(ours: Iterable[Product], theirs: Iterable[Product]) -> list[Match]:
    """`match_offers` of every size of the products."""
    return match_offers(offers_of(ours), offers_of(theirs))


def match_offers(ours: Sequence[Offer], theirs: Sequence[Offer]) -> list[Match]:
    """Pair our offers with theirs, each at most once: same sizes first, then the nearest ones, the likeliest first.

    Two offers pair when they are the same product: what they are made into, the words and the numbers in their
    names, what they are bred and grown as. Pairs of which nobody can tell the sizes come last and are marked.
    """
    mine, others = _by_identity(ours), _by_identity(theirs)
    identities, their_identities = list(mine), list(others)
    found: list[tuple[int, Decimal, float, int, int, Relation]] = []
    for identity, candidates in zip(identities, _candidates(identities, their_identities), strict=True):
        for j in candidates:
            other = their_identities[j]
            likeness = same_product(identity, other)
            if likeness < THRESHOLD:
                continue
            for i in mine[identity][:_SIZES_COMPARED_AT_MOST]:
                for k in others[other][:_SIZES_COMPARED_AT_MOST]:
                    how, times = _sizes(ours[i], theirs[k])
                    found.append((_RANKS[how.kind], times, -likeness, i, k, how))
    found.sort(key=lambda one: one[:5])
    taken_ours: set[int] = set()
    taken_theirs: set[int] = set()
    matches: list[Match] = []
    for _, _, negative, i, k, how in found:
        if i in taken_ours or k in taken_theirs:
            continue
        taken_ours.add(i)
        taken_theirs.add(k)
        matches.append(Match(ours[i], theirs[k], -negative, how))
    return matches


def same_product(one: Identity, other: Identity) -> float:
    """0 to 1, whatever the sizes: 1 for the same words, less where one has a typo; 0 where anything contradicts."""
    if not _forms_agree(one, other) or one.numbers != other.numbers:
        return 0.0
    if one.grown and other.grown and not one.grown & other.grown:
        return 0.0
    if _other_lineage(one, other):
        return 0.0
    words, others = set(one.words), set(other.words)
    left = [word for word in one.words if word not in others and word not in other.shelf]
    right = [word for word in other.words if word not in words and word not in one.shelf]
    if not left and not right:
        return 1.0 if words & others else 0.0
    if "".join(left).rstrip("s") == "".join(right).rstrip("s"):
        return 1.0 - _SPLIT_COSTS
    typos = _typos(left, right)
    return 0.0 if typos is None else max(1.0 - _TYPO_COSTS * typos, 0.0)


def _by_identity(offers: Sequence[Offer]) -> dict[Identity, list[int]]:
    found: defaultdict[Identity, list[int]] = defaultdict(list)
    for index, offer in enumerate(offers):
        found[offer.identity].append(index)
    return dict(found)


def _candidates(left: Sequence[Identity], right: Sequence[Identity]) -> Iterator[list[int]]:
    """For each of ours, those of theirs that share the start of a word: most pairs share none.

    A word that half the menu shares says little, so the rarest words speak first and the list is bounded.
    """
    by_start: defaultdict[str, list[int]] = defaultdict(list)
    exact: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    for j, identity in enumerate(right):
        exact[frozenset(identity.words)].append(j)
        for start in {word[:_START] for word in identity.words}:
            by_start[start].append(j)
    for identity in left:
        lists = sorted(
            (by_start[start] for start in {word[:_START] for word in identity.words} if start in by_start), key=len
        )
        same = exact.get(frozenset(identity.words), [])
        chosen = dict.fromkeys(same)
        for j in (j for found in lists for j in found):
            chosen[j] = None
            if len(chosen) >= _NAMES_COMPARED_AT_MOST + len(same):
                break
        yield sorted(chosen)


def _forms_agree(one: Identity, other: Identity) -> bool:
    """Whether both are the same form. A form that only a shelf says is no contradiction of silence."""
    if one.form == other.form:
        return True
    if one.form is None or other.form is None:
        known = one if one.form else other
        return known.form == "flower" or not known.is_named
    return are_near(one.form, other.form) and not (one.is_named and other.is_named)


def _other_lineage(one: Identity, other: Identity) -> bool:
    """Whether they differ in breed. What one shop calls a hybrid is a sativa elsewhere, but for gummies."""
    if not one.lineage or not other.lineage or one.lineage & other.lineage:
        return False
    return one.form in ("edible", "drink") or "hybrid" not in one.lineage | other.lineage


def _typos(left: Sequence[str], right: Sequence[str]) -> int | None:
    """How many words have one, where each word of one side is a word of the other with a typo."""
    if len(left) != len(right) or len(left) > MOST_TYPOS:
        return None
    rest = list(right)
    for word in left:
        meant = next((other for other in rest if is_typo(word, other)), None)
        if meant is None:
            return None
        rest.remove(meant)
    return len(left)


def may_have_typo(word: str) -> bool:
    """Whether another word may be this one with a typo: not where it is short or has a digit."""
    return len(word) >= _LEAST_LETTERS_WITH_TYPO and not any(sign.isdigit() for sign in word)


def is_typo(one: str, other: str) -> bool:
    """The first letter is hardly ever wrong: cookies and zookies are two strains."""
    if not (may_have_typo(one) and may_have_typo(other)) or one[0] != other[0]:
        return False
    first, second = sorted((one, other))
    letters = SequenceMatcher(None, first, second, autojunk=False)
    return letters.real_quick_ratio() >= _TYPO_LIKENESS <= letters.ratio()


def _sizes(ours: Offer, theirs: Offer) -> tuple[Relation, Decimal]:
    """How the sizes stand to each other, and how many times the smaller the larger is."""
    one, other = ours.size(theirs.identity.form), theirs.size(ours.identity.form)
    if one is None or other is None:
        plain = not ours.says_size and not theirs.says_size and not ours.is_vague and not theirs.is_vague
        return (SAME if plain else UNKNOWN), Decimal(1)
    how = relation(one, other)
    if how.unit is None:
        return how, Decimal(1)
    first, second = one.in_units(how.unit) or Decimal(1), other.in_units(how.unit) or Decimal(1)
    times = max(first, second) / min(first, second)
    return (how, times) if times <= MOST_SCALED else (UNKNOWN, times)
