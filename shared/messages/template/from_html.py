"""An author's HTML as sections: the words, their order and their emphasis stay, the markup and the styles do not.

So what a template put between the tags can neither run nor load anything, and a mail looks the same whoever wrote
it. Pictures are replaced by their `alt` text. Two forms mean more than they say: a `dl` holds key figures (`dt` the
label, `dd` the value, a second `dd` the change, of class `good` or `bad`), and the rows of a `table class="bars"`
(label, value) are bars as long as their `data-amount`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.messages.template.html_inline import INLINE, Look, Piece, inline, is_silent, leaf, runs_of
from shared.messages.template.html_tables import figures, table
from shared.messages.template.models import Divider, Heading, Listing, Paragraph, Section

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 3, "h5": 3, "h6": 3}
_WHOLE = frozenset({"hr", "ul", "ol", "dl", *_HEADINGS})
"""Blocks that are nothing where they are not a section."""
_TONES = {"blockquote": "quote", "pre": "code"}


def sections_of_html(markup: str) -> list[Section]:
    """The sections of a fragment or of a whole document."""
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(markup).body
    if body is None:
        return []
    blocks = _Blocks()
    blocks.read(body, Look(), 0)
    blocks.flush()
    return blocks.sections


class _Blocks:
    """Gathers sections in the order of the document."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self._pieces: list[Piece] = []
        self._tone = "normal"

    def read(self, node: LexborNode, look: Look, depth: int) -> None:
        for child in node.iter(include_text=True):
            piece = leaf(child, look, depth, as_written=self._tone == "code")
            if piece is not None:
                self._pieces.append(piece)
            elif child.tag in INLINE:
                self.read(child, look.within(child), depth + 1)
            elif not is_silent(child):
                self._block(child, look, depth + 1)

    def flush(self) -> None:
        """What was gathered becomes a paragraph."""
        runs = runs_of(self._pieces, as_written=self._tone == "code")
        self._pieces = []
        if runs:
            self.sections.append(Paragraph.model_validate({"text": runs, "tone": self._tone}))

    def _block(self, node: LexborNode, look: Look, depth: int) -> None:
        self.flush()
        tag = node.tag or ""
        section = _section(tag, node)
        if section is not None:
            self.sections.append(section)
        elif tag not in _WHOLE:
            before, self._tone = self._tone, _TONES.get(tag, self._tone)
            self.read(node, look, depth)
            self.flush()
            self._tone = before


def _section(tag: str, node: LexborNode) -> Section | None:
    """What the block is by itself; None where it is what is in it."""
    if tag in _HEADINGS:
        runs = inline(node)
        return Heading.model_validate({"text": runs, "level": _HEADINGS[tag]}) if runs else None
    if tag in ("ul", "ol"):
        items = tuple(runs for item in node.iter() if item.tag == "li" and (runs := inline(item)))
        return Listing(items=items, ordered=tag == "ol") if items else None
    if tag == "dl":
        return figures(node)
    if tag == "table":
        return table(node)
    return Divider() if tag == "hr" else None
