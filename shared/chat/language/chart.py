"""A bottom-up chart parser: all the phrases that rules find in a row of tokens, and the best way to cover it.

Right to left, each place takes up what its words are and what the rules make of them and of what follows. A rule
is written in the lexicon's notation; its function gets the values of its slots and gives its own, or None where
they do not go together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from shared.chat.language.phrases import clause
from shared.chat.language.spelling import DOUBT
from shared.chat.language.tokens import Token
from shared.chat.lexicon import Lexicon, State

MAX_NODES_AT_A_PLACE = 400
_PER_TOKEN, _PER_NODE = 10, 3


@dataclass(frozen=True, slots=True)
class Node:
    """A phrase: what it is, what it says, and the tokens `start` up to `end` that it takes."""

    category: str
    value: Any
    start: int
    end: int
    weight: int = 0
    """What it counts for more than its length, where two phrases want the same words."""


Make = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """`pattern` makes a node of `category`, with the value that `make` gives for its slots' values."""

    category: str
    pattern: State
    make: Make
    weight: int = 0


class Rules:
    """Rules by what they begin with."""

    def __init__(self) -> None:
        self.every: list[Rule] = []
        self._by_first: dict[str, list[tuple[Rule, bool, State, frozenset[str]]]] = {}

    def add(self, rule: Rule) -> None:
        """Take up a rule."""
        self.every.append(rule)
        for symbol, kept, after in rule.pattern.edges:
            following = frozenset(next_symbol for next_symbol, _, _ in after.edges)
            self._by_first.setdefault(symbol, []).append((rule, kept, after, following))

    def starting_with(self, symbol: str, ahead: AbstractSet[str]) -> Iterator[tuple[Rule, bool, State]]:
        """Those that may begin with the word or slot and end there, or go on with a word or slot of `ahead`.

        Each with whether it keeps the slot, and what comes after.
        """
        for rule, kept, after, following in self._by_first.get(symbol, ()):
            if after.accepts or not following.isdisjoint(ahead):
                yield rule, kept, after

    def usage(self) -> Counter[str]:
        """Every word of every pattern, with the number of places where it stands."""
        found: Counter[str] = Counter()
        seen: set[int] = set()
        states = [rule.pattern for rule in self.every]
        while states:
            state = states.pop()
            if id(state) not in seen:
                seen.add(id(state))
                found.update({symbol for symbol, _, _ in state.edges if not symbol.startswith("<")})
                states += [after for _, _, after in state.edges]
        return found


def parse(tokens: Sequence[Token], lexical: Iterable[Node], rules: Rules) -> list[list[Node]]:
    """All nodes by the place that they start at."""
    chart: list[list[Node]] = [[] for _ in range(len(tokens) + 1)]
    slots: list[_Slots] = [defaultdict(list) for _ in range(len(tokens) + 1)]
    given: list[list[Node]] = [[] for _ in range(len(tokens) + 1)]
    for node in lexical:
        given[node.start].append(node)
    symbols: list[AbstractSet[str]] = [frozenset() for _ in range(len(tokens) + 1)]
    for place in range(len(tokens) - 1, -1, -1):
        chart[place] = _found(place, tokens, given[place], slots, symbols, rules)
        symbols[place] = {*tokens[place].forms, *slots[place]}
    return chart


_Slots = Mapping[str, list[Node]]
"""The nodes of a place by the slot that they fill."""


def _found(
    place: int,
    tokens: Sequence[Token],
    given: list[Node],
    slots: Sequence[_Slots],
    symbols: Sequence[AbstractSet[str]],
    rules: Rules,
) -> list[Node]:
    """`symbols`: the words and slots that each place after this one begins with."""
    agenda = list(given)
    # Sorted: where two phrases fit alike, every process must take the same one.
    for form in sorted(tokens[place].forms):
        for rule, _, state in rules.starting_with(form, symbols[place + 1]):
            agenda += _made(rule, state, place, place + 1, (), tokens, slots)
    seen: set[tuple[str, int, Any, int]] = set()
    here: list[Node] = []
    while agenda and len(here) < MAX_NODES_AT_A_PLACE:
        node = agenda.pop()
        key = (node.category, node.end, node.value, node.weight)
        if key in seen:
            continue
        seen.add(key)
        here.append(node)
        slot = f"<{node.category}>"
        slots[place][slot].append(node)
        for rule, kept, state in rules.starting_with(slot, symbols[node.end]):
            given_values = (node,) if kept else ()
            agenda += _made(rule, state, place, node.end, given_values, tokens, slots)
    return here


def _made(
    rule: Rule,
    state: State,
    start: int,
    after: int,
    given: tuple[Node, ...],
    tokens: Sequence[Token],
    slots: Sequence[_Slots],
) -> Iterator[Node]:
    for end, found in _rest(state, after, given, tokens, slots):
        value = rule.make(*(node.value for node in found))
        if value is not None:
            yield Node(rule.category, value, start, end, rule.weight + sum(node.weight for node in found))


def _rest(
    state: State, place: int, given: tuple[Node, ...], tokens: Sequence[Token], slots: Sequence[_Slots]
) -> Iterator[tuple[int, tuple[Node, ...]]]:
    if state.accepts:
        yield place, given
    if place >= len(tokens):
        return
    forms, found = tokens[place].forms, slots[place]
    for symbol, kept, after in state.edges:
        if symbol in forms:
            yield from _rest(after, place + 1, given, tokens, slots)
        for node in found.get(symbol, ()):
            yield from _rest(after, node.end, (*given, node) if kept else given, tokens, slots)


def cover(chart: list[list[Node]], wanted: frozenset[str]) -> tuple[Node, ...]:
    """The nodes of the `wanted` categories that take most tokens, in the fewest pieces."""
    size = len(chart) - 1
    best: list[int] = [0] * (size + 1)
    choice: list[Node | None] = [None] * size
    for place in range(size - 1, -1, -1):
        best[place] = best[place + 1]
        for node in chart[place]:
            if node.category not in wanted:
                continue
            score = _PER_TOKEN * (node.end - node.start) - _PER_NODE + node.weight + best[node.end]
            if score > best[place]:
                best[place], choice[place] = score, node
    nodes: list[Node] = []
    place = 0
    while place < size:
        chosen = choice[place]
        if chosen:
            nodes.append(chosen)
        place = chosen.end if chosen else place + 1
    return tuple(nodes)


_CONJUNCTIONS = frozenset({"but", "and"})

_NEW_TASKS = frozenset({"and", "then", "plus"})
"""Words that begin another task: if it is not read, it is asked about."""


def uncovered(
    nodes: Sequence[Node], tokens: Sequence[Token], message: str, lexicon: Lexicon
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words in no node, as typed; and those with an operator or number, up to the end of the clause."""
    taken = [False] * len(tokens)
    harmless = [False] * len(tokens)
    for node in nodes:
        for place in range(node.start, node.end):
            taken[place], harmless[place] = True, node.category == "harmless"
    strong_words = {DOUBT, *lexicon.operators, *lexicon.data["words"]["time"].split(), *lexicon.ranges}
    texts, strong = [], []
    reached = 0
    for start, end in _unread_runs(taken, harmless):
        if tokens[start].start < reached or _only_joins(tokens, start, end, taken, harmless):
            continue
        if _is_trailing_only(tokens, start, end, taken, harmless):
            continue
        begin = start
        while begin > 0 and harmless[begin - 1] and tokens[begin - 1].kind == "word":
            begin -= 1
        here = tokens[start:end]
        text = message[tokens[begin].start : tokens[end - 1].end].strip()
        rhythm = begin > 0 and not {"every", "each"}.isdisjoint(one.read for one in tokens[begin:start])
        goes_on = any(one.read in _NEW_TASKS for one in tokens[begin : start + 1]) and end - begin > 1
        if (
            goes_on
            or rhythm
            or any(one.number is not None or one.forms & strong_words or one.kind == "clock" for one in here)
        ):
            if any(one.read in lexicon.binders for one in here):
                text = clause(message, tokens[begin].start, tokens[end - 1].end)
            strong.append(text)
        texts.append(text)
        reached = tokens[begin].start + len(text)
    return tuple(dict.fromkeys(texts)), tuple(dict.fromkeys(strong))


def _unread_runs(taken: Sequence[bool], harmless: Sequence[bool]) -> list[tuple[int, int]]:
    """Runs of tokens in no node; harmless words between two of them belong to the run."""
    runs: list[tuple[int, int]] = []
    for place in (place for place, is_taken in enumerate(taken) if not is_taken):
        if runs and all(harmless[runs[-1][1] : place]):
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs


def _only_joins(
    tokens: Sequence[Token], start: int, end: int, taken: Sequence[bool], harmless: Sequence[bool]
) -> bool:
    """Whether it is only "but" or "and" before a phrase that was read."""
    joins = all(token.read in _CONJUNCTIONS for token in tokens[start:end])
    return joins and end < len(tokens) and taken[end] and not harmless[end]


def _is_trailing_only(
    tokens: Sequence[Token], start: int, end: int, taken: Sequence[bool], harmless: Sequence[bool]
) -> bool:
    """ "The top 3 competitors only": limits what was read to what it says."""
    closes = end == len(tokens) or tokens[end].kind == "mark"
    follows = start > 0 and taken[start - 1] and not harmless[start - 1]
    return follows and closes and [one.read for one in tokens[start:end]] == ["only"]
