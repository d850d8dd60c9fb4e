"""The words within a block of HTML as runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from shared.messages.template.models import Run, link_address

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_DEPTH = 40
"""Deeper markup is read as the text that it holds."""

SILENT = frozenset(
    {
        "head",
        "script",
        "style",
        "title",
        "template",
        "noscript",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "audio",
        "video",
        "canvas",
        "select",
        "textarea",
    }
)
"""What is in these is not said."""
INLINE = frozenset(
    {
        "a",
        "b",
        "strong",
        "i",
        "em",
        "cite",
        "code",
        "kbd",
        "samp",
        "tt",
        "span",
        "u",
        "s",
        "font",
        "small",
        "big",
        "sub",
        "sup",
        "mark",
        "abbr",
        "q",
        "label",
        "time",
        "ins",
        "del",
        "bdi",
        "bdo",
    }
)
_BOLD = frozenset({"b", "strong"})
_ITALIC = frozenset({"i", "em", "cite"})
_CODE = frozenset({"code", "kbd", "samp", "tt"})


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks where it stands."""

    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str | None = None

    def within(self, node: LexborNode) -> Look:
        """How it looks inside of the element."""
        tag = node.tag
        return replace(
            self,
            bold=self.bold or tag in _BOLD,
            italic=self.italic or tag in _ITALIC,
            code=self.code or tag in _CODE,
            href=_link(node) if tag == "a" else self.href,
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A text as it stands in the document."""

    text: str
    look: Look = Look()


LINE = Piece("\n")


def inline(node: LexborNode, depth: int = 0) -> tuple[Run, ...]:
    """All that is in the node as one text, each block on a line of its own."""
    pieces: list[Piece] = []
    _gather(node, Look(), depth, pieces)
    return runs_of(pieces)


def leaf(node: LexborNode, look: Look, depth: int, *, as_written: bool = False) -> Piece | None:
    """What the node says by itself; None for an element that holds others."""
    if node.tag == "-text" or depth > MAX_DEPTH:
        text = node.text(deep=True)
        return Piece(text if as_written else collapsed(text), look)
    if node.tag == "br":
        return LINE
    if node.tag == "img":
        return Piece(collapsed(node.attributes.get("alt") or ""), look)
    return None


def is_silent(node: LexborNode) -> bool:
    """Whether nothing of it is said: scripts, styles, comments."""
    return node.tag is None or node.tag in SILENT or node.tag.startswith(("-", "_", "!"))


def runs_of(pieces: Iterable[Piece], *, as_written: bool = False) -> tuple[Run, ...]:
    """Neighbours that look the same joined, and, unless as written, no blanks around lines and at both ends."""
    joined = [(look, "".join(piece.text for piece in same)) for look, same in groupby(pieces, key=lambda p: p.look)]
    if as_written:
        written = [_run(text, look) for look, text in joined if text]
        return tuple(written) if any(run.text.strip() for run in written) else ()
    runs: list[Run] = []
    before = "\n"
    for look, text in joined:
        kept = re.sub(r"(?<! ) *\n[ \n]*", "\n", re.sub(r" {2,}", " ", text))
        kept = kept.lstrip(" \n") if before.endswith("\n") else kept.lstrip(" ") if before.endswith(" ") else kept
        if kept:
            runs.append(_run(kept, look))
            before = kept
    while runs and not runs[-1].text.strip(" \n"):
        runs.pop()
    if runs:
        runs[-1] = runs[-1].model_copy(update={"text": runs[-1].text.rstrip(" \n")})
    return tuple(runs)


def collapsed(text: str) -> str:
    """Blanks and line ends of the source as HTML shows them."""
    return re.sub(r"[ \t\r\n\f]+", " ", text)


def _gather(parent: LexborNode, look: Look, depth: int, pieces: list[Piece]) -> None:
    for child in parent.iter(include_text=True):
        piece = leaf(child, look, depth)
        if piece is not None:
            pieces.append(piece)
        elif not is_silent(child):
            edge = [] if child.tag in INLINE else [LINE]
            pieces += edge
            if child.tag == "li":
                pieces.append(Piece("• ", look))
            _gather(child, look.within(child), depth + 1, pieces)
            pieces += edge


def _run(text: str, look: Look) -> Run:
    return Run(text=text, bold=look.bold, italic=look.italic, code=look.code, href=look.href)


def _link(node: LexborNode) -> str | None:
    try:
        return link_address((node.attributes.get("href") or "").strip())
    except ValueError:
        return None
