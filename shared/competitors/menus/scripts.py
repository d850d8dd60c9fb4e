"""Data out of scripts that are almost JSON: with comments, trailing commas, several values, or escaped as HTML."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from shared.gcp import logging

log = logging.get_logger(__name__)

LONGEST_SCRIPT = 4_000_000
DEEPEST = 400
"""Nested brackets; data of real pages stays below fifty."""
_MAX_VALUES = 2_000
_MOST_READ_AGAIN = 3_000_000
"""Characters, of one page that JavaScript's grammar is tried on."""
_WRAPPING = re.compile(
    r"<!--|-->|/\*\s{0,20}<!\[CDATA\[\s{0,20}\*/|/\*\s{0,20}\]\]>\s{0,20}\*/|<!\[CDATA\[|\]\]>|\ufeff"
)
_AROUND = re.compile(r"//(?=\s)|[\s;,]+")
_ESCAPED = re.compile(r"^\s{0,1000}[\[{]\s{0,1000}&(?:quot|#34|#x22|q);", re.IGNORECASE)
_ANGULAR_ENTITIES = {"q": '"', "a": "&", "s": "'", "l": "<", "g": ">"}
_OF_ANGULAR = re.compile(r"&([qaslg]);")
_BRACKET = re.compile(r"[\[\]{}]")
_QUOTED_OR_BRACKET = re.compile(r"""[\[\]{}]|"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'""", re.DOTALL)
_NODE = re.compile(r"""\{\s{0,100}["']@(?:context|type|graph|id)["']""")
_START = re.compile(r"[\[{]")
_LOADING = {"strict": False}
_DECODER = json.JSONDecoder(strict=False)


class DataScripts:
    """Reads the data scripts of one page, with an effort that is bounded for all of them together."""

    def __init__(self) -> None:
        self._may_read_again = _MOST_READ_AGAIN

    def values(self, script: str) -> list[Any]:
        """The JSON values in a script, whatever stands around and between them; none where nothing can be read."""
        text = script.lstrip("\ufeff")
        if len(text) > LONGEST_SCRIPT or is_too_deep(text):
            log.info("skipped a data script that is too long or too deep: %d characters", len(text))
            return []
        try:
            return [_DECODER.decode(text.strip())]
        except ValueError:
            pass
        if _ESCAPED.match(text):
            text = html.unescape(_OF_ANGULAR.sub(lambda found: _ANGULAR_ENTITIES[found[1]], text))
        return list(self._loose(_WRAPPING.sub(" ", text)))

    def value_at(self, text: str, start: int) -> tuple[Any, int]:
        """The JSON or JavaScript value whose bracket is at `start`, and where it ends; None if there is none."""
        try:
            return _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            value = self._javascript_object(text[start:])
            return (None, start) if value is None else (value, _closing(text, start))

    def _loose(self, text: str) -> Iterator[Any]:
        """Value after value. What is broken is read by JavaScript's grammar, else passed over up to the next
        node.
        """
        position = 0
        for _ in range(_MAX_VALUES):
            while found := _AROUND.match(text, position):
                position = found.end()
            if position >= len(text):
                return
            try:
                value, position = _DECODER.raw_decode(text, position)
            except (ValueError, RecursionError):
                values = self._javascript(text[position:])
                yield from values
                node = None if values or self._may_read_again <= 0 else _NODE.search(text, position + 1)
                if node is None:
                    if not values:
                        log.info("skipped what is no JSON in a data script: %d characters", len(text) - position)
                    return
                position = node.start()
            else:
                yield value

    def _javascript_object(self, text: str) -> Any:
        """The first object or list; None if there is none."""
        import chompjs

        self._may_read_again -= len(text)
        try:
            return chompjs.parse_js_object(text, loader_kwargs=_LOADING) if self._may_read_again > 0 else None
        except (ValueError, RecursionError):
            return None

    def _javascript(self, text: str) -> list[Any]:
        import chompjs

        self._may_read_again -= len(text)
        start = _START.search(text) if self._may_read_again > 0 else None
        if start is None:
            return []
        try:
            return list(
                islice(chompjs.parse_js_objects(text[start.start() :], loader_kwargs=_LOADING), _MAX_VALUES)
            )
        except (ValueError, RecursionError):
            return []


def is_too_deep(text: str) -> bool:
    """Whether brackets nest deeper than a recursive reader should follow. Those within strings count too."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            return True
    return False


def _closing(text: str, start: int) -> int:
    """Where the bracket at `start` is closed, those within strings left out."""
    depth = 0
    for found in _QUOTED_OR_BRACKET.finditer(text, start):
        sign = found.group()
        if len(sign) == 1:
            depth += 1 if sign in "[{" else -1
            if depth <= 0:
                return found.end()
    return len(text)
