"""Whether a page can be parsed within the time and memory allowed per page.

An HTML parser's time grows with a page's length times its depth, its memory with formatting that is left open over
the blocks that follow, and a tag's time with the square of its attributes. All three are counted before the parser
sees the page, by the rules that it goes by itself; what ordinary pages leave open costs nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict

from shared.competitors.menus.vocabulary import words as word_set
from shared.error_codes import ErrorCode
from shared.errors import PermanentError

MAX_CHARACTERS = 5_000_000
MAX_ELEMENTS = 100_000
"""Two thousand products with forty elements each have eighty thousand."""
DEEPEST_NESTING = 500
"""Real pages stay below a hundred."""
MOST_REOPENED = 100_000
MOST_ATTRIBUTES = 200_000
MOST_OF_ONE_TAG = 300

_SPACE = r"[\t\n\f\r /]"
_ATTRIBUTE = (
    r"[^\t\n\f\r />][^\t\n\f\r />=]*+(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+"
    r"(?:\"[^\"]*+\"|'[^']*+'|[^\t\n\f\r >\"'][^\t\n\f\r >]*+|(?=>)))?+"
)
_TAG = re.compile(
    rf"<(?:!--(?:-?>|.*?--!?>)|(/?)([a-zA-Z][^\t\n\f\r />]*+)((?:{_SPACE}++|{_ATTRIBUTE})*+)>)", re.DOTALL
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_NEXT = re.compile(r"<(?:[a-zA-Z]|/[a-zA-Z]|!--)")
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_VOID = word_set(
    "area base br col embed hr img input link meta param source track wbr basefont bgsound frame keygen"
)
_CELLS = frozenset({"tr", "tbody", "thead", "tfoot", "table"})
_TABLE_PARTS = {
    **dict.fromkeys(("td", "th"), _CELLS),
    "tr": _CELLS - {"tr"},
    **dict.fromkeys(("tbody", "thead", "tfoot", "caption", "colgroup"), frozenset({"table"})),
}
"""A part of a table, and what it can stand in: all else that is open within the table ends before it."""
_ENDS_A_PARAGRAPH = word_set(
    "address article aside blockquote center details dialog dir div dl fieldset figure footer form h1 h2 h3 h4"
    " h5 h6"
    " header hgroup hr main menu nav ol p pre section summary table ul"
)
_LISTS = word_set("ul ol dl menu table td th tr tbody section article main aside button select template")
_ENDED_BY = {
    **dict.fromkeys(_ENDS_A_PARAGRAPH, (frozenset({"p"}), frozenset({"button", "table", "td", "th", "template"}))),
    "li": (frozenset({"li"}), _LISTS),
    "dt": (frozenset({"dt", "dd"}), _LISTS),
    "dd": (frozenset({"dt", "dd"}), _LISTS),
    "option": (frozenset({"option"}), _LISTS),
}
"""What an element's start ends if it is open, and where the search for that stops."""
_LOOKED_THROUGH = 60
_FORMATTING = word_set("a b big code em font i nobr s small strike strong tt u")
_FOREIGN = frozenset({"svg", "math"})


def require_readable(html: str) -> None:
    """Pass when the page may be given to the parser.

    Raises:
        PermanentError: it's too long, has too many elements or attributes, or is nested too deeply.
    """
    if len(html) > MAX_CHARACTERS:
        raise PermanentError(
            f"the page has more than {MAX_CHARACTERS:,} characters; it cannot be read", code=ErrorCode.TOO_LARGE
        )
    _Walk().over(html)


class _Walk:
    """The elements that are open while a page is gone through once."""

    def __init__(self) -> None:
        self._stack: list[str] = []
        self._open: defaultdict[str, int] = defaultdict(int)
        self._left_open = 0
        self._reopened = 0
        self._elements = 0
        self._attributes = 0

    def over(self, html: str) -> None:
        position = 0
        while found := _NEXT.search(html, position):
            tag = _TAG.match(html, found.start())
            if tag is None:
                return  # It's never closed: the parser drops the rest.
            position = tag.end()
            closing, name, attributes = tag.groups()
            if name is None:
                continue
            name = name.lower()
            self._reopened += self._left_open
            if closing:
                self._close(name)
                continue
            self._count(attributes)
            self._start(name, attributes.endswith("/"))
            if name in _RAW and not self._is_foreign:
                position = _end_of_raw(html, name, position)

    @property
    def _is_foreign(self) -> bool:
        return bool(self._open["svg"] or self._open["math"])

    def _count(self, attributes: str) -> None:
        self._elements += 1
        if attributes:
            most = len(attributes.split())
            if most > MOST_OF_ONE_TAG or self._attributes > MOST_ATTRIBUTES // 2:
                most = len(_ATTRIBUTES.findall(attributes))
            self._attributes += most
            if most > MOST_OF_ONE_TAG or self._attributes > MOST_ATTRIBUTES:
                raise PermanentError(
                    "the page has too many attributes in its tags; it cannot be read", code=ErrorCode.TOO_LARGE
                )
        if self._elements > MAX_ELEMENTS:
            raise PermanentError(
                f"the page has more than {MAX_ELEMENTS:,} elements; it cannot be read", code=ErrorCode.TOO_LARGE
            )
        if self._reopened > MOST_REOPENED:
            raise PermanentError("the page leaves too much of its formatting open; it cannot be read")

    def _start(self, name: str, closed: bool) -> None:
        self._end_before(name)
        if name in _VOID or (closed and (name in _FOREIGN or self._is_foreign)):
            return
        self._stack.append(name)
        self._open[name] += 1
        if len(self._stack) > DEEPEST_NESTING:
            raise PermanentError(f"the page nests more than {DEEPEST_NESTING} elements; it cannot be read")

    def _end_before(self, name: str) -> None:
        """End what the start of `name` ends without being told."""
        if (holders := _TABLE_PARTS.get(name)) and self._open["table"]:
            while self._stack[-1] not in holders:
                self._end_innermost()
        elif name in _ENDED_BY:
            ended, barriers = _ENDED_BY[name]
            if not any(self._open[one] for one in ended):
                return
            for above, one in enumerate(reversed(self._stack[-_LOOKED_THROUGH:])):
                if one in ended:
                    for _ in range(above + 1):
                        self._end_innermost()
                if one in ended or one in barriers:
                    return

    def _close(self, name: str) -> None:
        if self._open[name]:
            while self._stack[-1] != name:
                self._end_innermost()
            self._stack.pop()
            self._open[name] -= 1
        elif name in _FORMATTING and self._left_open:
            self._left_open -= 1

    def _end_innermost(self) -> None:
        innermost = self._stack.pop()
        self._open[innermost] -= 1
        self._left_open += innermost in _FORMATTING


def _end_of_raw(html: str, name: str, position: int) -> int:
    """Where the text of a script or style ends, in which tags mean nothing."""
    found = _RAW_ENDS[name].search(html, position)
    return found.start() if found else len(html)


_RAW_ENDS = {name: re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE) for name in _RAW}
