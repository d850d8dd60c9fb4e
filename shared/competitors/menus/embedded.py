"""The data that single-page shops embed for their own scripts: Next, Nuxt, Apollo, Redux, Remix, `window.X =
{…}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from shared.competitors.menus.scripts import LONGEST_SCRIPT, DataScripts, is_too_deep

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_MAX_SCRIPTS = 200
_MAX_ASSIGNMENTS = 20
_DATA = re.compile(r"^(?:application|text)/(?:[\w.+-]{0,40}\+)?json", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"(?:(?:window|self|globalThis)(?:\.|\[[\"'])[A-Za-z_$][\w$]{0,60}(?:[\"']\])?|(?:var|let"
    r"|const)\s[A-Za-z_$][\w$]{0,60})"
    r"\s{0,9}=\s{0,9}(?P<value>[\[{]|JSON\.parse\(\s{0,9}[\"']|\(function\s?\()"
)
_PUSHED = re.compile(r"self\.__next_f\.push\(\s{0,9}(?=\[)")
_PUSHED_LINE = re.compile(r"^[0-9a-f]{1,6}:(?=[\[{])", re.MULTILINE)
_PRICE = re.compile(r"price", re.IGNORECASE)
_DECODER = json.JSONDecoder(strict=False)
_NUXT_ARGUMENTS = re.compile(r"\(function\s?\(([\w$,\s]{0,20000})\)\s?\{\s{0,9}return\s?(?=[\[{])")


def embedded_documents(page: LexborHTMLParser, scripts: DataScripts) -> Iterator[Any]:
    """The values in scripts that name a price anywhere, in their order."""
    pushed: list[str] = []
    for node in islice(page.css("script"), _MAX_SCRIPTS):
        attributes = node.attributes
        kind = attributes.get("type") or ""
        if "ld+json" in kind or "src" in attributes:
            continue
        text = node.text()
        if len(text) > LONGEST_SCRIPT or (not _PRICE.search(text) and "__next_f" not in text):
            continue
        if _DATA.match(kind):
            for value in scripts.values(text):
                yield _revived(value)
        elif "__next_f" in text:
            pushed.extend(_pushed(text))
        else:
            yield from _assigned(text, scripts)
    stream = "".join(pushed)
    if _PRICE.search(stream):
        yield from _streamed(stream)


def _assigned(text: str, scripts: DataScripts) -> Iterator[Any]:
    """What a script gives to names: object literals, `JSON.parse("…")`, and the function that Nuxt calls."""
    position = 0
    for _ in range(_MAX_ASSIGNMENTS):
        found = _ASSIGNED.search(text, position)
        if found is None:
            return
        position = found.end()
        start = found.start("value")
        if text[start] in "[{":
            value, end = scripts.value_at(text, start)
            position = max(position, end)
        elif text[start] == "J":
            value = _parsed_text(text, position - 1)
        else:
            value = _called(text, start, scripts)
        if value is not None:
            yield value


def _parsed_text(text: str, quote: int) -> Any:
    """The value of the string literal at `quote`, which holds JSON."""
    if text[quote] == '"':
        try:
            held, _ = _DECODER.raw_decode(text, quote)
        except ValueError:
            return None
    else:
        end = text.find("')", quote)
        held = text[quote + 1 : end].replace("\\'", "'").replace('\\\\"', '\\"').replace("\\\\", "\\")
    try:
        return None if is_too_deep(held) else _DECODER.decode(held)
    except ValueError:
        return None


def _called(text: str, start: int, scripts: DataScripts) -> Any:
    """`(function(a,b){return {…}}("x",34))`: the object, with the arguments in the places of their names."""
    head = _NUXT_ARGUMENTS.match(text, start)
    if head is None:
        return None
    value, end = scripts.value_at(text, head.end())
    if value is None:
        return None
    call = text.find("(", end)
    names = [name.strip() for name in head[1].split(",")]
    arguments, _ = scripts.value_at(f"[{text[call + 1 : text.rfind('))')]}]", 0) if call >= 0 else ([], 0)
    given = dict(zip(names, arguments or [], strict=False))
    return _with_arguments(value, given)


def _with_arguments(value: Any, given: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _with_arguments(one, given) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_arguments(one, given) for one in value]
    return given.get(value, value) if isinstance(value, str) else value


def _pushed(text: str) -> Iterator[str]:
    """The pieces of the stream that Next's app router sends: `self.__next_f.push([1,"…"])`."""
    for found in islice(_PUSHED.finditer(text), 2_000):
        try:
            value, _ = _DECODER.raw_decode(text, found.end())
        except ValueError:
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


def _revived(value: Any) -> Any:
    """What Nuxt 3 writes as one flat list, whose members name each other by their place; else the value itself."""
    is_flat = isinstance(value, list) and len(value) > 2 and isinstance(value[0], list | dict)
    if not is_flat or not all(isinstance(one, int) for one in _children(value[0])) or not _children(value[0]):
        return value
    made: list[Any] = [{} if isinstance(one, dict) else [] if isinstance(one, list) else one for one in value]
    for at, one in enumerate(value):
        if isinstance(one, dict):
            made[at].update({key: _member(made, place) for key, place in one.items()})
        elif isinstance(one, list):
            wrapped = len(one) == 2 and isinstance(one[0], str)
            made[at].extend([_member(made, place) for place in (one[1:] if wrapped else one)])
    return made


def _children(value: Any) -> list[Any]:
    children = list(value.values() if isinstance(value, dict) else value)
    return children[1:] if children and isinstance(children[0], str) else children


def _member(made: list[Any], place: Any) -> Any:
    return made[place] if isinstance(place, int) and 0 <= place < len(made) else place
