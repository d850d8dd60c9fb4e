"""Builds report parts: text on one line, numbers right-aligned, empty parts left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from textwrap import shorten

from shared.messages.template.addresses import product_picture
from shared.messages.template.models import (
    MAX_BARS,
    Bar,
    Cell,
    Chart,
    Column,
    Heading,
    Listing,
    Message,
    Paragraph,
    Row,
    Section,
    Table,
    text_of,
)
from shared.messages.template.timeline import Timeline
from shared.values.text import clean_text

MAX_TITLE = 110
"""The title becomes the email subject, and email programs cut longer ones."""
MAX_CELL = 300
MAX_PARAGRAPH = 2_000

_NUMBER = re.compile(
    r"[-+−]?\s?[$€£]?\s?\d[\d.,]*\s?(%|x|×|pts?|days?|h|g|mg|oz)?( (a day|below|above|lower|higher))?"
    r"|\d[\d,]* of \d[\d,]*|((Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?[A-Z][a-z]{2} \d{1,2}(, \d{4})?"
)
"""Amounts, percentages and dates, which need their column's name."""
_NOTHING = ("", "—", "–", "-")


def message(title: str, lead: str, sections: Iterable[Section] = ()) -> Message:
    whole = clean_text(title, MAX_PARAGRAPH)
    short = shorten(whole, MAX_TITLE, placeholder="…")
    # `shorten` leaves nothing of a single very long word.
    fits = len(short) > 1 or len(whole) <= MAX_TITLE
    return Message(
        title=short if fits else f"{whole[: MAX_TITLE - 1]}…",
        lead=clean_text(lead, MAX_PARAGRAPH),
        sections=tuple(sections),
    )


def paragraphs(*texts: str | None) -> list[Section]:
    """One paragraph per nonempty text."""
    return [Paragraph(text=line) for text in texts if (line := clean_text(text, MAX_PARAGRAPH))]


def notes(*texts: str | None) -> list[Section]:
    return [Paragraph(text=line, tone="note") for text in texts if (line := clean_text(text, MAX_PARAGRAPH))]


def titled(title: str, *parts: Iterable[Section]) -> list[Section]:
    """The parts below a heading; empty without parts."""
    below = [section for part in parts for section in part]
    return [Heading(text=clean_text(title, MAX_CELL)), *below] if below else []


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str | Cell]],
    left_out: int = 0,
    amounts: Sequence[bool] | None = None,
) -> list[Section]:
    """A table; empty without rows.

    `amounts`: which columns hold amounts; by default those whose cells all look like amounts.
    """
    body = [Row(cells=tuple(map(_cell, row))) for row in rows]
    if not body:
        return []
    right = amounts or [_is_amount(body, index) for index in range(len(columns))]
    heads = tuple(
        Column(label=clean_text(label, MAX_CELL), align="right" if is_amount else "left")
        for label, is_amount in zip(columns, right, strict=True)
    )
    return [Table(columns=heads, rows=tuple(body), left_out=left_out)]


def listing(lines: Iterable[str], left_out: int = 0) -> list[Section]:
    """A bulleted list; empty without lines."""
    items = tuple(Cell(text=text) for line in lines if (text := clean_text(line, MAX_PARAGRAPH)))
    return [Listing(items=items, left_out=left_out)] if items else []


def chart(bars: Iterable[tuple[str, str, float]]) -> list[Section]:
    """Bars as (label, value, length); empty with fewer than two."""
    drawn = tuple(
        Bar(label=clean_text(label, MAX_CELL), value=clean_text(value, MAX_CELL), amount=amount)
        for label, value, amount in bars
    )[:MAX_BARS]
    return [Chart(bars=drawn)] if len(drawn) > 1 else []


def timeline(drawn: Timeline | None) -> list[Section]:
    """The chart; empty with fewer than two days."""
    return [drawn] if drawn and drawn.has_course else []


def wide(text: str, span: int) -> Cell:
    """A cell spanning several columns."""
    return Cell(text=clean_text(text, MAX_CELL), span=span)


def product(name: str, picture: str | None) -> Cell:
    """A product's name, with its picture if an email can show it."""
    return Cell(text=clean_text(name, MAX_CELL), picture=product_picture(picture))


def _cell(cell: str | Cell) -> Cell:
    return cell if isinstance(cell, Cell) else wide(cell, 1)


def _is_amount(rows: list[Row], index: int) -> bool:
    texts = [text for row in rows if (text := _at(row, index)) not in _NOTHING]
    return bool(texts) and all(_NUMBER.fullmatch(text) for text in texts)


def _at(row: Row, index: int) -> str:
    """The column's text in this row; empty if a wider cell covers it."""
    at = 0
    for cell in row.cells:
        if at == index:
            return text_of(cell.text) if cell.span == 1 else ""
        at += cell.span
    return ""
