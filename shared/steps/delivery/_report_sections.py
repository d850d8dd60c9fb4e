"""A report's key figures, rounded and with their change, and its sections, without what was already reported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, model_validator

from shared.errors import PermanentError
from shared.messages.template import build
from shared.messages.template.as_text import UNKNOWN, more
from shared.messages.template.from_text import sections_of_text
from shared.messages.template.models import Cell, Figure, Section
from shared.messages.template.timeline import Timeline
from shared.notices.dedup.fact import Fact, ShopKind
from shared.playbooks.numbers import rounded
from shared.retail.figures import change_words, rough_percent
from shared.steps.delivery import _composition as composition
from shared.steps.delivery._composition import Format
from shared.steps.delivery._last_time import LastTime
from shared.steps.delivery._new_facts import NewFacts, row_fact, subject_fact
from shared.values.camel_model import CamelModel
from shared.values.text import clean_text
from shared.values.words import counted, dollars

NUMBERS: frozenset[Format] = frozenset({"number", "money", "percent", "count"})
Trend = Literal["good", "bad", "flat"]
MAX_ROWS = 100
TEXTS = frozenset({"text", "words"})


class ReportPart(CamelModel, extra="forbid", coerce_numbers_to_str=True):
    """Base of a report's parts, as a playbook writes them."""


class ReportFigure(ReportPart):
    """A key figure; one whose `value` is null, or `when` false, is left out. `note`: what to say behind it.

    `change`, in percent, `against` an earlier time, is said there too; `rising` says whether more is better.
    `tells` and `about`: see the sections.
    """

    label: str = Field(min_length=1, max_length=100)
    value: Any = None
    when: bool = True
    format: Format = "number"
    note: str | None = Field(default=None, max_length=300)
    change: Decimal | None = Field(default=None, allow_inf_nan=False)
    against: str = Field(default="the time before", max_length=100)
    rising: Trend = "good"
    tells: ShopKind | None = None
    about: str | None = Field(default=None, max_length=200)

    @property
    def is_shown(self) -> bool:
        """Whether it has a value and is to be in the report."""
        return self.when and self.value is not None

    @property
    def fact(self) -> Fact | None:
        """The fact it reports that others may have reported."""
        return subject_fact(self.tells, self.about) if self.tells and self.about else None


def shown_figure(figure: ReportFigure, before: LastTime | None) -> Figure:
    """As the report shows it.

    Raises:
        PermanentError: the value does not fit its format.
    """
    moved, by = _moved(figure, before)
    note = clean_text("; ".join(part for part in (moved, figure.note) if part), build.MAX_PARAGRAPH)
    value = _rounded(figure.value, figure.format)
    return Figure(label=figure.label, value=value, change=note or None, trend=_trend(by, figure.rising))


def number_of(figure: ReportFigure) -> Decimal | None:
    """The figure as a number; None where it is none, or is not shown."""
    if not figure.is_shown or figure.format not in NUMBERS:
        return None
    value = len(figure.value) if isinstance(figure.value, list | dict) else figure.value
    try:
        return composition.amount(value)
    except PermanentError:
        return None


def _moved(figure: ReportFigure, before: LastTime | None) -> tuple[str, Decimal | None]:
    """In words, and by how much: only the sign of that counts."""
    if figure.change is not None:
        return change_words(figure.change, figure.against), figure.change
    now, then = number_of(figure), before.figures.get(figure.label) if before else None
    if before is None or now is None or then is None:
        return "", None
    form: Format = "number" if figure.format == "count" else figure.format
    previous = _rounded(then, form)
    return ("", None) if previous == _rounded(now, form) else (f"was {previous} {before.when}", now - then)


def _rounded(value: Any, form: Format) -> str:
    if value in (None, "") or form not in ("money", "percent"):
        return composition.shown(value, form)
    amount = composition.amount(value)
    return dollars(rounded(amount, 2)) if form == "money" else rough_percent(amount)


def _trend(by: Decimal | None, rising: Trend) -> Trend:
    if not by or rising == "flat":
        return "flat"
    return "good" if (by > 0) is (rising == "good") else "bad"


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
        is_stated_above = any(figure.fact in known for figure in figures)
        return [] if is_stated_above else build.titled(section.title, build.paragraphs(news.reported_by(known)))
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
        build.notes(_reported_by(news, known, is_all=not rows)),
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


def _reported_by(news: NewFacts, known: Sequence[Fact], *, is_all: bool) -> str:
    if not known:
        return ""
    who = news.reported_by(known)
    return who if is_all else f"{counted(len(known), 'other')} left out here. {who}"
