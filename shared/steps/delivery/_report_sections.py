"""A report's sections: their rows, without what another message has already reported this morning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import Field, model_validator

from shared.messages.template import build
from shared.messages.template.as_text import UNKNOWN, more
from shared.messages.template.from_text import sections_of_text
from shared.messages.template.models import Cell, Section
from shared.messages.template.timeline import Timeline
from shared.notices.dedup.fact import Fact, ShopKind
from shared.steps.delivery import _composition as composition
from shared.steps.delivery._composition import Format
from shared.steps.delivery._new_facts import NewFacts, row_fact, subject_fact
from shared.steps.delivery._report_figures import ReportFigure, ReportPart
from shared.values.words import counted

MAX_ROWS = 100
TEXTS = frozenset({"text", "words"})


class ReportColumn(ReportPart):
    """`field`: a path in the row, `.` for the row itself. `none`: what to show where it is null.

    `align`: where it stands; left out, amounts stand to the right.
    """

    label: str = Field(min_length=1, max_length=60)
    field: str = Field(min_length=1, max_length=200)
    format: Format = "text"
    none: str = Field(default=UNKNOWN, max_length=60)
    align: Literal["left", "right"] | None = None

    @property
    def is_amount(self) -> bool:
        """Whether it stands to the right."""
        return self.align == "right" if self.align else self.format not in TEXTS


class ReportSection(ReportPart):
    """`when` false leaves it out. `empty`: what to say where there are no rows; without it there is no section.

    `bars`: two columns, of which the second is drawn as bars. `personal`: it names customers, and `membersText` is
    without it. `picture`: where a row has the https address of a picture, which HTML shows beside its name.
    `chart`: amounts by day, as `sales_summary` and `price_history` make them: mail shows a picture, text its `alt`.
    `tells`: what kind of thing each row is, or with `about` the whole section. What another message of
    the morning has told is left out, and one line says who told it.
    """

    title: str = Field(min_length=1, max_length=200)
    when: bool = True
    text: str | None = Field(default=None, max_length=5_000)
    rows: list[Any] | None = None
    columns: list[ReportColumn] = Field(default=[], max_length=8)
    limit: int = Field(default=10, ge=1, le=MAX_ROWS)
    total: int | None = Field(default=None, ge=0)
    empty: str | None = Field(default=None, max_length=500)
    bars: bool = False
    chart: Timeline | None = None
    picture: str = Field(default="imageUrl", min_length=1, max_length=200)
    personal: bool = False
    tells: ShopKind | None = None
    about: str | None = Field(default=None, max_length=200)

    @property
    def facts(self) -> list[Fact]:
        """What it tells that others may have told: of all, or of each row."""
        if self.tells is None or not self.when:
            return []
        if self.about:
            return [subject_fact(self.tells, self.about)]
        return [row_fact(self.tells, row) for row in self.rows or []]

    @model_validator(mode="after")
    def _rows_have_columns(self) -> ReportSection:
        if self.rows is not None and not self.columns:
            raise ValueError("columns is missing; expected at least one, since there are rows")
        if self.bars and len(self.columns) != 2:
            raise ValueError(f"columns: found {len(self.columns)}; expected two for bars, a label and an amount")
        return self


def shown_section(section: ReportSection, news: NewFacts, figures: Sequence[ReportFigure]) -> list[Section]:
    """As the report shows it; nothing where it has nothing to say. `figures` say above what is told already."""
    known = [fact for fact in section.facts if not news.has(fact)]
    if known and section.about:
        said_above = any(figure.fact in known for figure in figures)
        return [] if said_above else build.titled(section.title, build.paragraphs(news.who_told(known)))
    rows = section.rows
    if known and section.tells and rows is not None:
        rows = [row for row in rows if news.has(row_fact(section.tells, row))]
    total = max(section.total or 0, len(section.rows or [])) - len(known)
    text = section.text if rows or known else "\n\n".join(filter(None, (section.text, section.empty)))
    return build.titled(
        section.title,
        sections_of_text(text or ""),
        build.timeline(section.chart),
        _table(section, rows or [], total),
        build.notes(_who_told(news, known, is_all=not rows)),
    )


def _table(section: ReportSection, rows: Sequence[Any], total: int) -> list[Section]:
    shown = rows[: section.limit]
    columns = [(column.field, column.format, column.none) for column in section.columns]
    cells = composition.cells(shown, columns)
    left_out = total - len(shown) if shown else 0
    amounts = composition.lengths(shown, section.columns[1].field) if section.bars else ()
    bars = build.chart((row[0], row[1], amount) for row, amount in zip(cells, amounts, strict=False))
    labels = [column.label for column in section.columns]
    numeric = [column.is_amount for column in section.columns]
    return [
        *(bars or build.table(labels, _pictured(shown, cells, section.picture), left_out, numeric)),
        *(build.notes(*more(left_out)) if bars else []),
    ]


def _pictured(rows: Sequence[Any], cells: Iterable[Sequence[str]], path: str) -> list[list[str | Cell]]:
    """The cells, the first of each row with the picture that the row names."""
    pictures = [address if isinstance(address := composition.at(row, path), str) else None for row in rows]
    return [[build.product(first, picture), *rest] for (first, *rest), picture in zip(cells, pictures, strict=True)]


def _who_told(news: NewFacts, known: Sequence[Fact], *, is_all: bool) -> str:
    if not known:
        return ""
    who = news.who_told(known)
    return who if is_all else f"{counted(len(known), 'other')} left out here. {who}"
