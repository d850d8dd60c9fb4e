"""Which part of a page is one product: a card with a name and its prices, or a name and what follows it in a
list.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from shared.competitors.menus.flow import Element, Flow
from shared.competitors.menus.naming import STRONG, WEAK, Names
from shared.competitors.menus.prices import Price, is_in_prose
from shared.competitors.menus.roles import MAIN, Role

_HIGHEST = 14
_OUTSIDE = frozenset({"html", "body", "main"})
_ROWS = frozenset({"tr", "li", "article", "dl", "figure"})
_FEWEST_ALIKE = 2
_FEWEST_LISTED = {True: 2, False: 3}
"""Names followed by prices that make a list without cards: with names or a list marked as such, and without."""
_LONGEST_WALK = 40


@dataclass(frozen=True, slots=True)
class Card:
    """One product's texts, from `first` to before `end`. `element` holds them all; `name` is a text's index."""

    first: int
    end: int
    element: int
    name: int
    prices: tuple[Price, ...]


class Cards:
    """Finds the cards of a page."""

    def __init__(self, flow: Flow, prices: list[Price], names: Names) -> None:
        self._flow, self._names = flow, names
        self._prices = prices
        main = [price for price in prices if price.role in MAIN] or [p for p in prices if p.role is Role.UNIT]
        main = [price for price in main if not is_in_prose(flow, price)] or main
        self._main = main
        texts = len(flow.texts)
        self._priced = {price.text for price in main}
        self._prices_before = _counts(texts, (price.text for price in main))
        self._weak_before = _counts(texts, (i for i in range(texts) if names.score(i) >= WEAK))
        self._strong_before = _counts(texts, (i for i in range(texts) if names.score(i) >= STRONG))
        self._lists: dict[int, bool] = {}
        self._lists_of: dict[int, int] = {}
        """The list that each price without a card stands in, by the price's own element."""

    def find(self) -> list[Card]:
        """The cards in page order. What stands alone of its kind is a banner, unless it is marked as a product."""
        around: dict[int, int | None] = {}
        for price in self._main:
            at = self._flow.texts[price.text].element
            if at not in around:
                around[at] = self._card_around(price)
        found = self._without_nested({one for one in around.values() if one is not None})
        found = self._alike(found, around)
        cards = [card for element in found if (card := self._card(element))]
        cards += self._listed(cards)
        if not cards and (lone := self._lone()):
            cards.append(lone)
        return sorted(cards, key=lambda card: card.first)

    def _card_around(self, price: Price) -> int | None:
        """The largest element around the price that holds no other product; None if it isn't one."""
        elements = self._flow.elements
        current = self._flow.texts[price.text].element
        named_itself = self._names.score(price.text) >= WEAK
        for _ in range(_HIGHEST):
            element = elements[current]
            if self._count(self._prices_before, element) > 1 and self._is_list(current):
                self._lists_of[self._flow.texts[price.text].element] = current
                return None
            if element.tag in _OUTSIDE or element.parent < 0:
                return None
            weak, strong = self._has(element)
            if (named_itself and weak) or strong or (weak and element.tag in _ROWS):
                return current
            parent = elements[element.parent]
            if self._count(self._prices_before, parent) > self._count(self._prices_before, element):
                if weak:
                    return current
            elif weak and parent.tag in _OUTSIDE:
                return current
            current = element.parent
        return None

    def _has(self, element: Element) -> tuple[int, int]:
        return self._count(self._weak_before, element), self._count(self._strong_before, element)

    @staticmethod
    def _count(before: list[int], element: Element) -> int:
        return before[element.end] - before[element.first]

    def _is_list(self, index: int) -> bool:
        """Whether names and prices take turns right under the element: `<dt>`, `<dd>`, or headings and
        paragraphs.
        """
        known = self._lists.get(index)
        if known is None:
            element = self._flow.elements[index]
            known = self._lists[index] = any(
                self._turns(element, least) >= _FEWEST_LISTED[least is STRONG or element.tag == "dl"]
                for least in (STRONG, WEAK)
            )
        return known

    def _turns(self, element: Element, least: float) -> int:
        turns, named = 0, False
        for index in range(element.first, element.end):
            score = self._names.score(index)
            named = named or score >= least
            if index in self._priced:
                # A name and its price in one text are as good as a name that is marked.
                turns += named or score >= WEAK
                named = False
        return turns

    def _without_nested(self, found: set[int]) -> list[int]:
        """Of cards within each other: the inner ones, if an outer one holds several."""
        elements = self._flow.elements
        inside: Counter[int] = Counter()
        for one in found:
            above = elements[one].parent
            for _ in range(_HIGHEST):
                if above < 0:
                    break
                inside[above] += above in found
                above = elements[above].parent
        kept = {one for one in found if inside[one] < _FEWEST_ALIKE}
        return sorted(one for one in kept if not self._is_within(one, kept))

    def _is_within(self, one: int, others: set[int]) -> bool:
        above = self._flow.elements[one].parent
        for _ in range(_HIGHEST):
            if above < 0:
                return False
            if above in others:
                return True
            above = self._flow.elements[above].parent
        return False

    def _alike(self, found: list[int], around: dict[int, int | None]) -> list[int]:
        """Those that have their like on the page; of one that has not, the part of it that has; or a marked
        product.
        """
        shapes = Counter(self._shape(one) for one in found)
        kept: dict[int, None] = {}
        inner = {card: at for at, card in around.items() if card is not None}
        for one in found:
            if shapes[self._shape(one)] >= _FEWEST_ALIKE:
                kept[one] = None
                continue
            current, better = inner.get(one, one), one
            while current != one and current >= 0:
                if shapes[self._shape(current)] >= _FEWEST_ALIKE:
                    better = current
                current = self._flow.elements[current].parent
            if better != one or self._is_marked(one, len(found)):
                kept[better] = None
        return list(kept)

    def _shape(self, index: int) -> tuple[str, str]:
        element = self._flow.elements[index]
        return element.shape, self._flow.elements[element.parent].tag if element.parent >= 0 else ""

    def _is_marked(self, index: int, cards: int) -> bool:
        """Whether a card without its like has a name that is marked as one, and others or a way to buy beside
        it.
        """
        element = self._flow.elements[index]
        if not self._count(self._strong_before, element):
            return False
        if any(price.is_pure and element.first <= price.text < element.end for price in self._main):
            return True
        if cards >= _FEWEST_ALIKE:
            return False
        inside = range(element.first, element.end)
        texts = self._flow.texts
        return any("price" in self._flow.elements[texts[i].element].words or texts[i].in_button for i in inside)

    def _card(self, index: int) -> Card | None:
        element = self._flow.elements[index]
        card = self._made(element.first, element.end, index)
        if card is None or element.tag != "tr" or (end := self._end_of_rows(card)) == card.end:
            return card
        return self._made(card.first, end, index)

    def _end_of_rows(self, card: Card) -> int:
        """Where the rows end that the cell with the card's name reaches over: a size each."""
        elements = self._flow.elements
        cell = self._flow.texts[card.name].element
        while elements[cell].parent != card.element and elements[cell].parent > card.element:
            cell = elements[cell].parent
        rows, end = elements[cell].spans[1], card.end
        for following in elements[card.element + 1 : card.element + _LONGEST_WALK * rows] if rows > 1 else ():
            if following.parent != elements[card.element].parent:
                continue
            rows -= 1
            if rows < 1 or self._has(following)[0]:
                break
            end = following.end
        return end

    def _made(self, first: int, end: int, element: int) -> Card | None:
        at, after = (bisect_left(self._prices, place, key=lambda price: price.text) for place in (first, end))
        prices = tuple(self._prices[at:after])
        main = next((price.text for price in prices if price.text in self._priced), first)
        name = self._names.best(range(first, end), main)
        return Card(first, end, element, name, prices) if name is not None else None

    def _listed(self, cards: Iterable[Card]) -> list[Card]:
        """Products of lists without cards: each name with the prices up to the next name."""
        taken = {index for card in cards for index in range(card.first, card.end)}
        starts: dict[int, int] = {}
        for price in self._main:
            if price.text in taken:
                continue
            start = self._name_before(price.text, taken)
            if start is not None:
                starts[start] = max(starts.get(start, 0), price.text)
        starts = self._without_sections(starts, cards)
        if len(starts) < _FEWEST_ALIKE:
            return []
        return [
            card
            for start, last in starts.items()
            if (card := self._made(start, last + 1, self._flow.texts[start].element))
        ]

    def _without_sections(self, starts: dict[int, int], cards: Iterable[Card]) -> dict[int, int]:
        """Beside cards: without the headings of their sections, and what has not its like on the page."""
        texts = self._flow.texts
        names = [texts[card.name].heading for card in cards]
        if len(names) < _FEWEST_ALIKE:
            return starts
        shapes = Counter(self._shape(texts[start].element) for start in starts)
        return {
            start: last
            for start, last in starts.items()
            if shapes[self._shape(texts[start].element)] >= _FEWEST_ALIKE
            and not (min(names) > texts[start].heading > 0)
        }

    def _lone(self) -> Card | None:
        """The product of a page about one: its main heading, with a price that is marked or a way to buy."""
        texts, elements = self._flow.texts, self._flow.elements
        heading = next((i for i, text in enumerate(texts) if text.heading == 1 and self._names.name(i)), None)
        if heading is None:
            return None
        near = [one for one in self._main if heading < one.text < heading + _LONGEST_WALK and one.is_pure]
        can_buy = any(text.in_button for text in texts[heading : heading + _LONGEST_WALK])
        if not near or not (can_buy or "price" in elements[texts[near[0].text].element].words):
            return None
        end = near[-1].text + 1
        return Card(heading, end, 0, heading, tuple(one for one in self._prices if heading < one.text < end))

    def _name_before(self, at: int, taken: set[int]) -> int | None:
        """The nearest name before the price in its list, past other prices of the product; a marked one if there
        is.
        """
        listed = self._lists_of.get(self._flow.texts[at].element)
        first = self._flow.elements[listed].first if listed is not None else 0
        weak: int | None = None
        for index in range(at, max(at - _LONGEST_WALK, first - 1, -1), -1):
            score = 0.0 if index in taken else self._names.score(index)
            if index in taken or (weak is not None and index in self._priced and index != at):
                return weak
            if score >= STRONG or (score >= WEAK and index == at):
                return index
            if score >= WEAK:
                weak = index
        return weak


def _counts(size: int, indices: Iterable[int]) -> list[int]:
    """How many of these indices lie before each place."""
    marks = [0] * size
    for index in indices:
        marks[index] += 1
    return [0, *accumulate(marks)]
