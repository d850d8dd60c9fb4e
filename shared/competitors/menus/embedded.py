"""The data that pages embed for their own scripts: blocks of JSON, what scripts assign or pass on, streams of
server components, and attributes that hold JSON.
"""

from __future__ import annotations

import base64
import html as markup
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from shared.competitors.menus.revival import revived, with_arguments
from shared.competitors.menus.scripts import LONGEST_SCRIPT, DataScripts, is_too_deep

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

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
