"""The names of the org in a message: competitors, products, playbooks, people, places. Never corrected or split."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain, pairwise

from shared.chat.language.chart import Node
from shared.chat.language.tokens import Token, forms_of
from shared.chat.lexicon import known_words, load

_WEIGHTS = {"competitor": 20, "own_product": 1, "location": 5}
_NAME_WEIGHT = 8
QUOTED_WEIGHT = 8
_MAX_UNKNOWN = 4
_FEW_WORDS = 2
_SIZE = re.compile(r"\s\d[\d.]*(?:g|mg|ml|oz|pk|ct)?$", re.IGNORECASE)
"""Of a product's name, what people leave out: the "3.5g"."""


@dataclass(frozen=True, slots=True)
class Names:
    """The org's own names, each kind as the chart's category calls it. `people` has addresses by name."""

    competitors: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    """Products and categories."""
    playbooks: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict, hash=False)

    def by_category(self) -> Iterator[tuple[str, Iterable[str]]]:
        """The chart's categories with their names."""
        yield "competitor", self.competitors
        yield "own_product", self.products
        yield "playbook", self.playbooks
        yield "location", self.locations
        yield "own_person", self.people


def plain(words: str) -> tuple[str, ...]:
    """A name as its bare lower-case words: "Bud Barn's" is `bud`, `barn`."""
    spaced = "".join(
        letter if letter.isalnum() or letter == "'" else " " for letter in words.casefold().replace("’", "'")
    )
    return tuple(word.removesuffix("'s").strip("'") for word in spaced.split() if word.strip("'"))


def without_size(name: str) -> str:
    """ "Mango Gummies", of "Mango Gummies 100mg"."""
    words = name.split()
    while len(words) > _FEW_WORDS and any(letter.isdigit() for letter in words[-1]):
        words.pop()
    return " ".join(words)


def name_nodes(tokens: Sequence[Token], names: Names) -> list[Node]:
    """The nodes of the org's names; a competitor or a playbook also by a beginning of it that is one of a kind.

    The value of a competitor that fits several is all of them, joined by `|`.
    """
    found: dict[tuple[str, int, int], list[str]] = {}
    words = [{token.text.casefold().removesuffix("'s"), token.read} for token in tokens]
    here = (_spelled(words, _index(category, tuple(known))) for category, known in names.by_category())
    for _, start, (category, name, spelled) in chain.from_iterable(map(sorted, here)):
        after = tokens[start + len(spelled)] if start + len(spelled) < len(tokens) else None
        if category == "own_person" and after is not None and after.read == "'s":
            continue  # "Dana's pager" is not Dana.
        found.setdefault((category, start, start + len(spelled)), []).append(name)
    exact = {
        key: [name for name in same if len([one for one in plain(name) if one != "the"]) == key[2] - key[1]]
        for key, same in found.items()
    }
    return [
        Node(
            category,
            "|".join(dict.fromkeys(_called(category, name, names, end - start) for name in exact[key] or same)),
            start,
            end,
            _NAME_WEIGHT if end - start > 1 and category == "own_product" else _WEIGHTS.get(category, _NAME_WEIGHT),
        )
        for key, same in found.items()
        for category, start, end in (key,)
    ]


@lru_cache(maxsize=16)
def own_categories(names: Names) -> Mapping[str, str]:
    """The lexicon's categories by the org's own names: `prerolls` are its “Pre-Rolls”."""
    own = {_letters(one): one for one in reversed(names.products)}
    known = {key: own.get(_letters(key)) for key in load().data["phrases"]["category"]}
    return {key: name for key, name in known.items() if name}


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold())).removesuffix("s")


def _called(category: str, name: str, names: Names, words: int) -> str:
    """A person of the org is called by the address, where it is known; a product without a size nobody said."""
    if category == "own_product" and words < len(plain(name)):
        return without_size(name)
    return (names.people[name] or name) if category == "own_person" else name


def _spellings(category: str, name: str) -> Iterator[tuple[str, ...]]:
    words = plain(name)
    words = words[1:] if words[:1] == ("the",) else words
    if not words:
        return
    yield words
    if category == "competitor":
        yield (*words[:-1], f"{words[-1]}s")
        for size in range(len(words) - 1, 1, -1):
            yield words[:size]
    if category == "own_person" and len(words) > 1:
        yield words[:1]
    if category == "playbook":
        # "The safe reminder", of "Friday Safe Reminder".
        generic = {*load().data["words"]["generic"].split()}
        ends = (words[start:] for start in range(1, len(words) - 1))
        yield from (one for one in ends if not {*one} <= generic)
    if category == "own_product":
        bare = words[: len(plain(without_size(name)))]
        for known in dict.fromkeys((words, bare)):
            yield known
            yield (*known[:-1], known[-1][:-1] if known[-1].endswith("s") else f"{known[-1]}s")
        # "Wedding Cake", of "Wedding Cake Pre-Roll".
        yield from (bare[:size] for size in range(len(bare) - 1, 1, -1))


_Spelling = tuple[str, str, tuple[str, ...]]
_Index = Mapping[str, Sequence[tuple[int, _Spelling]]]
"""The spellings of names by their first word, numbered in the order of the names."""


@lru_cache(maxsize=64)
def _index(category: str, known: tuple[str, ...]) -> _Index:
    index: dict[str, list[tuple[int, _Spelling]]] = {}
    spellings = (
        (category, name, spelled)
        for name in dict.fromkeys((*known, *(_SIZE.sub("", one) for one in known if category == "own_product")))
        for spelled in _spellings(category, name)
    )
    for number, spelling in enumerate(spellings):
        index.setdefault(spelling[2][0], []).append((number, spelling))
    return index


@lru_cache(maxsize=16)
def own_words(names: Names) -> frozenset[str]:
    """Every word of the org's names."""
    return frozenset(word for _, every in names.by_category() for name in every for word in plain(name))


def _spelled(words: Sequence[set[str]], index: _Index) -> Iterator[tuple[int, int, _Spelling]]:
    """The spellings that stand among the words, each with its number and where it begins."""
    for start, here in enumerate(words):
        for number, spelling in (entry for one in here for entry in index.get(one, ())):
            rest = words[start : start + len(spelling[2])]
            if len(rest) == len(spelling[2]) and all(map(set.__contains__, rest, spelling[2])):
                yield number, start, spelling


_KIND_WEIGHT = 12
_ONES = frozenset({"one", "ones"})


def kind_nodes(tokens: Sequence[Token], names: Names) -> Iterator[Node]:
    """ "The gummy one", by a word of a playbook's name: which one it is, is found by the name."""
    for place, (kind, one) in enumerate(pairwise(tokens)):
        if one.read not in _ONES or len(tokens) <= _FEW_WORDS:
            continue
        known = {form for name in names.playbooks for word in plain(name) for form in forms_of(word)}
        is_whole = place > 0 and bool(tokens[place - 1].forms & known)
        if kind.forms & known and not is_whole:
            yield Node("pronoun", "it", place, place + 2, _KIND_WEIGHT)


_LONG_PRODUCT, _ALIKE_PRODUCT = 8, 0.85
_NAMING = frozenset({"call", "name", "title"})
_NAMED = frozenset({"it", "this", "that"})
_NAMERS = frozenset({"you", "they", "we", "i"})
"""What is called so already: "what do you call it"."""
PARTICLES = frozenset({"out", "off", "back"})
"""What makes another verb of it: "call it out"."""
_MAX_TITLE = 6


def title_nodes(tokens: Sequence[Token]) -> Iterator[Node]:
    """What something is to be called without quotes: "call it monday money", up to a mark or "and"."""
    for place, (verb, object_) in enumerate(pairwise(tokens)):
        start = end = place + 2
        particle = any(one.read in PARTICLES for one in tokens[start : start + 1])
        is_told = tokens[place - 1].read in _NAMERS if place else False
        if verb.read not in _NAMING or object_.read not in _NAMED or particle or is_told:
            continue
        while (
            end < len(tokens)
            and end - start < _MAX_TITLE
            and tokens[end].kind != "mark"
            and tokens[end].read != "and"
        ):
            end += 1
        if end > start and tokens[start].kind == "word":
            yield Node("title", " ".join(token.text for token in tokens[start:end]), start, end)


def _shown(token: Token) -> str:
    """As it was typed, but for a slip."""
    return token.text if token.text.casefold() == token.read else token.read


def unknown_nodes(tokens: Sequence[Token], vocabulary: frozenset[str]) -> Iterator[Node]:
    """Runs of words that no pattern knows: a product, a person or a thing that only the sentence names.

    A run of capitalized words is one even where the lexicon knows them ("Sun Grown Co").
    """
    strange = [token.kind == "word" and not (token.forms & vocabulary) for token in tokens]
    proper = [token.kind == "word" and token.text[:1].isupper() and not token.text.isupper() for token in tokens]
    # "To Drive Fridays at 5pm".
    days = {f"={token.read}" for token in tokens} & {*chain(*load().data["phrases"]["plural_day"].values())}
    proper = [is_one and f"={token.read}" not in days for token, is_one in zip(tokens, proper, strict=True)]
    for start in range(len(tokens)):
        for mark, category, shortest in ((strange, "unknown", 1), (proper, "proper", 2)):
            end = start
            while end < len(tokens) and end - start < _MAX_UNKNOWN and mark[end]:
                end += 1
                if end - start >= shortest:
                    text = " ".join(_shown(token) for token in tokens[start:end])
                    yield Node(category, text, start, end)


def quoted_nodes(tokens: Sequence[Token], names: Names) -> list[Node]:
    """A playbook's name in quotes, as replies show it."""
    quotes = {place: plain(token.text) for place, token in enumerate(tokens) if token.kind == "quote"}
    known = {plain(name): name for name in names.playbooks} if quotes else {}
    named = ((place, known[words]) for place, words in quotes.items() if words in known)
    return [Node("playbook", name, place, place + 1, QUOTED_WEIGHT) for place, name in named]


def names_no_playbook(nodes: Sequence[Node], chart: Sequence[Sequence[Node]], tokens: Sequence[Token]) -> bool:
    """Whether it is a new request in words that a playbook has for a name: "a low stock alert", "VIP customers".

    "Run the menu health check on mondays" is one, "run Menu Health on mondays" is a change.
    """
    kinds = {node.category for node in nodes}
    launches = "when" in kinds and all(node.value == "run" for node in nodes if node.category == "verb")
    launches &= all(_is_in_a_topic(node, chart) for node in nodes if node.category == "playbook")
    if "playbook" not in kinds or kinds & {"question", "negated"} or ("verb" in kinds and not launches):
        return False
    if "adds" in kinds and any(
        node.category == "playbook" and tokens[node.start].read in ("to", "in", "into", "on") for node in nodes
    ):
        # "Add what's low to Morning Numbers."
        return False
    starts = {node.start for node in nodes if node.category == "playbook"}
    if any(node.category == "limit" and node.end in starts for node in nodes):
        # "Take Cloud Nine out of Gap Watch".
        return False
    if kinds & {"topic", "event"}:
        return True
    joins = "adds" in kinds or any(node.value.adds for node in nodes if node.category == "delivery")
    named = {
        # "On Campaign ROI": the name, behind a small word; "add Dana to Campaign ROI" is of the playbook.
        (node.start if joins else node.end - len(plain(node.value)), node.end)
        for node in nodes
        if node.category == "playbook"
    }
    topics = {(node.start, node.end) for here in chart for node in here if node.category == "topic"}
    return bool(kinds & {"when", "delivery", "of_thing", "competitors"}) and named <= topics


def _is_in_a_topic(node: Node, chart: Sequence[Sequence[Node]]) -> bool:
    """Whether the name is a part of what is asked for: "the menu health check"."""
    topics = (topic for here in chart for topic in here if topic.category == "topic")
    return any(
        topic.start <= node.start and node.end <= topic.end and topic.end - topic.start > node.end - node.start
        for topic in topics
    )


def product_like(words: str, products: Sequence[str]) -> str | None:
    """The one product that a slip can mean: "blu dream" is Blue Dream; None where it is known, or none is alike."""
    low = words.casefold()
    if {*plain(words)} <= known_words():
        # "Blue Cream" may be what somebody means.
        return None
    if len(low) < _LONG_PRODUCT or any(low.removesuffix("s") in one.casefold() for one in products):
        return None
    plainly = {without_size(one).casefold(): without_size(one) for one in products}
    alike = get_close_matches(low, [*plainly], 2, _ALIKE_PRODUCT)
    return plainly[alike[0]] if len(alike) == 1 else None
