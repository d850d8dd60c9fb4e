"""Reads a whole sentence: every token is claimed by a phrase, harmless, or unread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from shared.chat.language.chart import Node, Rules, cover, parse, uncovered
from shared.chat.language.lexical import asking_words, harmless_nodes, lexical_nodes, literals, phrase_rules
from shared.chat.language.names import (
    QUOTED_WEIGHT,
    Names,
    kind_nodes,
    name_nodes,
    names_no_playbook,
    own_categories,
    own_words,
    quoted_nodes,
    title_nodes,
    unknown_nodes,
)
from shared.chat.language.spelling import MATTERS, OWN, SUBJECTS, corrected
from shared.chat.language.tokens import Token, tokens_of, word
from shared.chat.lexicon import Lexicon, load
from shared.chat.understood import Correction, Threshold

CLAIMS = frozenset(
    {
        *("when", "bare_clock", "topic", "event", "threshold", "bare_amount", "delivery", "dropped", "switched"),
        *("limit", "competitors", "of_thing", "segment", "period", "top", "cannot", "verb", "pronoun", "playbook"),
        *(
            "question",
            "yes",
            "no",
            "help",
            "smalltalk",
            "hostile",
            "polite",
            "adds",
            "name_it",
            "quote",
            "harmless",
        ),
        *("bare_person", "named_channel", "negated", "not_about", "if", "again", "any_found"),
    }
)
_DEPENDENT = frozenset(
    {"threshold", "bare_amount", "segment", "of_thing", "competitors", "top", "limit", "if", "period", "bare_clock"}
)
_DENYING = frozenset({"never", "not", "don't", "dont", "isn't", "can't", "won't"})
_LONGEST_CONDITION = 14
_ASKING_SOMETHING = ("anything ", "any ", "who", "what", "is ", "are ", "did ", "do ")
_CONDITION_MARKS = ("?", "->", "=>", "→", ": ")
_ASKING = frozenset({"what", "which", "who", "how", "why", "can", "could"})
_RIGHT_BEFORE = 2
"""Words: "I'm never up at 8"."""
_WEIGHTS = {
    **dict.fromkeys(("bare_person", "if"), -4),
    **dict.fromkeys(("yes", "no", "adds", "pronoun"), -3),
    **dict.fromkeys(("polite", "verb", "smalltalk"), -2),
    **dict.fromkeys(("segment", "period"), -1),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A phrase of the sentence: its category and value, and where it stands in what was typed."""

    category: str
    value: Any
    start: int
    end: int
    words: str
    read: str = ""
    """The words as they were read, in lower case."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence in which every word is claimed, harmless or unread."""

    message: str
    claims: tuple[Claim, ...]
    unread: tuple[str, ...]
    """What no phrase claims: each run of words as it was typed."""
    operators: tuple[str, ...] = ()
    """Those of `unread` with an operator or a number: never ignored, whatever the topic."""
    corrections: tuple[Correction, ...] = ()
    start: int = 0
    """Where this request begins in the message."""
    playbooks: tuple[str, ...] = ()
    """Playbooks whose names are in the message, even if the words were read as something else."""
    names_people: bool = False
    """Whether the name of somebody on the team is in it."""

    def of(self, category: str) -> list[Any]:
        """The values of the claims of a category, in order."""
        return [claim.value for claim in self.claims if claim.category == category]

    def without(self, start: int, end: int) -> Reading:
        """Without the phrases, unread words and corrections between two places of the message."""

        def is_outside(text: str) -> bool:
            at = self.message.find(text)
            is_inside = start <= at and at + len(text) <= end
            return not is_inside and not (at <= start and end <= at + len(text))

        return replace(
            self,
            claims=tuple(one for one in self.claims if one.end <= start or one.start >= end),
            unread=tuple(filter(is_outside, self.unread)),
            operators=tuple(filter(is_outside, self.operators)),
            corrections=tuple(one for one in self.corrections if one.said not in self.message[start:end]),
        )


@dataclass(frozen=True, slots=True)
class _Language:
    lexicon: Lexicon
    rules: Rules
    usage: Mapping[str, int]
    """How many places in phrases have each word; 1 for words of reading questions only."""
    vocabulary: frozenset[str]
    passed_over: frozenset[str]
    """Words that mean nothing by themselves."""
    asking: frozenset[str]
    """Words that reading questions are known by."""


@cache
def language(name: str = "en") -> _Language:
    """The compiled language: rules, and every word that it knows."""
    lexicon = load(name)
    rules = phrase_rules(name)
    usage: Counter[str] = Counter()
    for written, places in rules.usage().items():
        usage[written.removeprefix("=")] += places
    usage.update((*lexicon.harmless, *lexicon.fillers))
    for words in (
        lexicon.numbers,
        lexicon.ordinals,
        lexicon.operators,
        lexicon.data["words"]["time"].split(),
        lexicon.ranges,
        literals(lexicon.data["phrases"]["channel"]),
    ):
        usage.update(dict.fromkeys(words, MATTERS))
    for words in literals(lexicon.data["phrases"]["topic"]):
        usage[words] = max(usage[words], SUBJECTS)
    vocabulary = frozenset(usage)
    asking = asking_words(lexicon.data["asking"])
    usage.update(asking)
    return _Language(lexicon, rules, usage, vocabulary, lexicon.harmless | lexicon.fillers, asking)


@lru_cache(maxsize=16)
def _usage(names: Names) -> Mapping[str, int]:
    """The language's usage of words, with the words of the org's names as if they stood in so many phrases."""
    usage = language().usage
    return {**usage, **{one: max(usage.get(one, 0), OWN) for one in own_words(names)}}


def read(message: str, names: Names | None = None) -> Reading:
    """The reading of a message of an org whose names are `names`."""
    found = _read(message, names)
    if found.of("event") or not _may_ask_condition(message):
        return found
    # "A competitor lowers a price? Tell me" is "when …, tell me".
    with_when = _read(message, names, before=(word("", 0, 0, "when"),))
    is_heard = [one.category for one in with_when.claims[:1] if one.start == 0] == ["event"]
    return with_when if is_heard and all(with_when.unread) else found


def _may_ask_condition(message: str) -> bool:
    """ "…? Text me": whether what is asked may be when to tell."""
    mark = next((one for one in _CONDITION_MARKS if one in message), "?")
    asked, _, then = message.partition(mark)
    words, table = asked.casefold().split(), language().lexicon.data["asking"]
    first = then.strip(" ?").casefold().split(" ")[0].rstrip(",")
    return (
        len(words) <= _LONGEST_CONDITION
        and (mark != "?" or not asked.casefold().startswith(_ASKING_SOMETHING))
        and (first in table["then"].split())
        and not {*words[:1]} & {*table["auxiliaries"].split(), *table["openings"], *_ASKING}
    )


def _read(message: str, names: Names | None, before: Sequence[Token] = ()) -> Reading:
    known = names or Names()
    grammar = language()
    typed = tokens_of(message, grammar.lexicon)
    read_aright, corrections = corrected(typed, _usage(known), grammar.lexicon, own_words(known))
    tokens = [token for token in (*before, *read_aright) if token.read not in grammar.lexicon.fillers]
    named = [*name_nodes(tokens, known), *quoted_nodes(tokens, known)]
    lexical = [
        *lexical_nodes(tokens, grammar.lexicon),
        *named,
        *_quoted_topics(tokens, known),
        *unknown_nodes(tokens, grammar.vocabulary),
        *title_nodes(tokens),
        *kind_nodes(tokens, known),
        *harmless_nodes(tokens, grammar.lexicon),
    ]
    chart = parse(tokens, lexical, grammar.rules)
    playbooks = tuple(str(node.value) for node in named if node.category == "playbook")
    covered = _with_topic_of_excluded_days(cover(_weighed(chart), CLAIMS), chart)
    if names_no_playbook(covered, chart, tokens):
        return replace(_read(message, replace(known, playbooks=()), before), playbooks=playbooks)
    unread, operators = uncovered(covered, tokens, message, grammar.lexicon)
    own = own_categories(known)
    claims = tuple(_claim(node, tokens, message, own) for node in covered if node.category != "harmless")
    names_people = any(node.category == "own_person" for node in named)
    whole = Reading(message, claims, unread, operators, corrections, playbooks=playbooks, names_people=names_people)
    return without_dependent(whole, operators)


def _with_topic_of_excluded_days(nodes: Sequence[Node], chart: Sequence[Sequence[Node]]) -> Sequence[Node]:
    """ "Don't send me sales on weekends, weekdays at 8 are fine": the topic applies to the whole sentence."""
    whens = [node.value for node in nodes if node.category == "when" and not _excludes_days(node)]
    is_whole = any(one.has_days for one in whens) and any(one.times or one.parts for one in whens)
    if any(node.category == "topic" for node in nodes) or not is_whole:
        return nodes
    off = [node for node in nodes if node.category == "when" and _excludes_days(node)]
    inside = (
        topic
        for one in off
        for here in chart
        for topic in here
        if topic.category == "topic" and one.start <= topic.start and topic.end <= one.end
    )
    found = max(inside, key=lambda one: one.end - one.start, default=None)
    return sorted([*nodes, found], key=lambda one: one.start) if found else nodes


def _excludes_days(node: Node) -> bool:
    """ "Not on weekends"; "so don't send sales then" refers to the days before it."""
    return bool(node.value.but_weekdays) or not node.value.set_fields


def _quoted_topics(tokens: Sequence[Token], names: Names) -> list[Node]:
    """ "Send “Sales”": a quote whose words are a topic's."""
    found = []
    for place, token in enumerate(tokens):
        inside = read(token.text[1:-1], names) if token.kind == "quote" else None
        if inside and not inside.unread and [one.category for one in inside.claims] == ["topic"]:
            found.append(Node("topic", inside.claims[0].value, place, place + 1, QUOTED_WEIGHT))
    return found


def _weighed(chart: list[list[Node]]) -> list[list[Node]]:
    return [
        [
            Node(node.category, node.value, node.start, node.end, node.weight + _WEIGHTS[node.category])
            if node.category in _WEIGHTS
            else node
            for node in here
        ]
        for here in chart
    ]


def without_dependent(reading: Reading, texts: Sequence[str]) -> Reading:
    """Without claims inside unread phrases: "under $50" in "except who spent under $50"."""
    places = [(reading.message.find(text), len(text)) for text in texts]

    def is_bound(claim: Claim) -> bool:
        inside = [start for start, size in places if start <= claim.start < start + size]
        said = [reading.message[start : claim.start].casefold().split() for start in inside]
        denied = claim.category == "when" and any(_DENYING & {*one[:1], *one[-_RIGHT_BEFORE:]} for one in said)
        return bool(inside) and (claim.category in _DEPENDENT or denied)

    return replace(reading, claims=tuple(claim for claim in reading.claims if not is_bound(claim)))


def _claim(node: Node, tokens: Sequence[Token], message: str, own: Mapping[str, str]) -> Claim:
    start, end = tokens[node.start].start, tokens[node.end - 1].end
    read = " ".join(token.read for token in tokens[node.start : node.end])
    return Claim(node.category, _named(node.value, own), start, end, message[start:end], read)


def _named(value: Any, own: Mapping[str, str]) -> Any:
    """The value of a phrase with the org's own names of categories in it."""
    if type(value) is tuple:
        return tuple(_named(one, own) for one in value)
    return own.get(value, value) if isinstance(value, str) else value


def slots_of(reading: Reading, *categories: str) -> list[Any]:
    """What the slots of phrases hold."""
    values = (value for category in categories for value in reading.of(category))
    return [part for value in values if isinstance(value, tuple) for part in value[1:]]


def thresholds_of(reading: Reading) -> tuple[Threshold, ...]:
    """The limits that are named, also those of an event: "an order over $500"."""
    of_events = [part for part in slots_of(reading, "event") if isinstance(part, Threshold)]
    return (*reading.of("threshold"), *of_events, *reading.of("bare_amount"))
