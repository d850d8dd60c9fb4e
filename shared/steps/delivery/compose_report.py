"""`compose_report`: one report out of what the steps before it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from shared.messages import links
from shared.messages.template import build
from shared.messages.template.as_text import UNKNOWN, message_text, more
from shared.messages.template.from_text import sections_of_text
from shared.messages.template.models import MAX_FIGURES, Actions, Cell, Figures, Message, Section
from shared.messages.template.timeline import Timeline
from shared.steps.base import Action, Effect, Params, StepContext
from shared.steps.delivery import _composition as composition
from shared.steps.delivery._composition import Format
from shared.steps.delivery._last_time import LastTime, last_time
from shared.steps.delivery._report_figures import ReportFigure, ReportPart, number_of, shown_figure
from shared.steps.reports import ReportOutput, rendered
from shared.values.text import clean_text

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

    @model_validator(mode="after")
    def _rows_have_columns(self) -> ReportSection:
        if self.rows is not None and not self.columns:
            raise ValueError("columns is missing; expected at least one, since there are rows")
        if self.bars and len(self.columns) != 2:
            raise ValueError(f"columns: found {len(self.columns)}; expected two for bars, a label and an amount")
        return self


class ReportStep(ReportPart):
    """Something for the reader to do. `when` false leaves it out. `personal`: it names a customer.

    `page`: where it is done in the dashboard; the first of them is the mail's main button.
    """

    text: str = Field(min_length=1, max_length=500)
    when: bool = True
    page: Literal["decisions", "competitors", "usage", "playbooks"] | None = None
    personal: bool = False


class ComposeReportParams(Params):
    """What to tell. Formats are `text`, `number`, `money` (USD), `percent`, `count` (of a list),
    `day` (`Sat, Nov 21`), `date` (`Nov 21, 2026`), and `words` (`at_risk` is shown as `At risk`).

    `figures`: key figures first. `sections`: a `text`, a table of `rows`, or both; `total` says how many rows there
    were before others were left out. `actions`: what to do next. `sinceLast`: each figure without a `change` also
    says what it was in the playbook's last report, where that was another number.
    """

    subject: str = Field(min_length=1, max_length=1_000)
    intro: str | None = Field(default=None, max_length=5_000)
    figures: list[ReportFigure] = Field(default=[], max_length=MAX_FIGURES)
    sections: list[ReportSection] = Field(default=[], max_length=20)
    actions: list[ReportStep] = Field(default=[], max_length=20)
    since_last: bool = False


class ComposeReportOutput(ReportOutput):
    """A report.

    `members_text`: the text without what is personal, for the inbox, which every member of the org reads.
    """

    members_text: str
    has_content: bool
    """Whether there is a figure, a section or something to do."""
    figures: dict[str, float] = Field(default_factory=dict)
    """The numbers among the key figures, by label: what the next report is compared with."""


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
        before = last_time(context) if params.since_last else None
        report = _composed(params, params.sections, params.actions, before)
        buttons = _buttons(params.actions, context)
        for_members = _composed(
            params,
            [section for section in params.sections if not section.personal],
            [step for step in params.actions if not step.personal],
            before,
        )
        return ComposeReportOutput(
            **rendered(report.model_copy(update={"sections": (*report.sections, *buttons)})),
            members_text=message_text(for_members),
            has_content=bool(report.sections),
            figures={one.label: float(amount) for one in params.figures if (amount := number_of(one)) is not None},
        )


def _composed(
    params: ComposeReportParams,
    sections: Iterable[ReportSection],
    actions: Iterable[ReportStep],
    before: LastTime | None,
) -> Message:
    figures = tuple(shown_figure(one, before) for one in params.figures if one.when and one.value is not None)
    next_steps = build.titled("What to do next", build.listing(step.text for step in actions if step.when))
    parts: list[list[Section]] = [
        [Figures(figures=figures)] if figures else [],
        *(_section(section) for section in sections if section.when),
        next_steps,
    ]
    intro = clean_text(params.intro or "", build.MAX_PARAGRAPH)
    return build.message(
        params.subject, intro[:1].upper() + intro[1:], (section for part in parts for section in part)
    )


def _buttons(steps: Iterable[ReportStep], context: StepContext) -> tuple[Actions, ...]:
    """To the page of the first step that has one, and to the run."""
    page = next((step.page for step in steps if step.when and step.page), None)
    if page is None:
        return ()
    paths = (f"/{page}", links.run(context.execution_id))
    return (Actions(buttons=tuple(map(links.button, paths))),)


def _section(section: ReportSection) -> list[Section]:
    """The section; nothing where it has nothing to say."""
    rows = (section.rows or [])[: section.limit]
    text = "\n\n".join(part for part in (section.text, None if rows else section.empty) if part)
    columns = [(column.field, column.format, column.none) for column in section.columns]
    cells = composition.cells(rows, columns)
    left_out = max(section.total or 0, len(section.rows or [])) - len(rows) if rows else 0
    amounts = composition.lengths(rows, section.columns[1].field) if section.bars else ()
    bars = build.chart((row[0], row[1], amount) for row, amount in zip(cells, amounts, strict=False))
    labels = [column.label for column in section.columns]
    numeric = [column.is_amount for column in section.columns]
    return build.titled(
        section.title,
        sections_of_text(text),
        build.timeline(section.chart),
        bars or build.table(labels, _pictured(rows, cells, section.picture), left_out, numeric),
        build.notes(*more(left_out)) if bars else [],
    )


def _pictured(rows: Sequence[Any], cells: Iterable[Sequence[str]], path: str) -> list[list[str | Cell]]:
    """The cells, the first of each row with the picture that the row names."""
    pictures = [address if isinstance(address := composition.at(row, path), str) else None for row in rows]
    return [[build.product(first, picture), *rest] for (first, *rest), picture in zip(cells, pictures, strict=True)]
