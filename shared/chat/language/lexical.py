"""What a token is by itself, and the lexicon's phrases and rules of one meaning as rules of the chart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from shared.chat.language import calendar, clocks, phrases, several
from shared.chat.language.chart import Node, Rule, Rules
from shared.chat.language.tokens import Token
from shared.chat.language.when import Day, When
from shared.chat.lexicon import Lexicon, compiled, load
from shared.chat.understood import Person, Threshold

MILITARY_DIGITS = 4
_MINUTE_DIGITS, _HOUR = 2, 60
_MOST_LEFT_OUT = 5
"""Days: in "not on sundays, weekdays at 8 are fine", the weekdays are not left out too."""


def _when(**fields: Any) -> When | None:
    return When(**fields) if len(fields.get("but_weekdays", ())) <= _MOST_LEFT_OUT else None


def _delivery(people: Sequence[Any] = (), **fields: Any) -> phrases.Delivery:
    return phrases.Delivery(people=tuple(Person.model_validate(one) for one in people), **fields)


_MAKERS: dict[str, Callable[..., Any]] = {
    "when": _when,
    "delivery": _delivery,
    **dict.fromkeys(("one_day", "listed_day", "edge", "holiday_of"), Day),
    **dict.fromkeys(("threshold", "bare_amount", "bound", "measured"), Threshold),
    "person": Person,
}
"""What a table under `means` becomes, by the category of its rule."""
_COMPUTED: dict[str, Callable[..., Any]] = {**vars(clocks), **vars(calendar), **vars(phrases), **vars(several)}
"""The functions that rows of `[computed]` name."""


@cache
def phrase_rules(language: str = "en") -> Rules:
    """A rule for each phrase of the lexicon.

    A phrase under `[phrases]` has the key that it stands under, with slots `(key, value, …)`; a row of `[rules]`
    says what its phrases mean, and a row of `[computed]` which function works that out.

    Raises:
        KeyError: a row names a function that is not there.
    """
    rules = Rules()
    lexicon = load(language)
    for entry in lexicon.entries:
        rules.add(Rule(entry.category, entry.pattern, _keyed(entry.value)))
    for section, meaning in (("rules", _meaning), ("computed", _computed)):
        for category, rows in lexicon.data[section].items():
            for row in rows:
                make = meaning(row, category)
                for phrase in row["says"]:
                    rules.add(Rule(category, compiled(phrase, language), make, row.get("weight", 0)))
    return rules


def _keyed(key: str) -> Any:
    value = int(key) if key.isdigit() else key
    return lambda *values: (value, *values) if values else value


def _meaning(row: Mapping[str, Any], category: str) -> Callable[..., Any]:
    means, maker = row["means"], _MAKERS.get(category)

    def make(*values: Any) -> Any:
        found = _filled(means, values)
        if isinstance(found, dict) and "of" in found:
            return found["of"].model_copy(update={name: one for name, one in found.items() if name != "of"})
        return maker(**found) if maker and isinstance(found, dict) else found

    return make


def _computed(row: Mapping[str, Any], _category: str) -> Callable[..., Any]:
    function, arguments = _COMPUTED[row["by"]], row.get("with")
    return (lambda *values: function(*_filled(arguments, values))) if arguments else function


def _filled(means: Any, values: tuple[Any, ...]) -> Any:
    """`means` with the slots' values for `$1`, `$2`, …; fields whose slots were not found are left out."""
    if isinstance(means, str) and means[:1] == "$":
        found = [values[place] if place < len(values) else None for place in _places(means)]
        return found[0] if len(found) == 1 else " ".join(map(str, found))
    if isinstance(means, list):
        return tuple(_filled(one, values) for one in means)
    if isinstance(means, dict):
        filled = {name: _filled(one, values) for name, one in means.items()}
        return {name: value for name, value in filled.items() if value is not None}
    return means


@cache
def _places(written: str) -> tuple[int, ...]:
    """The places of the slots that `$1$2` names."""
    return tuple(int(digit) - 1 for digit in re.findall(r"\$(\d)", written))


def lexical_nodes(tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[Node]:
    """The nodes that single tokens make."""
    for place, token in enumerate(tokens):
        for category, value in _values(token, lexicon):
            yield Node(category, value, place, place + 1)


_HARMLESS_WEIGHT = -5
_WHOLE = {"clock": "digits", "date": "iso_date"}


def _values(token: Token, lexicon: Lexicon) -> Iterator[tuple[str, Any]]:
    match token.kind:
        case "int" | "decimal":
            yield "number", token.number
            if token.kind == "int":
                yield from _integers(token)
        case "ordinal":
            yield "ordinal", int(token.number or 0)
            yield "digit_ordinal", int(token.number or 0)
        case "word" if token.read in lexicon.numbers:
            yield from (("int", lexicon.numbers[token.read]), ("word_number", lexicon.numbers[token.read]))
            yield "number", float(lexicon.numbers[token.read])
        case "word" if token.read in lexicon.ordinals:
            yield "ordinal", lexicon.ordinals[token.read]
        case "clock" | "date":
            yield _WHOLE[token.kind], token.read
        case "mark" if token.read in ("(", ")"):
            yield "bracket", token.read
        case "quote":
            yield "quote", token.text[1:-1]
        case "email" | "phone" | "url" | "event_name":
            yield token.kind, token.text


def _integers(token: Token) -> Iterator[tuple[str, Any]]:
    yield "int", int(token.number or 0)
    if len(token.read) == _MINUTE_DIGITS and int(token.read) < _HOUR:
        yield "minute_digits", int(token.read)
    if len(token.read) == MILITARY_DIGITS or (token.read.startswith("0") and len(token.read) > 1):
        yield "military", token.read
    elif len(token.read) == MILITARY_DIGITS - 1:
        yield "short_military", token.read


def literals(section: Mapping[str, Sequence[str]]) -> set[str]:
    """The words of a section's phrases."""
    phrases = " ".join(phrase for some in section.values() for phrase in some)
    return {*phrases.translate(str.maketrans("[]()|=", " " * 6)).split()}


def asking_words(table: Mapping[str, Any]) -> frozenset[str]:
    """The words that reading questions are known by."""
    written = (*table["groups"].values(), *(row["of"] for row in table["rows"]))
    marks = str.maketrans("|!_", "   ")
    return frozenset(one for text in written for one in text.translate(marks).split() if one.isalpha())


def harmless_nodes(tokens: Sequence[Token], lexicon: Lexicon) -> list[Node]:
    return [
        Node("harmless", token.read, place, place + 1, _HARMLESS_WEIGHT)
        for place, token in enumerate(tokens)
        if (token.kind == "word" and (token.read in lexicon.harmless or (place, token.read) == (0, "just")))
        or (token.kind == "mark" and token.read != "…")
    ]
