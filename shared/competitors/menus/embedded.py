"""The data that pages embed for their own scripts: blocks of JSON, what scripts assign or pass on, streams of
server components, and attributes that hold JSON.
"""

from __future__ import annotations

import base64
import html as markup
import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from shared.competitors.menus.scripts import LONGEST_SCRIPT, DataScripts, is_too_deep

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_DEEPEST = 100
_MOST_KINDS_OF_ASTRO = 12
_MAX_SCRIPTS = 200
_MAX_LITERALS = 40
_MAX_ATTRIBUTES = 3_000
_DATA = re.compile(r"^(?:application|text)/(?:[\w.+-]{0,40}\+)?(?:json|x-magento-init)", re.IGNORECASE)
_FUNCTION = r"\(?function\s?\((?P<names>[\w$,\s]{0,20000})\)\s?\{\s{0,9}return\s?"
_LITERAL = re.compile(
    rf"""(?:[=(,:?]|\breturn\b)\s{{0,9}}(?:
        (?P<call>{_FUNCTION})(?=[\[{{])
        |(?P<value>[\[{{])(?=\s{{0,99}}(?:["'\[{{]|[\w$-]{{1,60}}\s{{0,9}}:))
        |(?P<text>["'`])(?=[\[{{]|%7[Bb]|%5[Bb]|\\u007[Bb]|\\x7[Bb]|eyJ|W3si)
    )""",
    re.VERBOSE,
)
_PUSHED = re.compile(r"self\.__next_f\.push\(\s{0,9}(?=\[)")
_PUSHED_LINE = re.compile(r"^[0-9a-f]{1,6}:(?=[\[{])", re.MULTILINE)
_PRICE = re.compile(r"price|pricing", re.IGNORECASE)
_MAY_HOLD_PRICES = re.compile(r"[Pp]ric|PRIC|__next_f|%7[Bb]|eyJ|W3si")
_ATTRIBUTE = re.compile(
    r"""[\s"'][\w:@.-]{1,60}=(?:"(?P<double>\s{0,20}[\[{][^"]*+)"|'(?P<single>\s{0,20}[\[{][^']*+)')"""
)
_ENDS = {sign: re.compile(rf"(?:[^\\{sign}]++|\\.)*+", re.DOTALL) for sign in "\"'`"}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,5})\}|(\n|.))", re.DOTALL)
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})++")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_DECODER = json.JSONDecoder(strict=False)


def revived(value: Any) -> Any:
    """The value as the page's own scripts would see it."""
    if isinstance(value, list) and len(value) > 2 and isinstance(value[0], list | dict):
        return _of_places(value)
    if isinstance(value, dict) and value and all(_is_pair(one) for one in value.values()):
        return _of_pairs([0, value], 0)
    return value


def with_arguments(value: Any, given: Mapping[str, Any], depth: int = 0) -> Any:
    """The value with the arguments of a call in the places of their names."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {key: with_arguments(one, given, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [with_arguments(one, given, depth + 1) for one in value]
    return given.get(value, value) if isinstance(value, str) else value


def _of_places(flat: list[Any]) -> Any:
    """What Nuxt 3 and Remix write as one flat list, whose members (and Remix's keys) name each other by place."""
    head = flat[0]
    named = (
        list(head.values()) if isinstance(head, dict) else head[1:] if head and isinstance(head[0], str) else head
    )
    if not named or not all(isinstance(one, int) and not isinstance(one, bool) for one in named):
        return flat
    made: list[Any] = [{} if isinstance(one, dict) else [] if isinstance(one, list) else one for one in flat]
    for at, one in enumerate(flat):
        if isinstance(one, dict):
            made[at].update({_key(flat, key): _member(made, place) for key, place in one.items()})
        elif isinstance(one, list):
            wrapped = len(one) == 2 and isinstance(one[0], str)
            made[at].extend([_member(made, place) for place in (one[1:] if wrapped else one)])
    return made


def _key(flat: list[Any], key: str) -> str:
    place = int(key[1:]) if key[:1] == "_" and key[1:].isdecimal() and len(key) < 9 else -1
    found = flat[place] if 0 <= place < len(flat) else None
    return found if isinstance(found, str) else key


def _member(made: list[Any], place: Any) -> Any:
    is_place = isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(made)
    return made[place] if is_place else place


def _is_pair(value: Any) -> bool:
    """`[0, value]` or `[1, [pairs]]`, as Astro writes the properties of an island."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and type(value[0]) is int
        and 0 <= value[0] < _MOST_KINDS_OF_ASTRO
    )


def _of_pairs(pair: Any, depth: int) -> Any:
    if not _is_pair(pair) or depth > _DEEPEST:
        return pair
    value = pair[1]
    if isinstance(value, dict):
        return {key: _of_pairs(one, depth + 1) for key, one in value.items()}
    return [_of_pairs(one, depth + 1) for one in value] if isinstance(value, list) else value


def embedded_documents(page: LexborHTMLParser, html: str, scripts: DataScripts) -> Iterator[Any]:
    """The values in scripts, then in attributes, that name a price anywhere, in their order."""
    pushed: list[str] = []
    for node in islice(page.css("script"), _MAX_SCRIPTS):
        attributes = node.attributes
        kind = attributes.get("type") or ""
        if "ld+json" in kind.lower() or attributes.get("src"):
            continue
        text = node.text()
        if len(text) > LONGEST_SCRIPT or not _MAY_HOLD_PRICES.search(text):
            continue
        if _DATA.match(kind):
            yield from map(revived, scripts.values(text))
        elif "__next_f" in text:
            pushed.extend(_pushed(text))
        else:
            yield from map(revived, _literals(text, scripts))
    stream = "".join(pushed)
    if _PRICE.search(stream):
        yield from _streamed(stream)
    yield from _in_attributes(html, scripts)


def _literals(text: str, scripts: DataScripts) -> Iterator[Any]:
    """The outermost values in a script: object literals, JSON in strings, and the function that Nuxt calls."""
    if is_too_deep(text):
        return
    position = 0
    for _ in range(_MAX_LITERALS):
        found = _LITERAL.search(text, position)
        if found is None:
            return
        position = found.end()
        if found["call"] is not None:
            value, position = _called(text, position, found["names"], scripts)
        elif found["text"] is not None:
            held, position = _string(text, found.start("text"))
            value = _held(held, scripts)
        else:
            value, end = scripts.value_at(text, found.start("value"))
            position = max(position, end)
        if value is not None:
            yield value


def _string(text: str, quote: int) -> tuple[str, int]:
    """The string literal at `quote`, and where it ends."""
    end = found.end() if (found := _ENDS[text[quote]].match(text, quote + 1)) else quote + 1
    return _ESCAPE.sub(_unescaped, text[quote + 1 : end]), end + 1


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    if code is None:
        return _LETTERS.get(escape[4], escape[4])
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF else ""


def _held(text: str, scripts: DataScripts) -> Any:
    """The value of JSON in a string, escaped as in an address or in base64 perhaps."""
    if text[:1] == "%":
        text = _PERCENT.sub(lambda found: bytes.fromhex(found[0].replace("%", "")).decode(errors="replace"), text)
    elif text[:1] in "eW":
        try:
            text = base64.b64decode(text, validate=True).decode()
        except ValueError:
            return None
    values = scripts.values(text) if _PRICE.search(text) else []
    return values[0] if values else None


def _called(text: str, start: int, names: str, scripts: DataScripts) -> tuple[Any, int]:
    """`(function(a,b){return {…}}("x",34))`: the object with the arguments in the places of their names."""
    value, end = scripts.value_at(text, start)
    call = text.find("(", end)
    if value is None or call < 0:
        return value, max(start, end)
    last = text.rfind("))", call)
    arguments, _ = scripts.value_at(f"[{text[call + 1 : last]}]", 0)
    given = dict(zip((name.strip() for name in names.split(",")), arguments or [], strict=False))
    return with_arguments(value, given), max(end, last)


def _pushed(text: str) -> Iterator[str]:
    """The pieces of the stream that Next's app router sends: `self.__next_f.push([1,"…"])`."""
    for found in islice(_PUSHED.finditer(text), 2_000):
        try:
            value, _ = _DECODER.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, list) and len(value) > 1 and isinstance(value[1], str):
            yield value[1]


def _streamed(stream: str) -> Iterator[Any]:
    if is_too_deep(stream):
        return
    for found in islice(_PUSHED_LINE.finditer(stream), 2_000):
        try:
            yield _DECODER.raw_decode(stream, found.end())[0]
        except (ValueError, RecursionError):
            continue


def _in_attributes(html: str, scripts: DataScripts) -> Iterator[Any]:
    """JSON in attributes, as components and plugins hand it over: `data-page="{&quot;props&quot;:…}"`."""
    for found in islice(_ATTRIBUTE.finditer(html), _MAX_ATTRIBUTES):
        held = found["double"] or found["single"]
        if _PRICE.search(held):
            yield from map(revived, scripts.values(markup.unescape(held)))
