"""`compose_report`: one report from what earlier steps found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.messages.template import build
from shared.messages.template.as_text import message_text
from shared.messages.template.models import MAX_FIGURES, Actions, Figures, Message, Section
from shared.notices.dedup.fact import Audience, Fact, ShopKind
from shared.steps.base import Action, Effect, Params, StepContext
from shared.steps.delivery._last_time import LastTime, last_time
from shared.steps.delivery._new_facts import NewFacts, claim_new_facts
from shared.steps.delivery._report_sections import (
    ReportFigure,
    ReportPart,
    ReportSection,
    number_of,
    shown_figure,
    shown_section,
)
from shared.steps.reports import ReportOutput, rendered
from shared.values.text import clean_text
from shared.values.words import listed


class ReportStep(ReportPart):
    """Something for the reader to do. `when` false leaves it out. `personal`: it names a customer.

    `page`: where it is done in the dashboard; the first of them is the mail's main button. `tells`: it is about
    what sections of that kind show, and is left out where all of that is told already.
    """

    text: str = Field(min_length=1, max_length=500)
    when: bool = True
    page: Literal["decisions", "competitors", "usage", "playbooks"] | None = None
    personal: bool = False
    tells: ShopKind | None = None


class ComposeReportParams(Params):
    """What to tell. Formats are `text`, `number`, `money` (USD), `percent`, `count` (of a list),
    `day` (`Sat, Nov 21`), `date` (`Nov 21, 2026`), and `words` (`at_risk` is shown as `At risk`).

    `figures`: key figures first. `sections`: a `text`, a table of `rows`, or both; `total` says how many rows there
    were before others were left out. `actions`: what to do next. `sinceLast`: each figure without a `change` also
    says what it was in the playbook's last report, where that was another number. `type`: of the `notify` that
    sends it.
    """

    subject: str = Field(min_length=1, max_length=1_000)
    intro: str | None = Field(default=None, max_length=5_000)
    figures: list[ReportFigure] = Field(default=[], max_length=MAX_FIGURES)
    sections: list[ReportSection] = Field(default=[], max_length=20)
    actions: list[ReportStep] = Field(default=[], max_length=20)
    since_last: bool = False
    type: AlertType = AlertType.WEEKLY_REPORT

    @property
    def facts(self) -> list[Fact]:
        """Facts it reports that others may have reported, each once."""
        figures = [one.fact for one in self.figures if one.fact and one.is_shown]
        found = [*figures, *(fact for section in self.sections for fact in section.facts)]
        return list({fact.id: fact for fact in found}.values())


class ComposeReportOutput(ReportOutput):
    """A report.

    `members_text`: the text without what is personal, for the inbox, which every member of the org reads.
    """

    members_text: str
    has_content: bool
    """Whether there is a figure, a section or a to-do."""
    figures: dict[str, float] = Field(default_factory=dict)
    """The numbers among the key figures, by label: what the next report is compared with."""
    claims: list[str] = Field(default_factory=list)
    """What this run reports; it counts as reported once `notify` has sent the report."""
    channel: Audience | None = None


class ComposeReport(Action[ComposeReportParams, ComposeReportOutput]):
    """Composes one report of key figures, tables and next steps from earlier steps' results."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
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
        news = claim_new_facts(params.facts, params.type, context)
        report = _composed(params, params.sections, params.actions, before, news)
        buttons = _buttons(params.actions, context)
        for_members = _composed(
            params,
            [section for section in params.sections if not section.personal],
            [step for step in params.actions if not step.personal],
            before,
            news,
        )
        return ComposeReportOutput(
            **rendered(report.model_copy(update={"sections": (*report.sections, *buttons)})),
            members_text=message_text(for_members),
            has_content=bool(report.sections),
            figures={one.label: float(amount) for one in params.figures if (amount := number_of(one)) is not None},
            claims=news.claims,
            channel=news.audience,
        )


def _composed(
    params: ComposeReportParams,
    sections: Sequence[ReportSection],
    actions: Iterable[ReportStep],
    before: LastTime | None,
    news: NewFacts,
) -> Message:
    given = [one for one in params.figures if one.is_shown]
    reported_elsewhere = [one for one in given if one.fact and not news.has(one.fact)]
    figures = tuple(shown_figure(one, before) for one in given if one not in reported_elsewhere)
    facts = [fact for section in sections for fact in section.facts]
    all_reported = {fact.kind for fact in facts} - {fact.kind for fact in facts if news.has(fact)}
    steps = (step.text for step in actions if step.when and step.tells not in all_reported)
    parts: list[list[Section]] = [
        [Figures(figures=figures)] if figures else [],
        _reported_figures(reported_elsewhere, news),
        *(shown_section(section, news, params.figures) for section in sections if section.when),
        build.titled("What to do next", build.listing(steps)),
    ]
    intro = clean_text(params.intro or "", build.MAX_PARAGRAPH)
    return build.message(
        params.subject, intro[:1].upper() + intro[1:], (section for part in parts for section in part)
    )


def _reported_figures(figures: Sequence[ReportFigure], news: NewFacts) -> list[Section]:
    names = [figure.label for figure in figures]
    who = news.reported_by(figure.fact for figure in figures if figure.fact)
    return build.notes(f"{listed(names)}: {who[:1].lower()}{who[1:]}") if names else []


def _buttons(steps: Iterable[ReportStep], context: StepContext) -> tuple[Actions, ...]:
    """Links to the page of the first step that has one, and to the run."""
    page = next((step.page for step in steps if step.when and step.page), None)
    if page is None:
        return ()
    paths = (f"/{page}", links.run(context.execution_id))
    return (Actions(buttons=tuple(map(links.button, paths))),)
