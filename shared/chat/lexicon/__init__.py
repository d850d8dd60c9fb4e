"""The words of a language, as data: read once, and compiled into patterns that the chart matches.

A phrase is written in words, with `[optional]`, `(one|of|these)` and `<slot>`: a category that the chart has found,
such as `<product>` or `<amount>`. Words match in any inflection ("report", "reports"), `=word` only as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A place in a phrase: the words and slots that may come next, each with the place after it.

    An edge is a symbol, whether a slot's value is kept (`<-slot>` only has to be there), and the next state.
    """

    edges: tuple[tuple[str, bool, State], ...] = ()
    accepts: bool = False


_END = State(accepts=True)
_SPACED = str.maketrans({mark: f" {mark} " for mark in "[]()|"})
_SETS = ("fillers", "harmless", "operators", "binders", "ranges")


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase of the lexicon: matching `pattern` claims its words as `category` with `value`."""

    category: str
    value: Any
    pattern: State


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """A language's words; there is one of each language."""

    entries: tuple[Entry, ...]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    rewrites: Mapping[str, tuple[str, ...]]
    """Words that stand for other words, which is nothing to tell: `lmk`, `don't`, `&`."""
    fillers: frozenset[str]
    """Words that are passed over wherever they stand, even inside a phrase."""
    harmless: frozenset[str]
    """The closed list of words that may stay unclaimed."""
    operators: frozenset[str]
    """Words that change what a sentence means: left unclaimed, they are asked about."""
    binders: frozenset[str]
    """Operators that bind the whole phrase after them."""
    ranges: frozenset[str]
    """Words between two of which a hyphen means "to"."""
    data: Mapping[str, Any]
    """The whole file."""


def load(language: str = "en") -> Lexicon:
    """The lexicon of `language`, the file of that name in this folder; always the same one.

    Raises:
        ValueError: a phrase has a bracket too many or too few.
    """
    # A cache counts `load()` and `load("en")` as two.
    return _loaded(language)


@cache
def _loaded(language: str) -> Lexicon:
    data = _data(language)
    entries = tuple(
        Entry(category, key, compiled(phrase, language))
        for category, section in data["phrases"].items()
        for key, phrases in section.items()
        for phrase in phrases
    )
    return Lexicon(
        entries=entries,
        numbers=data["numbers"],
        ordinals=data["ordinals"],
        rewrites={said: tuple(meant.split()) for said, meant in data["rewrites"].items()},
        data=data,
        **{name: frozenset(data["words"][name].split()) for name in _SETS},
    )


@cache
def _data(language: str) -> dict[str, Any]:
    with (Path(__file__).parent / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def known_words(language: str = "en") -> frozenset[str]:
    """Common words that no phrase has: right as they are, though they may be close to one that a phrase has."""
    with (Path(__file__).parent / f"{language}_known.txt").open(encoding="utf-8") as file:
        return frozenset(file.read().split()) | {*_data(language)["words"]["known"].split()}


@cache
def _fillers(language: str) -> frozenset[str]:
    return frozenset(_data(language)["words"]["fillers"].split())


def compiled(phrase: str, language: str = "en") -> State:
    """The automaton of a phrase; it never matches nothing at all.

    Raises:
        ValueError: a bracket is not closed, or every word is optional.
    """
    spaced, fillers = phrase, _fillers(language)
    for name, words in _data(language)["macros"].items() if "{" in phrase else ():
        spaced = spaced.replace(f"{{{name}}}", words)
    # Fillers are passed over in a sentence, so a phrase must do without them too.
    parts = (part for part in spaced.translate(_SPACED).split() if part.removeprefix("=") not in fillers)
    rows = _rows(parts, "")
    start = _any_of(rows, _END)
    if start.accepts:
        raise ValueError(f"{phrase!r} matches nothing at all")
    return start


Group = tuple[bool, "list[list[str | Group]]"]
_CLOSING = {"[": "]", "(": ")"}


def _rows(parts: Iterator[str], until: str) -> list[list[str | Group]]:
    rows: list[list[str | Group]] = [[]]
    for part in parts:
        if part == until:
            return rows
        if part == "|":
            rows.append([])
        elif part in _CLOSING:
            rows[-1].append((part == "[", _rows(parts, _CLOSING[part])))
        elif part in ("]", ")"):
            raise ValueError(f"{part!r} closes nothing")
        else:
            rows[-1].append(part)
    if until:
        raise ValueError(f"{until!r} is missing")
    return rows


def _any_of(rows: list[list[str | Group]], after: State) -> State:
    states = [_row(row, after) for row in rows]
    return State(tuple(edge for state in states for edge in state.edges), any(state.accepts for state in states))


def _row(row: list[str | Group], after: State) -> State:
    for part in reversed(row):
        if isinstance(part, str):
            kept = not part.startswith("<-")
            after = State(((part.replace("<-", "<"), kept, after),))
        else:
            inner = _any_of(part[1], after)
            after = State((*inner.edges, *after.edges), inner.accepts or after.accepts) if part[0] else inner
    return after
