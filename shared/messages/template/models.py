"""What a mail, a post or an inbox line says: a title, its first sentence and sections.

Everything in it is text; only a checked address can become a link. As JSON it leaves out what is as it would be by
default, and holds no list directly in a list, which Firestore could not store.
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
    """A piece of text that looks the same throughout; `\n` in it is a line break."""

    text: PlainText
    bold: bool = False
    href: LinkAddress | None = None

    @property
    def is_plain(self) -> bool:
        """Neither bold nor a link."""
        return not self.bold and self.href is None


def _as_runs(value: Any) -> Any:
    return (Run(text=value),) if isinstance(value, str) else value


def _plainest(text: tuple[Run, ...]) -> str | list[dict[str, Any]]:
    return text_of(text) if all(run.is_plain for run in text) else [run.model_dump() for run in text]


Text = Annotated[tuple[Run, ...], BeforeValidator(_as_runs), PlainSerializer(_plainest)]
"""Runs in their order; a plain string will do."""


def text_of(text: tuple[Run, ...]) -> str:
    """What the runs say."""
    return "".join(run.text for run in text)


class Heading(Part):
    """Above what follows."""

    kind: Literal["heading"] = "heading"
    text: Text


class Paragraph(Part):
    """Running text; a `note` stands back: how something was counted, what could not be read."""

    kind: Literal["paragraph"] = "paragraph"
    text: Text
    tone: Literal["normal", "note"] = "normal"


class Figure(Part):
    """One number that matters: `value` and `change` are ready to read ("$1,240", "up 12% vs. last week")."""

    label: PlainText
    value: PlainText
    change: PlainText | None = None
    trend: Literal["good", "bad", "flat"] = "flat"


class Figures(Part):
    """The key figures, side by side."""

    kind: Literal["figures"] = "figures"
    figures: Annotated[tuple[Figure, ...], Field(min_length=1, max_length=MAX_FIGURES)]


class Column(Part):
    """The head of a table's column; numbers stand to the right."""

    label: PlainText = ""
    align: Literal["left", "right"] = "left"


class Cell(Part):
    """A cell, over `span` columns. `picture`: of the product that it names, shown small beside the name in HTML."""

    text: Text
    span: Annotated[int, Field(ge=1, le=50)] = 1
    picture: PictureAddress | None = None


def _as_cell(value: Any) -> Any:
    return value if isinstance(value, Cell | dict) else {"text": value}


def _plainest_cell(cell: Cell) -> str | dict[str, Any]:
    plain_text = cell.span == 1 and cell.picture is None and all(run.is_plain for run in cell.text)
    return text_of(cell.text) if plain_text else cell.model_dump()


AsCell = Annotated[Cell, BeforeValidator(_as_cell), PlainSerializer(_plainest_cell)]
"""A cell; a plain string will do."""


class Row(Part):
    """The cells of a row, in the order of the columns."""

    cells: tuple[AsCell, ...]


class Table(Part):
    """Rows below columns; `left_out` counts rows that are not here."""

    kind: Literal["table"] = "table"
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=50)]
    rows: tuple[Row, ...]
    left_out: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _rows_fit(self) -> Table:
        for number, row in enumerate(self.rows):
            width = sum(cell.span for cell in row.cells)
            if width != len(self.columns):
                raise ValueError(f"rows[{number}] has {width} cells; expected {len(self.columns)}, one a column")
        return self

    @property
    def has_pictures(self) -> bool:
        """Whether a row begins with a picture."""
        return any(row.cells and row.cells[0].picture for row in self.rows)


class Listing(Part):
    """Points; `left_out` counts those that are not here."""

    kind: Literal["list"] = "list"
    items: Annotated[tuple[AsCell, ...], Field(min_length=1)]
    left_out: Annotated[int, Field(ge=0)] = 0


class Bar(Part):
    """One bar of a chart: `value` is what is written beside it, `amount` how long it is."""

    label: PlainText
    value: PlainText
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Chart(Part):
    """A few numbers as bars.

    Drawn with cells of a table: images are off in many programs, and Gmail takes out SVG and data URIs.
    """

    kind: Literal["chart"] = "chart"
    bars: Annotated[tuple[Bar, ...], Field(min_length=1, max_length=MAX_BARS)]


class Picture(Part):
    """A picture at an address; `alt` stands for it where pictures are off, and in text."""

    kind: Literal["picture"] = "picture"
    url: PictureAddress
    alt: Annotated[PlainText, Field(min_length=1, max_length=300)]


class Button(Part):
    """Something to do: `url` is the product's own or the author's, never one out of data."""

    label: Annotated[PlainText, Field(min_length=1, max_length=60)]
    url: WebAddress


class Actions(Part):
    """What the reader can do now; the first is the main one."""

    kind: Literal["actions"] = "actions"
    buttons: Annotated[tuple[Button, ...], Field(min_length=1, max_length=4)]


Section = Heading | Paragraph | Figures | Table | Listing | Chart | Timeline | Picture | Actions


class Message(Part):
    """What is said. `lead`: the first sentence, with the fact and the money; what a text or a preview shows."""

    title: PlainText
    lead: PlainText = ""
    sections: tuple[Annotated[Section, Field(discriminator="kind")], ...] = ()


class Letterhead(Part):
    """What stands around the content."""

    org_name: PlainText = ""
    reason: PlainText = ""
    """Why the reader gets this, as a sentence."""
    preferences_url: WebAddress | None = None
    unsubscribe_url: WebAddress | None = None
    postal_address: PlainText = ""
    """Of the shop in whose name it goes to somebody outside it."""
    logo_url: WebAddress | None = None
