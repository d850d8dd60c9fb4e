"""What HTML lays out in rows: tables, bars and key figures."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from shared.messages.template.html_inline import inline
from shared.messages.template.models import (
    MAX_BARS,
    MAX_FIGURES,
    Bar,
    Cell,
    Chart,
    Column,
    Figure,
    Figures,
    Listing,
    Run,
    Section,
    Table,
    text_of,
)

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_COLUMNS = 12

_CELLS = ("td", "th")
_NUMBER = re.compile(r"[-+−]?\s?[$€£]?\s?\d[\d.,]*\s?(%|x|×|pts?|days?|h|g|mg|oz)?( (a day|below|above))?")
_NOTHING = ("", "—", "–", "-")


def table(node: LexborNode) -> Section | None:
    """The table, or the bars that it stands for; None where it only lays out other blocks."""
    rows = [row for row in node.css("tr") if any(cell.tag in _CELLS for cell in row.iter())]
    if not rows or node.css_first("table table") or node.attributes.get("role") == "presentation":
        return None
    if (node.attributes.get("class") or "").strip() == "bars":
        chart = _chart(rows)
        if chart is not None:
            return chart
    cells = [[_cell(cell) for cell in _cells_of(row)] for row in rows]
    width = max(sum(cell.span for cell in row) for row in cells)
    if width > MAX_COLUMNS or (width == 1 and len(rows) == 1):
        return None
    filled = [(*row, *[Cell(text="")] * (width - sum(cell.span for cell in row))) for row in cells]
    headed = all(cell.tag == "th" for cell in _cells_of(rows[0]))
    labels = _spread(filled[0]) if headed else [""] * width
    body = filled[1:] if headed else filled
    return Table(columns=tuple(_column(label, body, at) for at, label in enumerate(labels)), rows=tuple(body))


def figures(node: LexborNode) -> Section | None:
    """The key figures of a `dl`."""
    found: list[dict[str, str]] = []
    for part in node.css("dt, dd"):
        text = _words(part)
        if part.tag == "dt":
            found.append({"label": text})
        elif found and "value" not in found[-1]:
            found[-1]["value"] = text
        elif found:
            trend = (part.attributes.get("class") or "").strip()
            found[-1] |= {"change": text, "trend": trend if trend in ("good", "bad") else "flat"}
    whole = [figure for figure in found if "value" in figure]
    if not whole:
        return None
    if len(whole) > MAX_FIGURES:
        return Listing(items=tuple((Run(text=f"{each['label']}: {each['value']}"),) for each in whole))
    return Figures(figures=tuple(Figure.model_validate(figure) for figure in whole))


def _chart(rows: list[LexborNode]) -> Section | None:
    bars = []
    for row in rows:
        cells = [_words(cell) for cell in _cells_of(row)]
        amount = _amount(row.attributes.get("data-amount"))
        if amount is not None and len(cells) == 2:
            bars.append(Bar(label=cells[0], value=cells[1], amount=amount))
    return Chart(bars=tuple(bars)) if len(bars) == len(rows) <= MAX_BARS else None


def _amount(raw: str | None) -> float | None:
    try:
        amount = float(raw or "")
    except ValueError:
        return None
    return amount if math.isfinite(amount) and amount >= 0 else None


def _cells_of(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in row.iter() if cell.tag in _CELLS]


def _cell(node: LexborNode) -> Cell:
    raw = node.attributes.get("colspan") or "1"
    span = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 3 else 1
    return Cell(text=inline(node), span=max(1, min(span, MAX_COLUMNS)))


def _spread(row: tuple[Cell, ...]) -> list[str]:
    return [label for cell in row for label in (text_of(cell.text), *[""] * (cell.span - 1))]


def _column(label: str, rows: list[tuple[Cell, ...]], index: int) -> Column:
    said = [text for row in rows if (text := _at(row, index)) not in _NOTHING]
    numeric = bool(said) and all(_NUMBER.fullmatch(text) for text in said)
    return Column(label=label, align="right" if numeric else "left")


def _at(row: tuple[Cell, ...], index: int) -> str:
    """The text of the cell that stands in the column; empty where a wider one covers it."""
    at = 0
    for cell in row:
        if at == index:
            return text_of(cell.text) if cell.span == 1 else ""
        at += cell.span
    return ""


def _words(node: LexborNode) -> str:
    return text_of(inline(node)).replace("\n", " ")
