"""The structure of a message: title, lead and sections.

Everything is text; only checked addresses can become links. JSON leaves out defaults and has no lists directly in
lists, which Firestore can't store.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    model_validator,
)

from shared.messages.template.addresses import LinkAddress, Part, PictureAddress, PlainText, WebAddress
from shared.messages.template.timeline import Timeline

MAX_BARS = 30
MAX_FIGURES = 20


class Run(Part):
    """Uniformly formatted text; `\n` is a line break."""

    text: PlainText
    bold: bool = False
    href: LinkAddress | None = None

    @property
    def is_plain(self) -> bool:
        return not self.bold and self.href is None


def _as_runs(value: Any) -> Any:
    return (Run(text=value),) if isinstance(value, str) else value


def _plainest(text: tuple[Run, ...]) -> str | list[dict[str, Any]]:
    return text_of(text) if all(run.is_plain for run in text) else [run.model_dump() for run in text]


Text = Annotated[tuple[Run, ...], BeforeValidator(_as_runs), PlainSerializer(_plainest)]
"""Formatted text; a plain string is accepted."""


def text_of(text: tuple[Run, ...]) -> str:
    return "".join(run.text for run in text)


class Heading(Part):
    kind: Literal["heading"] = "heading"
    text: Text


class Paragraph(Part):
    """Running text; a `note` is secondary: how something was counted, what could not be read."""

    kind: Literal["paragraph"] = "paragraph"
    text: Text
    tone: Literal["normal", "note"] = "normal"


class Figure(Part):
    """A key figure; `value` and `change` are formatted text ("$1,240", "up 12% vs. last week")."""

    label: PlainText
    value: PlainText
    change: PlainText | None = None
    trend: Literal["good", "bad", "flat"] = "flat"


class Figures(Part):
    """Key figures, side by side."""

    kind: Literal["figures"] = "figures"
    figures: Annotated[tuple[Figure, ...], Field(min_length=1, max_length=MAX_FIGURES)]


class Column(Part):
    """A table column; numbers are right-aligned."""

    label: PlainText = ""
    align: Literal["left", "right"] = "left"


class Cell(Part):
    """A cell spanning `span` columns. `picture`: a product thumbnail shown next to its name in HTML."""

    text: Text
    span: Annotated[int, Field(ge=1, le=50)] = 1
    picture: PictureAddress | None = None


def _as_cell(value: Any) -> Any:
    return value if isinstance(value, Cell | dict) else {"text": value}


def _plainest_cell(cell: Cell) -> str | dict[str, Any]:
    plain_text = cell.span == 1 and cell.picture is None and all(run.is_plain for run in cell.text)
    return text_of(cell.text) if plain_text else cell.model_dump()


AsCell = Annotated[Cell, BeforeValidator(_as_cell), PlainSerializer(_plainest_cell)]
"""A cell; a plain string is accepted."""


class Row(Part):
    cells: tuple[AsCell, ...]


class Table(Part):
    """A table; `left_out` counts rows that aren't included."""

    kind: Literal["table"] = "table"
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=50)]
    rows: tuple[Row, ...]
    left_out: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _rows_fit(self) -> Table:
        for number, row in enumerate(self.rows):
            width = sum(cell.span for cell in row.cells)
            if width != len(self.columns):
                raise ValueError(f"rows[{number}] has {width} cells; expected {len(self.columns)}, one per column")
        return self

    @property
    def has_pictures(self) -> bool:
        """Whether a row begins with a picture, which gives the table of the HTML mail one more column."""
        return any(row.cells and row.cells[0].picture for row in self.rows)


class Listing(Part):
    """A bulleted list; `left_out` counts items that aren't included."""

    kind: Literal["list"] = "list"
    items: Annotated[tuple[AsCell, ...], Field(min_length=1)]
    left_out: Annotated[int, Field(ge=0)] = 0


class Bar(Part):
    """One bar: `value` is its label, `amount` its length."""

    label: PlainText
    value: PlainText
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Chart(Part):
    """A bar chart.

    Drawn with table cells: many programs block images, and Gmail removes SVG and data URIs.
    """

    kind: Literal["chart"] = "chart"
    bars: Annotated[tuple[Bar, ...], Field(min_length=1, max_length=MAX_BARS)]


class Picture(Part):
    """A picture; `alt` replaces it where pictures are off, and in text."""

    kind: Literal["picture"] = "picture"
    url: PictureAddress
    alt: Annotated[PlainText, Field(min_length=1, max_length=300)]


class Button(Part):
    """A button; `url` is ours or the author's, never taken from data."""

    label: Annotated[PlainText, Field(min_length=1, max_length=60)]
    url: WebAddress


class Actions(Part):
    """Buttons; the first is the main one."""

    kind: Literal["actions"] = "actions"
    buttons: Annotated[tuple[Button, ...], Field(min_length=1, max_length=4)]


Section = Heading | Paragraph | Figures | Table | Listing | Chart | Timeline | Picture | Actions


class Message(Part):
    """A message. `lead`: the main fact in one sentence, also used for texts and previews."""

    title: PlainText
    lead: PlainText = ""
    sections: tuple[Annotated[Section, Field(discriminator="kind")], ...] = ()


class Letterhead(Part):
    """The frame around an email's content."""

    org_name: PlainText = ""
    reason: PlainText = ""
    """A sentence on why the reader gets this."""
    preferences_url: WebAddress | None = None
    unsubscribe_url: WebAddress | None = None
    postal_address: PlainText = ""
    """The sending shop's, on email to people outside it."""
    logo_url: WebAddress | None = None
