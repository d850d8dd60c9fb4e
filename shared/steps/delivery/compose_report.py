"""`compose_report`: one report out of what the steps before it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from shared.retail.figures import change_words
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.delivery import _composition as composition
from shared.steps.delivery._composition import Composed, Format, Trend

MAX_SUBJECT = 200
MAX_ROWS = 100
NEEDS_NO_LABEL = frozenset({"text", "words"})


class _Part(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", coerce_numbers_to_str=True
    )


class ReportFigure(_Part):
    """A key figure; one whose `value` is null is left out. `note`: what to say behind it.

    `change`, in percent, `against` an earlier time, is said there too; `rising` says whether more is better.
    """

    label: str = Field(min_length=1, max_length=100)
    value: Any = None
    format: Format = "number"
    note: str | None = Field(default=None, max_length=300)
    change: Decimal | None = Field(default=None, allow_inf_nan=False)
    against: str = Field(default="the time before", max_length=100)
    rising: Literal["good", "bad", "flat"] = "good"


class ReportColumn(_Part):
    """`field`: a path in the row, `.` for the row itself. `none`: what to show where it is null."""

    label: str = Field(min_length=1, max_length=60)
    field: str = Field(min_length=1, max_length=200)
    format: Format = "text"
    none: str = Field(default=composition.UNKNOWN, max_length=60)


class ReportSection(_Part):
    """`when` false leaves it out. `empty`: what to say where there are no rows; without it there is no section.

    `bars`: two columns, of which the second is drawn as bars. `personal`: it names customers, and `membersText` is
    without it.
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
    personal: bool = False

    @model_validator(mode="after")
    def _rows_have_columns(self) -> ReportSection:
        if self.rows is not None and not self.columns:
            raise ValueError("columns is missing; expected at least one, since there are rows")
        if self.bars and len(self.columns) != 2:
            raise ValueError(f"columns: found {len(self.columns)}; expected two for bars, a label and an amount")
        return self


class ReportStep(_Part):
    """Something for the reader to do. `when` false leaves it out. `personal`: it names a customer."""

    text: str = Field(min_length=1, max_length=500)
    when: bool = True
    personal: bool = False


class ComposeReportParams(Params):
    """What to tell. Formats are `text`, `number`, `money` (USD), `percent`, `count` (of a list),
    `day`, and `words` (`at_risk` is shown as `At risk`).

    `figures`: key figures first. `sections`: a `text`, a table of `rows`, or both; `total` says how many rows there
    were before others were left out. `actions`: what to do next.
    """

    subject: str = Field(min_length=1, max_length=1_000)
    intro: str | None = Field(default=None, max_length=5_000)
    figures: list[ReportFigure] = Field(default=[], max_length=20)
    sections: list[ReportSection] = Field(default=[], max_length=20)
    actions: list[ReportStep] = Field(default=[], max_length=20)


class ShownFigure(Output):
    """A key figure as people read it."""

    label: str
    value: str
    note: str
    trend: Trend


class ShownSection(Output):
    """`rows`: cells as people read them; objects, since Firestore holds no lists in lists."""

    title: str
    text: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[dict[str, tuple[str, ...]], ...]
    left_out: int


class ComposedReport(Output):
    """What a mail's template is filled with."""

    title: str
    intro: str
    figures: tuple[ShownFigure, ...]
    sections: tuple[ShownSection, ...]
    actions: tuple[str, ...]


class ComposeReportOutput(Output):
    """Ready for `notify`, `send_email` or `create_inbox_notification`; `report` is the same as data.

    `members_text`: the text without what is personal, for the inbox, which every member of the org reads.
    """

    subject: str
    text: str
    members_text: str
    html: str
    has_content: bool
    """Whether there is a figure, a section or something to do."""
    report: ComposedReport


class ComposeReport(Action[ComposeReportParams, ComposeReportOutput]):
    """Composes one report of key figures, tables and next steps out of what the steps before it found."""

    params = ComposeReportParams
    output = ComposeReportOutput
    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {
        "subject": "Friday at the shop",
        "figures": [{"label": "Revenue", "value": 1834.5, "format": "money", "note": "up 12% on Thursday"}],
        "sections": [
            {
                "title": "Low stock",
                "rows": [{"name": "Blue Dream 3.5g", "quantity": 9, "daysOfCover": 3.5}],
                "columns": [
                    {"label": "Item", "field": "name"},
                    {"label": "Left", "field": "quantity", "format": "number"},
                    {"label": "Days it lasts", "field": "daysOfCover", "format": "number"},
                ],
                "empty": "Nothing is low.",
            }
        ],
        "actions": [{"text": "Order of Finger Lakes Growers today."}],
    }

    def run(self, params: ComposeReportParams, context: StepContext) -> ComposeReportOutput:
        """Compose it.

        Raises:
            PermanentError: a value does not fit its format.
        """
        report = _composed(params, params.sections, params.actions)
        for_members = _composed(
            params,
            [section for section in params.sections if not section.personal],
            [step for step in params.actions if not step.personal],
        )
        return ComposeReportOutput(
            subject=report.title,
            text=composition.text_of(report),
            members_text=composition.text_of(for_members),
            html=composition.html_of(report),
            has_content=bool(report.figures or report.sections or report.actions),
            report=_as_data(report),
        )


def _composed(
    params: ComposeReportParams, sections: Iterable[ReportSection], actions: Iterable[ReportStep]
) -> Composed:
    found = (_section(section) for section in sections if section.when)
    return Composed(
        title=composition.one_line(params.subject, MAX_SUBJECT),
        intro=composition.one_line(params.intro or ""),
        figures=tuple(_figure(figure) for figure in params.figures if figure.value is not None),
        sections=tuple(section for section in found if section is not None),
        actions=tuple(composition.one_line(step.text) for step in actions if step.when),
    )


def _figure(figure: ReportFigure) -> composition.Figure:
    value = composition.shown(figure.value, figure.format)
    moved = change_words(figure.change, figure.against) if figure.change is not None else ""
    note = composition.one_line("; ".join(part for part in (moved, figure.note) if part))
    return composition.Figure(figure.label, value, note, _trend(figure))


def _trend(figure: ReportFigure) -> Trend:
    if not figure.change or figure.rising == "flat":
        return "flat"
    return "good" if (figure.change > 0) is (figure.rising == "good") else "bad"


def _section(section: ReportSection) -> composition.Section | None:
    """The section; None where it has nothing to say."""
    rows = (section.rows or [])[: section.limit]
    text = composition.paragraphs(section.text or "")
    if not rows:
        text += composition.paragraphs(section.empty or "")
    if not rows and not text:
        return None
    columns = [(column.field, column.format, column.none) for column in section.columns]
    total = max(section.total or 0, len(section.rows or []))
    return composition.Section(
        title=composition.one_line(section.title),
        text=text,
        columns=tuple(column.label for column in section.columns) if rows else (),
        rows=composition.cells(rows, columns),
        left_out=total - len(rows) if rows else 0,
        labelled=tuple(column.format not in NEEDS_NO_LABEL for column in section.columns),
        amounts=composition.lengths(rows, section.columns[1].field) if section.bars else (),
    )


def _as_data(report: Composed) -> ComposedReport:
    return ComposedReport(
        title=report.title,
        intro=report.intro,
        figures=tuple(
            ShownFigure(label=one.label, value=one.value, note=one.note, trend=one.trend) for one in report.figures
        ),
        sections=tuple(
            ShownSection(
                title=one.title,
                text=one.text,
                columns=one.columns,
                rows=tuple({"cells": row} for row in one.rows),
                left_out=one.left_out,
            )
            for one in report.sections
        ),
        actions=report.actions,
    )
